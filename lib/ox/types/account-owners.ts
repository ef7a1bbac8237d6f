/**
 * Whose account it is that a user has with an address: several functional accounts may have one address, but one user has it
 * from one of them (docs/behaviour.md, "Whose it is").
 */
import type { ConnectorError } from '../../errors/connector-error.ts';
import { type Change, writtenIn } from '../../model/change.ts';
import { accountUsers, claimKeys } from '../../model/claims.ts';
import type { KnownObject, KnownObjectsReader } from '../../model/known.ts';
import { type Properties, readText, readTexts } from '../../model/udm.ts';
import type { Parts } from './registry.ts';

interface Named {
  readonly user: KnownObject;
  /** As the functional account writes it. */
  readonly dn: string;
}

/**
 * The account of a user with an address is one object's. What it has already stays its own; and another one whose news wait may
 * be about to give it up: two can swap their addresses. null: nobody else's is given to it.
 */
export function takenFrom(
  change: Change,
  address: string,
  members: readonly Named[],
  parts: Parts,
): ConnectorError | null {
  const { before, isToChange = () => false } = change;
  const key = claimKeys.account(address);
  const isMoved = readText(before?.mailPrimaryAddress)?.toLowerCase() !== address.toLowerCase();
  const others = parts.ownership.others([key], change).filter((id) => !(isMoved && before !== null && isToChange(id)));
  const own = new Set(isMoved || others.length === 0 ? [] : formerUsers(before, parts).map(({ id }) => id));
  for (const other of others) {
    const has = givenBy([other], parts.known);
    const taken = members.find(({ user }) => !own.has(user.id) && has(user.id));
    if (taken !== undefined) {
      const what = `the functional account ${JSON.stringify(address)} of ${taken.dn}`;
      return parts.ownership.refuse(what, change, other);
    }
  }
  return null;
}

/** The users to whom another object gives an account with one of these addresses. */
export function sharedWith(
  change: Change,
  addresses: readonly string[],
  { known, ownership }: Parts,
): (user: string) => boolean {
  return givenBy(ownership.others(addresses.map(claimKeys.account), change), known);
}

/** The users to whom these objects give their accounts. */
function givenBy(others: readonly string[], known: KnownObjectsReader): (user: string) => boolean {
  if (known.damaged().some(({ id }) => others.includes(id))) {
    // To whom it gives one nobody can tell.
    return () => true;
  }
  const users = others.flatMap((id) => usersIn(known.look(id)?.object ?? null, known));
  const shared = new Set(users.map((id) => known.byId(id)?.id ?? id));
  return (user) => shared.has(user);
}

/** The ids of those that were given the account: remembered; else, as for data of other connectors, of whom it names. */
function usersIn(state: Properties | null, known: KnownObjectsReader): string[] {
  const named = (): string[] => readTexts(state?.users).flatMap((dn) => known.meant(dn, writtenIn(state))?.id ?? []);
  return accountUsers(state) ?? named();
}

export function formerUsers(before: Properties | null, { known }: Parts): KnownObject[] {
  return usersIn(before, known).flatMap((id) => known.byId(id) ?? []);
}
