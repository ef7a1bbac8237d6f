/**
 * Records by key in one file, a line of JSON each: later lines win. What is put is appended, so that remembering one of
 * 200,000 costs one line; the file is written anew when most of it is out of date. A line that a power cut tore off at
 * the end never counted.
 */
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConnectorError, hasCode } from '../errors/connector-error.ts';
import { MODE, makeDirectoryDurably, removeLink, syncDirectory, writeDurably } from './durable.ts';

export interface Journal<Entry> {
  get(key: string): Entry | undefined;
  entries(): IterableIterator<[string, Entry]>;
  put(key: string, entry: Entry): void;
  remove(key: string): void;
  /** From here on what was put survives a power cut. */
  sync(): void;
  close(): void;
}

interface Line<Entry> {
  readonly key: string;
  /** null: removed. */
  readonly entry: Entry | null;
}

/** Below this the file is not worth being written anew. */
const FEW_LINES = 1000;

/** The file is made when something is put. `mayWrite` false: it is only read. */
export function openJournal<Entry>(path: string, { mayWrite }: { readonly mayWrite: boolean }): Journal<Entry> {
  const entries = new Map<string, Entry>();
  const { lines, length } = load(path, entries);
  let fd: number | null = null;
  let unsynced = false;
  const append = (line: Line<Entry>): void => {
    if (mayWrite) {
      fd ??= openForAppending(path, length);
      writeSync(fd, `${JSON.stringify(line)}\n`);
      unsynced = true;
    }
  };
  if (mayWrite && lines > FEW_LINES && lines > 2 * entries.size) {
    writeDurably(path, [...entries].map(([key, entry]) => `${JSON.stringify({ key, entry })}\n`).join(''));
    return openJournal(path, { mayWrite });
  }
  return {
    get: (key) => entries.get(key),
    entries: () => entries.entries(),
    put(key, entry) {
      entries.set(key, entry);
      append({ key, entry });
    },
    remove(key) {
      if (entries.delete(key)) {
        append({ key, entry: null });
      }
    },
    sync() {
      if (unsynced && fd !== null) {
        fsyncSync(fd);
        unsynced = false;
      }
    },
    close() {
      this.sync();
      if (fd !== null) {
        closeSync(fd);
        fd = null;
      }
    },
  };
}

/** `length`: of the lines that are whole. */
function load<Entry>(path: string, entries: Map<string, Entry>): { lines: number; length: number } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      return { lines: 0, length: 0 };
    }
    throw error;
  }
  const length = bytes.lastIndexOf(0x0a) + 1;
  let lines = 0;
  for (let start = 0; start < length; lines += 1) {
    const end = bytes.indexOf(0x0a, start);
    const { key, entry } = parse<Entry>(bytes.toString('utf8', start, end), path, lines + 1);
    if (entry === null) {
      entries.delete(key);
    } else {
      entries.set(key, entry);
    }
    start = end + 1;
  }
  return { lines, length };
}

function parse<Entry>(text: string, path: string, line: number): Line<Entry> {
  try {
    const value = JSON.parse(text) as Line<Entry>;
    if (typeof value.key === 'string' && typeof value.entry === 'object') {
      return value;
    }
  } catch {
    // Said below.
  }
  throw new ConnectorError(
    'LAST_STATE_BROKEN',
    `${path} is damaged: line ${line} is none of ours`,
    { path },
    undefined,
    'Restore the file from a backup, or remove that line: what it remembered is not known then.',
  );
}

function openForAppending(path: string, length: number): number {
  makeDirectoryDurably(dirname(path));
  removeLink(path);
  const fd = openSync(path, 'a', MODE);
  ftruncateSync(fd, length);
  syncDirectory(dirname(path));
  return fd;
}
