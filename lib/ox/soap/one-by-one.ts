/** Calls that OX must never get two of at once. */
import { faultOf } from './client.ts';

export class OneByOne {
  /** Resolves when the last one has been answered. */
  #last: Promise<void> = Promise.resolve();
  /** Why there is no next one: OX may still be at the last. */
  #obstacle: unknown;

  next<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#last.then(() => {
      if (this.#obstacle !== undefined) {
        throw this.#obstacle;
      }
      return act();
    });
    this.#last = result.then(
      () => undefined,
      (error: unknown) => {
        if (faultOf(error) === null) {
          this.#obstacle ??= error;
        }
      },
    );
    return result;
  }
}
