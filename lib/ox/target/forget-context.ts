/** What is remembered of a context that was deleted, and void. */

import type { Logger } from '../../logger/logger.ts';
import { unlessDamaged } from '../../memory/last-state.ts';
import type { Memory } from '../../memory/memory.ts';
import type { Change } from '../../model/change.ts';
import {
  accountUsers,
  claimKeys,
  claimsWithin,
  contextOfLogin,
  type Identifiers,
  loginOf,
} from '../../model/claims.ts';
import { providedBy } from '../../model/types.ts';
import { withoutContext } from './without-context.ts';

export interface ContextMemory {
  readonly memory: Memory;
  readonly identifiers: Identifiers;
  readonly log: Logger;
}

/**
 * OX gives the ids of a deleted context to others when one of the same number is made, and nothing waits to be removed from
 * it any more; unless another object stands for it, for then it was left alone. Durable when it returns; repeating it changes
 * nothing more.
 */
export function forgetContext(change: Change, deps: ContextMemory): void {
  const { id: contextObject, type, before, after } = change;
  const { memory } = deps;
  const context = after === null ? contextOfLogin(providedBy(type, before) ?? '') : null;
  if (
    context !== null &&
    memory.claimants(claimKeys.context(context)).every((id) => id === contextObject.toLowerCase())
  ) {
    forget(context, [...claimantsWithin(context, memory), ...memory.waitingFor(loginOf(context))], deps);
  }
}

/**
 * A context is about to be made: what last states say of one of its number is void, also where nobody deleted that one, since
 * it was lost in OX. Durable when it returns.
 */
export function forgetWithin(context: number, deps: ContextMemory): void {
  forget(context, claimantsWithin(context, deps.memory), deps);
}

function claimantsWithin(context: number, memory: Memory): string[] {
  return claimsWithin(context).flatMap((each) => memory.claimingWithin(each));
}

function forget(context: number, ids: readonly string[], deps: ContextMemory): void {
  for (const id of new Set(ids)) {
    unlessDamaged(
      () => forgetIn(context, id, deps),
      ({ message }) =>
        deps.log.warning('keeps what it had in a context that is gone', { id, context, reason: message }),
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
