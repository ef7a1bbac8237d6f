/** Directories of files that were set aside: `parked/` and `dropped/`, each file with the reason beside it. */
import { existsSync, lstatSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ifPossible } from '../errors/if-possible.ts';
import {
  ifThere,
  makeDirectoryDurably,
  removeDurably,
  removeIfThere,
  syncDirectory,
  writeSynced,
} from '../files/durable.ts';
import { compareNames } from './listing.ts';

/** Where a change is: in the queue itself, set aside by a run, or by an administrator. */
export type Place = 'waiting' | 'parked' | 'dropped';

/** `queue` is the queue's directory. */
export function directoryOf(queue: string, place: Place): string {
  return place === 'waiting' ? queue : join(queue, place);
}

export interface Located {
  readonly place: Place;
  readonly name: string;
  readonly path: string;
}

/**
 * What an administrator means by a name, or by a path to a file: the first of `places` that has it. null: none has. Files of
 * the connector's own have names that begin with a dot, and are never meant.
 */
export function locate(queue: string, file: string, places: readonly Place[]): Located | null {
  const given = basename(file);
  const name = given.endsWith(SUFFIX) ? given : `${given}${SUFFIX}`;
  if (name.startsWith('.')) {
    return null;
  }
  const above = basename(dirname(file));
  for (const place of places.filter((each) => above === each || !(above === 'parked' || above === 'dropped'))) {
    const path = join(directoryOf(queue, place), name);
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === true) {
      return { place, name, path };
    }
  }
  return null;
}

const SUFFIX = '.json';

/** The file beside `path` that says why it was set aside. */
export function reasonPath(path: string): string {
  return `${path.slice(0, -SUFFIX.length)}.reason`;
}

/** false: somebody has moved or removed it meanwhile. */
export function moved(from: string, to: string): boolean {
  return ifThere(() => renameSync(from, to)) !== null;
}

/** Moves a file durably, with the reason beside it, if there is one. false: it is gone, and nothing is left of this. */
export function moveDurably(from: string, to: string, reason: string | null): boolean {
  makeDirectoryDurably(dirname(to));
  if (reason !== null) {
    writeSynced(reasonPath(to), `${reason}\n`);
    syncDirectory(dirname(to));
  }
  if (!moved(from, to)) {
    removeIfThere(reasonPath(to));
    return false;
  }
  syncDirectory(dirname(to));
  syncDirectory(dirname(from));
  return true;
}

/** In order. A directory that is not there has none. */
export function listAside(directory: string, suffix = SUFFIX): string[] {
  const names = ifThere(() => readdirSync(directory)) ?? [];
  return names.filter((name) => name.endsWith(suffix) && !name.startsWith('.')).sort(compareNames);
}

/** Of the file at `path`. */
export function readReason(path: string): string {
  // The reason explains; the file itself is what counts.
  return ifPossible(() => readFileSync(reasonPath(path), 'utf8').trim()) ?? '';
}

/** Reasons of files that were put back by a verb that was cut off. */
export function removeOrphans(directory: string): void {
  for (const name of listAside(directory, '.reason')) {
    const path = join(directory, name);
    if (!existsSync(path.replace(/\.reason$/, SUFFIX))) {
      removeDurably(path);
    }
  }
}
