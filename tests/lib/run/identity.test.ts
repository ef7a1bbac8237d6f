/** Objects that come again under another id, and newcomers with a DN that became free (docs/behaviour.md, "Ids that change"). */
import {
  aContext,
  aGroup,
  anAccount,
  aProfile,
  aResource,
  aUser,
  changed,
  deleted,
  type QueueFile,
  userDn,
} from '../../harness/objects.ts';
import { useSite } from '../../harness/site.ts';

const site = useSite();

const LOW = '00000000-1111-4000-8000-000000000000';
const HIGH = 'ffffffff-1111-4000-8000-000000000000';

const under = (id: string, file: QueueFile): QueueFile => ({ ...file, id });

const WRITES = /\.(create|delete|change|update|copyUser)/;

describe.each([
  ['sorts before', LOW],
  ['sorts behind', HIGH],
])('an object whose new id %s the former one', (_what, id) => {
  it.each<[string, QueueFile]>([
    ['a user', aUser('anna')],
    ['a group', aGroup('team', ['bert'])],
    ['an account', anAccount('info', ['bert'])],
    ['a resource', aResource('room')],
    ['a context', aContext(30)],
    ['a profile', aProfile('basic', ['webmail'])],
  ])('is the same object: %s', async (_type, file) => {
    await site.apply(aUser('bert'), file);
    const before = await site.ox.state();
    const profiles = site.place.profiles();
    const run = await site.apply(under(id, file));
    expect(run.calls.filter((call) => /\.(create|delete|copyUser)/.test(call))).toEqual([]);
    expect(await site.ox.state()).toEqual(before);
    expect(site.place.lastState(file.id)).toBeNull();
    expect(site.place.lastState(id)?.object).toMatchObject({ oxDbFirstId: file.id, oxDbFormerIds: [file.id] });

    const late = await site.apply(deleted(file));
    expect(late.calls).toEqual([]);
    expect(await site.ox.state()).toEqual(before);

    await site.apply(deleted(under(id, file)));
    expect(site.place.lastState(id)).toBeNull();
    expect([await site.ox.state(), site.place.profiles()]).not.toEqual([before, profiles]);
  });

  it('is not made again by its groups and accounts, nor do they lose it', async () => {
    const anna = aUser('anna', { groups: [aGroup('team', []).dn] });
    await site.apply(anna, aUser('bert'), aGroup('team', ['anna', 'bert']), anAccount('info', ['anna', 'bert']));
    await site.apply(under(id, anna));
    await site.apply(
      changed(aGroup('team', ['anna', 'bert']), { description: 'x' }),
      anAccount('info', ['anna', 'bert']),
    );
    expect(await site.group('team')).toMatchObject({ members: ['anna', 'bert'] });
    expect(await site.accounts('anna')).toHaveLength(1);
    await site.apply(under(id, changed(anna, { firstname: 'Later' })), deleted(under(id, anna)));
    await site.apply(aUser('clara'), aGroup('team', ['bert', 'clara']), anAccount('info', ['bert', 'clara']));
    expect(await site.user('anna')).toBeUndefined();
    expect(await site.group('team')).toMatchObject({ members: ['bert', 'clara'] });
  });

  it('may be called by the former one in a mark that waits', async () => {
    await site.apply(aUser('anna'));
    const mark = { ...aUser('anna'), oxConnectorReprovision: true };
    const run = await site.apply(under(id, changed(aUser('anna'), { firstname: 'New' })), mark);
    expect(run.waiting).toEqual([]);
    expect(await site.user('anna')).toMatchObject({ given_name: 'New' });
    expect(Object.keys(site.place.lastStates())).toEqual([id]);
  });
});

it('is not deleted by a deletion that nobody knows and that comes before it: a context made again', async () => {
  const context = aContext(30);
  await site.apply(deleted(context), under(LOW, context));
  expect(await site.context(30)).toBeDefined();
});

it('may change its id and back', async () => {
  const anna = aUser('anna');
  await site.apply(anna);
  await site.apply(under(LOW, anna));
  await site.apply(anna);
  expect(Object.keys(site.place.lastStates())).toEqual([anna.id]);
  expect(site.place.lastState(anna.id)?.object).toMatchObject({ oxDbFirstId: anna.id, oxDbFormerIds: [LOW] });
  const run = await site.apply(deleted(under(LOW, anna)));
  expect(run.calls).toEqual([]);
});

