/** What was applied last, by address, and whose mail was left behind: without it nobody knows what went away. */
import { join } from 'node:path';
import { type Journal, openJournal } from '../files/journal.ts';
import { FACETS, type FacetName } from './facet-names.ts';

/** How the mailbox came to its owner: what it may have of a former one is to be replaced. `back`: it is the former owner. */
export type Fresh = 'created' | 'taken over' | 'renamed' | 'back';

export const UNKNOWN = '';

export const OF_AN_ACCOUNT: readonly FacetName[] = FACETS.filter((name) => name !== 'account');

export interface Remembered {
  /** The entry's; null: unknown. */
  readonly id: string | null;
  /** What of these is ours on the server; undefined: never applied. */
  readonly aliases?: readonly string[];
  readonly forwards?: readonly string[];
  readonly mappings?: readonly string[];
  /** What the facet was set to, or a digest of it; UNKNOWN: the server may have another. */
  readonly quota?: string;
  readonly identity?: string;
  readonly contact?: string;
  /** Begun, or not taken by the server: looked at again although the entry did not change. */
  readonly open?: readonly FacetName[];
  /** The new address of a rename that was begun. */
  readonly renaming?: string;
  /** For the facets in `left`, which were not looked at since. */
  readonly fresh?: { readonly how: Fresh; readonly left: readonly FacetName[] };
  /** The account is made, renamed and removed by us. */
  readonly account?: true;
  /** Values that a run which did not end may have set; of identities the digests. */
  readonly begun?: Readonly<Partial<Record<'aliases' | 'forwards' | 'mappings' | 'identity', readonly string[]>>>;
}

export interface LeftMail {
  /** The id of the entry whose mail it is. */
  readonly owner: string;
  /** An administrator gives it to whoever has the address next. */
  readonly adopted?: boolean;
}

export interface CountedRemoval {
  /** ISO 8601; undefined: the run came to its limit, and what waited waits on. */
  readonly since?: string;
}

export interface Memory {
  readonly mailboxes: Journal<Remembered>;
  readonly leftMail: Journal<LeftMail>;
  /** Addresses that a run of the queue began to remove, until it ends by itself: else the next one goes on with it, and counts them. */
  readonly countedRemovals: Journal<CountedRemoval>;
  /** The address that the entry had. */
  addressOf(id: string): string | undefined;
  /** The id of the entry whose mailbox it is, also while that is on its way to this address; null: nobody knows of any. */
  ownerOf(address: string): string | null;
  put(address: string, entry: Remembered): void;
  remove(address: string): void;
  sync(): void;
  close(): void;
}

export function openMemory(dataDirectory: string, access: { readonly mayWrite: boolean }): Memory {
  const mailboxes = openJournal<Remembered>(join(dataDirectory, 'tmail', 'mailboxes.jsonl'), access);
  const leftMail = openLeftMail(dataDirectory, access);
  const countedRemovals = openJournal<CountedRemoval>(join(dataDirectory, 'tmail', 'counted-removals.jsonl'), access);
  const addresses = new Map<string, string>();
  /** Where mailboxes are on their way to → whose they are. */
  const arriving = new Map<string, string>();
  const note = (address: string, { id, renaming }: Remembered): void => {
    if (id !== null) {
      addresses.set(id, address);
      if (renaming !== undefined) {
        arriving.set(renaming, id);
      }
    }
  };
  const forget = (address: string): void => {
    const { id = null, renaming } = mailboxes.get(address) ?? {};
    if (id !== null && addresses.get(id) === address) {
      addresses.delete(id);
    }
    if (renaming !== undefined) {
      arriving.delete(renaming);
    }
  };
  for (const [address, entry] of mailboxes.entries()) {
    note(address, entry);
  }
  return {
    mailboxes,
    leftMail,
    countedRemovals,
    addressOf: (id) => addresses.get(id),
    ownerOf: (address) => mailboxes.get(address)?.id ?? arriving.get(address) ?? null,
    put(address, entry) {
      forget(address);
      mailboxes.put(address, entry);
      note(address, entry);
    },
    remove(address) {
      forget(address);
      mailboxes.remove(address);
    },
    sync() {
      countedRemovals.sync();
      leftMail.sync();
      mailboxes.sync();
    },
    close() {
      countedRemovals.close();
      leftMail.close();
      mailboxes.close();
    },
  };
}

export function openLeftMail(dataDirectory: string, access: { readonly mayWrite: boolean }): Journal<LeftMail> {
  return openJournal<LeftMail>(join(dataDirectory, 'tmail', 'left-mail.jsonl'), access);
}

/** Without an id on either side the address is all that is known. */
export function isSamePerson(one: string | null, other: string | null): boolean {
  return one === null || other === null || one === other;
}
