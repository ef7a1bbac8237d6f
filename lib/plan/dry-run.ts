/** A run that changes nothing: the main loop itself, over copies in memory and a client that only notes (`plan`). */
import type { AccessProfiles } from '../access-profiles/access-profiles.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { LastStateFiles } from '../memory/last-state.ts';
import type { Envelope } from '../model/change.ts';
import type { Login } from '../ox/logins.ts';
import type { Inbox } from '../queue/inbox.ts';
import { ParkedShelf, type Parking } from '../queue/parking.ts';

/** The queue; what is added is kept in memory. */
export function dryInbox(real: Inbox): Inbox {
  const gone = new Set<string>();
  const added = new Map<string, Envelope>();
  return {
    ...real,
    list: () => [
      ...real.list().filter((name) => !gone.has(name)),
      ...[...added.keys()].filter((name) => !gone.has(name)),
    ],
    read: (name) => added.get(name) ?? real.read(name),
    remove: (name) => void gone.add(name),
    add: (envelope) => {
      const name = `(again ${added.size + 1}).json`;
      added.set(name, envelope);
      return name;
    },
  };
}

export function dryLastStates(real: LastStateFiles): LastStateFiles {
  const changed = new Map<string, Envelope | null>();
  return {
    ...real,
    read: (id) => {
      const known = changed.get(id.toLowerCase());
      return known === undefined ? real.read(id) : known;
    },
    has: (id) => {
      const known = changed.get(id.toLowerCase());
      return known === undefined ? real.has(id) : known !== null;
    },
    ids: () => {
      const made = [...changed].flatMap(([id, state]) => (state === null ? [] : id));
      return [...made, ...real.ids().filter((id) => !changed.has(id.toLowerCase()))];
    },
    write: (envelope) => void changed.set(envelope.id.toLowerCase(), envelope),
    remove: (id) => void changed.set(id.toLowerCase(), null),
    move: (formerId, envelope) => {
      changed.set(formerId.toLowerCase(), null);
      changed.set(envelope.id.toLowerCase(), envelope);
    },
  };
}

export function dryCredentials(real: Credentials): Credentials {
  const changed = new Map<number | 'master', Login | null>();
  const find = (context: number): Login | null => {
    const known = changed.get(context);
    return known === undefined ? real.find(context) : known;
  };
  return {
    ...real,
    find,
    ofContext: (context) => find(context) ?? real.ofContext(context),
    put: (context, login) => void changed.set(context, login),
    remove: (context) => void changed.set(context, null),
  };
}

export function dryProfiles(real: AccessProfiles): AccessProfiles {
  const changed = new Map<string, ReadonlySet<string> | null>();
  return {
    find: (name) => {
      const known = changed.get(name);
      return known === undefined ? real.find(name) : known;
    },
    put: (name, rights, formerName) => {
      if (formerName !== null) {
        changed.set(formerName, null);
      }
      changed.set(name, new Set(rights));
    },
    remove: (name) => void changed.set(name, null),
  };
}

/** What is parked, and would be: out of the way of what follows, and it stays where it is. */
export function dryParking(inbox: Inbox, real: Pick<Parking, 'list'>): Parking {
  const shelf = new ParkedShelf();
  for (const file of real.list()) {
    shelf.put(file);
  }
  return {
    list: () => shelf.files,
    park(name, envelope, reason) {
      inbox.remove(name);
      shelf.put({ name, envelope, reason });
    },
    holds: (id) => shelf.holds(id),
    clear(by, keys, isOutdated) {
      for (const name of shelf.outdated(by, keys, isOutdated)) {
        shelf.remove(name);
      }
    },
  };
}
