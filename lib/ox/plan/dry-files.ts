/** Credentials and access profiles of a run that changes nothing: as it would leave them, in memory. */
import type { AccessProfiles } from '../access-profiles.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { Login } from '../services/logins.ts';

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
