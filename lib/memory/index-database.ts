/** The SQLite file behind the index of last states: its tables, its version, and throwing it away when it is damaged. */
import { chmodSync, closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { ConnectorError } from '../errors/connector-error.ts';
import { MODE, removeLink } from '../files/durable.ts';
import { OBJECT_TYPES } from '../model/change.ts';
import { TYPES } from '../model/types.ts';
import { sqliteCode } from '../queue/lock.ts';

const VERSION = 14;

/** What is not named by others may name them; users are many beside all that does. */
export const NAMES_OTHERS = OBJECT_TYPES.filter((type) => TYPES[type].isMember)
  .map((type) => `type <> '${type}'`)
  .join(' AND ');

/** What an entry says that there may be several of → its table. */
export const NOTES = { references: 'reference', formers: 'former', claims: 'claim', awaited: 'awaited' } as const;

function notesTable(name: string): string {
  return `
    CREATE TABLE IF NOT EXISTS ${name} (what TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (what, id)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS ${name}_id ON ${name} (id);`;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS object (
    id TEXT PRIMARY KEY, dn TEXT NOT NULL, type TEXT NOT NULL, is_ox INTEGER NOT NULL, context INTEGER, ox_id INTEGER,
    signature TEXT NOT NULL, notes TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS object_dn ON object (dn);
  CREATE INDEX IF NOT EXISTS object_type ON object (type) WHERE ${NAMES_OTHERS};
  ${Object.values(NOTES).map(notesTable).join('')}
  CREATE TABLE IF NOT EXISTS damaged (id TEXT PRIMARY KEY, signature TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  PRAGMA user_version=${VERSION};
`;

/** What SQLite says of a disk that is full, read-only or broken; any other error stays what it is. */
export function asDataError(error: unknown, path: string): unknown {
  if (sqliteCode(error) === null || !(error instanceof Error)) {
    return error;
  }
  return new ConnectorError('DATA_UNWRITABLE', `cannot write the index ${path}: ${error.message}`, {
    fields: { path },
    cause: error,
    remedy:
      'Check that the disk is not full, and writable for the connector. Nothing is lost, the next run goes on from here.',
  });
}

const SUFFIXES = ['', '-wal', '-shm', '-journal'];

export function removeDatabase(path: string): void {
  for (const suffix of SUFFIXES) {
    rmSync(path + suffix, { force: true });
  }
}

export const IN_MEMORY = ':memory:';

/** It holds DNs and names; SQLite would make it for everybody to read, and gives its other files the mode of this one. */
function makePrivate(path: string): void {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) {
    closeSync(openSync(path, 'a', MODE));
  } else if ((mode & 0o077) !== 0) {
    for (const file of SUFFIXES.map((suffix) => path + suffix).filter((each) => existsSync(each))) {
      // By its name: to close a file that is open elsewhere in this process would end the locks on it.
      chmodSync(file, MODE);
    }
  }
}

export function openDatabase(path: string): DatabaseSync {
  // A link leads to what is not ours, and what it held of the index is not there.
  if (SUFFIXES.some((suffix) => removeLink(path + suffix))) {
    removeDatabase(path);
  }
  if (path !== IN_MEMORY) {
    makePrivate(path);
  }
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL');
    const version = (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
    if (version !== 0 && version !== VERSION) {
      database.close();
      removeDatabase(path);
      return openDatabase(path);
    }
    if (version === 0) {
      database.exec(TABLES);
    }
    return database;
  } catch (error) {
    if (database.isOpen) {
      database.close();
    }
    throw error;
  }
}
