/** The life of one file, at its ends: it goes when its object's last state is durable, and not before. */
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { aGroup, aUser, changed } from '../../harness/objects.ts';
import { useSite } from '../../harness/site.ts';

const site = useSite();

it('a file that somebody removes before its turn is no failure', async () => {
  await site.ox.options({ latencyMs: 150 });
  const run = site.apply(aUser('anna'), aGroup('sales', ['anna']));
  while ((await site.ox.counts()).total === 0) {
    await new Promise((next) => setTimeout(next, 5));
  }
  site.place.removeFile(`listener/${site.place.waiting()[1]}`);
  expect(await run).toMatchObject({ failure: null, waiting: [] });
  expect(await site.user('anna')).toBeDefined();
  expect(await site.group('sales')).toBeUndefined();
});

it('a last state that cannot be written keeps the file, and the next run changes nothing more', async () => {
  const anna = aUser('anna');
  const obstacle = join(site.place.queue, 'old', `${anna.id}.json`);
  await site.apply(aUser('bert'));
  mkdirSync(obstacle);
  expect((await site.stopsAt(changed(anna, { title: 'Dr.' }))).waiting).toHaveLength(1);
  rmdirSync(obstacle);
  const run = await site.apply();
  expect(run).toMatchObject({ waiting: [], failure: null });
  expect(site.place.lastState(anna.id)?.object).toMatchObject({ title: 'Dr.', oxDbId: await site.userId('anna') });
  expect((await site.context()).users.map(({ name }) => name).sort()).toEqual(['anna', 'bert']);
});

it('what is skipped is settled too: it waits with its last state, not in the queue', async () => {
  site.forgetCredentials(20);
  const anna = aUser('anna', { oxContext: 20 });
  const run = await site.apply(anna);
  expect(run).toMatchObject({ calls: [], waiting: [], actions: [] });
  expect(run.warnings.join()).toContain('contexts.json has no credentials for context 20');
  expect(site.place.lastState(anna.id)?.object).toHaveProperty('oxDbSkipped');
});
