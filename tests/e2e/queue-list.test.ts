/** `queue list`: what waits, is parked or was dropped, what each file is to do, and what is wrong with it. */

import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { footprint } from '../harness/big-site.ts';
import { aGroup, aUser, changed, deleted, groupDn, userDn } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';
import { parkTwins, twins } from '../harness/twins.ts';
import { BINARY } from '../harness/workplace.ts';

const scene = useScene();

it('says that nothing waits', async () => {
  expect((await scene.verb('queue', 'list')).stdout).toBe('The queue is empty.\n');
});

it('names what is parked once for each reason, with the remedy, and cuts what is long', async () => {
  const names = await parkTwins(scene.place, 8);

  const { stdout } = await scene.verb('queue', 'list');

  expect(stdout).toMatch(/^The queue is empty\.\n\n8 files are parked:\n\n8 files: .*displayname is already used/);
  expect(stdout.match(/already used/g)).toHaveLength(1);
  expect(stdout.match(/What to do: .*enforceUniqueDisplayName/g)).toHaveLength(1);
  expect(names.filter((name) => stdout.includes(name))).toEqual(names.slice(0, 3));
  expect(stdout).toContain('… and 5 more: queue list --parked --limit 0 shows all\n');
  const { stdout: whole } = await scene.verb('queue', 'list', '--parked', '--limit', '0');
  expect(names.filter((name) => whole.includes(name))).toEqual(names);
  const { parked } = JSON.parse((await scene.verb('queue', 'list', '--json')).stdout) as { parked: { name: string }[] };
  expect(parked.map(({ name }) => name)).toEqual(names);
});

it('says under the file that the last run stopped at how often, when and why', async () => {
  const [, stuck = ''] = scene.place.drop(aUser('anna'), ...twins(1), aUser('bert'));
  await scene.verb();
  await scene.verb();

  const { stdout } = await scene.verb('queue', 'list');

  expect(stdout).toMatch(
    new RegExp(`\\n${stuck} .*\\n +STUCK: 2 times in a row, last \\d+s ago: .*displayname is already used`),
  );
  expect(stdout.match(/STUCK/g)).toHaveLength(1);
  expect((await scene.verb('queue', 'show', stuck)).stdout).toMatch(
    /^Reason: .*displayname is already used .*\n {8}What to do: Give one of the two users another display name/m,
  );
});

it('says what each file is to do', async () => {
  scene.place.drop(aUser('anna'), deleted(aUser('anna')), aUser('bert'));
  scene.place.dropRaw('2026-11-20-07-00-00.json', '{');
  scene.place.dropRaw('2026-11-20-07-00-01.json', JSON.stringify({ ...aUser('carl'), oxConnectorReprovision: true }));
  const { stdout } = await scene.verb('queue', 'list');
  const said = [...stdout.matchAll(/^2026\S+ +\S+ +(?:users\/user|\?) +(\S+) +(\S+)/gm)].map(
    ([, change, object = '']) => `${change} ${object.replace(/,.*/, '')}`,
  );
  expect(said.sort()).toEqual(['? ?', 'again uid=carl', 'change uid=anna', 'change uid=bert', 'delete uid=anna']);
});

it.each([
  [['--type', 'groups/group'], ['sales']],
  [
    ['--object', 'CN=Users'],
    ['anna', 'bert'],
  ],
  [['--invalid'], ['bert']],
  [['--invalid', '--type', 'groups/group'], []],
  [['--parked'], []],
])('%j selects', async (options, expected) => {
  scene.place.drop(aUser('anna'), changed(aUser('bert'), { isOxUser: 'maybe' }), aGroup('sales', []));

  const { stdout } = await scene.verb('queue', 'list', '--json', ...options);
  const { files } = JSON.parse(stdout) as { files: { dn: string }[] };

  expect(files.map(({ dn }) => /=(\w+),/.exec(dn)?.[1])).toEqual(expected);
});

it.each([
  [['--type', 'groups/group'], 'No file that fits waits.\n'],
  [['--parked'], 'No file that fits is parked.\n'],
  [['--dropped'], 'No file that fits is dropped.\n'],
])('%j says that there is none', async (options, said) => {
  scene.place.drop(aUser('anna'));
  expect(await scene.verb('queue', 'list', ...options)).toMatchObject({ code: 0, stdout: said });
});

