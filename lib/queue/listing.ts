/** Which names of the queue directory are queue files (SPEC 1): regular files ending in `.json`, but no dot files. */
import { type Dirent, readdirSync } from 'node:fs';

/** In the order of their names; a name with microseconds comes after the same second without. */
export function listWaitingFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter(isWaitingFile)
    .map((entry) => entry.name.slice(0, -SUFFIX.length))
    .sort(byCodeUnit)
    .map((stem) => stem + SUFFIX);
}

export function hasWaitingFiles(directory: string): boolean {
  return readdirSync(directory, { withFileTypes: true }).some(isWaitingFile);
}

const SUFFIX = '.json';

function isWaitingFile(entry: Dirent): boolean {
  return entry.name.endsWith(SUFFIX) && !entry.name.startsWith('.') && entry.isFile();
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
