/** One run: the order of the files, whatever their names (docs/behaviour.md, "Order"), and what it goes on after. */
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
} from '../../harness/objects.ts';
import { useSite } from '../../harness/site.ts';

const site = useSite();

const named = (file: QueueFile, displayName: string): QueueFile => changed(file, { oxDisplayName: displayName });

const order = (actions: readonly string[]) => actions.map((action) => action.slice(0, action.indexOf(': ')));
const dns = (files: readonly QueueFile[]) => files.map(({ dn }) => dn);

const IN_ORDER = [
  aContext(30),
  aProfile('gold', ['webmail']),
  aUser('anna', { oxContext: 30, oxAccess: 'gold' }),
  aGroup('sales', ['anna']),
  anAccount('info', ['anna']),
  aResource('beamer', { oxContext: 30 }),
];

describe('what is referred to comes first', () => {
  it('contexts → access profiles → users → groups → functional accounts → resources → contexts deleted', async () => {
    await site.apply(aContext(31));
    const gone = deleted(aContext(31));
    const { actions, warnings } = await site.apply(gone, ...IN_ORDER.toReversed());
    expect(order(actions)).toEqual(dns([...IN_ORDER, gone]));
    expect(warnings).toEqual([]);
    expect(await site.group('sales', 30)).toMatchObject({ members: ['anna'] });
    expect(await site.user('anna', 30)).toMatchObject({ moduleAccess: { webmail: true, calendar: false } });
  });

  it('deletions of other types stand with their type', async () => {
    await site.apply(...IN_ORDER);
    const files = IN_ORDER.map(deleted);
    const { actions } = await site.apply(...files);
    expect(order(actions)).toEqual(dns([...files.slice(1), deleted(aContext(30))]));
    expect(Object.keys((await site.ox.state()).contexts)).toEqual(['10', '20']);
    expect(site.place.lastStates()).toEqual({});
  });

  it('within a type by name', async () => {
    const users = ['zoe', 'anna', 'mia', 'bert'].map((name) => aUser(name));
    expect(order((await site.apply(...users)).actions)).toEqual(dns(users));
  });

  it('changes of one object keep their order', async () => {
    const anna = aUser('anna');
    await site.apply(
      anna,
      changed(anna, { title: 'one', username: 'anne' }),
      aGroup('sales', ['anna']),
      changed(anna, { title: 'two', oxContext: 20 }),
      deleted(aGroup('sales', [])),
      changed(anna, { title: 'three' }),
    );
    expect(await site.user('anna')).toMatchObject({ title: 'three' });
    expect((await site.context(20)).users).toEqual([]);
    expect(await site.group('sales')).toBeUndefined();
  });

  it('an object created and deleted between two runs costs no call', async () => {
    const { calls, actions } = await site.apply(...IN_ORDER.map(deleted));
    expect(calls).toEqual([]);
    expect(actions).toHaveLength(IN_ORDER.length);
    expect(site.place.waiting()).toEqual([]);
  });
});

describe('a context that is deleted and created again in one queue', () => {
  const again = { ...aContext(30, { name: 'again' }), id: 'cccccccc-1111-4000-8000-000000000030' };

  it.each([
    ['under the same id', aContext(30, { name: 'again' })],
    ['as another object', again],
  ])('%s: deleted first, then created', async (_, second) => {
    await site.apply(aContext(30), aUser('anna', { oxContext: 30 }));
    const password = site.place.credentials()['30']?.adminpass;

    await site.apply(deleted(aContext(30)), second, aUser('bert', { oxContext: 30 }));

    const context = await site.context(30);
    expect(context.name).toBe('again');
    expect(context.users.map(({ name }) => name)).toEqual(['anna', 'bert']);
    expect(site.place.credentials()['30']?.adminpass).not.toBe(password);
  });

  it('the ids of the former one, which OX gives to others now, are forgotten', async () => {
    await site.apply(aContext(30), aUser('anna', { oxContext: 30 }));
    const former = await site.userId('anna', 30);

    const queue = [deleted(aContext(30)), again, aUser('bert', { oxContext: 30 }), aGroup('sales', ['anna'])];
    const { calls } = await site.apply(...queue);

    expect(await site.userId('bert', 30)).toBe(former);
    expect(await site.group('sales', 30)).toMatchObject({ members: ['anna'] });
    // Only when its member is there again.
    expect(calls.filter((call) => /\.create/.test(call)).slice(-3)).toEqual([
      'OXUserService.createByModuleAccess',
      'OXUserService.createByModuleAccess',
      'OXGroupService.create',
    ]);
  });

  it('and deleted again: it is gone', async () => {
    await site.apply(aContext(30));
    await site.apply(deleted(aContext(30)), again, deleted(again));
    expect(Object.keys((await site.ox.state()).contexts)).toEqual(['10', '20']);
    expect(Object.keys(site.place.credentials())).not.toContain('30');
  });
});

