/**
 * One run at a time. The lock is a POSIX lock that SQLite holds on an empty file: the kernel frees it with the process,
 * however it ends, and it is seen from other containers that share the directory (docs/adr/0002-lock.md).
 */
import { readFileSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { ConnectorError, hasCode } from '../errors/connector-error.ts';

export interface Lock {
  /** Says which object is being worked on, for those who ask while the run goes on. */
  release(): void;
}

const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;
const SQLITE_CORRUPT = 11;

/** Takes the lock of the queue directory, or throws LOCK_HELD naming the process that has it. */
export function takeLock(directory: string, now = new Date()): Lock {
  const path = join(directory, '.lock');
  const holder = join(directory, '.lock-holder');
  const database = acquire(path, holder);
  // Information only: whoever finds the lock free ignores it.
  writeFileSync(holder, `${JSON.stringify({ pid: process.pid, since: now.toISOString() })}\n`, { mode: 0o600 });
  return {
    release() {
      try {
        unlinkSync(holder);
      } catch (error) {
        if (!hasCode(error, 'ENOENT')) {
          throw error;
        }
      } finally {
        database.close();
      }
    },
  };
}

function acquire(path: string, holder: string): DatabaseSync {
  try {
    return openExclusively(path);
  } catch (error) {
    const code = sqliteCode(error);
    if (code === SQLITE_BUSY) {
      throw heldBy(holder, error);
    }
    if (code !== SQLITE_NOTADB && code !== SQLITE_CORRUPT) {
      throw unusable(path, error);
    }
  }
  // Somebody wrote into the file. It holds nothing, so emptying it in place keeps every process on the same file.
  try {
    truncateSync(path);
    return openExclusively(path);
  } catch (error) {
    throw sqliteCode(error) === SQLITE_BUSY ? heldBy(holder, error) : unusable(path, error);
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

/** Who has, or last had, the lock; null: unknown. */
export function readHolder(directory: string): { pid: number; since: string } | null {
  return parseHolder(join(directory, '.lock-holder'));
}

function parseHolder(path: string): { pid: number; since: string } | null {
  try {
    const found = JSON.parse(readFileSync(path, 'utf8')) as { pid?: unknown; since?: unknown } | null;
    return typeof found?.pid === 'number' ? { pid: found.pid, since: String(found.since ?? '') } : null;
  } catch {
    // Missing, just being written or damaged: it is a hint, and the lock itself does not depend on it.
    return null;
  }
}

function heldBy(path: string, cause: unknown): ConnectorError {
  const holder = parseHolder(path);
  const who = holder ? `process ${holder.pid}, since ${holder.since}` : 'its process id is not known';
  return new ConnectorError(
    'LOCK_HELD',
    `another run is going on (${who})`,
    holder ? { pid: holder.pid } : {},
    cause,
    'Nothing to do: the other run works on the queue, and this one has touched nothing.',
  );
}

function unusable(path: string, cause: unknown): ConnectorError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ConnectorError(
    'DATA_UNWRITABLE',
    `cannot lock ${path}: ${reason}`,
    { path },
    cause,
    'Check that the queue directory exists, is writable and lies on a local file system.',
  );
}
