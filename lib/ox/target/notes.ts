/** What is noted with a last state while its object is with OX, or turns out not to be so. */

import type { Memory } from '../../memory/memory.ts';
import { type Change, type Learnt, withoutOxId } from '../../model/change.ts';
import { leftPlaces, type Place } from '../../model/claims.ts';
import type { Properties } from '../../model/udm.ts';

/**
 * OX has the user at a further place, from which it has to go unless its move comes to its end. Durable when it returns; the
 * next change that comes to its end takes the note away.
 */
export function rememberPlace(id: string, place: Place, memory: Memory): void {
  const state = memory.read(id);
  const left = leftPlaces(state?.object ?? {});
  if (state?.object && !left.some(({ context, name }) => context === place.context && name === place.name)) {
    memory.put({ ...state, object: { ...state.object, oxDbLeft: [...left, place] } });
  }
}

/**
 * OX has accepted a part of a change and refused the rest: should the change never come to its end, what OX has by then must be
 * found all the same. Of an object that is new too: without a last state its deletion would be dropped. Durable when it returns.
 */
export function rememberSoFar({ id, type, dn, after }: Change, learnt: Learnt, memory: Memory): void {
  const state = memory.read(id);
  const object = state?.object ?? { ...after, users: [] };
  memory.put({
    ...(state ?? { id, udm_object_type: type, dn, options: null }),
    object: { ...object, ...learnt },
  });
}

export function forgetOxId(id: string, memory: Memory): void {
  forget('oxDbId', id, withoutOxId, memory);
}

/** OX is about to be told another access than what is remembered: should that not come to its end, nobody knows which it has. */
export function forgetAccess(id: string, memory: Memory): void {
  forget('oxDbAccess', id, ({ oxDbAccess: _, ...rest }) => rest, memory);
}

/** Durable when it returns. */
function forget(
  name: 'oxDbId' | 'oxDbAccess',
  id: string,
  without: (object: Properties) => Properties,
  memory: Memory,
): void {
  const state = memory.look(id);
  if (state?.object && state.object[name] !== undefined) {
    memory.put({ ...state, object: without(state.object) });
  }
}
