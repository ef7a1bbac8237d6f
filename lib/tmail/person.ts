/** What one mailbox should be, whoever wished it: the directory or UDM. */
import { isSameAddress, mistakeIn, mistakeInAccount, normalAddress, normalTarget } from './address.ts';
import type { Attributes, EntryReading } from './configuration.ts';

export interface Person {
  /** The entry's own id, which stays when its address changes; null: unknown. */
  readonly id: string | null;
  /** DN, for messages. */
  readonly dn: string;
  readonly address: string;
  readonly aliases: readonly string[];
  readonly forwards: readonly string[];
  readonly mappings: readonly string[];
  /** Bytes, -1: unlimited; null: that of the domain or server holds. */
  readonly quota: string | null;
  readonly firstname: string;
  readonly lastname: string;
  /** Values that are not sent. */
  readonly refused: readonly RefusedValue[];
}

interface RefusedValue {
  readonly facet: 'account' | 'aliases' | 'forwards' | 'mappings' | 'quota';
  readonly value: string;
  readonly reason: string;
}

/** Values by attribute name in lower case. */
export interface Entry {
  readonly dn: string;
  /** It is not applied, nor does it count as gone. */
  readonly isKept?: true;
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/** As somebody wrote it, before it is checked. */
export interface Wishes extends Omit<Person, 'refused'> {
  /** Mail is forwarded and kept as well. */
  readonly copyToSelf: boolean;
}

/** Checks every value; what cannot be is set aside with its reason. */
export function personOf(wishes: Wishes): Person {
  const address = normalAddress(wishes.address);
  const refused: RefusedValue[] = [];
  const check = (facet: RefusedValue['facet'], values: readonly string[], mistake = mistakeIn): string[] =>
    values.filter((value) => {
      const reason = mistake(value);
      if (reason !== null) {
        refused.push({ facet, value, reason });
      }
      return reason === null;
    });
  check('account', [address], mistakeInAccount);
  const isOther = (value: string): boolean => value !== '' && !isSameAddress(value, address);
  const others = distinct(wishes.forwards.map(normalTarget).filter(isOther));
  const forwards = check('forwards', others);
  const quota = wishes.quota?.trim() ?? '';
  const isQuota = /^(?:-1|\d{1,19})$/.test(quota) && BigInt(quota) < 2n ** 63n;
  if (quota !== '' && !isQuota) {
    refused.push({ facet: 'quota', value: quota, reason: 'it is no number of bytes from -1 (unlimited) to 2^63-1' });
  }
  return {
    id: wishes.id,
    dn: wishes.dn,
    address,
    aliases: check('aliases', distinct(wishes.aliases.map(normalAddress).filter(isOther))),
    forwards: wishes.copyToSelf && forwards.length > 0 ? [...forwards, address] : forwards,
    mappings: check('mappings', distinct(wishes.mappings.map(normalTarget).filter(isOther))),
    quota: isQuota ? String(BigInt(quota)) : null,
    firstname: wishes.firstname.trim(),
    lastname: wishes.lastname.trim(),
    refused,
  };
}

/** Why the person can have no mailbox; null: it can. */
export function mistakeOf({ refused, address }: Person): string | null {
  const bad = refused.find(({ facet }) => facet === 'account');
  return bad ? `the address ${address} cannot be used: ${bad.reason}` : null;
}

/** null: the entry has no address, so no mailbox. `formerAddress`: which of several addresses was the primary one so far. */
export function personOfEntry(
  entry: Entry,
  { attributes, localCopy }: EntryReading,
  formerAddress: (id: string) => string | undefined,
): Person | null {
  const all = (names: readonly string[]): string[] =>
    names.flatMap((name) => entry.values.get(name.toLowerCase()) ?? []).filter((value) => value.trim() !== '');
  const id = entry.values.get(ID_ATTRIBUTE.toLowerCase())?.[0]?.toLowerCase() ?? null;
  const addresses = (attributes.address.map((name) => all([name])).find(({ length }) => length > 0) ?? []).map(
    normalAddress,
  );
  const former = id === null ? undefined : formerAddress(id);
  // A directory keeps values in no order: the first one may be another at each run.
  const address = former !== undefined && addresses.includes(former) ? former : addresses[0];
  if (address === undefined) {
    return null;
  }
  const forwards = all(attributes.forwards);
  return personOf({
    id,
    dn: entry.dn,
    address,
    aliases: all(attributes.aliases),
    forwards,
    mappings: all(attributes.mappings),
    quota: all(attributes.quota)[0] ?? null,
    firstname: all(attributes.firstname)[0] ?? '',
    lastname: all(attributes.lastname)[0] ?? '',
    copyToSelf: localCopy && forwards.some((forward) => isSameAddress(forward.trim(), address)),
  });
}

/** Every LDAP v3 server of the usual kinds has it; it must be asked for by name. */
const ID_ATTRIBUTE = 'entryUUID';

/** All that is asked for of an entry. */
export function attributeNames(attributes: Attributes): string[] {
  return [...Object.values(attributes).flat(), ID_ATTRIBUTE];
}

/** The sender's name: both names, the one that is there, else the address. */
export function displayName({ firstname, lastname, address }: Person): string {
  return [firstname, lastname].filter((name) => name !== '').join(' ') || address;
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
