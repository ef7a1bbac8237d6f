/** How the connector stands. Looks at the data directory only: no lock, no OX. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { LastStates } from '../memory/last-state.ts';
import { secondsSince } from '../model/age.ts';
import { directoryOf, listAside } from '../queue/aside.ts';
import type { Inbox } from '../queue/inbox.ts';
import { findRun, type Holder } from '../queue/lock.ts';
import { type PastRun, readRunHistory } from '../run/run-history.ts';
import { type RunRecord, readRunRecord } from '../run/run-record.ts';
import { type FetchStatus, readFetchStatus } from './fetch-status.ts';
import { readSyncStatus, type SyncStatus } from './sync-status.ts';

export interface Status {
  readonly taken: Date;
  /** What waits, by type; `invalid` for files that cannot be read. */
  readonly waiting: Readonly<Record<string, Waiting>>;
  readonly waitingTotal: number;
  /** Seconds; null: nothing waits. */
  readonly oldestAge: number | null;
  readonly run: Holder | null;
  /** What the last runs failed at; null: the last one did not, or what it failed at is not there any more. */
  readonly failure: FailureNow | null;
  readonly lastSuccess: string;
  /** Context → objects that wait for its credentials. */
  readonly skipped: RunRecord['skipped'];
  /** Objects that were set aside, refused or not readable. */
  readonly parked: number;
  /** The oldest first. */
  readonly history: readonly PastRun[];
  /** null: nothing is fetched. */
  readonly fetching: FetchStatus | null;
  /** Of each configuration that `sync` was run with. */
  readonly syncs: readonly SyncStatus[];
}

interface Waiting {
  readonly files: number;
  /** Seconds that the oldest of them has waited. */
  readonly oldestAge: number;
}

export interface FailureNow {
  /** Runs in a row. */
  readonly errors: number;
  /** Empty: it was about no file. */
  readonly filename: string;
  readonly message: string;
  readonly code: string;
  /** What to do; empty: nothing special is known. */
  readonly remedy: string;
  /** ISO 8601: of the last run, and of the first in the row. */
  readonly time: string;
  readonly since: string;
  /** Seconds from `since` to now. */
  readonly lasting: number;
}

export function readStatus(inbox: Inbox, lastStates: LastStates, now: Date): Status {
  const waiting = countWaiting(inbox, now);
  const all = Object.values(waiting);
  const last = readRunRecord(inbox.directory);
  const run = findRun(inbox.directory);
  return {
    taken: now,
    waiting,
    waitingTotal: all.reduce((sum, { files }) => sum + files, 0),
    oldestAge: all.length === 0 ? null : Math.max(...all.map(({ oldestAge }) => oldestAge)),
    run,
    failure: readFailure(inbox, now),
    lastSuccess: last.lastSuccess,
    skipped: last.skipped,
    parked: listAside(directoryOf(inbox.directory, 'parked')).length,
    history: readRunHistory(inbox.directory),
    fetching: readFetchStatus(inbox.directory, lastStates, now),
    syncs: readSyncStatus(inbox.directory, run !== null, now),
  };
}

function countWaiting(inbox: Inbox, now: Date): Record<string, Waiting> {
  const waiting: Record<string, Waiting> = {};
  for (const name of inbox.list()) {
    const stat = statSync(inbox.path(name), { throwIfNoEntry: false });
    const type = stat && typeOf(inbox, name);
    // Gone meanwhile: a run is at work.
    if (stat && type) {
      const { files, oldestAge } = waiting[type] ?? { files: 0, oldestAge: 0 };
      waiting[type] = { files: files + 1, oldestAge: Math.max(oldestAge, secondsSince(stat.mtimeMs, now) ?? 0) };
    }
  }
  return waiting;
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

/** What a run failed at may have been dropped since: it hinders nobody any more. */
export function readFailure(inbox: Inbox, now: Date): FailureNow | null {
  const { errors, filename, message, code, remedy, lastError: time, failingSince } = readRunRecord(inbox.directory);
  const isOver = filename !== '' && statSync(inbox.path(basename(filename)), { throwIfNoEntry: false }) === undefined;
  if (errors === 0 || isOver) {
    return null;
  }
  const since = failingSince || time;
  return { errors, filename, message, code, remedy, time, since, lasting: secondsSince(since, now) ?? 0 };
}
