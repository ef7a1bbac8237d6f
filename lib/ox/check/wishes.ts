/** What last states want of OX, context by context. */
import { ConnectorError } from '../../errors/connector-error.ts';
import type { ObjectType } from '../../model/change.ts';
import type { Goal } from '../../target/plan.ts';
import type { Provisioner } from '../../target/provisioner.ts';
import { keyOf } from './comparison.ts';
import { type CheckDeps, unchanged } from './deps.ts';

/** A target, and the object it is of. */
export type Wish<Place, Wanted> = Goal<Place, Wanted> & { readonly id: string; readonly dn: string };

export interface Wishes<Place, Wanted> {
  at(context: number): readonly Wish<Place, Wanted>[];
  all(): readonly Wish<Place, Wanted>[];
  /** A group of ours that is there, but of whose members none is known there: nothing can be said about it. */
  isUndecided(context: number, group: string): boolean;
}

/** What the objects of a type want. Those that cannot be planned are left out: the survey tells why. */
export function wishesOf<Place extends { readonly context: number }, Wanted>(
  type: ObjectType,
  provisioner: Provisioner<Place, Wanted>,
  deps: CheckDeps,
): Wishes<Place, Wanted> {
  const wishes = new Map<number, Wish<Place, Wanted>[]>();
  const undecided = new Set<string>();
  for (const { id } of deps.known.list(type)) {
    const state = deps.lastStates.read(id);
    const plan = state && planned(() => provisioner.plan(unchanged(state)));
    for (const target of plan?.targets ?? []) {
      const here = wishes.get(target.place.context) ?? [];
      here.push({ ...target, id, dn: state?.dn ?? '' });
      wishes.set(target.place.context, here);
    }
    for (const context of plan?.learnt?.oxDbContexts ?? []) {
      undecided.add(`${context}:${keyOf(plan?.learnt?.oxDbGroupname)}`);
    }
  }
  return {
    at: (context) => wishes.get(context) ?? [],
    all: () => [...wishes.values()].flat(),
    isUndecided: (context, group) => undecided.has(`${context}:${keyOf(group)}`),
  };
}

/** null: it cannot be planned. */
export function planned<T>(plan: () => T): T | null {
  try {
    return plan();
  } catch (error) {
    if (error instanceof ConnectorError && error.code === 'PROPERTY_INVALID') {
      return null;
    }
    throw error;
  }
}
