/** Several at once: what OX checks first is not held until it is done (docs/ox.md, "Several at once"). */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Raw, Reply } from '../sandbox/raw.ts';
import { ACCOUNT, ANNA, aUser, BERT, CTX, GROUP, RESOURCE, STAFF, USER, useOx } from '../sandbox/trial.ts';

const ox = useOx();

type Data = { [name: string]: Raw };

/** Long enough that both of two requests are checked before one of them is done, on a busy machine too. */
const TOGETHER = 400;

beforeEach(() => ox.sandbox.options({ latencyMs: 40, lockSleepScale: 0.02 }));

const twice = (call: () => Promise<Reply>): Promise<Reply[]> => Promise.all([call(), call()]);
const faults = (replies: readonly Reply[]): (string | null)[] => replies.map(({ fault }) => fault).sort();

async function context() {
  const state = (await ox.sandbox.state()).contexts['10'];
  if (state === undefined) throw new Error('no context 10');
  return state;
}

describe('two creations of the same', () => {
  beforeEach(() => ox.sandbox.options({ latencyMs: TOGETHER }));

  it('users by name: one, the other is refused by the storage', async () => {
    const replies = await twice(() => ox.call(USER, 'create', { ctx: CTX, usrdata: aUser() }));

    expect(faults(replies)).toEqual([null, 'User carl already exists in this context'].sort());
    expect(replies.map(({ exception }) => exception)).toContain('StorageException');
  });

  it('users by primary address: both', async () => {
    const names = ['carl', 'cora'];
    const replies = await Promise.all(
      names.map((name) => ox.call(USER, 'create', { ctx: CTX, usrdata: aUser({ name, display_name: name }) })),
    );

    expect(faults(replies)).toEqual([null, null]);
    expect((await context()).users.filter((user) => user.primaryEmail === 'carl@example.com')).toHaveLength(2);
  });

  it('users by display name: FLD-0075', async () => {
    const mail = (name: string): Data => ({ email1: `${name}@example.com`, name, primaryEmail: `${name}@example.com` });
    const replies = await Promise.all(
      ['carl', 'cora'].map((name) => ox.call(USER, 'create', { ctx: CTX, usrdata: aUser(mail(name)) })),
    );

    expect(faults(replies).join()).toMatch(/FLD-0075/);
  });

  it('groups: two of one name, and each of them can be removed', async () => {
    await twice(() => ox.call(GROUP, 'create', { ctx: CTX, grp: { displayname: 'New', name: 'new' } }));

    const made = (await context()).groups.filter(({ name }) => name === 'new');
    expect(made).toHaveLength(2);
    await ox.call(GROUP, 'delete', { ctx: CTX, grp: { id: made[0]?.id ?? 0 } });
    expect((await ox.call(GROUP, 'getData', { ctx: CTX, grp: { name: 'new' } })).fault).toBeNull();
  });

  it('resources: two of one name and address', async () => {
    const res = { displayname: 'Hall', email: 'hall@example.com', name: 'hall' };
    await twice(() => ox.call(RESOURCE, 'create', { ctx: CTX, res }));

    expect((await context()).resources.filter(({ name }) => name === 'hall')).toHaveLength(2);
  });

  it('secondary accounts: two of one user', async () => {
    const accountDataOnCreate = { login: 'i', name: 'I', primaryAddress: 'i@e.org', mailEndpointSource: 'primary' };
    await twice(() => ox.call(ACCOUNT, 'create', { accountDataOnCreate, context: CTX, users: [{ id: ANNA }] }));

    expect((await ox.userNamed('anna'))?.accounts).toHaveLength(2);
  });

  it('members: a duplicate entry', async () => {
    const args = { ctx: CTX, grp: { id: STAFF }, members: [{ id: BERT }] };
    const replies = await twice(() => ox.call(GROUP, 'addMember', args));

    expect(faults(replies).join()).toMatch(
      /java\.sql\.BatchUpdateException: Duplicate entry '10-5-4' for key 'PRIMARY'/,
    );
  });
});

describe('one lock per context for every user write', () => {
  const title = (id: number): Promise<Reply> => ox.call(USER, 'change', { ctx: CTX, usrdata: { id, title: 'Dr' } });
  const timed = async (call: () => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await call();
    return performance.now() - start;
  };

  it('who finds it taken sleeps 1 to 2 s and more', async () => {
    await ox.sandbox.options({ lockSleepScale: 1 });
    const times = await Promise.all([timed(() => title(ANNA)), timed(() => title(BERT))]);

    expect(Math.max(...times)).toBeGreaterThan(1000);
    expect(Math.min(...times)).toBeLessThan(1000);
    expect([(await ox.userNamed('anna'))?.title, (await ox.userNamed('bert'))?.title]).toEqual(['Dr', 'Dr']);
  });

  it('one that stays is refused as User update conflict; groups and other contexts do not mind', async () => {
    await ox.sandbox.seed({ contexts: { '11': { admin: { name: 'oxadmin', password: 'secret10' } } } });
    await ox.sandbox.drift({ lockUsers: { context: 10, ms: 60_000 } });

    for (const call of [
      () => ox.call(USER, 'create', { ctx: CTX, usrdata: aUser() }),
      () => title(ANNA),
      () => ox.call(USER, 'delete', { ctx: CTX, user: { id: ANNA } }),
      () => ox.call(USER, 'changeByModuleAccess', { ctx: CTX, user: { id: ANNA }, moduleAccess: { webmail: false } }),
    ]) {
      expect(await call()).toMatchObject({
        exception: 'StorageException',
        fault: expect.stringMatching(/^User update conflict: Another process is currently modifying user data/),
      });
    }
    const grp = { displayname: 'N', name: 'n' };
    expect((await ox.call(GROUP, 'create', { ctx: CTX, grp })).fault).toBeNull();
    expect((await ox.call(USER, 'create', { ctx: { id: 11 }, usrdata: aUser() })).fault).toBeNull();
  });

  it('one that was left behind counts for a while', async () => {
    await ox.sandbox.drift({ lockUsers: { context: 10, ms: 50 } });

    expect((await title(ANNA)).fault).toBeNull();
  });
});

it('a write whose answer is lost happens all the same, later', async () => {
  await ox.sandbox.rules([{ match: { operation: 'create' }, action: { reset: 'during', delay: 80 } }]);
  const grp = { displayname: 'New', name: 'new' };

  await expect(ox.call(GROUP, 'create', { ctx: CTX, grp })).rejects.toThrow();
  expect(await ox.membersOf('new')).toBeUndefined();
  expect((await ox.call(GROUP, 'create', { ctx: CTX, grp })).fault).toBeNull();
  await sleep(100);
  expect((await context()).groups.filter(({ name }) => name === 'new')).toHaveLength(2);
});
