/** The deletion of a context answers before its tables are clean (docs/ox.md, "Deleting contexts"). */

import { setTimeout as sleep } from 'node:timers/promises';
import { type Reply, textIn } from './raw.ts';
import { aUser, CONTEXT, USER, useOx } from './trial.ts';

const ox = useOx();

const ID = 11;
const ADMIN = { login: 'carl', password: 'secret' };
const create = (): Promise<Reply> => ox.call(CONTEXT, 'create', { ctx: { id: ID, maxQuota: 1 }, admin_user: aUser() });
const remove = (): Promise<Reply> => ox.call(CONTEXT, 'delete', { ctx: { id: ID } });
const asAdmin = (): Promise<Reply> => ox.call(USER, 'listAll', { ctx: { id: ID } }, ADMIN);

const LONG = 1500;

beforeEach(() => create());

it('everything says "gone" at once', async () => {
  await ox.sandbox.options({ deletionMs: LONG });
  await remove();

  expect(textIn((await ox.call(CONTEXT, 'exists', { ctx: { id: ID } })).body, 'return')).toBe('false');
  expect((await ox.call(CONTEXT, 'getData', { ctx: { id: ID } })).fault).toBe('Context 11 does not exist');
});

it('a creation right after it is refused, and leaves nothing', async () => {
  await ox.sandbox.options({ deletionMs: 100_000 });
  await remove();

  expect(await create()).toMatchObject({
    exception: 'StorageException',
    fault: expect.stringMatching(/^FLD-0038 .*Duplicate entry/),
  });
  expect(Object.keys((await ox.sandbox.state()).contexts)).toEqual(['10']);
});

it('a later one succeeds, proves itself, and is damaged afterwards; only another deletion helps', async () => {
  await ox.sandbox.options({ deletionMs: LONG });
  await remove();
  await sleep(LONG / 2);

  expect((await create()).fault).toBeNull();
  expect((await asAdmin()).fault).toBeNull();
  await sleep(LONG / 2);
  expect((await asAdmin()).fault).toBe('Authentication failed');
  expect((await ox.call(CONTEXT, 'getAdminId', { ctx: { id: ID } })).fault).toBe(
    'Unable to determine admin for context 11',
  );

  await ox.sandbox.options({ deletionMs: 0 });
  await remove();
  await create();
  expect((await asAdmin()).fault).toBeNull();
});

it('one that waits is all right', async () => {
  await ox.sandbox.options({ deletionMs: 50 });
  await remove();
  await sleep(60);

  await create();
  await sleep(60);
  expect((await asAdmin()).fault).toBeNull();
});
