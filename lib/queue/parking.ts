/**
 * `listener/parked/`: files that were refused, set aside so that the run could go on, each with its reason beside it. News
 * of the same object that were applied take them away.
 */

import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { ifPossible } from '../errors/if-possible.ts';
import { makeDirectoryDurably, removeDurably, removeIfThere, syncDirectory, writeSynced } from '../files/durable.ts';
import { type Envelope, keysOf } from '../model/change.ts';
import { directoryOf, listAside, moveDurably, reasonPath, removeOrphans } from './aside.ts';
import { Gathered } from './gathered.ts';
import type { Inbox } from './inbox.ts';
import { comparePlaces, nameAtPlaceOf } from './listing.ts';
import { nextStem } from './names.ts';

interface ParkedFile {
  readonly name: string;
  /** What tells its object (`keysOf`); none: nobody can read it. */
  readonly keys: readonly string[];
}

export interface Parking {
  /** In order. */
  list(): readonly ParkedFile[];
  /** null: it is gone, or nobody can read it. */
  read(name: string): Envelope | null;
  /** Moves a file of the queue aside, durably. */
  park(name: string, envelope: Envelope | null, reason: string): void;
  /** Whether a file of this object is parked. */
  holds(id: string): boolean;
  /**
   * News under the name `by` were applied: what is older, or a mark, and `isOutdated` by them goes. Only those are asked about
   * that have one of `keys` (`keysOf`).
   */
  clear(by: string, keys: readonly string[], isOutdated: (envelope: Envelope) => boolean): void;
}

/** For those who look after it. */
export interface ParkedFiles extends Parking {
  /** Writes what never was a file of the queue, durably. Answers its name. */
  keep(content: string, reason: string): string;
  /** In order; nothing is read. */
  names(): readonly string[];
  /**
   * Puts a file back, as it is, at its old place in the order; under another name, since a file of the old one may be
   * removed by who wrote it. false: it is gone.
   */
  retry(name: string): boolean;
  /** What a retry that was cut off has left behind. */
  tidy(): void;
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
  const directory = directoryOf(inbox.directory, 'parked');
  const pathOf = (name: string): string => join(directory, name);
  const reasonOf = (name: string): string => reasonPath(pathOf(name));
  // Parked because it cannot be read, or written by somebody else: no reason to stop.
  const read = (name: string): Envelope | null => ifPossible(() => inbox.parse(pathOf(name)));
  let known: ParkedShelf | null = null;
  const all = (): ParkedShelf => {
    if (known === null) {
      known = new ParkedShelf(read);
      for (const name of listAside(directory)) {
        known.put(name, keysIn(read(name)));
      }
    }
    return known;
  };
  const remove = (name: string): void => {
    removeDurably(reasonOf(name));
    removeDurably(pathOf(name));
    known?.remove(name);
  };

  return {
    list: () => all().files,
    read,
    park(name, envelope, reason) {
      const parked = existsSync(pathOf(name)) ? nameAtPlaceOf(name, [directory]) : name;
      if (moveDurably(inbox.path(name), pathOf(parked), reason)) {
        all().put(parked, keysIn(envelope));
      }
    },
    keep(content, reason) {
      makeDirectoryDurably(directory);
      const name = `${nextStem(inbox.directory, Date.now())}${MESSAGE}${SUFFIX}`;
      const temporary = join(directory, '.message.tmp');
      // First what the disk may have no room for.
      writeSynced(temporary, content);
      writeSynced(reasonOf(name), `${reason}\n`);
      renameSync(temporary, pathOf(name));
      syncDirectory(directory);
      all().put(name, []);
      return name;
    },
    holds: (id) => all().holds(id),
    clear: (by, keys, isOutdated) => all().outdated(by, keys, isOutdated).forEach(remove),
    names: () => listAside(directory),
    retry(name) {
      if (!moveDurably(pathOf(name), inbox.path(nameAtPlaceOf(name, [inbox.directory, directory])), null)) {
        return false;
      }
      removeIfThere(reasonOf(name));
      known?.remove(name);
      return true;
    },
    tidy: () => removeOrphans(directory),
    remove,
    path: pathOf,
  };
}

/** What is parked, by what tells the object, and nothing else: there may be as many as were ever in the queue. */
export class ParkedShelf {
  readonly #read: (name: string) => Envelope | null;
  readonly #files = new Map<string, readonly string[]>();
  readonly #names = new Gathered<string>();

  /** `read`: null: it is gone, or nobody can read it. */
  constructor(read: (name: string) => Envelope | null) {
    this.#read = read;
  }

  get files(): readonly ParkedFile[] {
    return [...this.#files].map(([name, keys]) => ({ name, keys }));
  }

  put(name: string, keys: readonly string[]): void {
    this.#files.set(name, keys);
    for (const key of keys) {
      this.#names.add(key, name);
    }
  }

  remove(name: string): void {
    for (const key of this.#files.get(name) ?? []) {
      this.#names.remove(key, name);
    }
    this.#files.delete(name);
  }

  holds(id: string): boolean {
    return this.#names.of(id.toLowerCase()).size > 0;
  }

  /** The names of those that `Parking.clear` is about. */
  outdated(by: string, keys: readonly string[], isOutdated: (envelope: Envelope) => boolean): readonly string[] {
    const names = new Set(keys.flatMap((key) => [...this.#names.of(key)]));
    return [...names].filter((name) => {
      const envelope = this.#read(name);
      // A mark asks for nothing but what the news have done, whatever the clock said when it was made.
      const isMark = envelope?.oxConnectorReprovision === true && envelope.oxConnectorForgetId !== true;
      return envelope !== null && (isMark || comparePlaces(name, by) < 0) && isOutdated(envelope);
    });
  }
}

export function keysIn(envelope: Envelope | null): readonly string[] {
  return envelope === null ? [] : keysOf(envelope.id, envelope.dn);
}
