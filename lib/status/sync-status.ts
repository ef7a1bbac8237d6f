/** How keeping a TMail server in step with a directory stands, as `status` tells it. */
import { dirname } from 'node:path';
import { formatAge, formatAgo, secondsSince } from '../model/age.ts';
import type { Metric } from './metrics.ts';
import { readSyncRecords, type SyncRecord } from './sync-record.ts';
import type { Level } from './verdict.ts';

export interface SyncStatus {
  readonly configuration: string;
  readonly record: SyncRecord;
  /** Seconds since the last run ended; null: it has not. */
  readonly endAge: number | null;
  /** Seconds without a run that came to its end. */
  readonly wholeAge: number;
  /** It did not end, and nobody is at it. */
  readonly isCutOff: boolean;
}

/** Empty: there was none. `directory`: of the queue. */
export function readSyncStatus(directory: string, isRunning: boolean, now: Date): SyncStatus[] {
  return Object.entries(readSyncRecords(dirname(directory))).map(([configuration, record]) => ({
    configuration,
    record,
    endAge: secondsSince(record.ended, now),
    wholeAge: secondsSince(record.lastWhole || record.began, now) ?? 0,
    isCutOff: record.ended === '' && !isRunning,
  }));
}

/** What is not as it should be. */
export function* judgeSyncs(
  syncs: readonly SyncStatus[],
  [warning, critical]: readonly [number, number],
): Generator<[Level, string]> {
  for (const { configuration, record, wholeAge, isCutOff } of syncs) {
    const { ended, code, outcome } = record;
    if (isCutOff) {
      yield ['warning', `sync with ${configuration} was cut off`];
    }
    if (ended !== '' && code !== 0) {
      yield ['warning', `sync with ${configuration} ended with ${code}: ${outcome}`];
    }
    if (wholeAge >= warning) {
      const level = wholeAge >= critical ? 'critical' : 'warning';
      yield [level, `sync with ${configuration} has not come to its end for ${formatAge(wholeAge)}`];
    }
  }
}

export function syncsAsJson(syncs: readonly SyncStatus[]): Record<string, unknown>[] {
  return syncs.map(({ configuration, record, isCutOff }) => ({ configuration, ...record, isCutOff }));
}

export function syncsAsLines(syncs: readonly SyncStatus[]): string[] {
  return syncs.flatMap(({ configuration, record, endAge, isCutOff }) => [
    `Sync:         ${configuration}`,
    `  last end:   ${endAge === null ? (isCutOff ? 'it was cut off' : 'going on') : `${formatAgo(endAge)} (${record.code})`}`,
    ...(record.outcome ? [`  outcome:    ${record.outcome}`] : []),
  ]);
}

export function syncsAsMetrics(syncs: readonly SyncStatus[]): Metric[] {
  const samples = (value: (record: SyncRecord) => number | null): [string, number][] =>
    syncs.flatMap(({ configuration, record }) => {
      const number = value(record);
      return number === null || Number.isNaN(number)
        ? []
        : [[`{configuration=${JSON.stringify(configuration)}}`, number]];
    });
  return [
    ['sync_exit_code', 'Of the last run of sync that ended.', samples(({ code }) => code)],
    [
      'sync_last_whole_timestamp_seconds',
      'End of the last run of sync that came to its end.',
      samples(({ lastWhole }) => Math.round(Date.parse(lastWhole) / 1000)),
    ],
  ];
}
