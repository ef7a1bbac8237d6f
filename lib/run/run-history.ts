/** `listener/.runs`: the last runs, a line of JSON each, for those who look back. Losing it loses nothing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from '../files/durable.ts';

export interface PastRun {
  /** ISO 8601. */
  readonly start: string;
  /** Milliseconds. */
  readonly duration: number;
  readonly exitCode: number;
  readonly done: number;
  readonly skipped: number;
  readonly parked: number;
  /** Still waiting when it ended. */
  readonly left: number;
  /** Of the first failure; empty: there was none. */
  readonly code: string;
}

const NAME = '.runs';

const MOST_KEPT = 1000;

/** The oldest first. */
export function readRunHistory(directory: string): PastRun[] {
  return readLines(directory).flatMap((line) => {
    const run = parse(line);
    return run === null ? [] : [run];
  });
}

/** Called with the lock of the run. */
export function recordRun(directory: string, run: PastRun): void {
  const kept = [...readLines(directory), JSON.stringify(run)].slice(-MOST_KEPT);
  writeDurably(join(directory, NAME), kept.map((line) => `${line}\n`).join(''));
}

/** What somebody has damaged is left out. */
function readLines(directory: string): string[] {
  try {
    return readFileSync(join(directory, NAME), 'utf8')
      .split('\n')
      .filter((line) => parse(line) !== null);
  } catch {
    return [];
  }
}

const COUNTS = ['duration', 'exitCode', 'done', 'skipped', 'parked', 'left'] as const;

/** null: it is none of ours. */
function parse(line: string): PastRun | null {
  try {
    const run = JSON.parse(line) as Partial<Record<keyof PastRun, unknown>> | null;
    const isWhole =
      typeof run?.start === 'string' &&
      !Number.isNaN(Date.parse(run.start)) &&
      typeof run.code === 'string' &&
      COUNTS.every((name) => Number.isFinite(run[name]));
    return isWhole ? (run as PastRun) : null;
  } catch {
    return null;
  }
}
