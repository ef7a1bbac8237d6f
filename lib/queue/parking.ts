/**
 * `listener/parked/`: files that were refused, set aside so that the run could go on, each with its reason beside it. News
 * of the same object that were applied take them away.
 */
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from '../errors/connector-error.ts';
import {
  makeDirectoryDurably,
  removeDurably,
  removeIfThere,
  syncDirectory,
  writeDurably,
  writeSynced,
} from '../files/durable.ts';
import type { Envelope } from '../model/change.ts';
import type { Inbox } from './inbox.ts';
import { compareNames, comparePlaces, nameAtPlaceOf } from './listing.ts';
import { nextStem } from './names.ts';

export interface ParkedFile {
  readonly name: string;
  /** null: nobody can read it. */
  readonly envelope: Envelope | null;
  readonly reason: string;
}

export interface Parking {
  /** In order. */
  list(): readonly ParkedFile[];
  /** Moves a file of the queue aside, durably. */
  park(name: string, envelope: Envelope | null, reason: string): void;
  /** Whether a file of this object is parked. */
  holds(id: string): boolean;
  /** News under the name `by` were applied: what is older and `isOutdated` by them goes. */
  clear(by: string, isOutdated: (envelope: Envelope) => boolean): void;
}

/** For those who look after it. */
export interface ParkedFiles extends Parking {
  /** Writes what never was a file of the queue, durably. Answers its name. */
  keep(content: string, reason: string): string;
  /**
   * Puts each file back, as it is, at its old place in the order; under another name, since a file of the old one may be
   * removed by who wrote it. Answers how many. `stays`: names to be left alone.
   */
  retry(stays?: ReadonlySet<string>): number;
  remove(name: string): void;
  path(name: string): string;
}

const SUFFIX = '.json';

/** In the names of what never was a file of the queue. */
const MESSAGE = '-message';

export function isParkedMessage(name: string): boolean {
  return name.endsWith(`${MESSAGE}${SUFFIX}`);
}

export function openParking(inbox: Inbox): ParkedFiles {
  const directory = join(inbox.directory, 'parked');
  const pathOf = (name: string): string => join(directory, name);
  const reasonOf = (name: string): string => pathOf(`${name.slice(0, -SUFFIX.length)}.reason`);
  let known: Map<string, ParkedFile> | null = null;
  const all = (): Map<string, ParkedFile> => {
    known ??= new Map(
      listNames(directory).map((name) => {
        const envelope = readTolerantly(inbox, pathOf(name));
        return [name, { name, envelope, reason: readReason(reasonOf(name)) }];
      }),
    );
    return known;
  };
  const remove = (name: string): void => {
    removeDurably(reasonOf(name));
    removeDurably(pathOf(name));
    known?.delete(name);
  };

  return {
    list: () => [...all().values()],
    park(name, envelope, reason) {
      makeDirectoryDurably(directory);
      const parked = existsSync(pathOf(name)) ? nameAtPlaceOf(name, [directory]) : name;
      writeSynced(reasonOf(parked), `${reason}\n`);
      syncDirectory(directory);
      if (moved(inbox.path(name), pathOf(parked))) {
        syncDirectory(directory);
        syncDirectory(inbox.directory);
        all().set(parked, { name: parked, envelope, reason });
      } else {
        removeIfThere(reasonOf(parked));
      }
    },
    keep(content, reason) {
      makeDirectoryDurably(directory);
      const name = `${nextStem(inbox.directory, Date.now())}${MESSAGE}${SUFFIX}`;
      writeSynced(reasonOf(name), `${reason}\n`);
      writeDurably(pathOf(name), content);
      all().set(name, { name, envelope: null, reason });
      return name;
    },
    holds: (id) => [...all().values()].some(({ envelope }) => envelope?.id.toLowerCase() === id.toLowerCase()),
    clear(by, isOutdated) {
      for (const { name, envelope } of all().values()) {
        if (envelope !== null && comparePlaces(name, by) < 0 && isOutdated(envelope)) {
          remove(name);
        }
      }
    },
    retry(stays = new Set()) {
      let count = 0;
      for (const name of all().keys()) {
        if (!stays.has(name) && moved(pathOf(name), inbox.path(nameAtPlaceOf(name, [inbox.directory, directory])))) {
          count += 1;
          syncDirectory(inbox.directory);
        }
      }
      // Also those of files that were put back by a verb that was cut off.
      for (const reason of listNames(directory, '.reason')) {
        if (!existsSync(pathOf(reason.replace(/\.reason$/, SUFFIX)))) {
          removeDurably(pathOf(reason));
        }
      }
      known = null;
      return count;
    },
    remove,
    path: pathOf,
  };
}

/** false: somebody has moved or removed it meanwhile. */
function moved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      return false;
    }
    throw error;
  }
}

function readTolerantly(inbox: Inbox, path: string): Envelope | null {
  try {
    return inbox.parse(path);
  } catch {
    // Parked because it cannot be read, or written by somebody else.
    return null;
  }
}

function listNames(directory: string, suffix = SUFFIX): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith(suffix))
      .sort(compareNames);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      return [];
    }
    throw error;
  }
}

function readReason(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    // The reason explains; the file itself is what counts.
    return '';
  }
}
