/** OXSecondaryAccountService (docs/ox.md, "Secondary accounts"). */

import { type Raw, type Reply, textIn, textsIn } from './raw.ts';
import { ACCOUNT, ANNA, BERT, CTX, USER, useOx } from './trial.ts';

const ox = useOx();

describe('secondary accounts', () => {
  const DATA = { login: 'info', name: 'Info', primaryAddress: 'info@example.com', mailEndpointSource: 'primary' };

  function create(users: number[], changes: { [name: string]: Raw } = {}): Promise<Reply> {
    const accountDataOnCreate = { ...DATA, ...changes };
    return ox.call(ACCOUNT, 'create', { accountDataOnCreate, context: CTX, users: users.map((id) => ({ id })) });
  }

  it('creates all or none, updates, lists and deletes by address', async () => {
    expect((await create([ANNA])).body).toContain('<soap:Body></soap:Body>');
    expect((await create([BERT, ANNA])).fault).toMatch(
      /^ACC-0017 Categories=USER_INPUT Message='Duplicate mail account for user 3 in context 10\.' exceptionID=/,
    );
    const update = { primaryAddress: 'info@example.com', accountDataUpdate: { name: 'New' }, context: CTX };
    expect(textIn((await ox.call(ACCOUNT, 'update', { ...update, users: [{ id: ANNA }] })).body, 'return')).toBe(
      'true',
    );
    const list = await ox.call(ACCOUNT, 'list', { context: CTX });
    expect([textsIn(list.body, 'userId'), textsIn(list.body, 'name')]).toEqual([['3'], ['New']]);
    const remove = { primaryAddress: 'INFO@example.com', context: CTX, groups: [{ id: 0 }] };
    expect(textIn((await ox.call(ACCOUNT, 'delete', remove)).body, 'return')).toBe('true');
    expect(textIn((await ox.call(ACCOUNT, 'delete', remove)).body, 'return')).toBe('false');
    await ox.noViolations();
  });

  it.each<[{ [name: string]: Raw }, number[], RegExp]>([
    [{ primaryAddress: 'anna@example.com' }, [ANNA], /Duplicate mail account for user 3 in context 10/],
    [{ mailEndpointSource: 'none' }, [ANNA], /^Missing mail end-point data/],
    [{ primaryAddress: null }, [ANNA], /^java\.sql\.\S+ Column 'primaryAddress' cannot be null$/],
    [{ name: null }, [ANNA], /Column 'name' cannot be null/],
    [{}, [], /^Missing users\/groups in account data$/],
    [{}, [99], /^No such user 99 in context 10$/],
  ])('refuses %j for %j', async (changes, users, text) => {
    expect((await create(users, changes)).fault).toMatch(text);
  });

  it('deletes even a primary account, and notes it', async () => {
    await ox.call(ACCOUNT, 'delete', { primaryAddress: 'anna@example.com', context: CTX, users: [{ id: ANNA }] });

    expect(await ox.userNamed('anna')).toMatchObject({ primaryAccountRemoved: true });
    expect((await ox.sandbox.violations())[0]?.message).toMatch(/removes the primary account of user 3/);
  });

  it('delete: every account of the address, in any case of letters, the primary one too; ACC-0002 afterwards', async () => {
    const id = ANNA;
    await ox.sandbox.seed({
      contexts: { '10': { users: [{ name: 'anna', accounts: [{ primaryAddress: 'anna@example.com' }] }] } },
    });
    expect((await create([id], { primaryAddress: 'anna@example.com' })).fault).toBe(
      'Found two mail accounts with same E-Mail address anna@example.com for user 3 in context 10',
    );
    await ox.call(ACCOUNT, 'delete', { primaryAddress: 'ANNA@example.com', context: CTX, users: [{ id }] });

    expect(await ox.userNamed('anna')).toMatchObject({ accounts: [], primaryAccountRemoved: true });
    expect((await ox.call(USER, 'getData', { ctx: CTX, user: { id } })).fault).toBeNull();
    const lost = /^ACC-0002 .*Cannot find mail account with identifier 0 for user 3 in context 10\./;
    const mail = 'anna@example.com';
    const usrdata = { aliases: [mail], defaultSenderAddress: mail, email1: mail, id, primaryEmail: mail };
    expect((await ox.call(USER, 'change', { ctx: CTX, usrdata })).fault).toMatch(lost);
    expect((await ox.call(USER, 'change', { ctx: CTX, usrdata: { id, imapServer: 'mail' } })).fault).toMatch(lost);
    expect((await ox.call(USER, 'change', { ctx: CTX, usrdata: { id, title: 'Dr' } })).fault).toBeNull();
  });

  it("own address and account's equal: a change moves only the primary account, delete takes the other", async () => {
    await create([ANNA]);
    const own = 'info@example.com';
    const all = (mail: string) => ({
      aliases: [mail],
      defaultSenderAddress: mail,
      email1: mail,
      id: ANNA,
      primaryEmail: mail,
    });
    expect((await ox.call(USER, 'change', { ctx: CTX, usrdata: all(own) })).fault).toBeNull();
    await ox.call(USER, 'change', { ctx: CTX, usrdata: all('anna@example.com') });
    await ox.call(ACCOUNT, 'delete', { primaryAddress: own, context: CTX, users: [{ id: ANNA }] });

    const anna = await ox.userNamed('anna');
    expect(anna).toMatchObject({ accounts: [], primaryEmail: 'anna@example.com' });
    expect(anna).not.toHaveProperty('primaryAccountRemoved');
  });

  it("missing: '' is an address at creation", async () => {
    expect((await create([ANNA], { primaryAddress: '' })).fault).toBeNull();
  });

  it.each(['name', 'login', 'replyTo'])('Lengths: %s of an account, 256', async (name) => {
    expect((await create([ANNA], { [name]: 'x'.repeat(257) })).fault).toMatch(/Data too long for column/);
    expect((await create([ANNA], { [name]: 'x'.repeat(256) })).fault).toBeNull();
  });
});
