/** What was applied last, by address, and whose mail was left behind: without it nobody knows what went away. */
import { join } from 'node:path';
import { type Journal, openJournal } from '../files/journal.ts';
import type { FacetName } from './configuration.ts';

/** How the mailbox came to its owner: what it may have of a former one is to be replaced. `back`: it is the former owner. */
export type Fresh = 'created' | 'taken over' | 'renamed' | 'back';

export interface Remembered {
  /** The entry's; null: unknown. */
  readonly id: string | null;
  /** What of these is ours on the server; undefined: never applied. */
  readonly aliases?: readonly string[];
  readonly forwards?: readonly string[];
  readonly mappings?: readonly string[];
  /** What the facet was set to, or a digest of it. */
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
  /** Values that a run which did not end may have added. */
  readonly begun?: Readonly<Partial<Record<'aliases' | 'forwards' | 'mappings', readonly string[]>>>;
}

export interface LeftMail {
  /** The id of the entry whose mail it is. */
  readonly owner: string;
  /** An administrator gives it to whoever has the address next. */
  readonly adopted?: boolean;
}

export interface Memory {
  readonly mailboxes: Journal<Remembered>;
  readonly leftMail: Journal<LeftMail>;
  /** The address that the entry had. */
  addressOf(id: string): string | undefined;
  put(address: string, entry: Remembered): void;
  remove(address: string): void;
  sync(): void;
  close(): void;
}

export function openMemory(dataDirectory: string, access: { readonly mayWrite: boolean }): Memory {
  const mailboxes = openJournal<Remembered>(join(dataDirectory, 'tmail', 'mailboxes.jsonl'), access);
  const leftMail = openLeftMail(dataDirectory, access);
  const addresses = new Map<string, string>();
  for (const [address, { id }] of mailboxes.entries()) {
    if (id !== null) {
      addresses.set(id, address);
    }
  }
  const forget = (address: string): void => {
    const id = mailboxes.get(address)?.id ?? null;
    if (id !== null && addresses.get(id) === address) {
      addresses.delete(id);
    }
  };
  return {
    mailboxes,
    leftMail,
    addressOf: (id) => addresses.get(id),
    put(address, entry) {
      forget(address);
      mailboxes.put(address, entry);
      if (entry.id !== null) {
        addresses.set(entry.id, address);
      }
    },
    remove(address) {
      forget(address);
      mailboxes.remove(address);
    },
    sync() {
      leftMail.sync();
      mailboxes.sync();
    },
    close() {
      leftMail.close();
      mailboxes.close();
    },
  };
}

export function openLeftMail(dataDirectory: string, access: { readonly mayWrite: boolean }): Journal<LeftMail> {
  return openJournal<LeftMail>(join(dataDirectory, 'tmail', 'left-mail.jsonl'), access);
}
