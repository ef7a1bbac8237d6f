/** One subscription as the service keeps it: a stream of numbered messages, of which one is in flight. */

export type PrefillStatus = 'pending' | 'running' | 'failed' | 'done';

export interface Topic {
  readonly realm: string;
  readonly topic: string;
}

/** As it is published. */
export interface Published {
  readonly publisher_name: string;
  readonly ts: string;
  readonly realm: string;
  readonly topic: string;
  readonly body: unknown;
}

export interface Stored {
  readonly number: number;
  /** A message, or whatever else a fault of the service makes of it. */
  readonly content: Readonly<Record<string, unknown>>;
  delivered: number;
}

export class Subscription {
  readonly name: string;
  password: string;
  readonly topics: readonly Topic[];
  readonly hasPrefill: boolean;
  prefill: PrefillStatus;
  /** The service forgets to hold messages back once a prefill was done in its life. */
  isGateOpen = false;
  /** Its stream in NATS is gone. */
  isInconsistent = false;
  ackWait = 1000;
  readonly acknowledged: number[] = [];
  /** Numbers that were deleted without having been delivered: loss. */
  readonly lost: number[] = [];
  readonly #stream = new Map<number, Stored>();
  #next = 1;
  /** No message has a lower number: what is before it in the map are the places of those that were deleted. */
  #lowest = 1;
  #inFlight: { readonly number: number; readonly since: number } | null = null;
  readonly #waiting = new Set<() => void>();

  constructor(name: string, password: string, topics: readonly Topic[], hasPrefill: boolean) {
    this.name = name;
    this.password = password;
    this.topics = topics;
    this.hasPrefill = hasPrefill;
    this.prefill = hasPrefill ? 'pending' : 'done';
  }

  get size(): number {
    return this.#stream.size;
  }

  get nextNumber(): number {
    return this.#next;
  }

  /** Answers the number. */
  store(content: Readonly<Record<string, unknown>>): number {
    const number = this.#next;
    this.#next += 1;
    this.#stream.set(number, { number, content, delivered: 0 });
    this.#wakeAll();
    return number;
  }

  /** A purge between two attempts of the prefill. */
  skipNumbers(count: number): void {
    this.#next += count;
  }

  setPrefill(status: PrefillStatus): void {
    this.prefill = status;
    this.#wakeAll();
  }

  /** null: nothing within the time. It waits for what is in flight, too. */
  async take(milliseconds: number, isGone: () => boolean): Promise<Stored | null> {
    const end = performance.now() + Math.max(100, milliseconds);
    for (;;) {
      const now = performance.now();
      if (isGone()) {
        return null;
      }
      if (this.prefill === 'done' || this.isGateOpen) {
        const free = this.#inFlight === null || now - this.#inFlight.since >= this.ackWait;
        const first = this.#first();
        if (free && first !== undefined) {
          first.delivered += 1;
          this.#inFlight = { number: first.number, since: now };
          return first;
        }
      }
      if (now >= end) {
        return null;
      }
      await this.#change(Math.min(end - now, 50));
    }
  }

  /** false: there is no such message. */
  acknowledge(number: number): boolean {
    const message = this.#stream.get(number);
    if (message === undefined) {
      return false;
    }
    (message.delivered > 0 ? this.acknowledged : this.lost).push(number);
    this.#stream.delete(number);
    if (this.#inFlight?.number === number) {
      this.#inFlight = null;
    }
    return true;
  }

  #first(): Stored | undefined {
    while (this.#lowest < this.#next && !this.#stream.has(this.#lowest)) {
      this.#lowest += 1;
    }
    return this.#stream.get(this.#lowest);
  }

  #change(milliseconds: number): Promise<void> {
    return new Promise((done) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(end);
        done();
      };
      const timer = setTimeout(end, milliseconds);
      this.#waiting.add(end);
    });
  }

  #wakeAll(): void {
    for (const wake of [...this.#waiting]) {
      wake();
    }
  }
}
