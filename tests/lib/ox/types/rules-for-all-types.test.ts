/**
 * What holds for every type (docs/behaviour.md, "What holds for all types"): OX is brought to what is wished for,
 * whatever it holds at the moment.
 */
import { aGroup, aUser, changed, deleted, type QueueFile } from '../../../harness/objects.ts';
import { ALL, account, anna, bert, context, group, resource } from '../../../harness/one-of-each.ts';
import { useSite } from '../../../harness/site.ts';
import type { Drift } from '../../../sandbox/client.ts';

const site = useSite();

interface Type {
  readonly title: string;
  readonly file: QueueFile;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly lose: Drift;
  /** What OX holds of it; undefined: nothing. */
  readonly inOx: () => Promise<unknown>;
}

const TYPES: readonly Type[] = [
  {
    title: 'a user',
    file: anna,
    changes: { title: 'Dr.', mailAlternativeAddress: ['a@example.org'] },
    lose: { deleteUser: { context: 10, name: 'anna' } },
    inOx: () => site.user('anna'),
  },
  {
    title: 'a group',
    file: group,
    changes: { users: aGroup('', ['bert']).object?.users },
    lose: { deleteGroup: { context: 10, name: 'sales' } },
    inOx: () => site.group('sales'),
  },
  {
    title: 'a functional account',
    file: account,
    changes: { personal: 'new', name: 'new' },
    lose: { removeAccount: { context: 10, name: 'bert', primaryAddress: 'info@example.org' } },
    inOx: async () => (await site.accounts('bert'))[0],
  },
  {
    title: 'a resource',
    file: resource,
    changes: { description: 'new' },
    lose: { deleteResource: { context: 10, name: 'beamer' } },
    inOx: () => site.resource('beamer'),
  },
  {
    title: 'a context',
    file: context,
    changes: { name: 'new', oxQuota: 5 },
    lose: { deleteContext: { context: 30 } },
    inOx: async () => (await site.ox.canonicalState()).contexts['30'],
  },
];

/** An empty text and none are the same to a reader of the address book. */
const withoutEmpty = (state: unknown): unknown =>
  JSON.parse(JSON.stringify(state), (_, value) => (value === '' ? undefined : value));

describe.each(TYPES)('$title', ({ file, changes, lose, inOx }) => {
  it('create when it exists = update, with the same ids', async () => {
    await site.apply(...ALL);
    await site.apply(changed(file, changes));
    const wanted = await site.ox.state();
    await site.apply(file);
    site.place.forget(file.id);

    await site.apply(changed(file, changes));

    expect(withoutEmpty(await site.ox.state())).toEqual(withoutEmpty(wanted));
  });

  it('update when it is gone = create', async () => {
    await site.apply(...ALL);
    await site.apply(changed(file, changes));
    const before = await inOx();
    await site.ox.drift(lose);
    expect(await inOx()).toBeUndefined();

    await site.apply(changed(file, changes));

    expect(await inOx()).toEqual(before);
  });

  it('delete when it is gone = done', async () => {
    await site.apply(...ALL);
    await site.ox.drift(lose);

    await site.apply(deleted(file));

    expect(await inOx()).toBeUndefined();
    expect(site.place.lastState(file.id)).toBeNull();
    expect(site.place.waiting()).toEqual([]);
  });

  it('running the same file twice gives the same OX state as once', async () => {
    await site.apply(...ALL);
    await site.apply(changed(file, changes));
    const once = await site.ox.state();

    await site.apply(changed(file, changes));

    expect(await site.ox.state()).toEqual(once);
  });

  it('deleted twice is deleted', async () => {
    await site.apply(...ALL);
    expect((await site.apply(deleted(file), deleted(file))).failure).toBeNull();
    expect(await inOx()).toBeUndefined();
  });
});

describe('a resync, every object queued again, unchanged', () => {
  it('breaks nothing', async () => {
    await site.apply(...ALL);
    const before = [await site.ox.state(), site.place.lastStates()];
    await site.apply(...ALL);
    expect([await site.ox.state(), site.place.lastStates()]).toEqual(before);
  });

  it('repairs drift', async () => {
    await site.apply(...ALL);
    const before = await site.ox.canonicalState();
    await site.ox.drift([
      { setUser: { context: 10, name: 'anna', fields: { title: 'x', company: 'y', moduleAccess: { tasks: true } } } },
      { deleteUser: { context: 10, name: 'bert' } },
      { setGroup: { context: 10, name: 'sales', displayname: 'x', members: [] } },
      { removeAccount: { context: 10, name: 'anna', primaryAddress: 'info@example.org' } },
      {
        setResource: { context: 10, name: 'beamer', fields: { displayname: 'x', description: 'y', email: 'z@x.org' } },
      },
    ]);
    await site.ox.seed({ contexts: { 30: { name: 'drift', maxQuota: 1 } } });

    await site.apply(...ALL);

    expect(await site.ox.canonicalState()).toEqual(before);
  });
});

describe('a remembered id counts in its own context only', () => {
  it('a user moved by hand in the last state is not taken for the one with that id there', async () => {
    await site.ox.seed({ contexts: { 20: { users: [{ name: 'stranger', id: 7 }] } } });
    site.remember(anna, { oxDbId: 7, oxDbUsername: 'anna', oxDbContext: 10 });
    const stranger = await site.user('stranger', 20);

    await site.apply(aUser('anna', { oxContext: 20 }));
    await site.apply(deleted(anna));

    expect((await site.context(20)).users).toEqual([stranger]);
  });

  it('a group takes only the ids of its own context', async () => {
    await site.apply(anna, aUser('carl', { oxContext: 20 }));
    await site.apply(aUser('anna', { oxContext: 20 }), group);
    expect(await site.group('sales', 20)).toMatchObject({ members: ['anna'] });
    expect(await site.group('sales', 10)).toBeUndefined();
  });
});

describe('an id gone stale never hits a stranger', () => {
  // anna had the id that bert has now, as after a backup was restored.
  const stale = async (file: QueueFile) => {
    await site.apply(bert);
    await site.ox.seed({ contexts: { 10: { users: [{ name: 'anna', primaryEmail: 'anna@example.org' }] } } });
    const oxDbId = await site.userId('bert');
    site.remember(anna, { oxDbId, oxDbUsername: 'anna', oxDbContext: 10 });
    const stranger = await site.user('bert');
    const id = await site.userId('anna');

    await site.apply(file);

    expect(await site.user('bert')).toEqual(stranger);
    return id;
  };

  it('where the OX name stays the same: addressed by name', async () => {
    await stale(aUser('anna', { title: 'Dr.' }));
    expect(await site.user('anna')).toMatchObject({ title: 'Dr.' });
  });

  it('before a rename by id: it is made sure that the id still carries the old name', async () => {
    const id = await stale(aUser('anna', { username: 'anne' }));
    expect(await site.userId('anne')).toBe(id);
    expect(site.place.lastState(anna.id)?.object.oxDbId).toBe(id);
  });

  it.each([
    ['deleted', deleted(anna)],
    ['disabled', aUser('anna', { isOxUser: false })],
  ])('%s', async (_, file) => {
    await stale(file);
    expect(await site.user('anna')).toBeUndefined();
  });

  it('moved to another context', async () => {
    await stale(aUser('anna', { oxContext: 20 }));
    expect([await site.user('anna'), await site.user('bert', 20)]).toEqual([undefined, undefined]);
    expect(await site.user('anna', 20)).toBeDefined();
  });
});
