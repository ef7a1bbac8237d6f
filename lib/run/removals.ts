/** Files that are let go, and when that has to be durable. */
import type { Inbox } from '../queue/inbox.ts';

/** Each sync is a wait for the disk; each file that comes back is a change sent to OX once more. */
const MOST_TO_COME_BACK = 100;

export class Removals {
  readonly #inbox: Inbox;
  /**
   * Ids and DNs of objects whose files a power cut may bring back. Such a file repeats the last state of its object, which is
   * harmless; had its object changed since, it would undo that.
   */
  readonly #mayComeBack = new Set<string>();
  #count = 0;

  constructor(inbox: Inbox) {
    this.#inbox = inbox;
  }

  /** `keys`: the ids and the DN of its object. */
  remove(name: string, keys: readonly string[]): void {
    // Older files of the object first: what one of them wanted may have been let go for what this one says.
    this.beforeChange(keys);
    this.#inbox.remove(name);
    for (const key of keys) {
      this.#mayComeBack.add(key);
    }
    this.#count += 1;
    if (this.#count >= MOST_TO_COME_BACK) {
      this.#makeDurable();
    }
  }

  /** Called before OX is asked to change the object with these ids and this DN. */
  beforeChange(keys: readonly string[]): void {
    if (keys.some((key) => this.#mayComeBack.has(key))) {
      this.#makeDurable();
    }
  }

  #makeDurable(): void {
    this.#inbox.sync();
    this.#mayComeBack.clear();
    this.#count = 0;
  }
}
