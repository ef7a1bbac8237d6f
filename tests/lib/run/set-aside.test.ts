/** What is parked or dropped, put back, and what passes on meanwhile (docs/operations.md). */
import { aGroup, anAccount, aUser, changed, type QueueFile, userDn } from '../../harness/objects.ts';
import { useSite } from '../../harness/site.ts';

const site = useSite();

const named = (file: QueueFile, displayName: string): QueueFile => changed(file, { oxDisplayName: displayName });

describe('a change that is put back', () => {
  beforeEach(() => site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' }));

  it('is applied at its old place: newer data wins', async () => {
    await site.apply(named(aUser('xaver'), 'Xaver'));
    await site.apply(named(aUser('anna'), 'Xaver'));
    // The newer file of the object is put into the queue before the older one is put back.
    site.place.drop(named(aUser('anna'), 'Anna'));
    site.place.retry();
    const run = await site.apply();
    expect(run).toMatchObject({ waiting: [], parked: [] });
    expect(await site.user('anna')).toMatchObject({ display_name: 'Anna' });
  });

  it('is not undone by the group of a member that was parked too', async () => {
    const team = (...members: string[]): QueueFile => aGroup('team', members);
    await site.apply(named(aUser('xaver'), 'Xaver'), aUser('berta'), team('berta', 'xaver'));
    await site.apply(named(aUser('anna'), 'Xaver'), aUser('xaver', { oxDisplayName: 'Xaver' }), team('anna', 'berta'));
    expect(await site.group('team')).toMatchObject({ members: ['berta'] });
    await site.apply(named(aUser('anna'), 'Anna'));
    site.place.retry();
    await site.apply();
    expect(await site.group('team')).toMatchObject({ members: ['anna', 'berta'] });
  });
});

it('brings back the groups and accounts that name a user by the DN that it gets only now', async () => {
  site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' });
  const anna = aUser('anna');
  await site.apply(anna, aUser('berta'), aGroup('team', ['anna', 'berta']), anAccount('info', ['anna']));
  await site.ox.options({ usernameChangeable: false });
  const renamed = { ...changed(anna, { username: 'anna2' }), dn: userDn('anna2') };
  await site.apply(renamed, aGroup('team', ['anna2', 'berta']), anAccount('info', ['anna2']));
  await site.ox.options({ usernameChangeable: true });
  site.place.retry();
  await site.apply();
  expect(await site.group('team')).toMatchObject({ members: ['anna2', 'berta'] });
  expect(await site.accounts('anna2')).toMatchObject([{ primaryAddress: 'info@example.org' }]);
});

it('wakes what waited for credentials in the order of the files', async () => {
  const anna = aUser('anna', { oxContext: 20 });
  await site.apply(anna);
  const id = await site.userId('anna', 20);
  site.forgetCredentials(20);
  const renamed = {
    ...changed(anna, { username: 'anna2', mailPrimaryAddress: 'anna2@example.org', displayName: 'anna2 Example' }),
    dn: userDn('anna2'),
  };
  await site.apply(renamed, { ...anna, id: '00000000-0000-4000-8000-000000000000' });
  site.enterCredentials(20);
  const run = await site.apply(aUser('bert'));
  expect(run.waiting).toEqual([]);
  expect(await site.userId('anna2', 20)).toBe(id);
  expect(await site.userId('anna', 20)).not.toBe(id);
});
