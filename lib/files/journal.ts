/**
 * Records by key in one file, a line of JSON each: later lines win. What is put is appended, so that remembering one of
 * 200,000 costs one line; the file is written anew when most of it is out of date. A line that a power cut tore off at
 * the end never counted.
 */
import { closeSync, fsyncSync, ftruncateSync, openSync, readSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConnectorError } from '../errors/connector-error.ts';
import { ifThere, MODE, makeDirectoryDurably, naming, removeLink, syncDirectory, writeDurably } from './durable.ts';

export interface Journal<Entry> {
  get(key: string): Entry | undefined;
  keys(): IterableIterator<string>;
  entries(): IterableIterator<[string, Entry]>;
  put(key: string, entry: Entry): void;
  remove(key: string): void;
  /** From here on what was put survives a power cut. */
  sync(): void;
  close(): void;
}

interface Line {
  readonly key: string;
  /** null: removed. */
  readonly entry: unknown;
}

/** Below this the file is not worth being written anew. */
const FEW_LINES = 1000;

const PIECE_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/** The file is made when something is put. `mayWrite` false: it is only read. */
export function openJournal<Entry>(path: string, { mayWrite }: { readonly mayWrite: boolean }): Journal<Entry> {
  // As they stand in the file: objects of as many mailboxes take several times as much memory.
  const texts = new Map<string, string>();
  const { lines, length: found } = load(path, texts);
  let length = found;
  let fd: number | null = null;
  let unsynced = false;
  const entryOf = (text: string): Entry => (JSON.parse(text) as { readonly entry: Entry }).entry;
  const append = (text: string): void => {
    if (mayWrite) {
      fd ??= openForAppending(path, length);
      unsynced = true;
      const open = fd;
      length = naming(path, () => appendWhole(open, `${text}\n`, length));
    }
  };
  if (mayWrite && lines > FEW_LINES && lines > 1.5 * texts.size) {
    writeDurably(path, [...texts.values()].map((text) => `${text}\n`).join(''));
    return openJournal(path, { mayWrite });
  }
  return {
    get(key) {
      const text = texts.get(key);
      return text === undefined ? undefined : entryOf(text);
    },
    keys: () => texts.keys(),
    *entries() {
      for (const [key, text] of texts) {
        yield [key, entryOf(text)];
      }
    },
    put(key, entry) {
      const text = JSON.stringify({ key, entry });
      // The file first: what it does not have is not remembered either, and is put again.
      append(text);
      texts.set(key, text);
    },
    remove(key) {
      if (texts.has(key)) {
        append(JSON.stringify({ key, entry: null }));
        texts.delete(key);
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

/** `length`: of the lines that are whole. The file is never held as a whole: it may be much larger than what it says. */
function load(path: string, texts: Map<string, string>): { lines: number; length: number } {
  const fd = ifThere(() => openSync(path, 'r'));
  if (fd === null) {
    return { lines: 0, length: 0 };
  }
  const take = (text: string, line: number): void => {
    const { key, entry } = parse(text, path, line);
    if (entry === null) {
      texts.delete(key);
    } else {
      texts.set(key, text);
    }
  };
  try {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    let rest = Buffer.alloc(0);
    let lines = 0;
    let length = 0;
    const next = (): number => naming(path, () => readSync(fd, piece));
    for (let read = next(); read > 0; read = next()) {
      const bytes = Buffer.concat([rest, piece.subarray(0, read)]);
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
        lines += 1;
        take(bytes.toString('utf8', start, end), lines);
        start = end + 1;
      }
      length += start;
      rest = bytes.subarray(start);
    }
    return { lines, length };
  } finally {
    closeSync(fd);
  }
}

function parse(text: string, path: string, line: number): Line {
  try {
    const value = JSON.parse(text) as Line;
    if (typeof value.key === 'string' && typeof value.entry === 'object') {
      return value;
    }
  } catch {
    // Said below.
  }
  throw new ConnectorError('LAST_STATE_BROKEN', `${path} is damaged: line ${line} is none of ours`, {
    fields: { path },
    remedy: 'Restore the file from a backup, or remove that line: what it remembered is not known then.',
  });
}

/** Answers the length of the file. A line of which the disk takes only a part is taken back: the next would become part of it. */
function appendWhole(fd: number, line: string, length: number): number {
  try {
    writeFileSync(fd, line);
  } catch (error) {
    ftruncateSync(fd, length);
    throw error;
  }
  return length + Buffer.byteLength(line);
}

function openForAppending(path: string, length: number): number {
  makeDirectoryDurably(dirname(path));
  removeLink(path);
  const fd = openSync(path, 'a', MODE);
  ftruncateSync(fd, length);
  syncDirectory(dirname(path));
  return fd;
}
