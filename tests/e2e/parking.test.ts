/** OX_CONNECTOR_STOP_ON_ERROR=false: what is refused is set aside with the reason, and comes back, is outdated or stays. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aGroup, aUser, changed, deleted } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';
import { GO_ON } from '../harness/twins.ts';

const scene = useScene();

const parked = (): string[] => scene.place.namesIn('parked');
const twin = aUser('twin', { displayName: 'anna Example' });

it('sets aside what OX refuses, with the reason, and goes on with what refers to it', async () => {
  const [, refused = ''] = scene.place.drop(aUser('anna'), twin, aUser('bert'), aGroup('pair', ['twin', 'bert']));

  const { code, stderr } = await scene.place.run(GO_ON);

  expect(code).toBe(0);
  expect(stderr).toContain('1 file was parked during this run, 3 done, 0 left');
  expect(scene.place.waiting()).toEqual([]);
  expect(parked()).toEqual([refused, refused.replace('.json', '.reason')]);
  expect(readFileSync(join(scene.place.queue, 'parked', refused.replace('.json', '.reason')), 'utf8')).toMatch(
    /displayname is already used.*What to do: .*enforceUniqueDisplayName/s,
  );
  const provisioned = [aUser('anna').id, aUser('bert').id, aGroup('pair', []).id];
  expect(Object.keys(scene.place.lastStates())).toEqual(provisioned.sort());
  const status = await scene.verb('status', '--json');
  expect({ code: status.code, parked: JSON.parse(status.stdout).parked }).toEqual({ code: 1, parked: 1 });
});

it('brings them back with `queue retry`', async () => {
  scene.place.drop(aUser('anna'), twin, aGroup('pair', ['twin']));
  await scene.place.run(GO_ON);
  scene.place.drop(aUser('anna', { displayName: 'another' }));
  await scene.place.run(GO_ON);

  expect((await scene.verb('queue', 'retry')).stdout).toBe('1 parked file is back in the queue\n');
  expect((await scene.place.run()).code).toBe(0);

  expect(parked()).toEqual([]);
  expect((await scene.sandbox.canonicalState()).contexts['10']?.groups).toContainEqual(
    expect.objectContaining({ name: 'pair', members: ['twin'] }),
  );
});

it('forgets what is parked when the same object succeeds later, or is deleted', async () => {
  scene.place.drop(aUser('anna'), twin);
  await scene.place.run(GO_ON);
  expect(parked()).toHaveLength(2);
  scene.place.drop(changed(twin, { displayName: 'new' }));
  await scene.place.run(GO_ON);
  expect(parked()).toEqual([]);

  const third = aUser('third', { displayName: 'new' });
  scene.place.drop(third);
  await scene.place.run(GO_ON);
  expect(parked()).toHaveLength(2);
  scene.place.drop(deleted(third));
  await scene.place.run();
  expect(parked()).toEqual([]);
});

it.each([
  ['an outage', { status: 503 }, 69],
  ['wrong credentials', { fault: { exception: 'InvalidCredentialsException', text: 'Authentication failed' } }, 77],
  ['a failing database', { fault: { exception: 'StorageException', text: 'Communications link failure' } }, 76],
])('stops at %s all the same', async (_what, action, exitCode) => {
  const waiting = scene.place.drop(aUser('anna'));
  await scene.sandbox.rules([{ match: { operation: 'create' }, times: 9, action }]);
  await scene.sandbox.rules([{ match: { operation: 'createByModuleAccess' }, times: 9, action }]);

  expect((await scene.place.run(GO_ON)).code).toBe(exitCode);
  expect(scene.place.waiting()).toEqual(waiting);
  expect(parked()).toEqual([]);
});
