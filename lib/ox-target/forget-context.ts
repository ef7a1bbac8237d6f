/** What is remembered of a context that was deleted, and void. */

import type { Logger } from '../logger/logger.ts';
import { unlessDamaged } from '../memory/last-state.ts';
import type { Memory } from '../memory/memory.ts';
import type { Change } from '../model/change.ts';
import { accountUsers, claimKeys, claimsWithin, contextOfLogin, type Identifiers, loginOf } from '../model/claims.ts';
import { providedBy } from '../model/types.ts';
import { withoutContext } from './without-context.ts';

interface ContextMemory {
  readonly memory: Memory;
  readonly identifiers: Identifiers;
}

/**
 * OX gives the ids of a deleted context to others when one of the same number is made, and nothing waits to be removed from
 * it any more; unless another object stands for it, for then it was left alone. Durable when it returns; repeating it changes
 * nothing more.
 */
export function forgetContext(change: Change, deps: ContextMemory & { readonly log: Logger }): void {
  const { id: contextObject, type, before, after } = change;
  const { memory, log } = deps;
  const context = after === null ? contextOfLogin(providedBy(type, before) ?? '') : null;
  if (
    context === null ||
    memory.claimants(claimKeys.context(context)).some((id) => id !== contextObject.toLowerCase())
  ) {
    return;
  }
  const there = claimsWithin(context).flatMap((each) => memory.claimingWithin(each));
  for (const id of new Set([...there, ...memory.waitingFor(loginOf(context))])) {
    unlessDamaged(
      () => forgetIn(context, id, deps),
      ({ message }) => log.warning('keeps what it had in a context that is gone', { id, context, reason: message }),
    );
  }
}

function forgetIn(context: number, id: string, { memory, identifiers }: ContextMemory): void {
  const state = memory.read(id);
  const users = accountUsers(state?.object ?? null);
  const usersIn = (users ?? []).flatMap((user) => memory.byId(user)?.context ?? []);
  const left = state && withoutContext(state, context, identifiers, usersIn);
  if (left === null) {
    memory.remove(id);
  } else {
    memory.put(left);
  }
}
