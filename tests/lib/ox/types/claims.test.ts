/** What an object claims is kept for it although OX lacks it, and what two stand for is not forgotten with one of them. */
import {
  aContext,
  aGroup,
  anAccount,
  aResource,
  aUser,
  changed,
  deleted,
  groupDn,
  type QueueFile,
} from '../../../harness/objects.ts';
import { other } from '../../../harness/others.ts';
import { ADMIN_20, useSite } from '../../../harness/site.ts';

const site = useSite();

describe('a name that another last state claims is not taken, although OX does not have it', () => {
  it('by the creation of a user', async () => {
    await site.apply(aUser('anna'));
    await site.ox.drift({ deleteUser: { context: 10, name: 'anna' } });
    const run = await site.stopsAt(other(aUser('anna')));
    expect(run.failure.message).toContain(aUser('anna').id);
    expect(await site.user('anna')).toBeUndefined();
  });

  it('by the renaming of a user', async () => {
    await site.apply(aUser('anna'), aUser('bert'));
    await site.ox.drift({ deleteUser: { context: 10, name: 'anna' } });
    const run = await site.stopsAt(changed(aUser('bert'), { username: 'anna' }));
    expect(run.failure.message).toContain(aUser('anna').id);
    expect(await site.user('bert')).toBeDefined();
  });

  it('by the renaming of a group', async () => {
    await site.apply(aUser('anna'), aGroup('x', ['anna']), aGroup('y', ['anna']));
    await site.ox.drift({ deleteGroup: { context: 10, name: 'y' } });
    const run = await site.stopsAt(changed(aGroup('x', ['anna']), { name: 'y' }));
    expect(run.failure.message).toContain(aGroup('y', []).id);
    expect(await site.group('x')).toBeDefined();
  });

  it('by the creation of a group', async () => {
    await site.apply(aUser('anna'), aGroup('y', ['anna']));
    await site.ox.drift({ deleteGroup: { context: 10, name: 'y' } });
    const run = await site.stopsAt(other(aGroup('y', ['anna'])));
    expect(run.failure.message).toContain(aGroup('y', []).id);
  });

  it('by the creation or renaming of a resource', async () => {
    await site.apply(aResource('room'), aResource('hall'));
    await site.ox.drift({ deleteResource: { context: 10, name: 'room' } });
    const created = await site.stopsAt(other(aResource('room')));
    expect(created.failure.message).toContain(aResource('room').id);
    site.place.clearQueue();
    const renamed = await site.stopsAt(changed(aResource('hall'), { name: 'room' }));
    expect(renamed.failure.message).toContain(aResource('room').id);
  });
});

describe('what waits in two contexts waits on in one when the other is deleted', () => {
  const in30 = (name: string): QueueFile => aUser(name, { oxContext: 30 });

  it.each([
    ['a group', aGroup('team', ['anna', 'bert']), async () => (await site.group('team', 20)) !== undefined],
    [
      'a group, the other way round',
      aGroup('team', ['bert', 'anna']),
      async () => (await site.group('team', 20)) !== undefined,
    ],
    [
      'an account, the other way round',
      anAccount('team', ['bert', 'anna']),
      async () => (await site.accounts('bert', 20)).length > 0,
    ],
    ['an account', anAccount('team', ['anna', 'bert']), async () => (await site.accounts('bert', 20)).length > 0],
  ])('%s', async (_what, file, isThere) => {
    await site.apply(aContext(30), in30('anna'), aUser('bert', { oxContext: 20 }), file);
    expect(await isThere()).toBe(true);
    site.forgetCredentials(20);
    site.forgetCredentials(30);
    await site.apply(deleted(file));
    await site.apply(deleted(aContext(30)));
    expect(await isThere()).toBe(true);
    site.enterLogin(20, { adminuser: ADMIN_20.name, adminpass: ADMIN_20.password });
    await site.apply();
    expect(await isThere()).toBe(false);
    expect(site.place.lastState(file.id)).toBeNull();
  });

  it('a user that waits to leave it is provisioned where it goes', async () => {
    await site.apply(aContext(30), in30('anna'));
    site.forgetCredentials(30);
    await site.apply(aUser('anna'));
    expect(await site.user('anna')).toBeUndefined();
    await site.apply(deleted(aContext(30)));
    expect(await site.user('anna')).toBeDefined();
  });
});

it('a group whose name changes in case only claims both', async () => {
  await site.apply(aUser('anna'), aGroup('team', ['anna']));
  const run = await site.apply({ ...changed(aGroup('team', ['anna']), { name: 'Team' }), dn: groupDn('Team') });
  expect(run.failure).toBeNull();
  expect(await site.group('Team')).toMatchObject({ members: ['anna'] });
});

it.each(['1', '4'])(
  'what two objects stand for goes with the last of them, in one run, %s at once',
  async (concurrency) => {
    site.set({ OX_CONNECTOR_CONCURRENCY: concurrency });
    await site.apply(aUser('anna'), aResource('room'));
    site.remember(other(aResource('room')));
    site.remember(
      { ...aUser('anna'), id: '88888888-0000-4000-8000-000000000000', dn: 'uid=anna,cn=twice' },
      { oxDbUsername: 'anna', oxDbContext: 10 },
    );
    await site.apply(
      deleted(aResource('room')),
      deleted(other(aResource('room'))),
      deleted(aUser('anna')),
      deleted({ ...aUser('anna'), id: '88888888-0000-4000-8000-000000000000', dn: 'uid=anna,cn=twice' }),
    );
    expect([await site.resource('room'), await site.user('anna')]).toEqual([undefined, undefined]);
  },
);
