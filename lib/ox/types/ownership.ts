/**
 * Nobody's object is touched for another's sake: what is in OX belongs to the object whose last state says so
 * (docs/behaviour.md, "Whose it is").
 */
import { ConnectorError } from '../../errors/connector-error.ts';
import type { KnownObjectsReader } from '../../model/known.ts';
import { isSameWord } from '../../model/udm.ts';

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
  /**
   * The same for what is there, and no last state claims: whose it is nobody can tell while there is a damaged one of which
   * nothing is known.
   */
  mustBeAdoptable(keys: readonly string[], what: string, owner: Owner): void;
  /** A warning where another object stands for the same, so that it is not removed; null: nobody does. */
  standsForOther(keys: readonly string[], what: string, owner: Owner): string | null;
  refuse(what: string, owner: Owner, other: string): ConnectorError;
}

/** As messages call it. */
export function thingIn(context: number, kind: 'user' | 'group' | 'resource', name: string): string {
  return `the ${kind} ${JSON.stringify(name)} in context ${context}`;
}

/** What puts a damaged last state right. */
export const REPAIR =
  'Restore the damaged file from a backup, or remove it and save its object in UDM: it is then looked up in OX by its name.';

const ANOTHER_NAME =
  'Give one of the two objects another name in UDM (a functional account: another address, or other users). If the other ' +
  'one has another name in UDM already, OX does not have that ' +
  'change yet: it was refused, parked or dropped, or waits for the credentials of its context. Allow it, or enter them, and provision that object again.';

export function ownershipIn(known: Pick<KnownObjectsReader, 'claimants' | 'look' | 'damaged'>): Ownership {
  const isOf = (id: string, owner: Owner): boolean => isSameWord(id, owner.id);
  const others = (keys: readonly string[], owner: Owner): string[] => [
    ...new Set(keys.flatMap((key) => known.claimants(key)).filter((id) => !isOf(id, owner))),
  ];
  const damagedAt = (id: string): string | null => known.damaged().find((each) => each.id === id)?.path ?? null;
  const describe = (id: string): string => {
    const path = damagedAt(id);
    const nameless =
      path === null ? 'an object whose last state is gone' : `an object whose last state ${path} is damaged`;
    return `${known.look(id)?.dn ?? nameless} (${id})`;
  };
  const refusal = (text: string, owner: Owner, remedy: string, other?: string): ConnectorError =>
    new ConnectorError('OX_REFUSED', text, { fields: { dn: owner.dn, owner: other }, remedy });
  const refuse = (what: string, owner: Owner, other: string): ConnectorError =>
    refusal(
      `${what} belongs to ${describe(other)}, it is not given to ${owner.dn} (${owner.id})`,
      owner,
      damagedAt(other) === null ? ANOTHER_NAME : REPAIR,
      other,
    );
  const isOwn = (key: string, owner: Owner): boolean => known.claimants(key).some((id) => isOf(id, owner));
  const mustBeFree: Ownership['mustBeFree'] = (keys, what, owner) => {
    const [other] = others(keys, owner);
    if (other !== undefined) {
      throw refuse(what, owner, other);
    }
  };
  return {
    others,
    refuse,
    isClaimed: (keys) => keys.some((key) => known.claimants(key).length > 0),
    isOwn,
    mustBeFree,
    mustBeAdoptable(keys, what, owner) {
      mustBeFree(keys, what, owner);
      const unknown = keys.some((key) => isOwn(key, owner))
        ? undefined
        : known.damaged().find((each) => each.isUnknown);
      if (unknown !== undefined) {
        const text = `${what} is there, and may belong to an object whose last state ${unknown.path} is damaged`;
        throw refusal(`${text}: it is not given to ${owner.dn} (${owner.id})`, owner, REPAIR, unknown.id);
      }
    },
    standsForOther(keys, what, owner) {
      const [other] = others(keys, owner);
      return other === undefined ? null : `${what} is left alone: ${describe(other)} stands for it too`;
    },
  };
}