it('is rid of an account that waited until its own address is another one', async () => {
  const anna = (address: string): QueueFile => aUser('anna', { mailPrimaryAddress: address });
  await site.apply(anna('anna@example.org'), anAccount('info', ['anna']));
  await site.apply(anna('info@example.org'));
  await site.apply(anAccount('info', []));
  expect(await site.accounts('anna')).toHaveLength(1);
  await site.apply(under(HIGH, anna('info@example.org')));
  await site.apply(under(HIGH, anna('anna@example.org')));
  expect(await site.accounts('anna')).toEqual([]);
});

it('keeps the name and the logins that it got from its first id', async () => {
  site.set({
    OX_USER_IDENTIFIER: 'entryUUID',
    OX_FUNCTIONAL_ACCOUNT_LOGIN_TEMPLATE: '{{fa_entry_uuid}}{{entry_uuid}}',
  });
  const [anna, info] = [aUser('anna'), anAccount('info', ['anna'])];
  await site.apply(anna, info);
  const before = await site.ox.state();
  await site.apply(under(LOW, anna), under(HIGH, info));
  expect(await site.ox.state()).toEqual(before);
});

it('is deleted by a deletion under an id that nobody knows, if it has the DN', async () => {
  await site.apply(aUser('anna'));
  await site.apply(deleted(under(LOW, aUser('anna'))));
  expect(await site.user('anna')).toBeUndefined();
  expect(site.place.lastStates()).toEqual({});
});

it.each<[string, Record<string, unknown>, Record<string, unknown>, boolean]>([
  ['nothing speaks against it', {}, {}, true],
  ['only one says who it is', { uidNumber: 1001 }, { univentionObjectIdentifier: LOW }, true],
  ['the numbers are equal', { uidNumber: '1001' }, { uidNumber: 1001 }, true],
  ['the numbers differ', { uidNumber: 1001 }, { uidNumber: 1002 }, false],
  ['the identifiers differ', { univentionObjectIdentifier: LOW }, { univentionObjectIdentifier: HIGH }, false],
  ['the identifiers are equal', { univentionObjectIdentifier: LOW }, { univentionObjectIdentifier: LOW }, true],
  [
    'the identifiers differ, but the numbers are equal',
    { univentionObjectIdentifier: LOW, uidNumber: 1001 },
    { univentionObjectIdentifier: HIGH, uidNumber: 1001 },
    true,
  ],
  ['the primary groups differ', { gidNumber: 5000 }, { gidNumber: 5001 }, true],
])('tells a user with the same DN from a newcomer where %s', async (_why, before, after, isSame) => {
  await site.apply(aUser('anna', before));
  const newcomer = under(LOW, aUser('anna', after));
  if (isSame) {
    await site.apply(newcomer);
    expect(Object.keys(site.place.lastStates())).toEqual([LOW]);
  } else {
    // Two objects, one name in OX: it belongs to the one that has it.
    const run = await site.stopsAt(newcomer);
    expect(run.failure).toMatchObject({ code: 'OX_REFUSED', nature: 'object' });
    expect(run.failure.message).toContain(LOW);
    expect(run.failure.message).toContain(aUser('anna').id);
  }
});

