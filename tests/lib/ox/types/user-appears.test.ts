/** A user that is new in a context brings back the groups and accounts that name it (docs/behaviour.md, "Users"). */
import { aGroup, anAccount, aUser, changed, groupDn, userDn } from '../../../harness/objects.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

const CREATE = ['OXUserService.createByModuleAccess'];
const CHANGE = ['OXUserService.change'];

describe('after a user appears in a context, what names it is provisioned again', () => {
  const group = aGroup('sales', ['anna', 'bert']);
  const account = anAccount('info', ['anna', 'bert']);
  const missing = async () => {
    await site.apply(aUser('bert'));
    await site.apply(group, account);
    expect(await site.group('sales')).toMatchObject({ members: ['bert'] });
  };
  const arrived = async () => {
    expect(await site.group('sales')).toMatchObject({ members: ['anna', 'bert'] });
    expect(await site.accounts('anna')).toEqual([expect.objectContaining({ primaryAddress: 'info@example.org' })]);
    expect(site.place.waiting()).toEqual([]);
  };

  it('created', async () => {
    await missing();
    const { actions } = await site.apply(aUser('anna'));
    expect(actions.map((action) => action.split(':')[0])).toEqual([userDn('anna'), group.dn, account.dn]);
    await arrived();
  });

  it('enabled', async () => {
    await site.apply(aUser('anna', { isOxUser: false }));
    await missing();
    await site.apply(aUser('anna'));
    await arrived();
  });

  it('moved', async () => {
    await site.apply(aUser('anna', { oxContext: 20 }));
    await missing();
    await site.apply(aUser('anna'));
    await arrived();
  });

  it('created again, because OX had lost it', async () => {
    await missing();
    await site.apply(aUser('anna'));
    await site.ox.drift({ deleteUser: { context: 10, name: 'anna' } });
    await site.apply(aUser('anna'));
    await arrived();
  });

  it.each([
    ['found, where no id was remembered', {}, aUser('anna', { title: 'Dr.' })],
    // A rename makes the connector look whose the id is.
    ['found with another id than remembered', { oxDbId: 4711 }, changed(aUser('anna'), { username: 'anne' })],
  ])('%s', async (_, learnt, file) => {
    await site.apply(aUser('anna'), aUser('bert'));
    site.remember(aUser('anna'), { ...learnt, oxDbUsername: 'anna', oxDbContext: 10 });
    site.remember(group, { oxDbGroupname: 'sales', oxDbContexts: [10] });
    await site.ox.seed({ contexts: { 10: { groups: [{ name: 'sales', members: ['bert'] }] } } });

    await site.apply(file);

    expect(await site.group('sales')).toMatchObject({ members: [file.object?.username, 'bert'] });
  });

  it('a group that only `groups` of the user names', async () => {
    await site.apply(aUser('bert'), aGroup('sales', ['bert']));
    await site.ox.drift({ deleteGroup: { context: 10, name: 'sales' } });
    await site.apply(aUser('anna', { groups: [groupDn('sales'), groupDn('unknown')] }));
    expect(await site.group('sales')).toMatchObject({ members: ['bert'] });
  });

  it('not after a mere change', async () => {
    await missing();
    expect((await site.apply(aUser('bert', { title: 'Dr.' }))).calls).toEqual(CHANGE);
  });

  it('each of them once per run, however many users appear', async () => {
    const names = ['u1', 'u2', 'u3', 'u4'];
    await site.apply(aGroup('all', names), anAccount('all', names));

    const { actions } = await site.apply(...names.map((name) => aUser(name)));

    expect(actions.filter((action) => !action.startsWith('uid='))).toHaveLength(2);
    expect(await site.group('all')).toMatchObject({ members: names });
  });

  it('once, if its own file waits as well', async () => {
    const { calls } = await site.apply(group, account, aUser('anna'), aUser('bert'));
    expect(calls.filter((call) => call.startsWith('OXGroupService'))).toEqual(['OXGroupService.create']);
    await arrived();
  });

  it('not if it is not an OX group', async () => {
    await site.apply(changed(group, { isOxGroup: false }));
    expect((await site.apply(aUser('anna'))).calls).toEqual(CREATE);
  });

  it('durably: also when the run stops in between', async () => {
    await missing();
    const fault = { exception: 'StorageException', text: 'out of order' };
    await site.ox.rules([{ match: { service: 'OXGroupService', operation: 'change' }, action: { fault } }]);
    await site.stopsAt(aUser('anna'));
    await site.apply();
    await arrived();
  });
});
