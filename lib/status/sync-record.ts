/** `DATA/tmail/last-sync.json`: how the last run of `sync` with each configuration ended, for those who ask. */
import { dirname, join } from 'node:path';
import { makeDirectoryDurably, writeDurably } from '../files/durable.ts';
import { readHint } from '../files/hint.ts';

export interface SyncRecord {
  /** ISO 8601, as all times here. */
  readonly began: string;
  /** Empty: it is going on, or was cut off. */
  readonly ended: string;
  /** Exit code of the last run that ended; null: none did. */
  readonly code: number | null;
  /** Its summary, or why it failed. */
  readonly outcome: string;
  /** End of the last run that came to its end, with or without values that were refused; empty: none did. */
  readonly lastWhole: string;
}

/** By configuration. */
export type SyncRecords = Readonly<Record<string, SyncRecord>>;

const NOTHING: SyncRecord = { began: '', ended: '', code: null, outcome: '', lastWhole: '' };

function pathOf(dataDirectory: string): string {
  return join(dataDirectory, 'tmail', 'last-sync.json');
}

/** Nobody relies on it but who looks: a damaged one begins anew. */
export function readSyncRecords(dataDirectory: string): SyncRecords {
  const found = Object.entries(readHint<SyncRecords>(pathOf(dataDirectory)) ?? {});
  return Object.fromEntries(found.map(([name, record]) => [name, { ...NOTHING, ...(record as Partial<SyncRecord>) }]));
}

export function noteSync(dataDirectory: string, configuration: string, changes: Partial<SyncRecord>): void {
  const path = pathOf(dataDirectory);
  const records = readSyncRecords(dataDirectory);
  makeDirectoryDurably(dirname(path));
  const record = { ...NOTHING, ...records[configuration], ...changes };
  writeDurably(path, `${JSON.stringify({ ...records, [configuration]: record }, null, 2)}\n`);
}
