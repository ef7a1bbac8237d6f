/** What a user of UDM is to have, and where its mailbox is so far. */
import { type Change, firstIdOf } from '../../model/change.ts';
import { type Properties, readBoolean, readText, readTexts } from '../../model/udm.ts';
import { normalAddress } from '../address.ts';
import type { TmailConfiguration } from '../configuration.ts';
import type { MailboxDeps } from '../mailbox.ts';
import { mistakeOf, type Person, personOf } from '../person.ts';

export type WishDeps = Pick<MailboxDeps, 'configuration' | 'memory'>;

export interface Wish {
  readonly id: string;
  readonly dn: string;
  /** null: no mailbox. */
  readonly person: Person | null;
  /** Where the mailbox is, as far as anybody remembers; null: nowhere. */
  readonly from: string | null;
  /** As its last state says. */
  readonly former: Person | null;
}

const MEBIBYTE = 1_048_576n;

export function wishOf({ id: given, dn, before, after }: Change, { memory, configuration }: WishDeps): Wish {
  // The id under which it was known first: another one is no other person.
  const id = firstIdOf(given, before).toLowerCase();
  const former = before && personOfUser(id, dn, before, configuration);
  const person = after && personOfUser(id, dn, after, configuration);
  // Another target may have taken an address that no mailbox can have.
  const from = memory.addressOf(id) ?? (former && mistakeOf(former) === null ? former.address : null);
  // What is none of ours any more, by the configuration, is left alone: it may move, but does not go.
  const stays = person === null && from !== null && !configuration.ownership.isOurs(from);
  return { id, dn, person, former, from: stays ? null : from };
}

/** null: no address, or none of ours. */
export function personOfUser(
  id: string,
  dn: string,
  user: Properties,
  configuration: TmailConfiguration,
): Person | null {
  const address = normalAddress(readText(user.mailPrimaryAddress) ?? '');
  if (address === '' || !configuration.ownership.isOurs(address)) {
    return null;
  }
  return personOf({
    id,
    dn,
    address,
    aliases: readTexts(user.mailAlternativeAddress),
    forwards: readTexts(user.mailForwardAddress),
    mappings: [],
    quota: quotaOf(user.mailUserQuota, configuration),
    firstname: readText(user.firstname) ?? '',
    lastname: readText(user.lastname) ?? '',
    copyToSelf: readBoolean(user.mailForwardCopyToSelf),
  });
}

/** UDM counts in MB; 0 is none, and what it has where nothing was entered. */
function quotaOf(value: unknown, { quotaZero }: TmailConfiguration): string | null {
  const text = (readText(value) ?? '').trim();
  // What is no number is refused with the other values that are none.
  if (!/^-?\d+$|^$/.test(text)) {
    return text;
  }
  const megabytes = BigInt(text);
  if (megabytes === 0n) {
    return quotaZero === 'unlimited' ? '-1' : null;
  }
  return String(megabytes < 0n ? megabytes : megabytes * MEBIBYTE);
}
