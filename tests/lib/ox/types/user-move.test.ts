/**
 * A user changes its context (docs/behaviour.md, "Another context"): copied, changed there, deleted in the old one, at
 * whatever step it was cut off.
 */
import { aGroup, anAccount, aUser, changed, userDn } from '../../../harness/objects.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

const anna = aUser('anna', { mailAlternativeAddress: ['a@example.org'] });
const moved = changed(anna, { oxContext: 20, title: 'Dr.' });

const COPY = 'OXUserCopyService.copyUser';

const names = async (context: number) => (await site.context(context)).users.map((user) => user.name);

describe('context change', () => {
  it('copies the user, applies the new values there, then deletes it in the old context', async () => {
    await site.apply(anna);

    const { calls } = await site.apply(moved);

    expect(calls.filter((call) => !call.endsWith('getData'))).toEqual([
      'OXUserService.exists',
      COPY,
      'OXSecondaryAccountService.list',
      'OXUserService.change',
      'OXUserService.changeByModuleAccess',
      'OXGroupService.addMember',
      'OXGroupService.listGroupsForUser',
      'OXUserService.delete',
    ]);
    expect(await names(10)).toEqual([]);
    expect(await site.user('anna', 20)).toMatchObject({ title: 'Dr.', aliases: ['a@example.org', 'anna@example.org'] });
    expect(site.place.lastState(anna.id)?.object).toMatchObject({
      oxDbId: await site.userId('anna', 20),
      oxDbUsername: 'anna',
      oxContext: 20,
    });
  });

  it('takes along what the user made', async () => {
    await site.apply(anna);
    await site.ox.drift({ setUser: { context: 10, name: 'anna', fields: { language: 'it_IT', password: 'mine' } } });
    await site.apply(moved);
    const [user] = (await site.ox.state()).contexts['20']?.users ?? [];
    expect(user).toMatchObject({ language: 'it_IT', password: 'mine' });
  });

  it('is a change if the user already exists in the new context; the old one is deleted', async () => {
    await site.apply(anna);
    await site.ox.seed({ contexts: { 20: { users: [{ name: 'anna', primaryEmail: 'anna@example.org' }] } } });
    const id = await site.userId('anna', 20);

    const { calls } = await site.apply(moved);

    expect(calls).not.toContain(COPY);
    expect(await names(10)).toEqual([]);
    expect(await site.userId('anna', 20)).toBe(id);
    expect(await site.user('anna', 20)).toMatchObject({ title: 'Dr.' });
  });

  it.each<[string, Record<string, unknown>, boolean]>([
    ['takes along whom somebody has renamed in OX', {}, true],
    ['takes along nobody else who has its id', { primaryEmail: 'else@example.org', email1: 'else@example.org' }, false],
  ])('%s', async (_what, fields, isTaken) => {
    await site.apply(anna);
    await site.ox.drift({
      setUser: { context: 10, name: 'anna', fields: { name: 'else', language: 'it_IT', ...fields } },
    });

    await site.apply(moved);

    const [user] = (await site.ox.state()).contexts['20']?.users ?? [];
    expect(user).toMatchObject({ name: 'anna', title: 'Dr.', language: isTaken ? 'it_IT' : 'de_DE' });
    expect(await names(10)).toEqual(isTaken ? [] : ['else']);
  });

  it('goes on where it was cut off after the copy of whom somebody has renamed in OX', async () => {
    await site.apply(anna);
    await site.ox.drift({ setUser: { context: 10, name: 'anna', fields: { name: 'else', language: 'it_IT' } } });
    await site.ox.rules([{ match: { operation: 'copyUser' }, action: { reset: 'after' } }]);
    await site.stopsAt(moved);

    await site.apply();

    const users = (await site.ox.state()).contexts['20']?.users ?? [];
    expect(users).toMatchObject([{ name: 'anna', title: 'Dr.', language: 'it_IT' }]);
    expect(await names(10)).toEqual([]);
  });

  it('creates the user where it is in neither context', async () => {
    await site.apply(anna);
    await site.ox.drift({ deleteUser: { context: 10, name: 'anna' } });
    await site.apply(moved);
    expect(await site.user('anna', 20)).toMatchObject({ title: 'Dr.' });
  });

  it('and change of the name together', async () => {
    await site.apply(anna);
    await site.apply(changed(moved, { username: 'anne' }));
    expect([await names(10), await names(20)]).toEqual([[], ['anne']]);
    expect(site.place.lastState(anna.id)?.object).toMatchObject({ oxDbUsername: 'anne' });
  });

  it('there and back again', async () => {
    await site.apply(anna);
    await site.apply(moved);
    await site.apply(anna);
    expect([await names(10), await names(20)]).toEqual([['anna'], []]);
    expect(site.place.lastState(anna.id)?.object).toMatchObject({ oxDbId: await site.userId('anna') });
  });

  it('never touches the user that has the old number in the new context', async () => {
    await site.apply(anna);
    const id = await site.userId('anna');
    const stranger = { name: 'stranger', ...(id === undefined ? {} : { id }) };
    await site.ox.seed({ contexts: { 20: { users: [stranger] } } });
    const before = await site.user('stranger', 20);

    await site.apply(moved);

    expect(await site.user('stranger', 20)).toEqual(before);
    expect(await names(20)).toEqual(['anna', 'stranger']);
  });

  it('takes the user out of groups and accounts of the old context and into those of the new one', async () => {
    await site.apply(anna, aUser('bert'), aUser('carl', { oxContext: 20 }));
    await site.apply(aGroup('sales', ['anna', 'bert', 'carl']), aGroup('alone', ['anna']), anAccount('info', ['anna']));

    await site.apply(moved);

    expect(await site.group('sales')).toMatchObject({ members: ['bert'] });
    expect(await site.group('sales', 20)).toMatchObject({ members: ['anna', 'carl'] });
    expect(await site.group('alone')).toBeUndefined();
    expect(await site.group('alone', 20)).toMatchObject({ members: ['anna'] });
    expect(await site.accounts('anna', 20)).toEqual([expect.objectContaining({ primaryAddress: 'info@example.org' })]);
  });

  it('takes along the group and account that only their members hold', async () => {
    await site.apply(anna);
    await site.apply(aGroup('sales', ['anna']));
    const { actions } = await site.apply(moved);
    expect(actions.map((action) => action.split(':')[0])).toEqual([userDn('anna'), aGroup('sales', []).dn]);
  });
});

