/** Which mailboxes go in a run: decided before anything is written. */
import type { TmailConfiguration } from '../configuration.ts';
import type { Memory } from '../memory.ts';
import type { Person } from '../person.ts';
import type { Site } from '../site.ts';
import type { Gathered } from './gather.ts';
import type { SyncOptions } from './options.ts';

export interface Selection {
  readonly configuration: TmailConfiguration;
  readonly memory: Memory;
  readonly options: SyncOptions;
  readonly site: Site;
  readonly gathered: Gathered;
}

/** Mailboxes of ours that nobody in the directory has any more. */
export function goneMailboxes({ options, configuration, memory, site, gathered }: Selection): string[] {
  const { seen, ids, kept, failure } = gathered;
  if (options.clean.length === 0 || failure !== null) {
    return [];
  }
  const moves = configuration.facets.includes('account');
  const isGone = (address: string): boolean => {
    const id = memory.ownerOf(address);
    // Somebody who has another address now: the mailbox moves, or waits until it can.
    const isRenamed = moves || memory.mailboxes.get(address)?.account === true;
    const isMoving = isRenamed && id !== null && ids.has(id);
    return (
      configuration.ownership.isOurs(address) &&
      !seen.has(address) &&
      !kept.has(address) &&
      !isMoving &&
      (options.only?.has(address) ?? true)
    );
  };
  const gone = new Set<string>();
  for (const addresses of [site.users, memory.mailboxes.keys()]) {
    for (const address of addresses) {
      if (isGone(address)) {
        gone.add(address);
      }
    }
  }
  return [...gone].sort();
}

/** Mailboxes that go although somebody has their address now: with the mail, or since a mailbox is to move there. */
export function takenOverMailboxes(
  { options, configuration, memory, gathered }: Selection,
  people: readonly Person[],
): string[] {
  if (!options.clean.includes('account') || gathered.failure !== null) {
    return [];
  }
  const moves = ({ id, address }: Person): boolean => id !== null && (memory.addressOf(id) ?? address) !== address;
  // The mailbox is remembered for another one than who has the address now, and that one is not in the directory any more.
  const isOfSomebodyGone = ({ address, id }: Person): boolean => {
    const owner = memory.ownerOf(address);
    return owner !== null && id !== null && owner !== id && !gathered.ids.has(owner);
  };
  return people
    .filter((person) => (configuration.deletedMail === 'remove' || moves(person)) && isOfSomebodyGone(person))
    .map(({ address }) => address);
}

/** How many mailboxes on the server are ours. */
export function countOurs({ site, configuration }: Selection): number {
  return [...site.users].filter((address) => configuration.ownership.isOurs(address)).length;
}
