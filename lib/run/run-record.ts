/** `listener/.run.json`: how the last runs ended, for the error count and for those who ask. Losing it loses nothing. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface RunRecord {
  /** Runs in a row that failed. */
  readonly errors: number;
  readonly filename: string;
  readonly message: string;
  /** ISO 8601; empty: never. */
  readonly lastSuccess: string;
  readonly lastError: string;
}

const NONE: RunRecord = { errors: 0, filename: '', message: '', lastSuccess: '', lastError: '' };

const NAME = '.run.json';

export function readRunRecord(directory: string): RunRecord {
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(join(directory, NAME), 'utf8'));
  } catch {
    // Missing or damaged: the count starts again.
    return NONE;
  }
  const record = (typeof found === 'object' && found !== null ? found : {}) as Partial<
    Record<keyof RunRecord, unknown>
  >;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    errors: typeof record.errors === 'number' && Number.isSafeInteger(record.errors) ? record.errors : 0,
    filename: text(record.filename),
    message: text(record.message),
    lastSuccess: text(record.lastSuccess),
    lastError: text(record.lastError),
  };
}

export function recordSuccess(directory: string, now: Date): void {
  write(directory, {
    ...readRunRecord(directory),
    errors: 0,
    filename: '',
    message: '',
    lastSuccess: now.toISOString(),
  });
}

/** Answers how many runs in a row have failed, this one included. */
export function recordFailure(directory: string, filename: string, message: string, now: Date): number {
  const former = readRunRecord(directory);
  const errors = former.errors + 1;
  write(directory, { ...former, errors, filename, message, lastError: now.toISOString() });
  return errors;
}

function write(directory: string, record: RunRecord): void {
  const path = join(directory, NAME);
  writeFileSync(`${path}.tmp`, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}
