/** Addresses in paths. */
import type { TmailClient } from '../client.ts';

export function once(text: string): string {
  return encodeURIComponent(text).replaceAll('%40', '@');
}

/**
 * James before 3.9 decodes the paths of aliases, forwards, mappings and quotas twice (JAMES-3936), so that a `+` arrives as a blank.
 * Whether it does shows a question that has one answer with a blank, and another without.
 */
export function createSegments(client: TmailClient): (text: string) => Promise<string> {
  let decodesTwice: Promise<boolean> | null = null;
  const twice = (): Promise<boolean> => {
    decodesTwice ??= client
      .call({
        method: 'GET',
        path: '/address/aliases/x%2By@any.example',
        object: 'the question how it decodes paths',
        expects: [400],
      })
      .then(({ status }) => status === 400);
    return decodesTwice;
  };
  return async (text) => (/[+%]/.test(text) && (await twice()) ? once(once(text)) : once(text));
}
