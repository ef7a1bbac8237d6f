/** What a run tells of itself, while it works and at its end, and what is kept of it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRunHistory } from '../../lib/run/run-history.ts';
import { aUser } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';

const scene = useScene();
const goOn = { OX_CONNECTOR_STOP_ON_ERROR: 'false' };
const history = () => readRunHistory(scene.place.queue);

it('counts what was done, skipped, parked and left, and how long it took', async () => {
  scene.place.drop(
    aUser('anna'),
    aUser('twin', { displayName: 'anna Example' }),
    aUser('late', { oxContext: 30 }),
    aUser('bert'),
  );

  const { code, stderr } = await scene.place.run({ env: goOn });

  expect(code).toBe(0);
  expect(stderr).toMatch(/INFO {4}the run has ended done=2 skipped=1 parked=1 left=0 duration=\d+\.\ds$/m);
  expect(history()).toEqual([
    {
      start: expect.stringMatching(/^20\d\d-.*Z$/),
      duration: expect.any(Number),
      exitCode: 0,
      done: 2,
      skipped: 1,
      parked: 1,
      left: 0,
      code: 'OX_REFUSED',
      times: 1,
      last: expect.any(String),
    },
  ]);
});

it('keeps why a run ended, and what it left', async () => {
  scene.place.drop(aUser('anna'), aUser('twin', { displayName: 'anna Example' }), aUser('bert'));

  const { code, stderr } = await scene.place.run();

  expect(code).toBe(76);
  expect(stderr).toMatch(/the run has ended done=1 skipped=0 parked=0 left=2 /);
  expect(history()).toMatchObject([{ exitCode: 76, done: 1, left: 2, code: 'OX_REFUSED' }]);
});

it('a run that was asked to stop has not failed', async () => {
  scene.place.drop(aUser('anna'), aUser('bert'));
  await scene.sandbox.rules([{ match: { service: 'OXUserService', operation: 'create' }, action: { delay: 1000 } }]);
  const run = scene.place.run({
    onStart: async (child) => {
      while ((await scene.sandbox.remainingRules()).length > 0) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      child.kill('SIGTERM');
    },
  });

  expect((await run).code).toBe(143);
  expect(history()).toMatchObject([{ exitCode: 143, done: 1, left: 1, code: '' }]);
});

it('a run that found nothing to do is none', async () => {
  expect((await scene.place.run()).code).toBe(0);
  expect(history()).toEqual([]);
});

it('what cannot be kept does not change how a run ends', async () => {
  mkdirSync(join(scene.place.queue, '.runs'));
  scene.place.drop(aUser('anna'));
  expect((await scene.place.run()).code).toBe(0);
});

it('says every half a minute how far it is', async () => {
  scene.place.drop(aUser('anna'), aUser('bert'), aUser('cora'));
  const slow = { match: { service: 'OXUserService', operation: 'create' }, action: { delay: 16_000 } };
  await scene.sandbox.rules([slow, slow]);

  const { code, stderr } = await scene.place.run();

  expect(code).toBe(0);
  expect(stderr.match(/INFO {4}at work .*/g)).toEqual([
    expect.stringMatching(/^INFO {4}at work done=1 skipped=0 parked=0 left=2 duration=30\.\ds$/),
  ]);
}, 90_000);
