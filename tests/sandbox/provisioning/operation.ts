/** What the service can be asked for, told by verb and path. */

export type Operation = 'next' | 'acknowledge' | 'subscription' | 'create' | 'remove' | 'publish' | 'set prefill';

export function operationOf(method: string, path: string): Operation | null {
  const name = '[^/]+';
  const known: readonly (readonly [string, RegExp, Operation])[] = [
    ['POST', /^\/v1\/subscriptions$/, 'create'],
    ['POST', /^\/v1\/messages$/, 'publish'],
    ['PATCH', new RegExp(`^/v1/subscriptions/${name}/prefill$`), 'set prefill'],
    ['GET', new RegExp(`^/v1/subscriptions/${name}$`), 'subscription'],
    ['DELETE', new RegExp(`^/v1/subscriptions/${name}$`), 'remove'],
    ['GET', new RegExp(`^/v1/subscriptions/${name}/messages/next$`), 'next'],
    ['PATCH', new RegExp(`^/v1/subscriptions/${name}/messages/${name}/status$`), 'acknowledge'],
  ];
  return known.find(([verb, form]) => verb === method && form.test(path))?.[2] ?? null;
}
