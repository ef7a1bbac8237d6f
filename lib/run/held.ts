/** What stays in the queue in this run, because OX refuses a login that it needs. */

import type { Turn } from '../queue/order.ts';
import type { Plan } from '../target/plan.ts';
import type { ItemFailure } from './item-failure.ts';

export class Held {
  /** Logins that OX refuses, or that depend on an object that it refuses: what needs them waits. */
  readonly #logins = new Set<string>();
  readonly #objects = new Set<string>();
  #first: ItemFailure | null = null;

  /** Of what is held; null: nothing is. */
  get first(): ItemFailure | null {
    return this.#first;
  }

  has(id: string): boolean {
    return this.#objects.has(id);
  }

  hold(failure: ItemFailure, { id }: Turn, logins: readonly string[]): void {
    this.#objects.add(id);
    for (const login of logins) {
      this.#logins.add(login);
    }
    this.#first ??= failure;
  }

  /** Holds what needs such a login, and what comes of an object, known as `stateId`, after what is held of it. */
  isHeld({ id }: Turn, { needs = [] }: Pick<Plan, 'needs'>, stateId = id): boolean {
    if (this.#objects.has(stateId) || needs.some((login) => this.#logins.has(login))) {
      this.#objects.add(id);
    }
    return this.#objects.has(id);
  }
}
