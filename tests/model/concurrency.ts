/**
 * One queue, worked on with concurrency 1, 4 and 8: the same stop at a failure, and the same OX in the end
 * (docs/behaviour.md, "Several at once").
 */
import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import type { QueueFile } from '../harness/objects.ts';
import type { CanonicalState } from '../sandbox/client.ts';
import { type Bench, Play, type Step } from './play.ts';
import { steps } from './stories.ts';

export interface Trial {
  readonly before: readonly Step[];
  readonly batch: readonly Step[];
  /** Chooses the user whose calls fail. */
  readonly failing: number;
}

interface Course {
  readonly code: number;
  /** The file that the failure was reported for; empty: none. */
  readonly failed: string;
  /** What was in the queue after the failure. */
  readonly left: readonly string[];
  readonly state: CanonicalState;
}

export function trials(): fc.Arbitrary<Trial> {
  return fc.record({ before: steps(false, { run: 6 }), batch: steps(false, {}), failing: fc.nat({ max: 40 }) });
}

export async function tryWithConcurrency(bench: Bench, trial: Trial): Promise<void> {
  const [one, ...others] = [
    await follow(bench, trial, 1),
    await follow(bench, trial, 4),
    await follow(bench, trial, 8),
  ];
  for (const [at, other] of others.entries()) {
    const concurrency = [4, 8][at] ?? 1;
    const { code, failed } = other;
    deepStrictEqual({ code, failed }, { code: one.code, failed: one.failed }, `another stop with ${concurrency}`);
    const extra = other.left.filter((file) => !one.left.includes(file));
    deepStrictEqual(extra, [], `with ${concurrency} files before the failure are left`);
    const ahead = one.left.filter((file) => !other.left.includes(file)).map(typeIn);
    const kind = one.left.filter((file) => file.endsWith(failed)).map(typeIn);
    deepStrictEqual(new Set([...ahead, ...kind]), new Set(kind), `with ${concurrency} another kind was begun`);
    deepStrictEqual(other.state, one.state, `another final state of OX with ${concurrency}`);
  }
}

async function follow(bench: Bench, { before, batch, failing }: Trial, concurrency: number): Promise<Course> {
  const { sandbox } = bench;
  const play = await Play.begin(bench, concurrency);
  try {
    await sandbox.options({ randomLatencyMs: 4 });
    for (const step of [...before, { what: 'run', a: 0, b: 0, c: 0 }, ...batch]) {
      await play.step(step);
    }
    play.requeue(failing);
    const users = [...play.directory.users.values()];
    const object = users[failing % (users.length + 1)]?.name ?? 'nobody';
    const action = { fault: { exception: 'StorageException', text: 'the database is out of order' } };
    await sandbox.rules([{ match: { service: 'OXUserService', object }, times: 10_000, action }]);
    const { code, log } = await play.run();
    const left = play.place.waiting().map((name) => describe(join(play.place.queue, name)));
    bench.count(code === 0 ? 'batch without a failure' : 'batch stopped by a failure');
    await sandbox.clearRules();
    const again = await play.run();
    strictEqual(again.code, 0, `the run after the failure ended with ${again.code}:\n${again.log.slice(-2000)}`);
    await play.check();
    const failed = basename(/Error while processing (\S+)/.exec(log)?.[1] ?? '');
    return { code, failed, left, state: await play.state() };
  } finally {
    await sandbox.clearRules();
    await sandbox.options({ randomLatencyMs: 0 });
    play.end();
  }
}

/** Files that the connector adds itself have the time of day in their names. */
function describe(path: string): string {
  const file = JSON.parse(readFileSync(path, 'utf8')) as QueueFile & { oxConnectorReprovision?: boolean };
  return `${file.udm_object_type} ${file.oxConnectorReprovision ? `again ${file.id}` : basename(path)}`;
}

function typeIn(description: string): string {
  return description.split(' ')[0] ?? '';
}
