/** Ids of OX that are void: those of a deleted context, and those that OX turns out not to know. */
import type { Change } from '../model/change.ts';
import { readInteger } from '../model/udm.ts';
import type { KnownObjects } from '../queue/known-objects.ts';
import type { LastStates } from '../queue/last-state.ts';

interface Memory {
  readonly known: KnownObjects;
  readonly lastStates: LastStates;
}

/**
 * OX gives the ids of a deleted context to others when one of the same number is made: no group may send them again.
 * Durable when it returns; repeating it changes nothing more.
 */
export function forgetContext({ type, before, after }: Change, { known, lastStates }: Memory): void {
  const context = type === 'oxmail/oxcontext' && after === null ? readInteger(before?.contextid) : null;
  for (const id of context === null ? [] : known.inContext(context)) {
    forgetOxId(id, { known, lastStates });
  }
}

export function forgetOxId(id: string, { known, lastStates }: Memory): void {
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
