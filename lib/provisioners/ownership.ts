/**
 * Nobody's object is touched for another's sake: what is in OX belongs to the object whose last state says so
 * (docs/behaviour.md, "Whose it is").
 */
import { ConnectorError } from '../errors/connector-error.ts';
import type { KnownObjectsReader } from '../model/known.ts';

/** The object at hand. */
export interface Owner {
  readonly id: string;
  readonly dn: string;
}

export interface Ownership {
  /** The ids of the other objects that claim one of these. */
  others(keys: readonly string[], owner: Owner): string[];
  /** Whether the object's own last state claims it. */
  isOwn(key: string, owner: Owner): boolean;
  /** Whether any last state claims one of these. */
  isClaimed(keys: readonly string[]): boolean;
  /** Throws where another object claims one of these. `what`: for people, such as `the group "y" in context 10`. */
  mustBeFree(keys: readonly string[], what: string, owner: Owner): void;
  /** A warning where another object stands for the same, so that it is not removed; null: nobody does. */
  standsForOther(keys: readonly string[], what: string, owner: Owner): string | null;
  refuse(what: string, owner: Owner, other: string): ConnectorError;
}

export function ownershipIn(known: Pick<KnownObjectsReader, 'claimants' | 'dnOf'>): Ownership {
  const isOf = (id: string, owner: Owner): boolean => id.toLowerCase() === owner.id.toLowerCase();
  const others = (keys: readonly string[], owner: Owner): string[] => [
    ...new Set(keys.flatMap((key) => known.claimants(key)).filter((id) => !isOf(id, owner))),
  ];
  const describe = (id: string): string => `${known.dnOf(id) ?? 'an object whose last state is gone'} (${id})`;
  const refuse = (what: string, owner: Owner, other: string): ConnectorError =>
    new ConnectorError(
      'OX_REFUSED',
      `${what} belongs to ${describe(other)}, it is not given to ${owner.dn} (${owner.id})`,
      { dn: owner.dn, owner: other },
      undefined,
      'Give one of the two objects another name in UDM. If the other one has another name in UDM already, OX does not have that ' +
        'change yet: it was refused, parked or dropped, or waits for the credentials of its context. Allow it, or enter them, and provision that object again.',
    );
  return {
    others,
    refuse,
    isClaimed: (keys) => keys.some((key) => known.claimants(key).length > 0),
    isOwn: (key, owner) => known.claimants(key).some((id) => isOf(id, owner)),
    mustBeFree(keys, what, owner) {
      const [other] = others(keys, owner);
      if (other !== undefined) {
        throw refuse(what, owner, other);
      }
    },
    standsForOther(keys, what, owner) {
      const [other] = others(keys, owner);
      return other === undefined ? null : `${what} is left alone: ${describe(other)} stands for it too`;
    },
  };
}
