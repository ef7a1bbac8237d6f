/** The table of the verbs (docs/verbs.md) says what they do: the lock, OX, and what they change. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLES, VERB_FACTS } from '../../bin/verb-facts.ts';
import { takeLock } from '../../lib/queue/lock.ts';
import { footprint } from '../harness/big-site.ts';
import { aUser, userDn } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';
import { runBinary } from '../harness/workplace.ts';
import { ADMIN_10 } from '../sandbox/client.ts';

const scene = useScene();

/** In the queue, parked, and dropped. */
const FILE = '2026-11-20-08-00-00-000001.json';

/** A call of each verb that finds something to do, for all that need no other server than OX. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  '': [],
  status: [],
  'queue list': [],
  'queue show': [FILE],
  'queue drop': [FILE],
  'queue retry': [],
  'queue undrop': ['--all', '--yes'],
  plan: [],
  check: [],
  reprovision: [userDn('known')],
  'credentials list': [],
  'credentials set': ['10', '--user', ADMIN_10.login],
  'credentials verify': [],
  'mapping dump': [],
  'mapping modify': ['--leave-alone', 'note'],
  'mapping restore-default': ['--yes'],
  cache: [],
  completion: [],
  'man-page': [],
};

const run = (verb: string) =>
  scene.place.run({ args: [...verb.split(' ').filter(Boolean), ...(CALLS[verb] ?? [])], input: ADMIN_10.password });

/** Something for each of them. */
async function prepare(): Promise<void> {
  scene.place.drop(aUser('known'), aUser('twin', { displayName: 'known Example' }), aUser('late'));
  await scene.place.run({ args: ['queue', 'drop', '2026-11-20-08-00-00-000003'] });
  await scene.place.run({ env: { OX_CONNECTOR_STOP_ON_ERROR: 'false' } });
  scene.place.dropRaw(FILE, JSON.stringify(aUser('anna')));
  scene.place.rewrite(aUser('known').id, {
    object: { ...scene.place.lastState(aUser('known').id)?.object, oxDbId: undefined },
  });
  await scene.place.run({ args: ['mapping', 'modify', '--leave-alone', 'title'] });
}

it('has all verbs, and no other', async () => {
  const { stdout } = await scene.place.run({ args: ['man-page'] });
  const verbs = [...stdout.matchAll(/^\.SS "([^<["]+)/gm)].map(([, verb = '']) => verb.replaceAll('\\', '').trim());
  expect(Object.keys(VERB_FACTS).sort()).toEqual(['', ...verbs].sort());
});

it.each(Object.keys(CALLS))('%s: changes, and asks OX', async (verb) => {
  await prepare();
  const [before, ox] = [footprint(scene.place.data), await scene.sandbox.canonicalState()];
  const { total: calls } = await scene.sandbox.counts();

  const { code } = await run(verb);

  const facts = VERB_FACTS[verb];
  expect([0, 1, 2]).toContain(code);
  const hasChanged = JSON.stringify(footprint(scene.place.data)) !== JSON.stringify(before);
  const { changes = '`--fix`', server = '' } = facts ?? {};
  expect(hasChanged).toBe(!changes.startsWith('`--fix`'));
  expect((await scene.sandbox.counts()).total > calls).toBe(server.includes('OX'));
  if (server !== 'OX: reads and changes') {
    expect(await scene.sandbox.canonicalState()).toEqual(ox);
  }
});

/** Some arguments, for verbs that need them to begin. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  fetch: [],
  follow: [],
  subscribe: [],
  sync: [],
  'sync import': ['/nope'],
  adopt: ['anna@example.org'],
};

it.each(Object.entries({ ...CALLS, ...OTHERS }))('%s: the lock', async (verb, words) => {
  scene.place.dropRaw(FILE, JSON.stringify(aUser('anna')));
  writeFileSync(join(scene.place.data, 'AttributeMapping.json'), '{}');
  const facts = VERB_FACTS[verb]?.lock ?? 'none';
  for (const purpose of ['run', 'fetch'] as const) {
    const lock = takeLock(scene.place.queue, new Date(), purpose);
    try {
      const args = [...verb.split(' ').filter(Boolean), ...words];
      const env = { OX_CONNECTOR_DATA_DIR: scene.place.data, OX_SOAP_SERVER: 'http://127.0.0.1:9' };
      const { code } = await runBinary({ args, env, input: ADMIN_10.password });
      // `follow` waits for the lock of a run, whoever has it.
      expect([purpose, code === 75]).toEqual([purpose, facts.split(' and ')[0] === purpose]);
    } finally {
      lock.release();
    }
  }
});

it('the man page has examples of verbs and options that there are', async () => {
  const { stdout } = await scene.place.run({ args: ['man-page'] });
  // Readers take other letters for Latin-1.
  expect(stdout).toMatch(/^[\n -~]*$/);
  const page = stdout.replaceAll('\\-', '-');
  for (const heading of [
    'NAME',
    'SYNOPSIS',
    'DESCRIPTION',
    'OPTIONS',
    'VERBS',
    'EXIT STATUS',
    'ENVIRONMENT',
    'FILES',
    'EXAMPLES',
    'SEE ALSO',
  ]) {
    expect(page).toContain(`\n.SH ${heading}\n`);
  }
  for (const part of [
    'listener_trigger, update-ox-db-cache - keeps OX App Suite in step with UCS\n',
    '\nlistener_trigger [options] verb [arguments]\n',
    '\nEmpty counts as not set.\n',
    '\nBelow the data directory (OX_CONNECTOR_DATA_DIR, --data-dir):\n',
    '\nupdate-ox-db-cache(1), univention-app(8), the pages in docs/ of the source\n',
    '\nReads: the queue, what is parked, the records of the runs. Changes: nothing. Lock: none. Works without OX. Exit status: 0 ok,',
    '(one of oxmail/oxcontext, oxmail/accessprofile,',
  ]) {
    expect(page).toContain(part);
  }
  for (const command of EXAMPLES.flatMap(([, commands]) => commands.split('; '))) {
    expect(page).toContain(`    ${command}\n`);
    const words = command.split(' ').slice(1);
    const verb = Object.keys(VERB_FACTS).find((each) => each !== '' && `${words.join(' ')} `.startsWith(`${each} `));
    expect([command, words.length === 0 || verb !== undefined]).toEqual([command, true]);
    const section = page.split('\n.SS ').find((each) => each.startsWith(`"${verb}`)) ?? '';
    for (const option of words.filter((word) => word.startsWith('--'))) {
      expect([command, section.includes(option)]).toEqual([command, true]);
    }
  }
});
