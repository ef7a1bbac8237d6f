/**
 * A user with functional accounts changes its context: OX's copy of an account is none that OX lists
 * (docs/ox.md, "Copying users").
 */
import { anAccount, aUser, changed, idOf } from '../../../harness/objects.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

const ADDRESS = 'info@example.org';
const anna = aUser('anna', { mailAlternativeAddress: ['a@example.org'] });
const moved = changed(anna, { oxContext: 20, title: 'Dr.' });

const addresses = async (context: number) =>
  (await site.accounts('anna', context)).map(({ primaryAddress }) => primaryAddress);

const ofAccounts = (calls: readonly string[]) => calls.filter((call) => call.startsWith('OXSecondaryAccount'));

async function expectMoved(): Promise<void> {
  expect(await site.user('anna')).toBeUndefined();
  expect(await site.user('anna', 20)).toMatchObject({
    title: 'Dr.',
    primaryEmail: 'anna@example.org',
    moduleAccess: { webmail: true, tasks: false },
  });
  expect(await addresses(20)).toEqual([ADDRESS]);
  const id = await site.userId('anna', 20);
  const everybody = (await site.ox.state()).contexts['20']?.groups.find((group) => group.id === 1);
  expect(everybody?.members).toContain(id);
  expect(site.place.waiting()).toEqual([]);
}

describe('moving accounts', () => {
  it('ends in one run, with an account that OX lists', async () => {
    await site.apply(anna, anAccount('info', ['anna']));

    const { calls } = await site.apply(moved);

    await expectMoved();
    expect(ofAccounts(calls)).toEqual(
      ['list', 'list', 'delete', 'create', 'list'].map((operation) => `OXSecondaryAccountService.${operation}`),
    );
    expect((await site.apply(anAccount('info', ['anna']))).warnings).toEqual([]);
  });

  const steps = [
    ['OXUserCopyService', 'copyUser'],
    ['OXSecondaryAccountService', 'delete'],
    ['OXSecondaryAccountService', 'create'],
    ['OXUserService', 'change'],
    ['OXUserService', 'changeByModuleAccess'],
    ['OXGroupService', 'addMember'],
    ['OXUserService', 'delete'],
  ] as const;

  it.each(steps.flatMap((step) => (['before', 'after'] as const).map((reset) => ({ step, reset }))))(
    'ends right when cut off $reset $step',
    async ({ step: [service, operation], reset }) => {
      await site.apply(anna, anAccount('info', ['anna']));
      await site.ox.rules([{ match: { service, operation }, action: { reset } }]);

      await site.stopsAt(moved);
      await site.apply();

      await expectMoved();
    },
  );

  it('a copy that was made before the account was taken away loses it as well', async () => {
    await site.ox.options({ usernameChangeable: false });
    const [info, help] = [anAccount('info', ['anna']), anAccount('help', ['anna'])];
    await site.apply(anna, aUser('bert'), info, help);
    await site.stopsAt(changed(moved, { username: 'anne' }));
    expect(await addresses(20)).toHaveLength(2);

    site.place.clearQueue();
    await site.apply(anAccount('help', ['bert']));
    await site.ox.options({ usernameChangeable: true });
    await site.apply(changed(moved, { username: 'anne' }));

    expect(await site.user('anna')).toBeUndefined();
    expect(await site.accounts('anne', 20)).toMatchObject([{ primaryAddress: ADDRESS }]);
  });

  it('who is found in the new context keeps the accounts that nobody of ours has given it', async () => {
    await site.apply(anna);
    const there = {
      name: 'anna',
      display_name: 'x',
      primaryEmail: 'x@example.org',
      accounts: [{ primaryAddress: 'own@example.org', name: 'own', login: 'own' }],
    };
    await site.ox.seed({ contexts: { 20: { users: [there] } } });
    await site.apply(moved);
    expect(await addresses(20)).toEqual(['own@example.org']);
  });

  it('changes the primary address first where it is that of the account, and gives it back', async () => {
    await site.apply(anna, anAccount('info', ['anna']));
    const own = { primaryEmail: ADDRESS, email1: ADDRESS, aliases: [ADDRESS, 'anna@example.org'] };
    await site.ox.drift({ setUser: { context: 10, name: 'anna', fields: own } });

    await site.apply(changed(moved, { mailPrimaryAddress: ADDRESS, mailAlternativeAddress: ['anna@example.org'] }));

    expect(await site.user('anna', 20)).toMatchObject({ primaryEmail: ADDRESS, title: 'Dr.' });
    expect(await addresses(20)).toEqual([]);
  });

  it('leaves the account alone where OX does not give the user another primary address', async () => {
    await site.apply(anna, anAccount('info', ['anna']));
    const own = { primaryEmail: ADDRESS, email1: ADDRESS, aliases: [ADDRESS, 'anna@example.org'] };
    await site.ox.drift({ setUser: { context: 10, name: 'anna', fields: own } });
    const body =
      '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><changeResponse/></s:Body></s:Envelope>';
    await site.ox.rules([
      {
        match: { service: 'OXUserService', operation: 'change' },
        action: { status: 200, contentType: 'text/xml', body },
      },
    ]);

    const { failure } = await site.stopsAt(moved);

    expect(failure.message).toMatch(
      /^OX still shows info@example\.org as the primary address of user \d+ of context 20: its secondary account is left alone$/,
    );
    expect(failure.remedy).toBe(
      "Look into OX's own log for why it keeps the address. The next run looks again, and goes on with the move once the user has another one.",
    );
    expect(failure.fields.object).toMatch(/^user \d+ in context 20$/);
    await site.apply();
    await expectMoved();
  });

  it('does so also for a user with no other address', async () => {
    await site.apply(anna, anAccount('info', ['anna']));
    const own = { primaryEmail: ADDRESS, email1: ADDRESS, aliases: [ADDRESS], defaultSenderAddress: ADDRESS };
    await site.ox.drift({ setUser: { context: 10, name: 'anna', fields: own } });

    await site.apply(changed(moved, { mailPrimaryAddress: ADDRESS, mailAlternativeAddress: [] }));

    expect(await site.user('anna', 20)).toMatchObject({ primaryEmail: ADDRESS, aliases: [ADDRESS] });
    expect(await addresses(20)).toEqual([]);
  });
});

