/** The cache of OX's ids: filled, rebuilt in bulk, deleted; interrupted, repeated, and never more written than changed. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openParts } from '../../../bin/parts.ts';
import { openMemory } from '../../../lib/memory/memory.ts';
import { deleteIds, fillGaps, rebuild } from '../../../lib/ox/cache.ts';
import { lookUpAgain } from '../../../lib/ox/look-up-again.ts';
import type { CacheDeps, CacheSummary } from '../../../lib/ox/user-ids.ts';
import { readSettings } from '../../../lib/settings/settings.ts';
import { aGroup, aUser, idOf, type QueueFile } from '../../harness/objects.ts';
import { useSite } from '../../harness/site.ts';

const site = useSite();

interface Did extends CacheSummary {
  readonly warnings: readonly string[];
  readonly calls: readonly string[];
  readonly progress: readonly (readonly [number, number])[];
}

const NOTHING: CacheSummary = { seen: 0, changed: 0, unchanged: 0, missing: 0, skipped: 0 };

type Act = (deps: CacheDeps) => Promise<CacheSummary>;

const CHUNK = 2;
const build: Act = (deps) => rebuild(deps, CHUNK);

async function run(act: Act, changes: Partial<CacheDeps> = {}): Promise<Did> {
  const { place, ox } = site;
  const { total } = await ox.counts();
  const settings = readSettings({ OX_SOAP_SERVER: ox.url }, place.data);
  const parts = openParts(settings, place.queue);
  const memory = openMemory(place.queue, parts.lastStates);
  const warnings: string[] = [];
  const progress: (readonly [number, number])[] = [];
  try {
    const summary = await act({
      lastStates: parts.lastStates,
      memory,
      users: parts.ox.users,
      hasCredentials: (context) => parts.credentials.find(context) !== null,
      identifier: 'username',
      progress: (done, all) => void progress.push([done, all]),
      warn: (reason) => void warnings.push(reason),
      isStopped: () => false,
      dryRun: false,
      ...changes,
    });
    const calls = (await ox.calls({ since: total })).map(({ operation }) => operation);
    return { ...summary, warnings, calls, progress };
  } finally {
    memory.close();
    parts.client.close();
  }
}

const USERS = ['anna', 'bert', 'carl'].map((name) => aUser(name));
const DORA = aUser('dora', { oxContext: 20 });
const PLAIN = aUser('plain', { isOxUser: false });
const SALES = aGroup('sales', ['anna', 'dora']);
const ALL = [...USERS, DORA, PLAIN, SALES];

const idsOf = (): unknown[] => [...USERS, DORA].map(({ id }) => site.place.lastState(id)?.object.oxDbId);
/** inode and time of every last state: a file written anew shows. */
const stamps = (): string[] => {
  const old = join(site.place.queue, 'old');
  return readdirSync(old).map(
    (name) => `${name} ${statSync(join(old, name)).ino} ${statSync(join(old, name)).mtimeMs}`,
  );
};
const without = (file: QueueFile, ...learnt: readonly string[]): void => {
  const object = { ...site.place.lastState(file.id)?.object };
  for (const name of learnt) {
    delete object[name];
  }
  site.place.remember({ ...file, object });
};

let real: unknown[];

beforeEach(async () => {
  await site.apply(...ALL);
  real = idsOf();
  expect(real.every(Number.isSafeInteger)).toBe(true);
});

const accessOf = (name: string): unknown => site.place.lastState(idOf('user', name))?.object.oxDbAccess;

describe('delete', () => {
  it('forgets every id, the rights that were sent to it, and nothing else', async () => {
    const { seen, changed, unchanged, calls } = await run(deleteIds);

    expect({ seen, changed, unchanged, calls }).toEqual({ seen: 6, changed: 4, unchanged: 2, calls: [] });
    expect(idsOf()).toEqual([undefined, undefined, undefined, undefined]);
    expect(site.place.lastState(USERS[0]?.id ?? '')?.object).toMatchObject({ username: 'anna', oxDbUsername: 'anna' });
    expect(accessOf('anna')).toBeUndefined();
  });

  it('forgets those of places that are to be left, too', async () => {
    site.remember(PLAIN, { oxDbLeft: [{ context: 20, name: 'plain', oxId: 7 }] });
    await run(deleteIds);
    expect(site.place.lastState(PLAIN.id)?.object.oxDbLeft).toEqual([{ context: 20, name: 'plain', oxId: null }]);
    expect(await run(deleteIds)).toMatchObject({ changed: 0, unchanged: 6 });
  });
});

