/** Nobody's object is touched for another's sake (docs/behaviour.md, "Whose it is"). */
import { ownershipIn } from '../../../../lib/ox/types/ownership.ts';
import {
  aGroup,
  aResource,
  aUser,
  changed,
  deleted,
  groupDn,
  type QueueFile,
  userDn,
} from '../../../harness/objects.ts';
import { drop, OTHER, other, refuse } from '../../../harness/others.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

describe('a name that an object has in OX although UDM gave it to another', () => {
  it('a user: the newcomer is refused, and both are named', async () => {
    const anna = aUser('anna');
    await site.apply(anna);
    const id = await site.userId('anna');
    await refuse(site, 'change', 'Changing username is disabled!');
    await site.stopsAt({
      ...changed(anna, { username: 'anna2', mailPrimaryAddress: 'anna2@example.org', displayName: 'Anna II' }),
      dn: userDn('anna2'),
    });
    await drop(site);

    const run = await site.stopsAt(other(aUser('anna', { mailPrimaryAddress: 'neu@example.org', displayName: 'Neu' })));

    expect(run.failure).toMatchObject({ code: 'OX_REFUSED', exitCode: 76, nature: 'object' });
    expect(run.failure.message).toBe(
      `the user "anna" in context 10 belongs to ${anna.dn} (${anna.id}), it is not given to cn=other,${anna.dn} (${OTHER})`,
    );
    expect(run.failure.remedy).toBe(
      'Give one of the two objects another name in UDM (a functional account: another address, or other users). If the other ' +
        'one has another name in UDM already, OX does not have that ' +
        'change yet: it was refused, parked or dropped, or waits for the credentials of its context. Allow it, or enter them, and ' +
        'provision that object again.',
    );
    expect(await site.user('anna')).toMatchObject({ primaryEmail: 'anna@example.org' });
    site.place.clearQueue();
    await site.apply(deleted(anna));
    expect(await site.userId('anna')).toBeUndefined();
    expect(id).toBeDefined();
  });

  it('a group in two contexts, refused in one of them: it keeps its name in both, and nothing of it is left when it goes', async () => {
    site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' });
    const team = aGroup('team', ['anna', 'bert']);
    const in20 = (name: string): QueueFile => aUser(name, { oxContext: 20 });
    await site.apply(aUser('anna'), in20('bert'), in20('carl'), aGroup('crew', ['carl']), team);
    const run = await site.apply(
      changed(team, { name: 'crew' }),
      changed(aGroup('tribe', ['anna', 'bert']), { name: 'crew' }),
    );
    expect(run.parked).toHaveLength(2);
    expect(await site.group('team', 10)).toMatchObject({ members: ['anna'] });
    expect(await site.group('crew', 10)).toBeUndefined();
    await site.apply(deleted(team), deleted(aGroup('tribe', [])));
    const groups = [...(await site.context(10)).groups, ...(await site.context(20)).groups].map(({ name }) => name);
    expect(groups.filter((name) => name !== 'users')).toEqual(['crew']);
    expect(await site.group('crew', 20)).toMatchObject({ members: ['carl'] });
  });

  it('a group: another one that is renamed to it leaves it as it is, and keeps its own name', async () => {
    await site.apply(aUser('anna'), aUser('bert'), aGroup('x', ['anna']), aGroup('y', ['bert']));
    await refuse(site, 'change', 'Illegal chars: "*"');
    await site.stopsAt(changed(aGroup('y', ['bert']), { name: 'z*' }));
    await drop(site);

    const run = await site.stopsAt(changed(aGroup('x', ['anna']), { name: 'Y' }));

    expect(run.failure.message).toBe(
      `the group "Y" in context 10 belongs to ${groupDn('y')} (${aGroup('y', []).id}), it is not given to ${groupDn('x')} (${aGroup('x', []).id})`,
    );
    expect([await site.group('x'), await site.group('y')]).toMatchObject([
      { members: ['anna'] },
      { members: ['bert'] },
    ]);
  });

  it('a resource', async () => {
    await site.apply(aResource('room'));
    const run = await site.stopsAt(other(aResource('room', { resourceMailAddress: 'second@example.org' })));
    expect(run.failure.message).toMatch(
      /^the resource "room" in context 10 belongs to cn=room,.*, it is not given to cn=other,cn=room,/,
    );
    expect(run.failure.message).toContain(aResource('room').id);
    expect(await site.resource('room')).toMatchObject({ email: 'room@example.org' });
  });

  it.each([
    ['Büro', 'Buro'],
    ['a😀', 'a😎'],
  ])('a group or resource whose name OX takes for another one: %s and %s', async (one, two) => {
    await site.ox.options({ checkGroupNames: false, checkResourceNames: false });
    const group = (name: string): QueueFile => aGroup('one', ['anna'], { name });
    const room = (name: string): QueueFile => aResource('one', { name, description: 'one' });
    await site.apply(aUser('anna'), aUser('bert'), group(one), room(one));
    for (const file of [aGroup('two', ['bert'], { name: two }), aResource('two', { name: two, description: 'two' })]) {
      expect((await site.stopsAt(file)).failure.message).toContain('belongs to cn=one,');
      site.place.clearQueue();
    }
    expect(await site.group(one)).toMatchObject({ members: ['anna'] });
    expect(await site.resource(one)).toMatchObject({ description: 'one' });
    // Its own name it may spell otherwise.
    await site.apply(group(one.toUpperCase()), room(one.toUpperCase()));
    expect([await site.group(one.toUpperCase()), await site.resource(one.toUpperCase())]).toMatchObject([
      { members: ['anna'] },
      { description: 'one' },
    ]);
  });

  it("OX's own group of everybody, whatever accents and blanks are in the name", async () => {
    await site.ox.options({ checkGroupNames: false });
    await site.apply(aUser('anna'), aUser('bert'));
    await site.apply(aGroup('x', ['anna'], { name: 'Üsers ' }));
    expect(await site.group('users')).toMatchObject({ members: ['anna', 'bert', 'oxadmin'] });
  });

  it('is taken where nobody claims it, as after a crash or by hand', async () => {
    await site.apply(aUser('anna'), aGroup('team', ['anna']), aResource('room'));
    for (const file of [aUser('anna'), aGroup('team', []), aResource('room')]) {
      site.place.forget(file.id);
    }
    const id = await site.userId('anna');
    await site.apply(aUser('anna'), aGroup('team', ['anna']), aResource('room'));
    expect(await site.userId('anna')).toBe(id);
  });
});

