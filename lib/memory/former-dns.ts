/**
 * `listener/.former-dns`: who had a DN until it was given up. Groups and accounts name their users by DN, and what was written
 * before a DN passed on means whoever had it then (docs/behaviour.md, "Ids that change").
 */
import { join } from 'node:path';
import { removeDurably } from '../files/durable.ts';
import { type Journal, openJournal } from '../files/journal.ts';
import { dnKey } from '../model/dn.ts';
import { comparePlaces, FORMER_DNS } from '../queue/listing.ts';

interface FormerHolder {
  readonly id: string;
  /** The queue file that gave it up. */
  readonly until: string;
}

export class FormerDns {
  readonly #path: string;
  readonly #mayWrite: boolean;
  /** By `dnKey`, the first to give it up first. */
  #journal: Journal<readonly FormerHolder[]> | null = null;

  /** `mayWrite` false: what is noted is kept in memory. */
  constructor(directory: string, mayWrite: boolean) {
    this.#path = join(directory, FORMER_DNS);
    this.#mayWrite = mayWrite;
  }

  /** The id of who had the DN when the queue file `writtenIn` was written; null: it was not given up since. */
  holderAt(dn: string, writtenIn: string): string | null {
    const journal = this.#open();
    // As a rule there is nothing, and a group asks for each of its members.
    const holders = isEmpty(journal) ? [] : (journal.get(dnKey(dn)) ?? []);
    return holders.find(({ until }) => comparePlaces(writtenIn, until) < 0)?.id ?? null;
  }

  /** The DNs that the object has given up. */
  of(id: string): readonly string[] {
    const isOwn = (holder: FormerHolder): boolean => holder.id === id.toLowerCase();
    return [...this.#open().entries()].flatMap(([dn, holders]) => (holders.some(isOwn) ? dn : []));
  }

  /** Durable when it returns; repeating it changes nothing. */
  note(dn: string, id: string, until: string): void {
    const journal = this.#open();
    const key = dnKey(dn);
    const holder = { id: id.toLowerCase(), until };
    const others = journal.get(key) ?? [];
    if (!others.some((each) => each.id === holder.id && each.until === until)) {
      journal.put(
        key,
        [...others, holder].sort((a, b) => comparePlaces(a.until, b.until)),
      );
    }
    // Also of one that is there: it may have failed the last time.
    journal.sync();
  }

  /** Keeps what is still needed. May be cut off: what is left over does no harm. */
  forget(isNeeded: (dn: string, until: string) => boolean): void {
    const journal = this.#open();
    for (const [dn, holders] of [...journal.entries()]) {
      const needed = holders.filter(({ until }) => isNeeded(dn, until));
      if (needed.length === 0) {
        journal.remove(dn);
      } else if (needed.length < holders.length) {
        journal.put(dn, needed);
      }
    }
    if (isEmpty(journal) && this.#mayWrite) {
      this.close();
      removeDurably(this.#path);
    }
  }

  close(): void {
    this.#journal?.close();
    this.#journal = null;
  }

  #open(): Journal<readonly FormerHolder[]> {
    this.#journal ??= openJournal(this.#path, { mayWrite: this.#mayWrite });
    return this.#journal;
  }
}

function isEmpty(journal: Journal<unknown>): boolean {
  return journal.keys().next().done === true;
}
