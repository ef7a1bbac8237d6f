/** Walks a list of cases in several lanes at once and tells what failed: the frame of the reliability programs. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';

export interface Case<Lane> {
  readonly name: string;
  /** Answers what is wrong; null: nothing. */
  check(lane: Lane): Promise<string | null>;
}

export interface WalkOptions {
  readonly short: boolean;
  readonly lanes: number;
  /** Only cases whose name holds this text. */
  readonly only: string;
}

export function readWalkOptions(): WalkOptions {
  const { values } = parseArgs({
    options: {
      short: { type: 'boolean', default: false },
      lanes: { type: 'string', default: '2' },
      only: { type: 'string', default: '' },
    },
  });
  return { short: values.short, lanes: Number(values.lanes), only: values.only };
}

/** Syncing to a real disk takes most of the time and is not what is tested: what a power cut loses is simulated. */
export function useMemoryForFiles(): void {
  if (existsSync('/dev/shm')) {
    process.env.TMPDIR = '/dev/shm';
  }
}

export interface Tally {
  passed: number;
  readonly failed: string[];
}

export async function walk<Lane>(cases: readonly Case<Lane>[], lanes: readonly Lane[], tally: Tally): Promise<void> {
  const left = [...cases];
  const work = async (lane: Lane): Promise<void> => {
    for (let each = left.shift(); each; each = left.shift()) {
      const wrong = await each
        .check(lane)
        .catch((error: unknown) => String(error instanceof Error ? error.stack : error));
      if (wrong === null) {
        tally.passed += 1;
      } else {
        tally.failed.push(each.name);
        process.stdout.write(`FAILED ${each.name}\n  ${wrong.trim().replaceAll('\n', '\n  ')}\n`);
      }
    }
  };
  await Promise.all(lanes.map(work));
}

/** Sets the exit code. */
export function conclude(tally: Tally, started: number): void {
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stdout.write(`${seconds} seconds\n${tally.passed} passed, ${tally.failed.length} failed\n`);
  process.exitCode = tally.failed.length === 0 && tally.passed > 0 ? 0 : 1;
}