describe('names of a group are remembered for each context', () => {
  it('where it could not be renamed it keeps the old one, and nobody else is taken for it', async () => {
    const [anna, bert] = [aUser('anna'), aUser('bert', { oxContext: 20 })];
    const group = aGroup('old', ['anna', 'bert']);
    await site.apply(anna, bert, group);
    site.forgetCredentials(20);
    await site.apply(changed(group, { name: 'new' }));
    const stranger = {
      ...aGroup('stranger', ['anna']),
      object: { ...aGroup('stranger', ['anna']).object, name: 'old' },
    };
    await site.apply(stranger);

    await site.apply(changed(group, { name: 'new', description: 'again' }));

    expect(await site.group('old')).toMatchObject({ members: ['anna'] });
    expect(await site.group('new')).toMatchObject({ members: ['anna'] });
    site.enterCredentials(20);
    await site.apply();
    expect([await site.group('old', 20), await site.group('new', 20)]).toMatchObject([
      undefined,
      { members: ['bert'] },
    ]);
    expect(await site.group('old')).toMatchObject({ members: ['anna'] });
  });
});

describe('a deletion looks under the remembered id before it says that the object was gone', () => {
  const anna = aUser('anna', { univentionObjectIdentifier: '11111111-2222-4333-8444-555555555555' });

  it.each<[string, Record<string, unknown>, boolean]>([
    ['it has its name by the identifier that is set now', { name: '11111111-2222-4333-8444-555555555555' }, true],
    ['it has its address', { name: 'renamed' }, true],
    ['it is somebody else', { name: 'renamed', primaryEmail: 'else@example.org' }, false],
  ])('where %s', async (_what, now, isRemoved) => {
    await site.apply(anna);
    await site.ox.drift({ setUser: { context: 10, name: 'anna', fields: now } });
    site.set({ OX_USER_IDENTIFIER: 'univentionObjectIdentifier' });
    await site.apply(deleted(anna));
    expect(await site.user(String(now.name))).toEqual(isRemoved ? undefined : expect.anything());
  });
});

