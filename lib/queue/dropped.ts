/**
 * `listener/dropped/`: files that an administrator has set aside, each with the time and the reason beside it. Nothing is
 * deleted, and each can be put back.
 */
import { existsSync, lstatSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { removeDurably } from '../files/durable.ts';
import { directoryOf, moveDurably, readReason, reasonPath, removeOrphans } from './aside.ts';
import { nameAtPlaceOf } from './listing.ts';
import { isParkedMessage } from './parking.ts';

export interface DroppedFiles {
  /** Moves the file at `path` here, durably. Answers where it is now; null: it is gone, and nothing is left of this. */
  drop(path: string, reason: string, now: Date): string | null;
  /**
   * Puts a file back at its old place in the order, under another name, since the old one may be removed by who wrote it.
   * A message that never was a file of the queue is parked again. Answers where it is now; null: it is gone.
   */
  undrop(name: string): string | null;
  /** What an undrop that was cut off has left behind. */
  tidy(): void;
  /** When the file was dropped. */
  droppedAt(name: string): Date;
}

/** `queue` is the queue's directory. */
export function openDropped(queue: string): DroppedFiles {
  const directory = directoryOf(queue, 'dropped');
  const parked = directoryOf(queue, 'parked');
  return {
    drop(path, reason, now) {
      const name = basename(path);
      const target = join(directory, existsSync(join(directory, name)) ? nameAtPlaceOf(name, [directory]) : name);
      if (!moveDurably(path, target, `${now.toISOString()} ${reason}`)) {
        return null;
      }
      if (dirname(path) === parked) {
        removeDurably(reasonPath(path));
      }
      return target;
    },
    undrop(name) {
      const path = join(directory, name);
      const isMessage = isParkedMessage(name);
      const target = isMessage ? join(parked, name) : join(queue, nameAtPlaceOf(name, [queue, parked, directory]));
      if (!moveDurably(path, target, isMessage ? withoutTime(readReason(path)) : null)) {
        return null;
      }
      removeDurably(reasonPath(path));
      return target;
    },
    tidy: () => removeOrphans(directory),
    droppedAt(name) {
      const path = join(directory, name);
      const [time = ''] = TIME.exec(readReason(path)) ?? [];
      // Moved here by hand, without a reason: since it was written at the latest.
      return new Date(Date.parse(time) || (lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0));
    },
  };
}

const TIME = /^\d{4}-\d\d-\d\dT\S+Z/;

export function withoutTime(reason: string): string {
  return reason.replace(TIME, '').trim();
}
