/** `listener/.run`: how the last runs ended, for the error count and for those who ask. Losing it loses nothing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { removeIfThere, replaceFile } from '../files/durable.ts';
import { readHint } from '../files/hint.ts';

export interface RunRecord {
  /** Runs in a row that failed. */
  readonly errors: number;
  readonly filename: string;
  readonly message: string;
  /** Of the error, as the log has it. */
  readonly code: string;
  /** Empty: nothing special is known. */
  readonly remedy: string;
  /** ISO 8601; empty: never. */
  readonly lastSuccess: string;
  readonly lastError: string;
  /** The first of the failures in a row. ISO 8601; empty: the last run did not fail. */
  readonly failingSince: string;
  /** When an answer of OX to a change was lost last: it may still have been at it. ISO 8601; empty: never. */
  readonly lostAnswer: string;
  /** What is waited for → by how many objects. A number stands for the login of that number. */
  readonly skipped: Readonly<Record<string, number>>;
}

const NAME = '.run';

/** Its name so far. Other programs count whatever ends in `.json`, so it goes as soon as the record is written anew. */
const FORMER_NAME = '.run.json';

export function readRunRecord(directory: string): RunRecord {
  // Missing or damaged: the count starts again.
  const record = readHint<RunRecord>(join(directory, NAME)) ?? readHint<RunRecord>(join(directory, FORMER_NAME)) ?? {};
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    errors: typeof record.errors === 'number' && Number.isSafeInteger(record.errors) ? record.errors : 0,
    filename: text(record.filename),
    message: text(record.message),
    code: text(record.code),
    remedy: text(record.remedy),
    lastSuccess: text(record.lastSuccess),
    lastError: text(record.lastError),
    failingSince: text(record.failingSince),
    lostAnswer: text(record.lostAnswer),
    skipped: readCounts(record.skipped),
  };
}

const NO_FAILURE = { errors: 0, filename: '', message: '', code: '', remedy: '', failingSince: '' };

export function recordSuccess(directory: string, now: Date): void {
  const lastSuccess = now.toISOString();
  write(directory, { ...readRunRecord(directory), ...NO_FAILURE, lastSuccess });
}

/** A run that found nothing to do: what had failed is gone. Without a failure before it nothing is written. */
export function recordIdle(directory: string, now: Date): void {
  if (readRunRecord(directory).errors > 0 || existsSync(join(directory, FORMER_NAME))) {
    recordSuccess(directory, now);
  }
}

export function recordLostAnswer(directory: string, now: Date): void {
  write(directory, { ...readRunRecord(directory), lostAnswer: now.toISOString() });
}

/** null: none was lost. */
export function lostAnswerAt(directory: string): Date | null {
  const { lostAnswer } = readRunRecord(directory);
  return lostAnswer === '' ? null : new Date(lostAnswer);
}

/** At the end of every run, however it ended. */
export function recordSkipped(directory: string, skipped: RunRecord['skipped']): void {
  const former = readRunRecord(directory);
  if (JSON.stringify(former.skipped) !== JSON.stringify(skipped)) {
    write(directory, { ...former, skipped });
  }
}

function readCounts(value: unknown): Record<string, number> {
  const entries = Object.entries(typeof value === 'object' && value !== null ? value : {});
  return Object.fromEntries(entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}

export type Failure = Pick<RunRecord, 'filename' | 'message' | 'code' | 'remedy'>;

/** Answers how many runs in a row have failed, this one included. */
export function recordFailure(directory: string, failure: Failure, now: Date): number {
  const former = readRunRecord(directory);
  const errors = former.errors + 1;
  const lastError = now.toISOString();
  const failingSince = former.errors > 0 ? former.failingSince || former.lastError : lastError;
  write(directory, { ...former, ...failure, errors, lastError, failingSince });
  return errors;
}

function write(directory: string, record: RunRecord): void {
  replaceFile(join(directory, NAME), `${JSON.stringify(record)}\n`);
  removeIfThere(join(directory, FORMER_NAME));
}
