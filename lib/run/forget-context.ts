/** A context that is deleted takes its users with it: their ids are void. */
import type { Change } from '../model/change.ts';
import { readInteger } from '../model/udm.ts';
import type { KnownObjects } from '../queue/known-objects.ts';
import type { LastStates } from '../queue/last-state.ts';

/**
 * OX gives the ids of a deleted context to others when one of the same number is made: no group may send them again.
 * Durable when it returns; repeating it changes nothing more.
 */
export function forgetContext(
  { type, before, after }: Change,
  { known, lastStates }: { readonly known: KnownObjects; readonly lastStates: LastStates },
): void {
  const context = type === 'oxmail/oxcontext' && after === null ? readInteger(before?.contextid) : null;
  for (const id of context === null ? [] : known.inContext(context)) {
    const state = lastStates.read(id);
    if (state?.object && state.object.oxDbId !== undefined) {
      const { oxDbId: _, ...rest } = state.object;
      const forgotten = { ...state, object: rest };
      known.track(id, () => {
        lastStates.write(forgotten);
        return forgotten;
      });
    }
  }
}
