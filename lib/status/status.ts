/** Is it healthy? Looks at the data directory only: no lock, no OX. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from '../errors/connector-error.ts';
import { printable } from '../errors/printable.ts';
import type { Inbox } from '../queue/inbox.ts';
import type { LastStates } from '../queue/last-state.ts';
import { findRun, type Holder } from '../queue/lock.ts';
import { type RunRecord, readRunRecord } from '../run/run-record.ts';
import {
  type FetchStatus,
  fetchingAsJson,
  fetchingAsLines,
  fetchingAsMetrics,
  judgeFetching,
  readFetchStatus,
} from './fetch-status.ts';

export interface Status {
  /** Files waiting, by type; `invalid` for those that cannot be read. */
  readonly waiting: Readonly<Record<string, number>>;
  readonly waitingTotal: number;
  /** Seconds; null: nothing waits. */
  readonly oldestAge: number | null;
  readonly run: Holder | null;
  readonly last: RunRecord;
  /** Objects that were set aside because OX refused them. */
  readonly parked: number;
  /** null: nothing is fetched. */
  readonly fetching: FetchStatus | null;
}

export type Level = 'ok' | 'warning' | 'critical';

/** From this on it is a warning, or critical. */
export interface Thresholds {
  readonly errors: readonly [number, number];
  readonly waiting: readonly [number, number];
  /** Seconds. */
  readonly age: readonly [number, number];
  readonly parked: readonly [number, number];
}

export const DEFAULT_THRESHOLDS: Thresholds = {
  errors: [1, 5],
  waiting: [1000, 10_000],
  age: [900, 3600],
  parked: [1, 100],
};

export function readStatus(inbox: Inbox, lastStates: LastStates, now: Date): Status {
  const waiting: Record<string, number> = {};
  let oldest: number | null = null;
  const names = inbox.list();
  for (const name of names) {
    const stat = statSync(inbox.path(name), { throwIfNoEntry: false });
    const type = stat && typeOf(inbox, name);
    // Gone meanwhile: a run is at work.
    if (stat && type) {
      oldest = Math.min(oldest ?? stat.mtimeMs, stat.mtimeMs);
      waiting[type] = (waiting[type] ?? 0) + 1;
    }
  }
  return {
    waiting,
    waitingTotal: Object.values(waiting).reduce((sum, count) => sum + count, 0),
    oldestAge: oldest === null ? null : Math.max(0, Math.round((now.getTime() - oldest) / 1000)),
    run: findRun(inbox.directory),
    last: readRunRecord(inbox.directory),
    parked: countParked(inbox.directory),
    fetching: readFetchStatus(inbox.directory, lastStates, now),
  };
}

/** null: the file is gone. */
function typeOf(inbox: Inbox, name: string): string | null {
  try {
    return inbox.read(name)?.udm_object_type ?? null;
  } catch {
    // `queue list` says why; here it counts.
    return 'invalid';
  }
}

function countParked(directory: string): number {
  try {
    return readdirSync(join(directory, 'parked')).filter((name) => name.endsWith('.json')).length;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      return 0;
    }
    throw error;
  }
}

export interface Verdict {
  readonly level: Level;
  /** Why it is not `ok`. */
  readonly reasons: readonly string[];
}

export function judge(status: Status, thresholds: Thresholds): Verdict {
  const checks: readonly [number, readonly [number, number], string][] = [
    [status.last.errors, thresholds.errors, `${status.last.errors} runs in a row failed`],
    [status.waitingTotal, thresholds.waiting, `${status.waitingTotal} files are waiting`],
    [status.oldestAge ?? 0, thresholds.age, `the oldest file has waited for ${status.oldestAge} seconds`],
    [status.parked, thresholds.parked, `${status.parked} objects are parked because OX refused them`],
  ];
  const passed = checks.filter(([value, [warning]]) => value >= warning);
  const fetching = status.fetching === null ? [] : judgeFetching(status.fetching);
  const isCritical =
    passed.some(([value, [, critical]]) => value >= critical) || fetching.some(([level]) => level === 'critical');
  const reasons = [...passed.map(([, , reason]) => reason), ...fetching.map(([, reason]) => reason)];
  return { level: isCritical ? 'critical' : reasons.length > 0 ? 'warning' : 'ok', reasons };
}

