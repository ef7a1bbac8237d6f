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
export function byName<Found extends { readonly id?: number | null; readonly name?: string | null }>(
  kind: 'group' | 'resource',
  ownership: Ownership,
  keysOf: (context: number, name: string) => string[],
  look: (context: number, ref: Ref) => Promise<Found | null>,
) {
  /** Throws where another object claims it. */
  const mustBeOurs = ({ context, name, owner }: NamedPlace): void =>
    ownership.mustBeFree(keysOf(context, name), thingIn(context, kind, name), owner);
  /** Throws where it is there, and not to be given to this object. */
  const find = async ({ context, name, owner }: NamedPlace): Promise<Found | null> => {
    const found = await look(context, { name });
    if (found !== null) {
      const itsName = found.name ?? name;
      ownership.mustBeAdoptable(keysOf(context, itsName), thingIn(context, kind, itsName), owner);
    }
    return found;
  };
  /** How it is named to OX where it may have its former name still. Throws where it is not to have the new one. */
  const locate = async (place: NamedPlace): Promise<{ readonly id: number } | { readonly name: string }> => {
    const { context, name, formerName } = place;
    if (formerName !== null) {
      mustBeOurs(place);
      const former = await look(context, { name: formerName });
      if (typeof former?.id === 'number') {
        return { id: former.id };
      }
      await find(place);
    }
    return { name };
  };
  return { mustBeOurs, find, locate };
}
