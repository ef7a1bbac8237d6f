/**
 * Keeps files between the look at all and their turn, as far as memory allows, so that most are read once. A file that
 * was removed or changed meanwhile, as an administrator may do at any time, is noticed.
 */
import { lstatSync, type Stats } from 'node:fs';
import type { Envelope } from '../model/change.ts';
import type { Inbox } from './inbox.ts';

export interface ReadAhead {
  /** As `Inbox.read`; keeps what was read if there is room. */
  look(name: string): Envelope | null;
  /** As `Inbox.read`, without reading what is kept. Once for each file. */
  take(name: string): Envelope | null;
  /** false: the file holds something else than what was taken, which nobody has seen yet. */
  isAsTaken(name: string): boolean;
  clear(): void;
}

interface Kept {
  readonly envelope: Envelope;
  readonly stat: Stats;
}

/** Of the files; in memory they are a few times as large. */
const MOST_BYTES = 2 * 1024 * 1024;

export function readAhead(inbox: Inbox, room = MOST_BYTES): ReadAhead {
  const kept = new Map<string, Kept>();
  const taken = new Map<string, Stats>();
  let bytes = 0;
  const statOf = (name: string): Stats | undefined => lstatSync(inbox.path(name), { throwIfNoEntry: false });
  return {
    look(name) {
      const stat = bytes < room ? statOf(name) : undefined;
      const envelope = inbox.read(name);
      if (stat && envelope) {
        kept.set(name, { envelope, stat });
        bytes += stat.size;
      }
      return envelope;
    },
    take(name) {
      const found = kept.get(name);
      kept.delete(name);
      // Before it is read: what is written in between shows.
      const stat = statOf(name);
      if (stat) {
        taken.set(name, stat);
      }
      return found && isSame(found.stat, stat) ? found.envelope : inbox.read(name);
    },
    isAsTaken(name) {
      const stat = taken.get(name);
      taken.delete(name);
      const now = statOf(name);
      return now === undefined || (stat !== undefined && isSame(stat, now));
    },
    clear() {
      kept.clear();
      taken.clear();
      bytes = 0;
    },
  };
}

function isSame(a: Stats, b: Stats | undefined): boolean {
  return b !== undefined && a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs;
}
