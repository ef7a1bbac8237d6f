/**
 * `listener/parked/`: files that were refused, set aside so that the run could go on, each with its reason beside it. News
 * of the same object that were applied take them away.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectoryDurably, removeDurably, removeIfThere, writeDurably, writeSynced } from '../files/durable.ts';
import { type Envelope, keysOf } from '../model/change.ts';
import { directoryOf, listAside, moveDurably, readReason, reasonPath, removeOrphans } from './aside.ts';
import type { Inbox } from './inbox.ts';
import { comparePlaces, nameAtPlaceOf } from './listing.ts';
import { nextStem } from './names.ts';

interface ParkedFile {
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
  let known: ParkedShelf | null = null;
  const all = (): ParkedShelf => {
    if (known === null) {
      known = new ParkedShelf();
      for (const name of listAside(directory)) {
        known.put({ name, envelope: readTolerantly(inbox, pathOf(name)), reason: readReason(pathOf(name)) });
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
    park(name, envelope, reason) {
      const parked = existsSync(pathOf(name)) ? nameAtPlaceOf(name, [directory]) : name;
      if (moveDurably(inbox.path(name), pathOf(parked), reason)) {
        all().put({ name: parked, envelope, reason });
      }
    },
    keep(content, reason) {
      makeDirectoryDurably(directory);
      const name = `${nextStem(inbox.directory, Date.now())}${MESSAGE}${SUFFIX}`;
      writeSynced(reasonOf(name), `${reason}\n`);
      writeDurably(pathOf(name), content);
      all().put({ name, envelope: null, reason });
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

/** What is parked, as it was read, by what tells the object: there may be as many as were ever in the queue. */
export class ParkedShelf {
  readonly #files = new Map<string, ParkedFile>();
  readonly #names = new Map<string, Set<string>>();

  get files(): readonly ParkedFile[] {
    return [...this.#files.values()];
  }

  put(file: ParkedFile): void {
    this.#files.set(file.name, file);
    for (const key of keysIn(file)) {
      const names = this.#names.get(key) ?? new Set();
      this.#names.set(key, names.add(file.name));
    }
  }

  remove(name: string): void {
    const file = this.#files.get(name);
    for (const key of file === undefined ? [] : keysIn(file)) {
      this.#names.get(key)?.delete(name);
    }
    this.#files.delete(name);
  }

  holds(id: string): boolean {
    return this.#having([id.toLowerCase()]).length > 0;
  }

  /** The names of those that `Parking.clear` is about. */
  outdated(by: string, keys: readonly string[], isOutdated: (envelope: Envelope) => boolean): readonly string[] {
    return this.#having(keys).flatMap(({ name, envelope }) => {
      // A mark asks for nothing but what the news have done, whatever the clock said when it was made.
      const isMark = envelope?.oxConnectorReprovision === true && envelope.oxConnectorForgetId !== true;
      return envelope !== null && (isMark || comparePlaces(name, by) < 0) && isOutdated(envelope) ? name : [];
    });
  }

  #having(keys: readonly string[]): readonly ParkedFile[] {
    const names = new Set(keys.flatMap((key) => [...(this.#names.get(key) ?? [])]));
    return [...names].flatMap((name) => this.#files.get(name) ?? []);
  }
}

function keysIn({ envelope }: ParkedFile): readonly string[] {
  return envelope === null ? [] : keysOf(envelope.id, envelope.dn);
}

function readTolerantly(inbox: Inbox, path: string): Envelope | null {
  try {
    return inbox.parse(path);
  } catch {
    // Parked because it cannot be read, or written by somebody else.
    return null;
  }
}
