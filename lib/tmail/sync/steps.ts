/** Carries out steps: what is refused is noted and the others go on; what is no matter of the object ends the run. */

import type { Step as Done } from '../../target/outcome.ts';
import { isRefusal } from '../client.ts';
import type { FacetName } from '../facet-names.ts';
import type { Step } from '../facets/facet.ts';
import { NotOffered } from '../server.ts';
import type { Refusal } from './report.ts';

/** Whom the steps are for, and what came of them. */
export class Progress {
  readonly address: string;
  readonly dn: string;
  readonly done: Done[] = [];
  readonly refused: Refusal[] = [];
  readonly #notOffered = new Set<FacetName>();

  constructor(address: string, dn: string) {
    this.address = address;
    this.dn = dn;
  }

  get actions(): readonly string[] {
    return this.done.map(({ text }) => text);
  }

  /** Answers whether it was done. */
  async carry(step: Step): Promise<boolean> {
    const reason = step.check?.() ?? null;
    if (reason !== null) {
      this.refuse(step.facet, step.value, reason, 'Correct the value in the directory, or the one it collides with.');
      return false;
    }
    const undo = step.note?.();
    try {
      await step.send();
    } catch (error) {
      undo?.();
      if (error instanceof NotOffered) {
        this.#notOffered.add(step.facet);
        return false;
      }
      if (!isRefusal(error)) {
        throw error;
      }
      this.refuse(step.facet, step.value, error.message, error.remedy);
      return false;
    }
    this.done.push({ action: step.action ?? 'updated', text: step.text });
    return true;
  }

  async carryAll(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      await this.carry(step);
    }
  }

  refuse(facet: FacetName, value: string, reason: string, remedy: string): void {
    this.refused.push({ address: this.address, dn: this.dn, facet, value, reason, remedy });
  }

  hasRefused(facet: FacetName): boolean {
    return this.refused.some((refusal) => refusal.facet === facet);
  }

  /** All that was wished of it is there now. */
  isDone(facet: FacetName): boolean {
    return !this.hasRefused(facet) && !this.#notOffered.has(facet);
  }
}

/** At most `limit` at once. After a failure nothing new is begun; it is thrown when what was begun has ended. */
export async function inParallel<Item>(
  items: Iterable<Item>,
  limit: number,
  isStopped: () => boolean,
  act: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = Iterator.from(items);
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (const item of waiting) {
      if (failures.length > 0 || isStopped()) {
        return;
      }
      await act(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, limit) }, lane));
  if (failures.length > 0) {
    throw failures[0];
  }
}
