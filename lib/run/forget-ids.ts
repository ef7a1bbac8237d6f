/** What is remembered of OX and void: all of a deleted context, and ids that OX turns out not to know. */
import type { Change } from '../model/change.ts';
import { type Identifiers, withoutContext } from '../model/claims.ts';
import { readInteger } from '../model/udm.ts';
import type { KnownObjects } from '../queue/known-objects.ts';
import type { LastStates } from '../queue/last-state.ts';

interface Memory {
  readonly known: KnownObjects;
  readonly lastStates: LastStates;
  readonly identifiers: Identifiers;
}

/**
 * OX gives the ids of a deleted context to others when one of the same number is made, and nothing waits to be removed from
 * it any more. Durable when it returns; repeating it changes nothing more.
 */
export function forgetContext({ type, before, after }: Change, { known, lastStates, identifiers }: Memory): void {
  const context = type === 'oxmail/oxcontext' && after === null ? readInteger(before?.contextid) : null;
  if (context === null) {
    return;
  }
  for (const id of new Set([...known.inContext(context), ...known.skippedFor(context)])) {
    const state = lastStates.read(id);
    const next = state && withoutContext(state, context, identifiers);
    known.track(id, () => {
      if (next === null) {
        lastStates.remove(id);
      } else {
        lastStates.write(next);
      }
      return next;
    });
  }
}

export function forgetOxId(id: string, { known, lastStates }: Omit<Memory, 'identifiers'>): void {
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
