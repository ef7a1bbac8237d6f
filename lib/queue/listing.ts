/** Which names of the queue directory are queue files (SPEC 1): regular files ending in `.json`, but no dot files. */
import { type Dirent, opendirSync, readdirSync } from 'node:fs';

/**
 * In the order of their names; a name with microseconds comes after the same second without. One by one, and each name as
 * it came: there may be 100,000, and a part of a text keeps the whole text alive.
 */
export function listWaitingFiles(directory: string): string[] {
  const names: string[] = [];
  const handle = opendirSync(directory, { bufferSize: 1000 });
  try {
    for (let entry = handle.readSync(); entry !== null; entry = handle.readSync()) {
      if (isWaitingFile(entry)) {
        names.push(entry.name);
      }
    }
  } finally {
    handle.closeSync();
  }
  return names.sort((a, b) => (a.length === b.length ? byCodeUnit(a, b) : byCodeUnit(stem(a), stem(b))));
}

export function hasWaitingFiles(directory: string): boolean {
  return readdirSync(directory, { withFileTypes: true }).some(isWaitingFile);
}

const SUFFIX = '.json';

function isWaitingFile(entry: Dirent): boolean {
  return entry.name.endsWith(SUFFIX) && !entry.name.startsWith('.') && entry.isFile();
}

function stem(name: string): string {
  return name.slice(0, -SUFFIX.length);
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
