/** SIGTERM and SIGINT: the object in hand is finished, then the run stops; the next one goes on from there. */
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { aUser } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';
import type { RunResult } from '../harness/workplace.ts';

const USERS = Array.from({ length: 40 }, (_, n) => `user${String(n).padStart(2, '0')}`);

const scene = useScene();

const usersInOx = async (): Promise<string[]> =>
  ((await scene.sandbox.state()).contexts['10']?.users ?? []).map(({ name }) => name);

async function whenCallsReach(count: number): Promise<void> {
  while ((await scene.sandbox.counts()).total < count) {
    await new Promise((next) => setTimeout(next, 10));
  }
}

it.each<[NodeJS.Signals, number, string]>([
  ['SIGTERM', 143, '1'],
  ['SIGINT', 130, '1'],
  ['SIGTERM', 143, '4'],
])('%s ends a run with %d after what is in hand, with %s at once', async (signal, code, concurrency) => {
  const names = scene.place.drop(...USERS.map((name) => aUser(name)));
  await scene.sandbox.options({ latencyMs: 50 });
  let child: ChildProcess | null = null;
  const run = scene.place.run({
    env: { OX_CONNECTOR_CONCURRENCY: concurrency },
    onStart: (started) => {
      child = started;
    },
  });
  await whenCallsReach(9);
  (child as ChildProcess | null)?.kill(signal);
  const result = await run;
  await scene.sandbox.options({ latencyMs: 0 });

  expect(result).toMatchObject({ code, signal: null });
  expect(result.stderr).toContain(`received ${signal}: finishing the object in hand, then stopping\n`);
  expect(result.stderr).not.toMatch(/ERROR/);
  const done = names.length - scene.place.waiting().length;
  expect(done).toBeGreaterThan(0);
  expect(scene.place.waiting().length).toBeGreaterThan(0);
  expect(result.stderr).toContain(`Successfully processed ${done} files during this run`);
  // Nothing half done: what is in OX is what is settled, and no more.
  expect(scene.place.waiting()).toEqual(names.slice(done));
  expect(await usersInOx()).toHaveLength(done);
  const settled = Object.values(scene.place.lastStates()) as unknown as { object: { oxDbId?: number } }[];
  expect(settled).toHaveLength(done);
  expect(settled.every(({ object }) => typeof object.oxDbId === 'number')).toBe(true);

  expect(await scene.place.run()).toMatchObject({ code: 0 });

  expect(scene.place.waiting()).toEqual([]);
  expect((await usersInOx()).toSorted()).toEqual(USERS);
});

it('a signal during the last object ends the run with its code and an empty queue', async () => {
  scene.place.drop(aUser('anna'));
  let pid = 0;
  await scene.sandbox.options({ latencyMs: 300 });
  const run = scene.place.run({
    onStart: (child) => {
      pid = child.pid ?? 0;
    },
  });
  await whenCallsReach(1);
  process.kill(pid, 'SIGTERM');
  process.kill(pid, 'SIGTERM');
  const { code } = await run;
  await scene.sandbox.options({ latencyMs: 0 });
  expect(code).toBe(143);
  expect(scene.place.waiting()).toEqual([]);
  expect(await usersInOx()).toEqual(['anna']);
});

/** `delay` is the time from the lock on, in milliseconds. */
async function signalAfter(delay: number): Promise<RunResult & { readonly took: number }> {
  let signalled = 0;
  const result = await scene.place.run({
    onStart: (child) => {
      const wait = setInterval(() => {
        if (existsSync(join(scene.place.queue, '.lock-holder'))) {
          clearInterval(wait);
          setTimeout(() => {
            signalled = Date.now();
            child.kill('SIGTERM');
          }, delay);
        }
      }, 5);
    },
  });
  return { ...result, took: Date.now() - signalled };
}

it('ends soon in a queue of 30,000, even while it is only being listed', async () => {
  scene.place.drop(
    ...Array.from({ length: 30_000 }, (_, n) => aUser(`u${n.toString(36).padStart(5, '0')}`, { isOxUser: false })),
  );
  let stopped = await signalAfter(200);
  // On a busy machine it does not listen to signals by then.
  for (let delay = 400; stopped.signal !== null && delay < 10_000; delay *= 2) {
    stopped = await signalAfter(delay);
  }
  const { took, ...result } = stopped;

  expect(result).toMatchObject({ code: 143, signal: null });
  const done = 30_000 - scene.place.waiting().length;
  expect(Object.keys(scene.place.lastStates())).toHaveLength(done);
  // All of it would take ten times as long.
  expect(took).toBeLessThan(3000);
}, 60_000);
