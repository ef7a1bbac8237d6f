/**
 * One run at a time. The lock is a POSIX lock that SQLite holds on an empty file: the kernel frees it with the process,
 * however it ends, and it is seen from other containers that share the directory (docs/adr/0002-lock.md).
 */
import {
  accessSync,
  closeSync,
  constants,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { asConnectorError, ConnectorError } from '../errors/connector-error.ts';
import { ifPossible } from '../errors/if-possible.ts';
import { naming, removeLink } from '../files/durable.ts';
import { readHint } from '../files/hint.ts';

export interface Lock {
  /** When the process that had it last began with its last object, if it was killed; null: it released the lock. */
  readonly leftBehindAt: Date | null;
  /** Says which object is being worked on, for those who ask while the run goes on. */
  note(object: string): void;
  release(): void;
}

/** What is locked: working the queue off, or fetching into it. Each goes on beside the other. */
export type Purpose = 'run' | 'fetch';

const FILES: Readonly<Record<Purpose, { readonly lock: string; readonly holder: string }>> = {
  run: { lock: '.lock', holder: '.lock-holder' },
  fetch: { lock: '.fetch-lock', holder: '.fetch-lock-holder' },
};

const SQLITE_BUSY = 5;
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGED: ReadonlySet<number> = new Set([11, 26]);

/** A database that nobody refers to is closed by the garbage collector, and its lock is free then. */
const HELD = new Set<DatabaseSync>();

/** Takes the lock of the queue directory, or throws LOCK_HELD naming the process that has it. */
export function takeLock(directory: string, now = new Date(), purpose: Purpose = 'run'): Lock {
  const path = join(directory, FILES[purpose].lock);
  const holder = join(directory, FILES[purpose].holder);
  // Neither is ever written through a link to somebody else's file.
  removeLink(path);
  removeLink(holder);
  const database = acquire(path, holder, purpose);
  try {
    const lock = announced(database, holder, now);
    HELD.add(database);
    return lock;
  } catch (error) {
    // Not even this process would get it again.
    database.close();
    throw error;
  }
}

/** The lock that `database` is, with who has it written into `holder`. */
function announced(database: DatabaseSync, holder: string, now: Date): Lock {
  // Information only: whoever finds the lock free ignores it.
  const leftBehindAt = statSync(holder, { throwIfNoEntry: false })?.mtime ?? null;
  const fd = openSync(holder, 'w', 0o600);
  const about = { pid: process.pid, since: now.toISOString(), started: startOf(process.pid) };
  let length = 0;
  const write = (line: string): void => {
    const written = writeSync(fd, line, 0);
    if (written < length) {
      ftruncateSync(fd, written);
    }
    length = written;
  };
  try {
    naming(holder, () => write(`${JSON.stringify(about)}\n`));
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return {
    leftBehindAt,
    note(object) {
      ifPossible(() => write(`${JSON.stringify({ ...about, object })}\n`));
    },
    release() {
      closeSync(fd);
      ifPossible(() => unlinkSync(holder));
      HELD.delete(database);
      database.close();
    },
  };
}

/** When a process started, in clock ticks since the machine did: a number that is given again has another start. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? '' : (rest[18] ?? '');
  } catch {
    // Gone, or of another namespace.
    return '';
  }
}

function acquire(path: string, holder: string, purpose: Purpose): DatabaseSync {
  try {
    try {
      return openExclusively(path);
    } catch (error) {
      if (!isDamage(error)) {
        throw error;
      }
    }
    // Somebody wrote into the file. It holds nothing, so emptying it in place keeps every process on the same file.
    truncateSync(path);
    return openExclusively(path);
  } catch (error) {
    throw sqliteCode(error) === SQLITE_BUSY ? heldBy(holder, purpose, error) : unusable(path, error);
  }
}

function openExclusively(path: string): DatabaseSync {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // The transaction is never committed: the file stays empty, and the lock lasts until close or death.
    database.exec('PRAGMA journal_mode=MEMORY; PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

export function sqliteCode(error: unknown): number | null {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : null;
}

export function isDamage(error: unknown): boolean {
  return DAMAGED.has(sqliteCode(error) ?? 0);
}

/** What somebody else is at, and what that means for who wanted the same. */
const SAID: Readonly<Record<Purpose, readonly [string, string]>> = {
  run: [
    'another run is going on',
    'Nothing where the queue was to be worked off: the other one does it. Any other verb is to be called again when that has ended; it has touched nothing.',
  ],
  fetch: [
    'another fetch or follow is going on',
    'Nothing to do: the other one fetches what there is, and this one has touched nothing.',
  ],
};

export interface Holder {
  readonly pid: number;
  readonly since: string;
  /** DN; empty: none yet. */
  readonly object: string;
}

/** The run that is going on; null: none is, as far as can be told without touching the lock. */
export function findRun(directory: string, purpose: Purpose = 'run'): Holder | null {
  const holder = readHolder(join(directory, FILES[purpose].holder));
  if (holder === null || holder.started === '' || startOf(holder.pid) !== holder.started) {
    return null;
  }
  const { pid, since, object } = holder;
  return { pid, since, object };
}

function readHolder(path: string): (Holder & { started: string }) | null {
  // It may just be written: the lock itself does not depend on it.
  const { pid, since, object, started } = readHint<Holder & { started: string }>(path) ?? {};
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return typeof pid === 'number' ? { pid, since: text(since), object: text(object), started: text(started) } : null;
}

function heldBy(path: string, purpose: Purpose, cause: unknown): ConnectorError {
  const holder = readHolder(path);
  const [what, remedy] = SAID[purpose];
  const who = holder ? `process ${holder.pid}, since ${holder.since}` : 'its process id is not known';
  return new ConnectorError('LOCK_HELD', `${what} (${who})`, {
    fields: holder ? { pid: holder.pid } : {},
    cause,
    remedy,
  });
}

function unusable(path: string, cause: unknown): ConnectorError {
  const because = (error: unknown, remedy: string): ConnectorError => {
    const reason = error instanceof Error ? error.message : String(error);
    return new ConnectorError('DATA_UNWRITABLE', `cannot lock ${path}: ${reason}`, { fields: { path }, cause, remedy });
  };
  try {
    // SQLite says only that it cannot open the file.
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    return because(error, asConnectorError(error).remedy);
  }
  return because(cause, `Check that nothing but a file has the name ${path}, and that it lies on a local file system.`);
}
