/** Last states and the index of them, changed together. */

import type { KnownObjects } from '../memory/known-objects.ts';
import type { LastStates } from '../memory/last-state.ts';
import type { Envelope } from '../model/change.ts';

export interface Memory {
  readonly known: KnownObjects;
  readonly lastStates: LastStates;
}

/** null: it is removed. Durable when it returns. */
export function writeState(id: string, state: Envelope | null, { known, lastStates }: Memory): void {
  known.track(id, () => {
    if (state === null) {
      lastStates.remove(id);
    } else {
      lastStates.write(state);
    }
    return state;
  });
}
