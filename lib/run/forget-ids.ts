/** What is remembered of OX and void: all of a deleted context, and ids that OX turns out not to know. */

import { asConnectorError } from '../errors/connector-error.ts';
import type { Logger } from '../logger/logger.ts';
import { type Change, withoutOxId } from '../model/change.ts';
import { accountUsers, claimKeys, type Identifiers, leftPlaces, type Place } from '../model/claims.ts';
import { contextNumber } from '../model/types.ts';
import type { Properties } from '../model/udm.ts';
import { withoutContext } from '../model/without-context.ts';
import type { KnownObjects } from '../queue/known-objects.ts';
import type { LastStates } from '../queue/last-state.ts';

interface Memory {
  readonly known: KnownObjects;
  readonly lastStates: LastStates;
  readonly identifiers: Identifiers;
}

/**
 * OX gives the ids of a deleted context to others when one of the same number is made, and nothing waits to be removed from
 * it any more; unless another object stands for it, for then it was left alone. Durable when it returns; repeating it changes
 * nothing more.
 */
export function forgetContext(change: Change, memory: Memory & { readonly log: Logger }): void {
  const { id: contextObject, type, before, after } = change;
  const { known, log } = memory;
  const context = after === null ? contextNumber(type, before) : null;
  if (
    context === null ||
    known.claimants(claimKeys.context(context)).some((id) => id !== contextObject.toLowerCase())
  ) {
    return;
  }
  for (const id of new Set([...known.inContext(context), ...known.skippedFor(context)])) {
    try {
      forgetIn(context, id, memory);
    } catch (error) {
      const { code, message } = asConnectorError(error);
      if (code !== 'LAST_STATE_BROKEN') {
        throw error;
      }
      log.warning('keeps what it had in a context that is gone', { id, context, reason: message });
    }
  }
}

function forgetIn(context: number, id: string, { known, lastStates, identifiers }: Memory): void {
  const state = lastStates.read(id);
  const users = accountUsers(state?.object ?? null);
  const usersIn = (users ?? []).flatMap((user) => known.byId(user)?.context ?? []);
  const next = state && withoutContext(state, context, identifiers, usersIn);
  known.track(id, () => {
    if (next === null) {
      lastStates.remove(id);
    } else {
      lastStates.write(next);
    }
    return next;
  });
}

/**
 * OX has the user at a further place, from which it has to go unless its move comes to its end. Durable when it returns; the
 * next change that comes to its end takes the note away.
 */
export function rememberPlace(id: string, place: Place, { known, lastStates }: Omit<Memory, 'identifiers'>): void {
  const state = lastStates.read(id);
  const left = leftPlaces(state?.object ?? {});
  if (state?.object && !left.some(({ context, name }) => context === place.context && name === place.name)) {
    const noted = { ...state, object: { ...state.object, oxDbLeft: [...left, place] } };
    known.track(id, () => {
      lastStates.write(noted);
      return noted;
    });
  }
}

export function forgetOxId(id: string, memory: Omit<Memory, 'identifiers'>): void {
  forget('oxDbId', id, withoutOxId, memory);
}

/** OX is about to be told another access than what is remembered: should that not come to its end, nobody knows which it has. */
export function forgetAccess(id: string, memory: Omit<Memory, 'identifiers'>): void {
  forget('oxDbAccess', id, ({ oxDbAccess: _, ...rest }) => rest, memory);
}

/** Durable when it returns. */
function forget(
  name: 'oxDbId' | 'oxDbAccess',
  id: string,
  without: (object: Properties) => Properties,
  { known, lastStates }: Omit<Memory, 'identifiers'>,
): void {
  const state = lastStates.read(id);
  if (state?.object && state.object[name] !== undefined) {
    const forgotten = { ...state, object: without(state.object) };
    known.track(id, () => {
      lastStates.write(forgotten);
      return forgotten;
    });
  }
}