describe('the first failure', () => {
  it('leaves that file and all after it untouched; those before are applied', async () => {
    const { failure } = await site.stopsAt(aUser('anna'), aUser('bert', { mailPrimaryAddress: '' }), aUser('carl'));
    expect(failure.code).toBe('PROPERTY_INVALID');
    expect((await site.context()).users.map(({ name }) => name)).toEqual(['anna']);
    expect(site.place.waiting()).toHaveLength(2);
    expect(Object.keys(site.place.lastStates())).toEqual([aUser('anna').id]);
  });

  it('is worked on again in the next run, and the rest after it', async () => {
    await site.ox.rules([
      { match: { operation: 'createByModuleAccess', object: 'bert' }, action: { status: 503 }, times: 2 },
    ]);
    await site.stopsAt(aUser('anna'), aUser('bert'), aUser('carl'));
    await site.stopsAt();
    await site.apply();
    expect((await site.context()).users.map(({ name }) => name)).toEqual(['anna', 'bert', 'carl']);
  });
});

it('an empty queue is done without contacting OX', async () => {
  expect((await site.apply()).calls).toEqual([]);
  expect((await site.ox.connections()).soap).toBe(0);
});

it('a file that is edited while OX works on it is applied once more', async () => {
  await site.ox.options({ latencyMs: 150 });
  const run = site.apply(aUser('anna'));
  while ((await site.ox.counts()).total === 0) {
    await new Promise((next) => setTimeout(next, 5));
  }
  const [name = ''] = site.place.waiting();
  site.place.dropRaw(name, JSON.stringify(aUser('anna', { title: 'Dr.' })));
  await run;
  expect(await site.user('anna')).toMatchObject({ title: 'Dr.' });
  expect(site.place.waiting()).toEqual([]);
});

describe('with OX_CONNECTOR_STOP_ON_ERROR=false', () => {
  beforeEach(() => site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' }));

  it.each<[string, QueueFile]>([
    ['OX refuses its value', named(aUser('anna'), 'Xaver')],
    ['it has no mail address', aUser('anna', { mailPrimaryAddress: null })],
    ['the schema refuses it', aUser('anna', { oxContext: 'ten' })],
  ])('parks a change where %s, and goes on', async (_why, refused) => {
    await site.apply(named(aUser('xaver'), 'Xaver'));
    const run = await site.apply(refused, aUser('bert'));
    expect(run).toMatchObject({ waiting: [], parked: [expect.stringMatching(/json$/)] });
    expect(await site.user('bert')).toBeDefined();
  });

  it('parks a file that nobody can read, and applies what comes behind it', async () => {
    site.place.dropRaw('2026-11-20-07-00-00-000000.json', '{ "id": ');
    const run = await site.apply(aUser('anna'));
    expect(run).toMatchObject({ waiting: [], parked: ['2026-11-20-07-00-00-000000.json'] });
    expect(await site.user('anna')).toBeDefined();
  });

  it('does not park what refers to a parked object: it comes back by itself', async () => {
    await site.apply(named(aUser('xaver'), 'Xaver'));
    const anna = named(aUser('anna'), 'Xaver');
    const run = await site.apply(anna, aUser('bert'), aGroup('team', ['anna', 'bert']));
    expect(run.parked).toHaveLength(1);
    expect(await site.group('team')).toMatchObject({ members: ['bert'] });
    const cured = await site.apply(named(anna, 'Anna'));
    expect(cured).toMatchObject({ waiting: [], parked: [] });
    expect(await site.group('team')).toMatchObject({ members: ['anna', 'bert'] });
  });

  it('keeps what is parked when the object is provisioned again without news', async () => {
    await site.apply(named(aUser('xaver'), 'Xaver'), named(aUser('anna'), 'Anna'));
    await site.apply(named(aUser('anna'), 'Xaver'));
    const run = await site.apply({ ...named(aUser('anna'), 'Anna'), oxConnectorReprovision: true } as QueueFile);
    expect(run.parked).toHaveLength(1);
  });

  it('parks both of two that swap in one step', async () => {
    await site.apply(named(aUser('anna'), 'One'), named(aUser('bert'), 'Two'));
    const run = await site.apply(named(aUser('anna'), 'Two'), named(aUser('bert'), 'One'), aUser('clara'));
    expect(run.parked).toHaveLength(2);
    expect(await site.user('clara')).toBeDefined();
  });

  it('stops for an outage, and parks nothing', async () => {
    await site.ox.rules([{ match: { operation: 'createByModuleAccess' }, action: { status: 503 } }]);
    const run = await site.stopsAt(aUser('anna'), aUser('bert'));
    expect(run).toMatchObject({ failure: { exitCode: 69 }, parked: [] });
    expect(run.waiting).toHaveLength(2);
  });
});