describe('one context again', () => {
  it('tells who is missing before their ids are forgotten: cut off in between, nobody would know', async () => {
    await site.ox.drift({ deleteUser: { context: 10, name: 'anna' } });
    const told: (readonly [readonly string[], unknown])[] = [];
    await run(async (deps) => {
      await lookUpAgain(deps, 10, '', (ids) => void told.push([ids, idsOf()[0]]));
      return NOTHING;
    });
    expect(told).toEqual([[[idOf('user', 'anna')], real[0]]]);
    expect(idsOf()).toEqual([undefined, ...real.slice(1)]);
  });
});

describe('an id that two last states claim is one that was looked up, for a group that is written by ids:', () => {
  const grown = aGroup('sales', ['anna', 'bert', 'dora']);

  it('that of a place to be left is forgotten', async () => {
    site.remember(aUser('eva', { isOxUser: false }), {
      oxDbLeft: [
        { context: 10, name: 'eva', oxId: real[0] },
        { context: 20, name: 'eva', oxId: 99 },
      ],
    });
    await site.apply(grown);
    expect((await site.group('sales'))?.members).toEqual(['anna', 'bert']);
    expect(site.place.lastState(idOf('user', 'eva'))?.object.oxDbLeft).toEqual([
      { context: 10, name: 'eva', oxId: null },
      { context: 20, name: 'eva', oxId: 99 },
    ]);
  });

  it('of two that speak of one user it is one, whichever the members are by', async () => {
    site.remember(
      { ...aUser('anna'), id: idOf('user', 'twin') },
      { ...site.place.lastState(idOf('user', 'anna'))?.object },
    );
    await site.apply(grown);
    expect((await site.group('sales'))?.members).toEqual(['anna', 'bert']);
    const ids = ['anna', 'twin'].map((name) => site.place.lastState(idOf('user', name))?.object.oxDbId);
    expect(ids.filter((id) => id !== undefined)).toEqual([real[0]]);
  });
});

describe.each([
  ['fill', fillGaps],
  ['rebuild', build],
] as const)('%s', (_, act) => {
  it('brings back what was deleted', async () => {
    await run(deleteIds);

    const { seen, changed, missing, skipped, warnings } = await run(act);

    expect({ seen, changed, missing, skipped, warnings }).toEqual({
      seen: 4,
      changed: 4,
      missing: 0,
      skipped: 0,
      warnings: [],
    });
    expect(idsOf()).toEqual(real);
  });

  it('writes nothing where nothing changed', async () => {
    const before = stamps();

    expect(await run(act)).toMatchObject({ changed: 0, unchanged: 4 });

    expect(stamps()).toEqual(before);
  });

  it('writes nothing in a dry run, but tells what would change', async () => {
    await run(deleteIds);
    const before = stamps();

    expect(await run(act, { dryRun: true })).toMatchObject({ changed: 4 });

    expect(stamps()).toEqual(before);
  });

  it('forgets the rights that were sent to a user who has another id now, and only those', async () => {
    expect([accessOf('anna'), accessOf('bert')]).toEqual([expect.anything(), expect.anything()]);
    site.place.rewrite(idOf('user', 'anna'), {
      object: { ...site.place.lastState(idOf('user', 'anna'))?.object, oxDbId: act === fillGaps ? undefined : 4711 },
    });

    await run(act);

    expect(idsOf()).toEqual(real);
    expect([accessOf('anna'), accessOf('bert')]).toEqual([undefined, expect.anything()]);
  });

  it('learns the name too, for last states of other connectors', async () => {
    without(USERS[0] as QueueFile, 'oxDbId', 'oxDbUsername');

    await run(act);

    expect(site.place.lastState(idOf('user', 'anna'))?.object).toMatchObject({ oxDbId: real[0], oxDbUsername: 'anna' });
  });

  it('reports users that OX does not have, and goes on', async () => {
    await run(deleteIds);
    await site.ox.drift({ deleteUser: { context: 10, name: 'anna' } });

    const { missing, changed, warnings } = await run(act);

    expect({ missing, changed }).toEqual({ missing: 1, changed: 3 });
    expect(warnings).toEqual([
      'OX does not know uid=anna,cn=users,dc=example,dc=org: provision the user again (listener_trigger reprovision)',
    ]);
    expect(idsOf()).toEqual([undefined, ...real.slice(1)]);
  });

  it('reports a context without credentials, skips it, and fills it when they are there', async () => {
    await run(deleteIds);
    site.forgetCredentials(20);

    const first = await run(act);

    expect(first).toMatchObject({
      changed: 3,
      skipped: 1,
      warnings: [
        'skipped the users of context 20: contexts.json has no credentials for it (listener_trigger credentials set 20)',
      ],
    });
    expect(idsOf()).toEqual([...real.slice(0, 3), undefined]);
    site.enterCredentials(20);
    expect(await run(act)).toMatchObject({ changed: 1, unchanged: 3, skipped: 0 });
    expect(idsOf()).toEqual(real);
  });

  it('does the others where OX refuses the login of a context, and fails in the end', async () => {
    await run(deleteIds);
    site.enterLogin(10, { adminuser: 'oxadmin', adminpass: 'wrong' });
    const { warnings, changed, skipped, refusal } = await run(act);
    expect({ changed, skipped, code: refusal?.code }).toEqual({ changed: 1, skipped: 3, code: 'OX_CREDENTIALS' });
    expect(warnings).toEqual([
      'skipped the users of context 10: its login was refused (listener_trigger credentials set 10)',
    ]);
    expect(idsOf()).toEqual([undefined, undefined, undefined, real[3]]);
  });

  it('keeps what it did when OX fails on the way; a repetition does the rest', async () => {
    await run(deleteIds);
    await site.ox.rules([{ match: { service: 'OXUserService', context: 20 }, action: { status: 503 } }]);

    await expect(run(act)).rejects.toMatchObject({ code: 'OX_HTTP' });
    const kept = idsOf().filter((id) => id !== undefined).length;
    const { changed, unchanged } = await run(act);

    expect({ changed, unchanged }).toEqual({ changed: 4 - kept, unchanged: kept });
    expect(idsOf()).toEqual(real);
  });
});

