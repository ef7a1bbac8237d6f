/** What came of a run, as it goes on: told at once, counted for the end. */
import type { Person } from '../person.ts';
import type { Refusal, Reporter, SyncReport } from './report.ts';
import { Progress } from './steps.ts';

export class Tally {
  readonly refused: Refusal[] = [];
  readonly leftMail: string[] = [];
  created = 0;
  renamed = 0;
  removed = 0;
  readonly #reporter: Reporter;
  readonly #changed = new Set<string>();
  readonly #told = new Set<string>();

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
  }

  async carryOut<Result>(
    { address, dn }: Pick<Person, 'address' | 'dn'>,
    act: (progress: Progress) => Promise<Result>,
  ): Promise<Result> {
    const progress = new Progress(address, dn);
    const result = await act(progress);
    const { actions, refused } = progress;
    if (actions.length > 0) {
      this.#changed.add(address);
      this.#reporter.done({ address, dn, actions });
    }
    for (const refusal of refused) {
      this.refuse(refusal);
    }
    return result;
  }

  /** What is tried twice in a run, before others and with its mailbox, is told once. */
  refuse(refusal: Refusal): void {
    const key = JSON.stringify(refusal);
    if (!this.#told.has(key)) {
      this.#told.add(key);
      this.refused.push(refusal);
      this.#reporter.refused(refusal);
    }
  }

  refuseAccount({ address, dn }: Person, reason: string, remedy: string): null {
    this.refuse({ address, dn, facet: 'account', value: address, reason, remedy });
    return null;
  }

  counts(): Pick<SyncReport, 'changed' | 'created' | 'renamed' | 'removed' | 'refused' | 'leftMail'> {
    const { created, renamed, removed, refused, leftMail } = this;
    return { changed: this.#changed.size, created, renamed, removed, refused, leftMail: leftMail.sort() };
  }
}