/** The keys `errors`, `filename` and `message` are texts, as existing health checks read them. */
export function statusAsJson(status: Status, { level, reasons }: Verdict): Record<string, unknown> {
  const { last, run } = status;
  const failed = last.errors > 0;
  return {
    errors: String(last.errors),
    ...(failed ? { filename: last.filename, message: last.message, lastError: last.lastError } : {}),
    status: level,
    reasons,
    waiting: status.waiting,
    waitingTotal: status.waitingTotal,
    oldestAgeSeconds: status.oldestAge,
    run: run && { pid: run.pid, since: run.since, object: run.object },
    skipped: last.skipped,
    parked: status.parked,
    lastSuccess: last.lastSuccess,
    ...(status.fetching === null ? {} : { fetching: fetchingAsJson(status.fetching) }),
  };
}

export function statusAsText(status: Status, { level, reasons }: Verdict): string {
  const { last, run } = status;
  const types = Object.entries(status.waiting).map(([type, count]) => `${count} ${type}`);
  const skipped = Object.entries(last.skipped).map(([context, count]) => `${count} of context ${context}`);
  const lines = [
    `Status:       ${level.toUpperCase()}${reasons.length > 0 ? `: ${reasons.join('; ')}` : ''}`,
    `Waiting:      ${status.waitingTotal}${types.length > 0 ? ` (${types.join(', ')})` : ''}`,
    `Oldest:       ${status.oldestAge === null ? '-' : `${status.oldestAge} seconds`}`,
    `Run going on: ${run ? `process ${run.pid} since ${run.since}${run.object ? `, at ${run.object}` : ''}` : 'no'}`,
    `Errors:       ${last.errors}`,
    ...(last.errors > 0 ? [`  file:       ${last.filename || '-'}`, `  message:    ${last.message}`] : []),
    `Skipped:      ${skipped.length > 0 ? `${skipped.join(', ')} (no credentials)` : '0'}`,
    `Parked:       ${status.parked}`,
    `Last success: ${last.lastSuccess || '-'}`,
    ...(status.fetching === null ? [] : fetchingAsLines(status.fetching)),
  ];
  return lines.map(printable).join('\n');
}

/** Prometheus' text exposition format. */
export function statusAsMetrics(status: Status, { level }: Verdict, version: string): string {
  const levels: Readonly<Record<Level, number>> = { ok: 0, warning: 1, critical: 2 };
  const skipped = Object.entries(status.last.skipped);
  const seconds = (time: string): number => (time ? Math.round(new Date(time).getTime() / 1000) : 0);
  const metrics: readonly [string, string, readonly [string, number][]][] = [
    ['status', '0 ok, 1 warning, 2 critical', [['', levels[level]]]],
    ['queue_files', 'Files waiting.', Object.entries(status.waiting).map(([type, n]) => [`{type="${type}"}`, n])],
    ['queue_files_total', 'Files waiting, all types.', [['', status.waitingTotal]]],
    ['queue_oldest_seconds', 'Age of the oldest file waiting.', [['', status.oldestAge ?? 0]]],
    ['run_active', '1 while a run is going on.', [['', status.run ? 1 : 0]]],
    ['consecutive_errors', 'Runs in a row that failed.', [['', status.last.errors]]],
    ['skipped_objects', 'Objects without credentials.', skipped.map(([id, n]) => [`{context="${id}"}`, n])],
    ['parked_objects', 'Objects set aside because OX refused them.', [['', status.parked]]],
    [
      'last_success_timestamp_seconds',
      'End of the last run without failure.',
      [['', seconds(status.last.lastSuccess)]],
    ],
    ...(status.fetching === null ? [] : fetchingAsMetrics(status.fetching)),
    ['build_info', 'Version of the connector.', [[`{version="${version.replace(/["\\\n]/g, '')}"}`, 1]]],
  ];
  return metrics
    .map(([name, help, samples]) => {
      const head = `# HELP ox_connector_${name} ${help}\n# TYPE ox_connector_${name} gauge\n`;
      return head + samples.map(([labels, value]) => `ox_connector_${name}${labels} ${value}\n`).join('');
    })
    .join('');
}
