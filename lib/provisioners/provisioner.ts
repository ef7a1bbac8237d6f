/** What a provisioner is: `plan` decides without effects, `provision` makes it so. */
import type { ConnectorError } from '../errors/connector-error.ts';
import type { Change, Learnt } from '../model/change.ts';
import { awaiting, loginOf, type Place } from '../model/claims.ts';

/** A reason to leave an object alone; it is settled all the same. */
export interface Skip {
  readonly reason: string;
  /** As `Plan.needs` calls it. The object waits for that: it is provisioned again when the target has it. */
  readonly waitsFor?: readonly string[];
}

/** Thrown where only OX can tell that an object is to be left alone, before anything was done to it. */
export class LeftAlone extends Error {
  readonly skip: Skip;

  constructor(skip: Skip) {
    super(skip.reason);
    this.skip = skip;
  }
}

/** The object waits until contexts.json has the entry, or one of them. */
export function withoutCredentials(...contexts: readonly number[]): Skip {
  const all = [...new Set(contexts)];
  const named = `${all.length === 1 ? 'context' : 'the contexts'} ${all.join(', ')}`;
  return { reason: `contexts.json has no credentials for ${named}`, waitsFor: all.map(loginOf) };
}

/** What is remembered of places that could not be reached: the object is still there, and to be removed. */
export function stillThere(places: readonly Place[]): Learnt {
  const waits = awaiting(places.map(({ context }) => loginOf(context)));
  return places.length === 0 ? {} : { oxDbLeft: places, ...waits };
}

/** One place an object is, was or should be in. */
export interface Goal<At, Wanted> {
  readonly place: At;
  /** null: it must not be there. */
  readonly wanted: Wanted | null;
  /** The last state says that it is there. */
  readonly expected: boolean;
  /** It is there although it was to be removed, so that others left it out meanwhile. */
  readonly wasLeaving?: boolean;
}

export interface Plan<At = unknown, Wanted = unknown> {
  readonly skip?: Skip;
  /** It is refused as it is, however many places it has: what it touches may change first. */
  readonly refusal?: ConnectorError;
  /** Every place, creations first. */
  readonly targets: readonly Goal<At, Wanted>[];
  /** For the log: what will not be as wished, and why. */
  readonly warnings: readonly string[];
  /**
   * Names and addresses that only one object can have, of before and after: plans that share one must not overlap, and
   * where OX refuses one of them the others may be the cure.
   */
  readonly touches: readonly string[];
  /** All else that must not be worked on by two at once (files, the groups of a context): tells nothing about cures. */
  readonly lanes?: readonly string[];
  /** The logins that it takes, such as `login:10`: what they refuse holds up all that needs them. */
  readonly needs?: readonly string[];
  /** The logins that depend on it: where it is refused, what needs them waits. Such an object is never set aside. */
  readonly provides?: readonly string[];
  /** What is known before OX is asked. */
  readonly learnt?: Learnt;
  /** The same where it turns out that it is to be left alone. */
  readonly learntIfLeft?: () => Learnt;
  /** Contexts in which it names users by ids that two objects claim: they are looked up, and it is planned again. */
  readonly inDoubt?: readonly number[];
  /**
   * What the last state has to say where OX refuses the place `at` after it has accepted others: it has the object there by
   * then. Left out: nothing beside what operations note by themselves.
   */
  learntSoFar?(reached: readonly Goal<At, Wanted>[], at: Goal<At, Wanted>): Learnt | null;
}

/** `unchanged`: it is there, as it should be. */
export type Action = 'created' | 'updated' | 'removed' | 'was gone' | 'unchanged';

/** What was done. */
export interface Step {
  readonly action: Action;
  /** As the log says it, e.g. `created in context 10`. */
  readonly text: string;
}

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

export interface Outcome {
  /** Place by place. */
  readonly steps: readonly Step[];
  readonly learnt: Learnt;
  readonly warnings: readonly string[];
  /** Users whose remembered ids OX does not know. */
  readonly stale: readonly { readonly context: number; readonly oxId: number }[];
  /** Contexts whose remembered ids have to be looked up again before anybody is named by one. */
  readonly inDoubt?: readonly number[];
  /** Contexts whose remembered ids have to be looked up again, and the change done once more. */
  readonly incomplete?: readonly number[];
  /** The object is new in OX, or has another id than before: what refers to it must be provisioned again. */
  readonly appeared: boolean;
}

export interface Provisioner<At = unknown, Wanted = unknown> {
  /** No effects. Throws PROPERTY_INVALID for values that cannot be provisioned. */
  plan(change: Change): Plan<At, Wanted>;
  /** Makes a plan of this provisioner so. Repeating it changes nothing more. `noteSoFar`: where it fails half-way. */
  provision(plan: Plan<At, Wanted>, noteSoFar?: (learnt: Learnt) => void): Promise<Outcome>;
  /** Whether it has by now what its plans wait for, where that is no login, such as `service:X`. Left out: they wait for logins only. */
  isReady?(waitsFor: string): boolean;
}
