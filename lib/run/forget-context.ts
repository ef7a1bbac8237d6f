/** What is remembered of a context that was deleted, and void. */

import { asConnectorError } from '../errors/connector-error.ts';
import type { Logger } from '../logger/logger.ts';
import type { Change } from '../model/change.ts';
import { accountUsers, claimKeys, type Identifiers } from '../model/claims.ts';
import { contextNumber } from '../model/types.ts';
import { withoutContext } from '../model/without-context.ts';
import { type Memory, writeState } from './write-state.ts';

interface ContextMemory extends Memory {
  readonly identifiers: Identifiers;
}

/**
 * OX gives the ids of a deleted context to others when one of the same number is made, and nothing waits to be removed from
 * it any more; unless another object stands for it, for then it was left alone. Durable when it returns; repeating it changes
 * nothing more.
 */
export function forgetContext(change: Change, memory: ContextMemory & { readonly log: Logger }): void {
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

function forgetIn(context: number, id: string, memory: ContextMemory): void {
  const { known, lastStates, identifiers } = memory;
  const state = lastStates.read(id);
  const users = accountUsers(state?.object ?? null);
  const usersIn = (users ?? []).flatMap((user) => known.byId(user)?.context ?? []);
  writeState(id, state && withoutContext(state, context, identifiers, usersIn), memory);
}
