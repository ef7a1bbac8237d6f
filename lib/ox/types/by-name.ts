/** Objects that OX finds by their names in a context: groups and resources. Whose they are is asked before they are touched. */
import type { Ref } from '../services/ox.ts';
import { type Owner, type Ownership, thingIn } from './ownership.ts';

export interface NamedPlace {
  readonly context: number;
  readonly name: string;
  readonly formerName: string | null;
  readonly owner: Owner;
}

/** `keysOf`: what claims it; `look`: in OX. */
export function byName<Found extends { readonly name?: string | null }>(
  kind: 'group' | 'resource',
  ownership: Ownership,
  keysOf: (context: number, name: string) => string[],
  look: (context: number, ref: Ref) => Promise<Found | null>,
) {
  return {
    /** Throws where another object claims it. */
    mustBeOurs({ context, name, owner }: NamedPlace): void {
      ownership.mustBeFree(keysOf(context, name), thingIn(context, kind, name), owner);
    },
    /** Throws where it is there, and not to be given to this object. */
    async find({ context, name, owner }: NamedPlace): Promise<Found | null> {
      const found = await look(context, { name });
      if (found !== null) {
        const itsName = found.name ?? name;
        ownership.mustBeAdoptable(keysOf(context, itsName), thingIn(context, kind, itsName), owner);
      }
      return found;
    },
  };
}
