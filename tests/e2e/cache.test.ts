/** `cache`, also called update-ox-db-cache, end to end. */
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { footprint } from '../harness/big-site.ts';
import { aProfile, aUser, idOf } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';
import { BINARY, type RunResult } from '../harness/workplace.ts';

const scene = useScene();

beforeEach(async () => {
  scene.place.drop(aProfile('premium', ['webmail']), ...NAMES.map((name) => aUser(name)));
  expect((await scene.place.run()).code).toBe(0);
});

const NAMES = ['anna', 'bert', 'carl', 'dora'] as const;

const cache = (...args: string[]): Promise<RunResult> => scene.place.run({ args: ['cache', ...args] });
const idsOf = (): unknown[] => NAMES.map((name) => scene.place.lastState(idOf('user', name))?.object.oxDbId);

it.each([
  ['filled one by one', []],
  ['rebuilt in bulk', ['--build-cache', '--build-cache-size', '2']],
])('is deleted, %s, and as it was', async (_, options) => {
  const before = idsOf();

  expect(await cache('--delete')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(' 5 objects: 4 forgotten, 1 unchanged, 0 not in OX, 0 skipped\n'),
  });
  expect(idsOf()).toEqual([undefined, undefined, undefined, undefined]);
  expect(await cache(...options)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(' 4 objects: 4 updated, 0 unchanged, 0 not in OX, 0 skipped\n'),
  });

  expect(idsOf()).toEqual(before);
});

it('says at every level of the log what it did', async () => {
  const env = { OX_CONNECTOR_LOG_LEVEL: 'WARNING' };
  expect((await scene.place.run({ args: ['cache', '--delete'], env })).stderr).toContain('4 forgotten');
});

it('answers to its other name', async () => {
  const binary = join(scene.place.data, 'update-ox-db-cache');
  symlinkSync(BINARY, binary);

  const { code, stderr } = await scene.place.run({ binary, args: ['--delete'] });

  expect({ code, ids: idsOf().every((id) => id === undefined) }).toEqual({ code: 0, ids: true });
  expect(stderr).toContain('4 forgotten');
});

it.each([['--delete'], ['--build-cache']])('writes nothing in a dry run of %s', async (option) => {
  await scene.sandbox.drift({ renumber: { context: 10 } });
  const before = footprint(scene.place.data);

  const { code, stderr } = await cache(option, '--dry-run');

  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/\d objects: \d (?:forgotten|updated) \(not written: dry run\), \d unchanged/),
  });
  expect(footprint(scene.place.data)).toEqual(before);
});

it('reports a context without credentials and goes on', async () => {
  scene.place.remember(aUser('eva', { oxContext: 30 }));

  const { code, stderr } = await cache('--build-cache');

  expect(code).toBe(0);
  expect(stderr).toMatch(
    /WARNING not as wished reason="skipped the users of context 30: contexts\.json has no credentials for it \(listener_trigger credentials set 30\)/,
  );
  expect(stderr).toContain('1 skipped');
});

it('goes on past a context whose login OX refuses, says how far it came, and fails', async () => {
  const login = { adminuser: 'oxadmin', adminpass: 'wrong' };
  const file = join(scene.place.data, 'secrets', 'contexts.json');
  writeFileSync(file, JSON.stringify({ ...scene.place.credentials(), 10: login }));

  const { code, stderr } = await cache('--build-cache');

  expect(code).toBe(77);
  expect(stderr).toContain('skipped the users of context 10: its login was refused');
  expect(stderr).toMatch(/ 4 objects: 0 updated, 0 unchanged, 0 not in OX, 4 skipped\n.*What to do: .*contexts\.json/s);
});

it.each([['--delete'], ['--build-cache'], [null]])(
  'passes over a last state that is damaged, and names it: %s',
  async (option) => {
    await cache('--delete');
    const damaged = join(scene.place.queue, 'old', `${idOf('user', 'carl')}.json`);
    const whole = readFileSync(damaged);
    writeFileSync(damaged, whole.subarray(0, 10));

    const { code, stderr } = await cache(...(option === null ? [] : [option]));

    expect({ code, stderr }).toEqual({ code: 74, stderr: expect.stringContaining(damaged) });
    expect(stderr).toContain(option === '--delete' ? '4 unchanged' : '3 updated');
    writeFileSync(damaged, whole);
    expect(idsOf().map((id) => id !== undefined)).toEqual(
      NAMES.map((name) => option !== '--delete' && name !== 'carl'),
    );
  },
);

it('names the first of many that are damaged, and who names the others', async () => {
  for (let at = 0; at < 22; at += 1) {
    writeFileSync(join(scene.place.queue, 'old', `${idOf('user', `damaged${at}`)}.json`), '{');
  }
  const { code, stderr } = await cache('--delete');
  expect(code).toBe(74);
  expect(stderr.match(/the last state is damaged/g)).toHaveLength(20);
  expect(stderr).toContain(' 2 more last states are damaged: listener_trigger check names them\n');
});

it('keeps away while a run is going on; a dry run may look', async () => {
  await scene.sandbox.rules([{ match: { operation: 'change' }, action: { delay: 6000 } }]);
  scene.place.drop(aUser('anna', { title: 'Dr.' }));
  const run = scene.place.run();
  while ((await scene.sandbox.remainingRules()).length > 0) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const before = idsOf();

  expect(await cache('--delete')).toMatchObject({ code: 75, stderr: expect.stringMatching(/process \d+|pid/) });

  expect(await cache('--delete', '--dry-run')).toMatchObject({ code: 0 });
  expect(idsOf()).toEqual(before);
  expect((await run).code).toBe(0);
});

it('ends at a signal with what it has done, shows lines of progress, and goes on from there', async () => {
  await cache('--delete');
  await scene.sandbox.rules([{ match: { operation: 'getData' }, times: 4, action: { delay: 2500 } }]);

  const { code, stderr } = await scene.place.run({
    args: ['cache'],
    onStart: (child) => void setTimeout(() => child.kill('SIGTERM'), 4000),
  });

  expect(code).toBe(143);
  expect(stderr).toContain('received SIGTERM: stopping; a repetition goes on from here\n');
  const done = idsOf().filter((id) => id !== undefined).length;
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(4);
  await scene.sandbox.clearRules();
  expect(await cache()).toMatchObject({ code: 0, stderr: expect.stringContaining(`${4 - done} updated`) });
  expect(existsSync(join(scene.place.queue, '.lock-holder'))).toBe(false);
});

it('shows lines of progress where no terminal is', async () => {
  await cache('--delete');
  await scene.sandbox.rules([{ match: { operation: 'getMultipleData' }, times: 5, action: { delay: 3000 } }]);

  const { code, stderr } = await cache('--build-cache', '--build-cache-size', '1');

  expect(code).toBe(0);
  expect(stderr).toMatch(/\d of 4 done/);
  expect(stderr).not.toContain('\r');
});

it.each([[['--delete', '--build-cache']], [['--build-cache-size', '0']], [['--nonsense']]])(
  'refuses the options %j',
  async (options) => {
    expect((await cache(...options)).code).toBe(64);
  },
);
