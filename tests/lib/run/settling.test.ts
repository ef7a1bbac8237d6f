/** What a file leaves behind when it is settled: a last state (docs/behaviour.md, "Last states"), and nothing set aside. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
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

const anna = aUser('anna');
const old = (id: string) => join(site.place.queue, 'old', `${id}.json`);
const named = (file: QueueFile, displayName: string): QueueFile => changed(file, { oxDisplayName: displayName });

describe('old/<id>.json', () => {
  it('is the queue file, with what was learnt kept inside `object`, and mode 0600', async () => {
    await site.apply({ ...anna, options: { default: true } });

    const state = site.place.lastState(anna.id);
    expect(state).toMatchObject({ ...anna, options: { default: true } });
    const learnt = Object.keys(state?.object ?? {}).filter((name) => !Object.hasOwn(anna.object ?? {}, name));
    expect(learnt).toEqual(expect.arrayContaining(['oxDbId', 'oxDbUsername']));
    expect(learnt.filter((name) => !name.startsWith('oxDb'))).toEqual([]);
    expect(statSync(old(anna.id)).mode & 0o777).toBe(0o600);
  });

  it('keeps unknown keys and unknown properties', async () => {
    await site.apply({
      ...anna,
      ...{ future: [1, { a: null }] },
      object: { ...anna.object, unknown: { deep: ['x'] } },
    });
    expect(site.place.lastState(anna.id)).toMatchObject({
      future: [1, { a: null }],
      object: { unknown: { deep: ['x'] } },
    });
  });

  it('holds all objects, also users that are not OX users', async () => {
    const all = [
      aContext(30),
      aProfile('gold', []),
      aUser('dora', { isOxUser: false }),
      aGroup('sales', []),
      anAccount('info', []),
      aResource('beamer'),
    ];
    await site.apply(...all);
    expect(Object.keys(site.place.lastStates()).sort()).toEqual(all.map(({ id }) => id).sort());
  });

  it('the names used in OX', async () => {
    await site.apply(anna, aGroup('sales', ['anna']));
    expect(site.place.lastState(aGroup('sales', []).id)?.object.oxDbGroupname).toBe('sales');
    expect(site.place.lastState(anna.id)?.object.oxDbUsername).toBe('anna');
  });

  it('what a queue file says about learnt values counts for nothing', async () => {
    await site.apply(changed(anna, { oxDbId: 4711, oxDbUsername: 'bert', oxDbContext: 20 }));
    expect(site.place.lastState(anna.id)?.object).toMatchObject({
      oxDbId: await site.userId('anna'),
      oxDbUsername: 'anna',
    });
  });

  it('goes away with a deletion', async () => {
    await site.apply(anna);
    await site.apply(deleted(anna));
    expect(existsSync(old(anna.id))).toBe(false);
  });

  it('of the connector 2.x is taken over as it is', async () => {
    await site.ox.seed({ contexts: { 10: { users: [{ name: 'anna', primaryEmail: 'anna@example.org' }] } } });
    site.remember(anna, { oxDbId: String(await site.userId('anna')), oxDbUsername: 'anna' });
    site.remember(aGroup('sales', ['anna']), { oxDbGroupname: 'sales' });
    await site.ox.seed({ contexts: { 10: { groups: [{ name: 'sales', members: ['anna'] }] } } });

    const { calls } = await site.apply(changed(anna, { title: 'Dr.' }), aGroup('sales', ['anna'], { name: 'selling' }));

    expect(calls.filter((call) => /create/.test(call))).toEqual([]);
    expect(await site.group('sales')).toBeUndefined();
    expect(await site.group('selling')).toMatchObject({ members: ['anna'] });
  });
});

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

describe('what is parked of an object without a last state', () => {
  beforeEach(async () => {
    site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' });
    await site.apply(named(aUser('xaver'), 'Xaver'), named(anna, 'Xaver'));
    expect(site.place.parked()).toHaveLength(1);
  });

  it('goes with its deletion, also under an id that nobody knows', async () => {
    await site.apply(deleted({ ...anna, id: aUser('other').id }));
    expect(site.place.parked()).toEqual([]);
  });

  it('stays with the deletion of another, and with a mark that finds no last state', async () => {
    await site.apply(deleted(aUser('bert')), deleted({ ...aGroup('x', []), dn: anna.dn }));
    site.place.drop({ ...anna, ...{ oxConnectorReprovision: true } });
    await site.apply();
    expect(site.place.parked()).toHaveLength(1);
  });
});
