/** What a target decides, without effects, of a change: where the object is, was or should be, and what that takes. */
import type { ConnectorError } from '../errors/connector-error.ts';
import type { Learnt } from '../model/change.ts';

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
