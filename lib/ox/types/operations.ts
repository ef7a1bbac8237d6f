/** OX's side of a type: what is done in one place, and what came of it. */
import type { Learnt } from '../../model/change.ts';
import type { Step } from '../../target/outcome.ts';
import type { Goal } from '../../target/plan.ts';

/** What came of one place. */
export interface Reached {
  /** What was really done, where that is several things, or another one than was asked. */
  readonly done?: readonly Step[];
  readonly learnt?: Learnt;
  /** What is not as wished, found out on the way. */
  readonly warnings?: readonly string[];
  /** Remembered ids of users that OX does not know. */
  readonly stale?: readonly number[];
  /** The object has another id than remembered, or none was. */
  readonly isRenumbered?: boolean;
  /** The remembered id is another user's: no id of this context can be relied upon. */
  readonly isStale?: boolean;
  /** Nothing was done, since OX does not know one of the remembered ids: to be done when those of the context are looked up. */
  readonly isIncomplete?: boolean;
}

/** OX's side of one type. All of them may throw what OX refuses. */
export interface Operations<At, Wanted, Found> {
  /**
   * Throws what can be told of a place before anything is done: what is refused in one place is done in no other, since its last
   * state would not know of that.
   */
  mustBePossible?(goal: Goal<At, Wanted>): void;
  find(place: At): Promise<Found | null>;
  /** Brings the object from where it was before, as it is; null: it does not come from elsewhere, or is gone there. */
  bring?(place: At, wanted: Wanted): Promise<Found | null>;
  create(place: At, wanted: Wanted): Promise<Reached>;
  /** Throws a fault that is `isNotFound` if the object is not there. `found` saves asking again. */
  update(place: At, wanted: Wanted, found: Found | null): Promise<Reached>;
  /** Throws a fault that is `isNotFound`, or answers false, if the object was not there. */
  remove(place: At): Promise<unknown>;
}
