/** What may go wrong with a call, and of which calls it does. */
import type { Operation } from './operation.ts';

export type FaultKind =
  /** Nothing was done. */
  | 'reset before'
  /** It was done, and nobody hears of it. */
  | 'reset after'
  | 'nats down'
  | 'inconsistent'
  | 'html'
  | 'cut off'
  | 'no number'
  | 'redirect'
  | 'bad gateway'
  | 'unauthorized'
  | 'hang'
  | 'null';

export interface Fault {
  readonly operation: Operation;
  readonly kind: FaultKind;
  /** So many times; default: once. */
  readonly times?: number;
  /** After so many calls of the operation from now on. */
  readonly after?: number;
}

export class Faults {
  #faults: { fault: Fault; left: number; skip: number }[] = [];

  add(...faults: readonly Fault[]): void {
    this.#faults.push(...faults.map((fault) => ({ fault, left: fault.times ?? 1, skip: fault.after ?? 0 })));
  }

  heal(): void {
    this.#faults = [];
  }

  /** Of the call that comes now. */
  next(operation: Operation): FaultKind | null {
    for (const each of this.#faults) {
      if (each.fault.operation !== operation || each.left === 0) {
        continue;
      }
      if (each.skip > 0) {
        each.skip -= 1;
        continue;
      }
      each.left -= 1;
      return each.fault.kind;
    }
    return null;
  }
}
