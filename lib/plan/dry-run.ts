/** A run that changes nothing: the main loop itself, over copies in memory and a client that only notes (`plan`). */
import { ifPossible } from '../errors/if-possible.ts';
import type { Envelope } from '../model/change.ts';
import type { Inbox } from '../queue/inbox.ts';
import { keysIn, ParkedShelf, type Parking } from '../queue/parking.ts';

/** What was read of the queue not long ago. */
export interface Read {
  readonly name: string;
  readonly envelope: Envelope;
}

export interface DryInbox extends Inbox {
  /** The file that says what `state` says of its object, as far as it was one of the last that were read; null: none of them. */
  sourceOf(state: Envelope): Read | null;
}

/** Between the reading of a file and its last state only those are read that are compared with it, and the next one. */
const LAST_READ = 8;

/** The queue; what is added is kept in memory. */
export function dryInbox(real: Inbox): DryInbox {
  const gone = new Set<string>();
  const added = new Map<string, Envelope>();
  const lastRead: Read[] = [];
  return {
    ...real,
    list: () => [
      ...real.list().filter((name) => !gone.has(name)),
      ...[...added.keys()].filter((name) => !gone.has(name)),
    ],
    read: (name) => {
      const known = added.get(name);
      const envelope = known ?? real.read(name);
      if (known === undefined && envelope !== null) {
        lastRead.push({ name, envelope });
        lastRead.splice(0, lastRead.length - LAST_READ);
      }
      return envelope;
    },
    sourceOf: ({ id, dn }) => lastRead.findLast(({ envelope }) => envelope.id === id && envelope.dn === dn) ?? null,
    remove: (name) => void gone.add(name),
    add: (envelope) => {
      const name = `(again ${added.size + 1}).json`;
      added.set(name, envelope);
      return name;
    },
  };
}

/** What is parked, and would be: out of the way of what follows, and it stays where it is. */
export function dryParking(inbox: Inbox, real: Pick<Parking, 'list' | 'read'>): Parking {
  const parked = new Set<string>();
  const read = (name: string): Envelope | null =>
    parked.has(name) ? ifPossible(() => inbox.read(name)) : real.read(name);
  const shelf = new ParkedShelf(read);
  for (const { name, keys } of real.list()) {
    shelf.put(name, keys);
  }
  return {
    list: () => shelf.files,
    read,
    park(name, envelope) {
      inbox.remove(name);
      parked.add(name);
      shelf.put(name, keysIn(envelope));
    },
    holds: (id) => shelf.holds(id),
    clear(by, keys, isOutdated) {
      for (const name of shelf.outdated(by, keys, isOutdated)) {
        shelf.remove(name);
      }
    },
  };
}
