/** How James behaves, as far as the product relies on it: the stand-in and the real one must agree. */

import { WebAdmin } from './web-admin.ts';
import type { TestServer } from './world.ts';

let domains = 0;

export function describeServerRules(server: () => TestServer): void {
  let admin: WebAdmin;
  let d: string;

  beforeEach(async () => {
    domains += 1;
    d = `rules-${process.pid}-${domains}.example`;
    admin = new WebAdmin(server().url, server().token);
    await admin.call('PUT', `/domains/${d}`);
    for (const name of ['anna', 'bert', 'carl']) {
      await admin.createUser(`${name}@${d}`);
    }
  });

  const status = async (method: string, path: string, body?: unknown): Promise<number> =>
    (await admin.call(method, path, body)).status;
  const alias = async (destination: string, source: string, method = 'PUT'): Promise<number> =>
    status(method, `/address/aliases/${await admin.twice(destination)}/sources/${await admin.twice(source)}`);
  const forward = async (user: string, target: string, method = 'PUT'): Promise<number> =>
    status(method, `/address/forwards/${await admin.twice(user)}/targets/${await admin.twice(target)}`);
  const mapping = async (user: string, target: string, method = 'POST'): Promise<number> =>
    status(method, `/mappings/address/${await admin.twice(user)}/targets/${await admin.twice(target)}`);
  const user = (name: string, method: string, body?: unknown): Promise<number> =>
    status(method, `/users/${encodeURIComponent(name)}`, body);

  it('accounts', async () => {
    const password = { password: 'x' };
    expect(await user(`new@${d}`, 'PUT', password)).toBe(204);
    expect(await user(`NEW@${d}`, 'PUT', password)).toBe(409);
    expect(await user(`NEW@${d}`, 'HEAD')).toBe(200);
    expect(await user(`no@${d}`, 'HEAD')).toBe(404);
    expect(await user(`a b@${d}`, 'PUT', password)).toBe(400);
    expect(await user('new@unknown.example', 'PUT', password)).toBe(400);
    expect(await user(`bad@${d}`, 'PUT', '{')).toBe(400);
    expect(await user(`müller@${d}`, 'PUT', password)).toBe(204);
    expect(await alias(`müller@${d}`, `x@${d}`)).toBe(400);
    expect(await user(`no@${d}`, 'DELETE')).toBe(204);
    expect(await user(`new@${d}`, 'DELETE')).toBe(204);
    expect(await user(`new@${d}`, 'HEAD')).toBe(404);
  });

  it('an address with aliases, forwards or mappings of its own can be no account', async () => {
    await alias(`anna@${d}`, `info@${d}`);
    await forward(`bert@${d}`, 'x@other.example');
    await user(`bert@${d}`, 'DELETE');
    for (const [name, words] of [
      ['info', `alias:anna@${d}`],
      ['bert', 'forward:x@other.example'],
    ] as const) {
      const answer = await admin.call('PUT', `/users/${name}@${d}`, { password: 'x' });
      expect(answer).toMatchObject({ status: 409, text: expect.stringContaining(words) });
    }
  });

  it('a removed account leaves mail, quota, identity, and aliases that point to it', async () => {
    const anna = `anna@${d}`;
    await admin.putMail(anna);
    await admin.setQuota(anna, '7');
    await alias(anna, `info@${d}`);
    await admin.call('POST', `/users/${anna}/identities`, { email: anna, name: 'Former', sortOrder: 0 });
    await user(anna, 'DELETE');
    expect(await status('GET', `/users/${anna}/mailboxes`)).toBe(404);
    expect(await user(anna, 'PUT', { password: 'x' })).toBe(204);
    expect([
      await admin.mailboxes(anna),
      await admin.quota(anna),
      await admin.identity(anna),
      await admin.aliases(anna),
    ]).toEqual([1, '7', 'Former', [`info@${d}`]]);
    expect(await status('DELETE', `/users/${anna}/mailboxes`)).toBe(204);
    expect(await admin.mailboxes(anna)).toBe(0);
  });

  it('aliases', async () => {
    const anna = `anna@${d}`;
    expect(await alias(anna, `info@${d}`)).toBe(204);
    expect(await alias(anna, `info@${d}`)).toBe(204);
    expect(await alias(`bert@${d}`, `info@${d}`)).toBe(204);
    expect(await alias(anna, anna)).toBe(400);
    expect(await alias(anna, `ANNA@${d}`)).toBe(400);
    expect(await alias(anna, `bäd@${d}`)).toBe(400);
    expect(await alias(anna, `a..b@${d}`)).toBe(400);
    expect(await alias(anna, `.a@${d}`)).toBe(400);
    expect(await alias(anna, 'x@unknown.example')).toBe(400);
    expect(await alias(anna, `bert@${d}`)).toBe(204);
    expect(await alias(anna, `bert@${d}`, 'DELETE')).toBe(204);
    expect(await alias(anna, `none@${d}`, 'DELETE')).toBe(204);
    expect(await alias(anna, `x+tag@${d}`)).toBe(204);
    expect(await admin.aliases(anna)).toEqual([`info@${d}`, `x+tag@${d}`]);
    expect(await admin.aliases(`ANNA@${d}`)).toEqual([]);
    expect(await admin.aliases(`nobody@${d}`)).toEqual([]);
  });

  it('forwards', async () => {
    const anna = `anna@${d}`;
    expect(await status('GET', `/address/forwards/${anna}`)).toBe(404);
    expect(await forward(anna, 'Ext@Other.Example')).toBe(204);
    expect(await forward(anna, 'ext@other.example')).toBe(204);
    expect(await forward(anna, anna)).toBe(204);
    expect(await forward(`nobody@${d}`, 'x@other.example')).toBe(404);
    expect(await forward(anna, 'bäd@other.example')).toBe(400);
    expect(await admin.forwards(anna)).toEqual(['Ext@other.example', anna, 'ext@other.example'].sort());
    expect(await forward(anna, 'none@other.example', 'DELETE')).toBe(204);
    expect(await forward(`bert@${d}`, `carl@${d}`)).toBe(204);
    expect(await forward(`carl@${d}`, `bert@${d}`)).toBe(409);
  });

  it.each([
    ['a>b=204 b>a=409'],
    ['a>b=204 b>c=204 c>a=409'],
    ['a>a=204 a>b=204 b>b=204 b>a=409'],
    ['a>b=204 b>d=204 b>c=204 d>a=409'],
    ['a>b=204 a>c=204 c>a=409'],
    ['a>d=204 b>c=204 b>a=204 d>b=409'],
    // A source that forwards elsewhere already is no end of the way, so that these circles are not found.
    ['a>b=204 b>c=204 b>a=204'],
    ['c>a=204 a>b=204 a>c=204'],
    // What leads into one is an error of the server, which is made of every such value.
    ['a>b=204 b>c=204 b>a=204 d>a=500 d>c=204 d>b=500'],
    ['a>b=204 b>c=204 b>a=204 a>b=204 a>d=204 a>a=500'],
  ])('circles of forwards: %s', async (steps) => {
    for (const name of ['a', 'b', 'c', 'd']) {
      await admin.createUser(`${name}@${d}`);
    }
    const seen: string[] = [];
    for (const step of steps.split(' ')) {
      const [, from, to] = /^(.)>(.)/.exec(step) ?? [];
      seen.push(`${from}>${to}=${await forward(`${from}@${d}`, `${to}@${d}`)}`);
    }
    expect(seen.join(' ')).toBe(steps);
  });

  it('mappings, and everything at once', async () => {
    const anna = `anna@${d}`;
    expect(await mapping(anna, 'x@other.example')).toBe(204);
    expect(await mapping(anna, 'x@other.example')).toBe(204);
    expect(await mapping(anna, anna)).toBe(400);
    expect(await mapping(`nobody@${d}`, 'x@other.example')).toBe(204);
    await alias(anna, `info@${d}`);
    await forward(anna, 'f@other.example');
    const all = (await admin.call('GET', '/mappings')).body as Record<string, { type: string; mapping: string }[]>;
    expect(all[`info@${d}`]).toEqual([{ type: 'Alias', mapping: anna }]);
    expect([...(all[anna] ?? [])].sort((a, b) => a.type.localeCompare(b.type))).toEqual([
      { type: 'Address', mapping: 'x@other.example' },
      { type: 'Forward', mapping: 'f@other.example' },
    ]);
    expect(await mapping(anna, 'x@other.example', 'DELETE')).toBe(204);
    expect(await admin.mappings(anna)).toEqual([]);
  });

  it.each<[string, number]>([
    ['0', 204],
    ['-1', 204],
    ['9223372036854775807', 204],
    ['-2', 400],
    ['five', 400],
    ['', 400],
    ['"5"', 400],
  ])('quota %j: %d', async (value, expected) => {
    const path = `/quota/users/anna@${d}/size`;
    expect(await status('GET', path)).toBe(204);
    expect(await status('PUT', path, value)).toBe(expected);
    expect(await status('DELETE', path)).toBe(204);
    expect(await status('PUT', `/quota/users/nobody@${d}/size`, '5')).toBe(404);
    expect(await status('DELETE', `/quota/users/nobody@${d}/size`)).toBe(404);
  });

  it('quotas in pages tell what is set for the user', async () => {
    await admin.setQuota(`bert@${d}`, '5');
    const quotas: Record<string, unknown> = {};
    for (let offset = 0; ; offset += 2) {
      const page = (await admin.call('GET', `/quota/users?limit=2&offset=${offset}`)).body as {
        username: string;
        detail: { user: { size: number | null } | null };
      }[];
      for (const { username, detail } of page) {
        quotas[username] = detail.user?.size ?? null;
      }
      if (page.length < 2) {
        break;
      }
    }
    expect([quotas[`anna@${d}`], quotas[`bert@${d}`]]).toEqual([null, 5]);
  });

  it('an account with an ampersand is made, and then nobody’s quota can be listed', async () => {
    const name = `a&b@${d}`;
    const list = '/quota/users?limit=1000000';
    expect(await user(name, 'PUT', { password: 'x' })).toBe(204);
    try {
      expect(await alias(name, `info@${d}`)).toBe(204);
      expect(await status('PUT', `/quota/users/${encodeURIComponent(name)}/size`, '5')).toBe(204);
      expect(await status('GET', `/quota/users/${encodeURIComponent(name)}/size`)).toBe(200);
      expect(await status('GET', `/quota/users/${encodeURIComponent(name)}`)).toBe(500);
      expect(await status('GET', list)).toBe(500);
      const mailboxes = `/users/${encodeURIComponent(name)}/mailboxes`;
      expect(await status('DELETE', mailboxes)).toBe(204);
      await admin.putMail(name);
      expect(await status('DELETE', mailboxes)).toBe(400);
    } finally {
      expect(await user(name, 'DELETE')).toBe(204);
    }
    expect(await status('GET', list)).toBe(200);
    expect(await alias(`anna@${d}`, `a&b@${d}`)).toBe(204);
    expect(await forward(`anna@${d}`, `c&d@${d}`)).toBe(204);
  });

  it('identities: two for two, changed in part, of the own address and its aliases', async () => {
    const anna = `anna@${d}`;
    const identities = `/users/${anna}/identities`;
    expect(await status('GET', `${identities}?default=true`)).toBe(404);
    expect(await status('POST', identities, { email: anna, name: 'One', sortOrder: 0 })).toBe(201);
    const [{ id }] = (await admin.call('GET', `${identities}?default=true`)).body as [{ id: string }];
    expect(await status('PUT', `${identities}/${id}`, { name: 'Two' })).toBe(204);
    expect(await admin.identity(anna)).toBe('Two');
    expect(await status('POST', identities, { email: `bert@${d}`, name: 'x', sortOrder: 0 })).toBe(500);
    expect(await status('PUT', `${identities}/d6fd1ddf-9bcd-4f4c-8e5b-3ba1b1e6a04d`, { name: 'x' })).toBe(404);
    await alias(anna, `info@${d}`);
    expect(await status('POST', identities, { email: `info@${d}`, name: 'x', sortOrder: 5 })).toBe(201);
  });

  it('a rename moves mail and forwards, copies the quota, and leaves aliases, the account, and a forward', async () => {
    const [from, to] = [`anna@${d}`, `new@${d}`];
    const rename = `/users/${from}/rename/${to}?action=rename`;
    expect(await status('POST', rename)).toBe(400);
    await admin.createUser(to);
    await admin.putMail(from);
    await admin.setQuota(from, '5');
    await alias(from, `info@${d}`);
    await forward(from, 'x@other.example');
    await forward(from, from);
    const { taskId } = (await admin.call('POST', rename)).body as { taskId: string };
    const done = await admin.call('GET', `/tasks/${taskId}/await?timeout=30s`);
    expect(done.body).toMatchObject({ status: 'completed' });

    expect([await admin.mailboxes(from), await admin.mailboxes(to)]).toEqual([0, 1]);
    expect([await admin.quota(from), await admin.quota(to)]).toEqual(['5', '5']);
    expect([await admin.aliases(from), await admin.aliases(to)]).toEqual([[`info@${d}`], []]);
    expect([await admin.forwards(from), await admin.forwards(to)]).toEqual([[to], [to, 'x@other.example'].sort()]);
    expect(await user(from, 'HEAD')).toBe(200);

    const again = (await admin.call('POST', rename)).body as { taskId: string };
    expect((await admin.call('GET', `/tasks/${again.taskId}/await?timeout=30s`)).body).toMatchObject({
      status: 'failed',
    });
    expect(await forward(from, to, 'DELETE')).toBe(204);
    const third = (await admin.call('POST', rename)).body as { taskId: string };
    expect((await admin.call('GET', `/tasks/${third.taskId}/await?timeout=30s`)).body).toMatchObject({
      status: 'completed',
    });
  });

  // c becomes n. Forwards are moved one after the other, in the order of the alphabet, then comes the one to the new address.
  it.each<[string, string, readonly string[], readonly string[]]>([
    ['the first one would close a circle', 'a>n c>x c>a', ['a', 'x'], []],
    ['one leads back, so that the way to the new address would', 'a>c c>x c>a', ['a', 'x'], []],
    ['one would close a circle, which is found with the way to the new address', 'x>n c>a c>x', [], ['a', 'x']],
    ['the second leads into a circle', 'x>b c>a c>x b>a b>x', ['x'], ['a']],
    ['the new address has one already', 'c>x n>x', ['x'], ['x']],
    ['both have a copy of their own', 'c>c n>n', ['c'], ['n']],
  ])('a rename whose forwards cannot be moved fails, and moves no mail: %s', async (_, steps, left, moved) => {
    const at = (name: string | undefined): string => `${name}@${d}`;
    const short = (list: readonly string[]): string[] => list.map((each) => each.replace(`@${d}`, ''));
    for (const name of ['a', 'b', 'c', 'n', 'x']) {
      await admin.createUser(at(name));
    }
    await admin.putMail(at('c'));
    await admin.setQuota(at('c'), '5');
    for (const step of steps.split(' ')) {
      expect(await forward(at(step[0]), at(step[2]))).toBe(204);
    }
    const path = `/users/${at('c')}/rename/${at('n')}?action=rename`;
    const { taskId } = (await admin.call('POST', path)).body as { taskId: string };
    const done = await admin.call('GET', `/tasks/${taskId}/await?timeout=30s`);
    expect(done.body).toMatchObject({
      status: 'failed',
      additionalInformation: { status: { ForwardUsernameChangeTaskStep: 'FAILED' } },
    });
    expect([short(await admin.forwards(at('c'))), short(await admin.forwards(at('n')))]).toEqual([left, moved]);
    expect([await admin.mailboxes(at('c')), await admin.mailboxes(at('n')), await admin.quota(at('n'))]).toEqual([
      1,
      0,
      null,
    ]);
  });

  it('refuses other tokens, and routes that it does not have', async () => {
    expect((await admin.call('GET', '/users', undefined, 'x.y.z')).status).toBe(401);
    expect((await admin.call('GET', '/users', undefined, '')).status).toBe(401);
    expect(await admin.call('GET', '/no/such/route')).toMatchObject({
      status: 404,
      text: expect.stringContaining('can not be found'),
    });
    expect((await admin.call('GET', `/tasks/d6fd1ddf-9bcd-4f4c-8e5b-3ba1b1e6a04d/await?timeout=1s`)).status).toBe(404);
  });
}
