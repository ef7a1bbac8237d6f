/** OXUserCopyService (docs/ox.md, "Copying users"). */

import { type Raw, type Reply, textIn, textsIn } from './raw.ts';
import { ACCOUNT, ANNA, BERT, COPY, CTX, GROUP, USER, useOx } from './trial.ts';

const ox = useOx();

const DEST = { id: 11 };
const ADMIN_11 = { login: 'oxadmin', password: 'secret11' };
const copy = (id: number, changes: { [name: string]: Raw } = {}): Promise<Reply> =>
  ox.call(COPY, 'copyUser', { user: { id }, src: CTX, dest: DEST, ...changes });

beforeEach(() =>
  ox.sandbox.seed({
    contexts: {
      '10': { users: [{ name: 'anna', accounts: [{ primaryAddress: 'info@example.com' }] }] },
      '11': { admin: { name: ADMIN_11.login, password: ADMIN_11.password } },
      '12': {},
    },
  }),
);

describe('copying users', () => {
  it('copies without groups, once', async () => {
    const { body } = await copy(ANNA);
    expect(textIn(body, 'id')).toBe('3');
    const { contexts } = await ox.sandbox.state();
    expect(contexts['11']?.users[0]).toMatchObject({ name: 'anna', password: 'annas' });
    expect(contexts['10']?.users).toHaveLength(2);

    expect((await copy(ANNA, { user: { id: ANNA, name: 'anna' } })).fault).toBe(
      'User anna already exists in context 11',
    );
    expect((await copy(ANNA, { dest: { id: 77 } })).fault).toBe('The context 77 does not exist!');
    await ox.noViolations();
  });

  it('faults: without a name a taken one is UCP-0011', async () => {
    await copy(ANNA);

    expect(await copy(ANNA)).toMatchObject({
      exception: 'StorageException',
      fault: expect.stringMatching(
        /^UCP-0011 Categories=USER_INPUT Message='A user named anna already exists in destination context 11\.'/,
      ),
    });
  });

  it('not copied: not in the default group either, until added', async () => {
    await copy(ANNA);
    expect((await ox.sandbox.state()).contexts['11']?.groups[0]?.members).toEqual([2]);
    const args = { ctx: DEST, grp: { id: 1 }, members: [{ id: 3 }] };
    expect((await ox.call(GROUP, 'addMember', args, ADMIN_11)).fault).toBeNull();
    expect((await ox.call(GROUP, 'addMember', args, ADMIN_11)).fault).toBe('Member already exists in group');
  });

  it('other effects: maxQuota 0, globalAddressBookDisabled until the access is set', async () => {
    await ox.sandbox.drift({
      setUser: { context: 10, name: 'anna', fields: { moduleAccess: { globalAddressBookDisabled: false } } },
    });
    await copy(ANNA);

    expect(await ox.userNamed('anna', 11)).toMatchObject({
      maxQuota: 0,
      moduleAccess: { globalAddressBookDisabled: true },
    });
    expect((await ox.call(USER, 'change', { ctx: DEST, usrdata: { id: 3, maxQuota: -1 } }, ADMIN_11)).fault).toBeNull();
    const access = { ctx: DEST, user: { id: 3 }, moduleAccess: { webmail: true } };
    await ox.call(USER, 'changeByModuleAccess', access, ADMIN_11);
    expect((await ox.userNamed('anna', 11))?.moduleAccess).toMatchObject({ globalAddressBookDisabled: false });
  });

  it('checked: only the name, with case', async () => {
    await ox.sandbox.seed({
      contexts: { '11': { users: [{ name: 'ANNA', display_name: 'Anna A', primaryEmail: 'anna@example.com' }] } },
    });

    expect((await copy(ANNA)).fault).toBeNull();
    const { id = 0 } = (await ox.userNamed('anna', 11)) ?? {};
    const mail = 'anna@example.com';
    const usrdata = { aliases: [mail], defaultSenderAddress: mail, email1: mail, id, primaryEmail: mail };
    expect((await ox.call(USER, 'change', { ctx: DEST, usrdata }, ADMIN_11)).fault).toBeNull();
    const named = { display_name: 'Anna A', id };
    expect((await ox.call(USER, 'change', { ctx: DEST, usrdata: named }, ADMIN_11)).fault).toBe(
      'The displayname is already used',
    );
  });

  it('secondary accounts: there, but not listed; ACC-0017 until deleted by address', async () => {
    await copy(ANNA);
    const users = [{ id: 3 }];
    const list = await ox.call(ACCOUNT, 'list', { context: DEST }, ADMIN_11);
    expect(textsIn(list.body, 'primaryAddress')).toEqual([]);
    const accountDataOnCreate = {
      login: 'i',
      name: 'I',
      primaryAddress: 'INFO@example.com',
      mailEndpointSource: 'primary',
    };
    const create = { accountDataOnCreate, context: DEST, users };
    expect((await ox.call(ACCOUNT, 'create', create, ADMIN_11)).fault).toMatch(/^ACC-0017 /);
    const remove = { primaryAddress: 'info@example.com', context: DEST, users };
    expect(textIn((await ox.call(ACCOUNT, 'delete', remove, ADMIN_11)).body, 'return')).toBe('true');
    expect((await ox.call(ACCOUNT, 'create', create, ADMIN_11)).fault).toBeNull();
    const again = await ox.call(ACCOUNT, 'list', { context: DEST }, ADMIN_11);
    expect(textsIn(again.body, 'primaryAddress')).toEqual(['INFO@example.com']);
  });
});

describe('two at once, whatever the contexts', () => {
  it('mix each other up: an id where nobody is, a fault where somebody is in part', async () => {
    await ox.sandbox.options({ copyMs: 50 });
    const [first, second] = await Promise.all([copy(ANNA), copy(BERT, { dest: { id: 12 } })]);

    const replies = [first, second];
    expect(replies.map((reply) => reply?.fault ?? null)).toEqual(
      expect.arrayContaining([null, expect.stringMatching(/^UCP-0003 .*Unexpected problem occurred\./)]),
    );
    const { contexts } = await ox.sandbox.state();
    const there = [contexts['11'], contexts['12']].map((context) => context?.users.length);
    expect(there).toEqual(replies.map((reply) => (reply?.fault === null ? 0 : 1)));
  });

  it('may hang', async () => {
    await ox.sandbox.options({ copyMs: 20, copyHangMs: 300 });
    const start = performance.now();
    await Promise.all([copy(ANNA), copy(ANNA, { dest: { id: 12 } }), copy(BERT)]);

    expect(performance.now() - start).toBeGreaterThan(300);
  });

  it('one after the other are all right', async () => {
    await ox.sandbox.options({ copyMs: 10 });
    expect([(await copy(ANNA)).fault, (await copy(BERT)).fault]).toEqual([null, null]);
    expect((await ox.sandbox.state()).contexts['11']?.users).toHaveLength(2);
  });
});