describe('a newcomer with a DN that became free', () => {
  const anna = aUser('anna');
  /** The former holder is `anna2` by now, and has another mail address. */
  const renamed: QueueFile = {
    ...changed(anna, { username: 'anna2', mailPrimaryAddress: 'anna2@example.org', displayName: 'anna2 Example' }),
    dn: userDn('anna2'),
  };
  const newcomer = under(LOW, aUser('anna'));
  const refuseRename = (): Promise<unknown> =>
    site.ox.rules([
      {
        match: { operation: 'change' },
        times: 100,
        action: { fault: { exception: 'InvalidDataException', text: 'Changing username is disabled!' } },
      },
    ]);

  it('does not get the account of the former holder whose rename was refused, and is refused itself', async () => {
    await site.apply(anna);
    const id = await site.userId('anna');
    await refuseRename();
    const run = await site.stopsAt(renamed, newcomer);
    expect(run.waiting).toHaveLength(2);
    site.place.clearQueue();
    const next = await site.stopsAt(newcomer);
    expect(next.failure.message).toContain(anna.id);
    site.place.clearQueue();
    await site.ox.clearRules();
    // The former holder is found by its id, and only by that.
    await site.apply(renamed);
    expect(await site.userId('anna2')).toBe(id);
    await site.apply(newcomer);
    expect(await site.userId('anna')).not.toBe(id);
  });

  it('does not get it where the rename was parked', async () => {
    site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' });
    await site.apply(anna);
    const id = await site.userId('anna');
    await refuseRename();
    const run = await site.apply(renamed, newcomer);
    expect(run.parked).toHaveLength(2);
    expect(await site.userId('anna')).toBe(id);
    await site.apply(deleted(anna));
    expect(await site.user('anna')).toBeUndefined();
  });

  it('stands for itself in references from then on', async () => {
    site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' });
    await site.apply(anna, aUser('bert'), aGroup('team', ['anna', 'bert']));
    await refuseRename();
    await site.apply(renamed, under(LOW, aUser('anna', { mailPrimaryAddress: 'neu@example.org' })));
    await site.ox.clearRules();
    await site.apply(aGroup('team', ['anna', 'bert']));
    expect(await site.group('team')).toMatchObject({ members: ['bert'] });
  });

  it('is the same object where a deletion under the former id comes after it', async () => {
    await site.apply(anna);
    const id = await site.userId('anna');
    await site.apply(newcomer, deleted(anna));
    expect(await site.userId('anna')).toBe(id);
    expect(Object.keys(site.place.lastStates())).toEqual([LOW]);
  });

  it('is the same object where a late deletion under the id before the last one comes before it', async () => {
    await site.apply(anna);
    const id = await site.userId('anna');
    await site.apply(under(HIGH, anna));
    const run = await site.apply(deleted(anna), newcomer);
    expect(run.waiting).toEqual([]);
    expect(await site.userId('anna')).toBe(id);
    expect(Object.keys(site.place.lastStates())).toEqual([LOW]);
  });

  it('is nobody for references, where a known object gets the DN that another one gave up, and is refused', async () => {
    site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' });
    await site.apply(anna, aUser('carl'), aUser('bert'));
    await refuseRename();
    const carl = {
      ...changed(aUser('carl'), { username: 'anna', mailPrimaryAddress: 'neu@example.org' }),
      dn: anna.dn,
    };
    await site.apply(renamed, carl);
    await site.ox.clearRules();
    await site.apply(aGroup('team', ['anna', 'bert']));
    expect(await site.group('team')).toMatchObject({ members: ['bert'] });
  });

  it('is another one where the deletion comes before it', async () => {
    await site.apply(anna);
    const id = await site.userId('anna');
    await site.apply(deleted(anna), newcomer);
    expect(await site.userId('anna')).not.toBe(id);
  });
});

it('is taken over where it was left off', async () => {
  const anna = aUser('anna');
  await site.apply(anna);
  // Cut off between writing and renaming: the content has the new id, the name of the file the former one.
  const state = site.place.lastState(anna.id);
  site.place.remember({
    ...(state as unknown as QueueFile),
    id: anna.id,
    object: { ...state?.object, oxDbFirstId: anna.id, oxDbFormerIds: [anna.id] },
  });
  site.place.rewrite(anna.id, { id: LOW });
  const run = await site.apply(under(LOW, changed(anna, { firstname: 'New' })));
  expect(run.calls.filter((call) => WRITES.test(call) && !/\.change/.test(call))).toEqual([]);
  expect(Object.keys(site.place.lastStates())).toEqual([LOW]);
  expect(site.place.lastState(LOW)?.object).toMatchObject({ oxDbFirstId: anna.id, oxDbFormerIds: [anna.id] });
});

it.each([1, 8])('is one object whose creation waits with it in one queue, %i at once', async (concurrency) => {
  site.set({ OX_CONNECTOR_CONCURRENCY: String(concurrency) });
  const team = aGroup('team', []);
  await site.apply(team, under(LOW, team));
  expect(Object.keys(site.place.lastStates())).toEqual([LOW]);
});