describe('survives a crash between the steps', () => {
  const steps = [
    ['OXUserCopyService', 'copyUser'],
    ['OXUserService', 'change'],
    ['OXUserService', 'changeByModuleAccess'],
    ['OXGroupService', 'listGroupsForUser'],
    ['OXUserService', 'delete'],
  ] as const;
  const cases = steps.flatMap(([service, operation]) =>
    (['before', 'after'] as const).map((reset) => ({ service, operation, reset })),
  );

  it.each(cases)('$reset $operation', async ({ service, operation, reset }) => {
    await site.apply(anna, aUser('bert'), aGroup('sales', ['anna', 'bert']));
    // A read is repeated once when the connection breaks.
    const times = operation === 'listGroupsForUser' ? 2 : 1;
    await site.ox.rules([{ match: { service, operation }, action: { reset }, times }]);

    await site.stopsAt(changed(moved, { username: 'anne' }));
    await site.apply();

    expect([await names(10), await names(20)]).toEqual([['bert'], ['anne']]);
    expect(await site.user('anne', 20)).toMatchObject({ title: 'Dr.', moduleAccess: { webmail: true, tasks: false } });
    expect(await site.group('sales')).toMatchObject({ members: ['bert'] });
    expect(await site.group('sales', 20)).toMatchObject({ members: ['anne'] });
    expect(site.place.waiting()).toEqual([]);
  });
});

describe('a user between a context that is ours and one that is not', () => {
  it('stays where it is while the new context has no credentials, and moves when it has', async () => {
    await site.apply(anna);
    site.forgetCredentials(20);

    const { calls, warnings } = await site.apply(moved);

    expect(calls).toEqual([]);
    expect(warnings).toEqual(['contexts.json has no credentials for context 20']);
    site.enterCredentials(20);
    await site.apply();
    expect([await names(10), await names(20)]).toEqual([[], ['anna']]);
    expect(await site.user('anna', 20)).toMatchObject({ title: 'Dr.' });
  });

  it('stays where it is while the old one has none, and moves with all it has when it has again', async () => {
    await site.apply(anna);
    const id = await site.userId('anna');
    site.forgetCredentials(10);

    const { calls, warnings } = await site.apply(moved);

    expect(calls).toEqual([]);
    expect(warnings).toEqual(['it moves from context 10, but contexts.json has no credentials for context 10']);
    expect([await names(10), await site.userId('anna')]).toEqual([['anna'], id]);
    site.enterCredentials(10);
    const run = await site.apply();
    expect(run.calls).toContain('OXUserCopyService.copyUser');
    expect([await names(10), await names(20)]).toEqual([[], ['anna']]);
  });
});