it('rebuild corrects ids that are those of another state of OX; fill leaves them alone', async () => {
  await site.ox.drift({ renumber: { context: 10 } });

  expect(await run(fillGaps)).toMatchObject({ changed: 0, calls: [] });
  expect(idsOf()).toEqual(real);
  expect(await run(build)).toMatchObject({ changed: 3, unchanged: 1 });
  expect(idsOf()).toEqual([...(await Promise.all(['anna', 'bert', 'carl'].map((name) => site.userId(name)))), real[3]]);
});

it('rebuild asks for the ids at once and for details in chunks', async () => {
  const { calls } = await run(build);

  // Context 10: three users and the admin; context 20: one and the admin.
  expect(calls).toEqual(['listAll', 'getMultipleData', 'getMultipleData', 'listAll', 'getMultipleData']);
});

it('rebuild stops between chunks when asked to, and a repetition does the rest', async () => {
  await run(deleteIds);
  let asked = 0;

  const { changed, warnings } = await run(build, { isStopped: () => ++asked > 2 });

  expect(changed).toBeLessThan(4);
  expect(warnings).toEqual([]);
  await run(build);
  expect(idsOf()).toEqual(real);
});

it('fill stops between users when asked to, and a repetition asks only for the rest', async () => {
  await run(deleteIds);
  let asked = 0;

  const first = await run(fillGaps, { isStopped: () => ++asked > 3 });
  const second = await run(fillGaps);

  expect(first.changed).toBeLessThan(4);
  expect(second.calls).toHaveLength(4 - first.changed);
  expect(idsOf()).toEqual(real);
});

it.each([
  ['fill', fillGaps],
  ['delete', deleteIds],
  ['rebuild', build],
] as const)('%s shows progress up to the whole', async (_, act) => {
  const { progress } = await run(act);

  expect(progress.at(-1)).toEqual(act === build ? [4, 4] : [6, 6]);
  expect(progress.map(([done]) => done)).toEqual(progress.map(([done]) => done).toSorted((a, b) => a - b));
});

it('tells the index too: the next run finds the new ids without a look at every file', async () => {
  await site.ox.drift({ renumber: { context: 10 } });
  await run(build);

  await site.apply(aGroup('sales', ['anna']));

  expect(await site.group('sales')).toMatchObject({ members: ['anna'] });
});

it('asks for the users by their names where their list is too large for an answer', async () => {
  await run(deleteIds);
  await site.ox.options({ wsdlStatus: 503 });
  await site.ox.drift({ deleteUser: { context: 10, name: 'bert' } });
  await site.ox.rules([
    { match: { operation: 'listAll', context: 10 }, action: { huge: 70 * 1024 * 1024, gzip: true }, times: 1 },
  ]);

  const { changed, missing, calls } = await run(build);

  expect({ changed, missing }).toEqual({ changed: 3, missing: 1 });
  expect(idsOf()).toEqual(real.with(1, undefined));
  expect(calls.filter((operation) => operation === 'listAll')).toHaveLength(2);
});