describe('a change looks under the remembered id before it makes a second user', () => {
  const anna = aUser('anna');
  const renamed = async (fields: Record<string, unknown>) => {
    await site.apply(anna, aGroup('team', ['anna']));
    await site.ox.drift({ setUser: { context: 10, name: 'anna', fields: { name: 'else', ...fields } } });
    return site.userId('else');
  };

  it.each<[string, Record<string, unknown>]>([
    ['everything is provisioned again', {}],
    ['its address and display name change', { mailPrimaryAddress: 'new@example.org', oxDisplayName: 'New' }],
    ['it gets another name', { username: 'anne', mailPrimaryAddress: 'new@example.org', oxDisplayName: 'New' }],
  ])('where somebody has renamed it in OX, and %s', async (_what, news) => {
    const id = await renamed({});
    await site.apply(changed(anna, news));
    const name = String(news.username ?? 'anna');
    expect([await site.namesIn(10), await site.userId(name)]).toEqual([[name, 'team'], id]);
    expect(await site.group('team')).toMatchObject({ members: [name] });
  });

  it('and makes one where the id is somebody else', async () => {
    await renamed({ primaryEmail: 'else@example.org', email1: 'else@example.org', display_name: 'Else' });
    await site.apply(changed(anna, { title: 'Dr.' }));
    expect(await site.namesIn(10)).toEqual(['anna', 'else', 'team']);
  });

  it('and keeps its id where those of the context are looked up again', async () => {
    await site.apply(aUser('bert'));
    const id = await renamed({});
    await site.ox.drift({ deleteUser: { context: 10, name: 'bert' } });
    await site.apply(aGroup('team', ['anna', 'bert'], { description: 'more' }));
    expect(await site.group('team')).toMatchObject({ members: ['bert', 'else'] });
    await site.apply(anna);
    expect(await site.userId('anna')).toBe(id);
  });

  it('and leaves alone who is claimed by another', async () => {
    await renamed({});
    site.remember(other(anna), { oxDbUsername: 'else', oxDbContext: 10 });
    await site.stopsAt(changed(anna, { title: 'Dr.' }));
    expect(await site.user('else')).not.toMatchObject({ title: 'Dr.' });
  });
});

it('takes no stranger for itself where name and context change together after a rename that was refused', async () => {
  const anna = aUser('anna');
  await site.apply(anna);
  await refuse(site, 'change', 'Changing username is disabled!');
  await site.stopsAt(changed(anna, { username: 'second' }));
  await drop(site);
  const stranger = other(aUser('anna', { oxContext: 20 }));
  await site.apply(stranger);
  const id = await site.userId('anna', 20);

  // OX copies a user under the name that it has, which is taken there.
  const run = await site.stopsAt(changed(anna, { username: 'third', oxContext: 20 }));

  expect(run.failure.exitCode).toBe(76);
  expect([await site.userId('anna', 20), await site.user('third', 20)]).toEqual([id, undefined]);
  expect(await site.user('anna')).toBeDefined();
});

it('removes a group that its last member leaves only where a last state claims it', async () => {
  await site.apply(aUser('anna'), aGroup('ours', ['anna']), aGroup('foreign', ['anna']));
  site.place.forget(aGroup('foreign', []).id);
  await site.apply(deleted(aUser('anna')));
  expect([await site.group('ours'), await site.group('foreign')]).toEqual([undefined, expect.anything()]);
});

it('says so where the last state of the other one has gone meanwhile', () => {
  const gone = ownershipIn({ claimants: () => [OTHER], look: () => null, damaged: () => [] });
  expect(gone.standsForOther(['x'], 'the user "anna"', aUser('anna'))).toBe(
    `the user "anna" is left alone: an object whose last state is gone (${OTHER}) stands for it too`,
  );
});
