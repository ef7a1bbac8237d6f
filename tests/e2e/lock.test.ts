/** Two binaries at once: one works, the other touches nothing; and a lock never needs a human. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aUser } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';
import type { RunResult } from '../harness/workplace.ts';

const scene = useScene();

/** Starts a run that hangs in its first call to OX. */
async function hangingRun(): Promise<{ pid: number; kill: () => void; ended: Promise<RunResult> }> {
  await scene.sandbox.rules([{ action: { hang: 'before' } }]);
  let kill = (): void => undefined;
  let pid = 0;
  const ended = scene.place.run({
    onStart: (child) => {
      pid = child.pid ?? 0;
      kill = () => void child.kill('SIGKILL');
    },
  });
  while ((await scene.sandbox.counts()).total === 0) {
    await new Promise((next) => setTimeout(next, 20));
  }
  return { pid, kill, ended };
}

it('lets one run work and sends the other away with 75 and the process id, and is free after SIGKILL', async () => {
  const names = scene.place.drop(aUser('anna'), aUser('bert'));
  const first = await hangingRun();
  try {
    const second = await scene.place.run();
    expect(second).toMatchObject({ code: 75, stdout: '' });
    expect(second.stderr).toContain(`another run is going on (process ${first.pid}, since `);
    expect(second.stderr).toContain('What to do: Nothing');
    expect(second.stderr).not.toMatch(/Error while processing|consecutive error/);
    expect(scene.place.waiting()).toEqual(names);
    expect((await scene.sandbox.counts()).total).toBe(1);
  } finally {
    first.kill();
  }
  expect(await first.ended).toMatchObject({ code: null, signal: 'SIGKILL' });

  const third = await scene.place.run();

  expect(third).toMatchObject({ code: 0, stderr: expect.stringContaining('Successfully processed 2 files') });
  expect(scene.place.waiting()).toEqual([]);
});

it('lets exactly one of many that start at once work, and no user is created twice', async () => {
  scene.place.drop(aUser('anna'), aUser('bert'));
  await scene.sandbox.options({ latencyMs: 300 });
  try {
    const results = await Promise.all([1, 2, 3].map(() => scene.place.run()));
    const codes = results.map(({ code }) => code).sort();
    expect(codes).toEqual([0, 75, 75]);
  } finally {
    await scene.sandbox.options({ latencyMs: 0 });
  }
  expect((await scene.sandbox.counts()).byOperation['OXUserService.createByModuleAccess'] ?? 0).toBeLessThanOrEqual(2);
  expect((await scene.sandbox.state()).contexts['10']?.users.map(({ name }) => name)).toEqual(['anna', 'bert']);
});

it.each<[string, string]>([
  ['.lock', 'garbage '.repeat(1000)],
  ['.lock', '12345\n'],
  ['.lock-holder', 'garbage'],
  ['.lock-holder', '{"pid": 1, "since": "2020-01-01T00:00:00.000Z"}\n'],
  ['.index.sqlite', 'garbage '.repeat(1000)],
  ['.run', 'garbage'],
])('heals garbage in %s: %#', async (name, content) => {
  writeFileSync(join(scene.place.queue, name), content);
  scene.place.drop(aUser('anna'));
  expect((await scene.place.run()).code).toBe(0);
  scene.place.drop(aUser('anna', { firstname: 'Anne' }));
  expect((await scene.place.run()).code).toBe(0);
  expect((await scene.sandbox.state()).contexts['10']?.users).toEqual([
    expect.objectContaining({ given_name: 'Anne' }),
  ]);
});
