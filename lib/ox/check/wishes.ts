/** What last states want of OX, context by context. */
import { ConnectorError } from '../../errors/connector-error.ts';
import type { ObjectType } from '../../model/change.ts';
import { collated } from '../../model/collation.ts';
import type { Goal } from '../../target/plan.ts';
import type { Provisioner } from '../../target/provisioner.ts';
import { type CheckDeps, unchanged } from './deps.ts';

/** A target, and the object it is of. */
export type Wish<Place, Wanted> = Goal<Place, Wanted> & { readonly id: string; readonly dn: string };

export interface Wishes<Place, Wanted> {
  at(context: number): readonly Wish<Place, Wanted>[];
  readonly all: readonly Wish<Place, Wanted>[];
  /** A group of ours that is there, but of whose members none is known there: nothing can be said about it. */
  isUndecided(context: number, group: string): boolean;
}

/** What the objects of a type want. Those that cannot be planned are left out: the survey tells why. */
export function wishesOf<Place extends { readonly context: number }, Wanted>(
  type: ObjectType,
  provisioner: Provisioner<Place, Wanted>,
  deps: CheckDeps,
): Wishes<Place, Wanted> {
  const all: Wish<Place, Wanted>[] = [];
  const undecided = new Set<string>();
  for (const { id } of deps.known.list(type)) {
    const state = deps.lastStates.read(id);
    const plan = state && planned(() => provisioner.plan(unchanged(state)));
    all.push(...(plan?.targets ?? []).map((target) => ({ ...target, id, dn: state?.dn ?? '' })));
    for (const context of plan?.learnt?.oxDbContexts ?? []) {
      undecided.add(`${context}:${collated(plan?.learnt?.oxDbGroupname ?? '')}`);
    }
  }
  const wishes = Map.groupBy(all, ({ place }) => place.context);
  return {
    all,
    at: (context) => wishes.get(context) ?? [],
    isUndecided: (context, group) => undecided.has(`${context}:${collated(group)}`),
  };
}

/** null: it cannot be planned, for a reason that `tell` is told. */
export function planned<T>(plan: () => T, tell: (refusal: ConnectorError) => void = () => undefined): T | null {
  try {
    return plan();
  } catch (error) {
    if (error instanceof ConnectorError && error.code === 'PROPERTY_INVALID') {
      tell(error);
      return null;
    }
    throw error;
  }
}