it('cuts a long queue, and says so', async () => {
  scene.place.drop(...Array.from({ length: 5 }, (_, at) => aUser(`user${at}`)));

  const { stdout } = await scene.verb('queue', 'list', '--limit', '2');

  expect(stdout).toMatch(
    /^5 files wait:\n\nFILE.*\n.*user0.*\n.*user1.*\n… and 3 more: queue list --limit 0 shows all\n$/,
  );
});

it('lists 150,000 files', async () => {
  for (let at = 0; at < 150_000; at += 1) {
    writeFileSync(join(scene.place.queue, `2026-11-20-08-00-00-${String(at).padStart(6, '0')}.json`), '');
  }

  const { stdout } = await scene.verb('queue', 'list', '--limit', '0');

  expect(stdout.slice(0, 100)).toMatch(/^150000 files wait, 150000 invalid \(queue list --invalid\):\n/);
  expect(stdout.split('\n').length).toBeGreaterThan(300_000);
}, 300_000);

it('--watch shows what is new, until it is ended', async () => {
  const child = spawn(BINARY, ['queue', 'list', '--watch', '1'], {
    env: { PATH: process.env.PATH ?? '', OX_CONNECTOR_DATA_DIR: scene.place.data },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let shown = '';
  const ended = new Promise((resolve) => child.on('close', (_, signal) => resolve(signal)));
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (shown === '') {
        scene.place.drop(aUser('anna'));
      }
      shown += chunk.toString();
      if (shown.includes('uid=anna')) {
        resolve();
      }
    });
  });
  child.kill('SIGINT');

  expect(await ended).toBe('SIGINT');
  expect(shown).toMatch(/^The queue is empty\.\n1 file waits:\n/);
});

it('lists the files in processing order, with what is wrong with them, and writes nothing', async () => {
  scene.place.drop(aGroup('sales', ['anna']), aUser('anna'), changed(aUser('bert'), { isOxUser: 'maybe' }));
  const before = footprint(scene.place.data);

  const { code, stdout } = await scene.verb('queue', 'list', '--json');

  expect(code).toBe(0);
  const { files } = JSON.parse(stdout) as { files: { dn: string; type: string; mistakes: string }[] };
  expect(files.map(({ dn, type }) => [dn, type])).toEqual([
    [userDn('anna'), 'users/user'],
    [userDn('bert'), 'users/user'],
    [groupDn('sales'), 'groups/group'],
  ]);
  expect(files.map(({ mistakes }) => mistakes !== '')).toEqual([false, true, false]);
  expect(files[1]?.mistakes).toContain('/isOxUser');
  expect(footprint(scene.place.data)).toEqual(before);
});

it('shows a file that cannot be read at the place where the run would stop', async () => {
  scene.place.drop(aUser('anna'));
  scene.place.dropRaw('2026-11-20-08-00-01.json', '{');

  const { stdout } = await scene.verb('queue', 'list');

  expect(stdout).toMatch(
    /^2 files wait, 1 invalid.*\n.*\nFILE .*\n.*uid=anna.*\n2026-11-20-08-00-01\.json .*\n +INVALID: .*not valid JSON/,
  );
});

it('cuts many reasons, and says where none is known', async () => {
  const parked = join(scene.place.queue, 'parked');
  mkdirSync(parked);
  for (let at = 0; at < 22; at += 1) {
    const name = `2026-11-20-08-00-${String(at).padStart(2, '0')}`;
    writeFileSync(join(parked, `${name}.json`), JSON.stringify(aUser(`u${at}`)));
    writeFileSync(join(parked, `${name}.reason`), at === 0 ? '' : `reason ${'x'.repeat(at)}\n`);
  }
  const { stdout } = await scene.verb('queue', 'list');
  expect(stdout).toMatch(
    /^The queue is empty\.\n\n22 files are parked, for 22 reasons:\n\n1 file: no reason is known\n/,
  );
  expect(stdout).toMatch(/\n… and 2 more reasons: queue list --parked --limit 0 shows all\n$/);
});
