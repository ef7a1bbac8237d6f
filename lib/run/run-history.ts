/** `listener/.runs`: the last runs, a line of JSON each, for those who look back. Losing it loses nothing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ifPossible } from '../errors/if-possible.ts';
import { replaceFile } from '../files/durable.ts';

export interface Run {
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

/** One run, or several in a row that failed alike and did nothing: a night of them must not push out all that was before. */
export interface PastRun extends Run {
  readonly times: number;
  /** Start of the last of them. */
  readonly last: string;
}

const NAME = '.runs';

const MOST_KEPT = 1000;

/** The oldest first. */
export function readRunHistory(directory: string): PastRun[] {
  return readLines(directory).flatMap(parse);
}

/** Called with the lock of the run. Of what is there the last line alone is understood: this is a part of each start. */
export function recordRun(directory: string, run: Run): void {
  const former = readLines(directory);
  const [before] = parse(former.at(-1) ?? '');
  const isRepeated = before !== undefined && isAlike(before, run);
  const entry: PastRun = isRepeated
    ? { ...run, start: before.start, times: before.times + 1, last: run.start }
    : { ...run, times: 1, last: run.start };
  const kept = [...(isRepeated ? former.slice(0, -1) : former), JSON.stringify(entry)].slice(-MOST_KEPT);
  replaceFile(join(directory, NAME), `${kept.join('\n')}\n`);
}

function readLines(directory: string): string[] {
  const text = ifPossible(() => readFileSync(join(directory, NAME), 'utf8')) ?? '';
  return text.split('\n').filter((line) => line !== '');
}

function isAlike(a: Run, b: Run): boolean {
  return [a, b].every((run) => isFruitless(run)) && a.code === b.code && a.exitCode === b.exitCode;
}

function isFruitless({ exitCode, done, skipped, parked }: Run): boolean {
  return exitCode !== 0 && done + skipped + parked === 0;
}

const NUMBERS = ['duration', 'exitCode', 'done', 'skipped', 'parked', 'left', 'times'] as const;
const TIMES = ['start', 'last'] as const;

/** None: somebody has damaged the line. */
function parse(line: string): PastRun[] {
  const run = ifPossible(() => JSON.parse(line) as Partial<Record<keyof PastRun, unknown>> | null);
  const isWhole =
    typeof run?.code === 'string' &&
    NUMBERS.every((name) => Number.isFinite(run[name])) &&
    TIMES.every((name) => !Number.isNaN(Date.parse(String(run[name]))));
  return isWhole ? [run as PastRun] : [];
}