describe('what the copy gets wrong', () => {
  it('the quota is as wished, none is unlimited', async () => {
    await site.apply(anna);
    await site.apply(moved);
    expect((await site.bodies('change')).at(-1)).toMatch(/maxQuota>-1</);
  });

  it('the module access is that of the old context where the profile is not known', async () => {
    await site.apply(anna);
    await site.ox.drift({ setUser: { context: 10, name: 'anna', fields: { moduleAccess: { tasks: true } } } });

    await site.apply(changed(moved, { oxAccess: 'unknown' }));

    expect(await site.user('anna', 20)).toMatchObject({ moduleAccess: { tasks: true, webmail: true } });
  });

  it('a display name that is taken in the new context is refused before the copy', async () => {
    const bert = aUser('bert', { oxContext: 20, displayName: 'anna Example' });
    await site.apply(anna, bert);

    const { failure, calls } = await site.stopsAt(moved);

    expect(failure.exitCode).toBe(76);
    expect(failure.message).toBe(
      'user "anna" is not copied to context 20: the user "bert" there has the same display name "anna Example"',
    );
    expect(failure.remedy).toMatch(/^Give one of the two users another display name, or allow equal ones in OX: /);
    expect(calls).not.toContain('OXUserCopyService.copyUser');
    await site.apply(changed(bert, { displayName: 'Bert' }));
    expect(await site.user('anna')).toBeUndefined();
    expect(await site.user('anna', 20)).toMatchObject({ title: 'Dr.' });
  });

  it('an address that another known user has in the new context is refused before the copy', async () => {
    const bert = aUser('bert', { oxContext: 20, mailPrimaryAddress: 'Anna@example.org' });
    await site.apply(anna, bert);

    const { failure, calls } = await site.stopsAt(moved);

    expect(failure.exitCode).toBe(76);
    expect(failure.message).toContain(bert.dn);
    expect(calls).not.toContain('OXUserCopyService.copyUser');
    await site.apply(changed(bert, { mailPrimaryAddress: 'bert@example.org' }));
    expect(await site.user('anna', 20)).toMatchObject({ primaryEmail: 'anna@example.org' });
  });

  it('what OX refuses after the copy says that the user is in both contexts', async () => {
    await site.apply(anna);
    await site.ox.rules([
      {
        match: { service: 'OXUserService', operation: 'change', context: 20 },
        action: { fault: { exception: 'InvalidDataException', text: 'Invalid email address: x' } },
      },
    ]);

    const { failure } = await site.stopsAt(moved);

    expect(failure.message).toMatch(/; until then the user is in both contexts, 10 and 20$/);
    expect(failure.remedy).toMatch(
      /Nothing has to be done about the copy: once this is solved, the next run goes on from there\.$/,
    );
    await site.apply();
    expect(await site.user('anna')).toBeUndefined();
  });

  it('nothing is deleted where the new context does not have the user that the copy answered', async () => {
    await site.apply(anna);
    await site.ox.rules([
      {
        match: { service: 'OXUserService', operation: 'getData', context: 20 },
        action: {
          fault: { exception: 'NoSuchUserException', text: 'No such user 9 in context 20' },
        },
        times: 2,
      },
    ]);

    const { failure, calls } = await site.stopsAt(moved);

    expect(failure.message).toContain('the user is not there');
    expect(calls).not.toContain('OXUserService.delete');
    await site.apply();
    expect(await site.user('anna')).toBeUndefined();
    expect(site.place.lastState(idOf('user', 'anna'))?.object).toMatchObject({ oxDbContext: 20 });
  });
});

describe('a name that another object has in the new context', () => {
  const other = aUser('other', { username: 'anna', oxContext: 20, mailPrimaryAddress: 'other@example.org' });
  const renamed = changed(moved, { username: 'anne' });

  const expectBoth = async () => {
    const names = (await site.context(20)).users.map(({ name }) => name);
    expect([names, (await site.context(10)).users]).toEqual([['anna', 'anne'], []]);
    expect(await site.user('anna', 20)).toMatchObject({ primaryEmail: 'other@example.org' });
    expect(await site.user('anne', 20)).toMatchObject({ primaryEmail: 'anna@example.org', title: 'Dr.' });
  };

  it('is given up before the copy where the user gets another one', async () => {
    await site.apply(anna, other);
    await site.apply(renamed);
    await expectBoth();
  });

  it.each([
    ['before', 'OXUserService', 'change'],
    ['after', 'OXUserService', 'change'],
    ['before', 'OXUserCopyService', 'copyUser'],
    ['after', 'OXUserCopyService', 'copyUser'],
    ['before', 'OXUserService', 'delete'],
    ['after', 'OXUserService', 'delete'],
  ] as const)('and ends right when cut off %s %s.%s', async (reset, service, operation) => {
    await site.apply(anna, other);
    await site.ox.rules([{ match: { service, operation }, action: { reset } }]);
    await site.stopsAt(renamed);
    await site.apply();
    await expectBoth();
  });
});
