/**
 * `listener/.access-doubts`: users whom OX is told other rights than their last states remember, until those say what it was
 * told (docs/adr/0014-rights-told-last.md).
 */
import { join } from 'node:path';
import { removeIfThere } from '../files/durable.ts';
import { type Journal, openJournal } from '../files/journal.ts';
import type { Doubts } from '../provisioners/user-access.ts';

/** Its name does not end in `.json`, so that nobody takes it for a queue file. */
const NAME = '.access-doubts';

export class AccessDoubts implements Doubts {
  readonly #path: string;
  /** By id. */
  readonly #journal: Journal<Readonly<Record<string, never>>>;

  constructor(directory: string) {
    this.#path = join(directory, NAME);
    this.#journal = openJournal(this.#path, { mayWrite: true });
  }

  begin(id: string): void {
    if (!this.isOpen(id)) {
      this.#journal.put(id.toLowerCase(), {});
      this.#journal.sync();
    }
  }

  isOpen(id: string): boolean {
    return this.#journal.get(id.toLowerCase()) !== undefined;
  }

  /** Not synced: a doubt that a power cut brings back costs a call, no more. */
  end(id: string): void {
    this.#journal.remove(id.toLowerCase());
  }

  close(): void {
    const isEmpty = this.#journal.keys().next().done === true;
    this.#journal.close();
    if (isEmpty) {
      removeIfThere(this.#path);
    }
  }
}
