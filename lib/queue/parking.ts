/**
 * `listener/parked/`: files of objects that OX refused, set aside so that the run could go on. Each has its reason beside
 * it. A later success of the same object takes them away.
 */
import { readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from '../errors/connector-error.ts';
import { makeDirectoryDurably, removeDurably, removeIfThere, syncDirectory, writeSynced } from '../files/durable.ts';
import type { Envelope } from '../model/change.ts';
import { dnKey } from '../model/dn.ts';
import type { Inbox } from './inbox.ts';

export interface ParkedFile {
  readonly name: string;
  readonly envelope: Envelope;
  readonly reason: string;
}

export interface Parking {
  list(): ParkedFile[];
  /** Moves a file of the queue aside, durably. */
  park(name: string, envelope: Envelope, reason: string): void;
  /** Whether an object with this DN is parked. */
  holds(dn: string): boolean;
  /** The object was provisioned: what is parked of it is out of date. */
  clear(id: string): void;
  /** Puts the newest file of each object back into the queue. Answers how many. */
  retry(): number;
}

const SUFFIX = '.json';

export function openParking(inbox: Inbox): Parking {
  const directory = join(inbox.directory, 'parked');
  const pathOf = (name: string): string => join(directory, name);
  const reasonOf = (name: string): string => join(directory, `${name.slice(0, -SUFFIX.length)}.reason`);
  let files: ParkedFile[] | null = null;
  const all = (): ParkedFile[] => {
    files ??= listNames(directory).flatMap((name) => {
      const envelope = readTolerantly(inbox, pathOf(name));
      return envelope ? [{ name, envelope, reason: readReason(reasonOf(name)) }] : [];
    });
    return files;
  };
  const remove = (name: string): void => {
    removeDurably(reasonOf(name));
    removeDurably(pathOf(name));
    files = all().filter((each) => each.name !== name);
  };

  return {
    list: () => [...all()],
    park(name, envelope, reason) {
      makeDirectoryDurably(directory);
      writeSynced(reasonOf(name), `${reason}\n`);
      syncDirectory(directory);
      try {
        renameSync(inbox.path(name), pathOf(name));
      } catch (error) {
        // An administrator has removed the file meanwhile: nothing is left to park.
        if (!hasCode(error, 'ENOENT')) {
          throw error;
        }
        removeIfThere(reasonOf(name));
        return;
      }
      syncDirectory(directory);
      syncDirectory(inbox.directory);
      files = [...all().filter((each) => each.name !== name), { name, envelope, reason }];
    },
    holds(dn) {
      const key = all().length > 0 ? dnKey(dn) : '';
      return all().some((each) => dnKey(each.envelope.dn) === key);
    },
    clear(id) {
      for (const each of all().filter(({ envelope }) => isSame(envelope.id, id))) {
        remove(each.name);
      }
    },
    retry() {
      const waiting = new Set(inbox.list().flatMap((name) => inbox.read(name)?.id.toLowerCase() ?? []));
      let count = 0;
      for (const each of all()) {
        const isNewest = !all().some((other) => isSame(other.envelope.id, each.envelope.id) && other.name > each.name);
        // A file that waits in the queue is newer still.
        if (isNewest && !waiting.has(each.envelope.id.toLowerCase())) {
          inbox.add(each.envelope);
          count += 1;
        }
      }
      for (const { name } of all()) {
        remove(name);
      }
      return count;
    },
  };
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** What somebody else put there is none of ours. */
function readTolerantly(inbox: Inbox, path: string): Envelope | null {
  try {
    return inbox.parse(path);
  } catch {
    return null;
  }
}

function listNames(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith(SUFFIX))
      .sort();
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
