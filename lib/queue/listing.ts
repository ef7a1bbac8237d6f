/** Which names of the queue directory are queue files: regular files ending in `.json`, but no dot files; and their order. */
import { type Dirent, existsSync, opendirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { naming } from '../files/durable.ts';

/** Who had a DN formerly (lib/memory/former-dns.ts); its name does not end in `.json`, so that nobody takes it for a queue file. */
export const FORMER_DNS = '.former-dns';

/**
 * In the order of their names; a name with microseconds comes after the same second without. One by one, and each name as
 * it came: there may be 100,000, and a part of a text keeps the whole text alive.
 */
export function listWaitingFiles(directory: string): string[] {
  const names: string[] = [];
  const handle = naming(directory, () => opendirSync(directory, { bufferSize: 1000 }));
  try {
    for (let entry = handle.readSync(); entry !== null; entry = handle.readSync()) {
      if (isWaitingFile(entry)) {
        names.push(entry.name);
      }
    }
  } finally {
    handle.closeSync();
  }
  return names.sort(compareNames);
}

export function hasWaitingFiles(directory: string): boolean {
  return readdirSync(directory, { withFileTypes: true }).some(isWaitingFile);
}

/** Negative: `a` comes before `b`. */
export function compareNames(a: string, b: string): number {
  return a.length === b.length ? byCodeUnit(a, b) : byCodeUnit(stem(a), stem(b));
}

const SUFFIX = '.json';

/** `2026-11-20-08-00-01+2.json`: a `+` sorts before everything that such a name goes on with. */
const AT_PLACE = /\+\d+$/;

/** Another name for what was called `name`, at the same place in the order and in none of the directories yet. */
export function nameAtPlaceOf(name: string, directories: readonly string[]): string {
  const first = stem(name).replace(AT_PLACE, '');
  for (let count = 1; ; count += 1) {
    const free = `${first}+${count}${SUFFIX}`;
    if (!directories.some((directory) => existsSync(join(directory, free)))) {
      return free;
    }
  }
}

/** Which of two files is older, whatever they are called now. */
export function comparePlaces(a: string, b: string): number {
  return byCodeUnit(stem(a).replace(AT_PLACE, ''), stem(b).replace(AT_PLACE, ''));
}

function isWaitingFile(entry: Dirent): boolean {
  return entry.name.endsWith(SUFFIX) && !entry.name.startsWith('.') && entry.isFile();
}

function stem(name: string): string {
  return name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name;
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
