/** A context that is deleted takes its users and resources with it: what is remembered of them is void. */
import { type Change, withoutLearnt } from '../model/change.ts';
import { readInteger } from '../model/udm.ts';
import type { KnownObjects } from '../queue/known-objects.ts';
import type { LastStates } from '../queue/last-state.ts';

/**
 * OX gives the ids of a deleted context to others when one of the same number is made. So what was in it waits for that
 * as if it had been skipped. Durable when it returns; repeating it changes nothing more.
 */
export function forgetContext(
  { type, before, after }: Change,
  { known, lastStates }: { readonly known: KnownObjects; readonly lastStates: LastStates },
): void {
  const context = type === 'oxmail/oxcontext' && after === null ? readInteger(before?.contextid) : null;
  for (const id of context === null ? [] : known.inContext(context)) {
    const state = lastStates.read(id);
    if (state?.object) {
      const oxDbSkipped = readInteger(state.object.oxDbSkipped) ?? context;
      const forgotten = { ...state, object: { ...withoutLearnt(state.object), oxDbSkipped } };
      known.track(id, () => {
        lastStates.write(forgotten);
        return forgotten;
      });
    }
  }
}
