/** What a run asks of what it provisions to; all else about it is its own. */
import type { ConnectorError } from '../errors/connector-error.ts';
import type { Change } from '../model/change.ts';
import type { ObjectCheck } from '../queue/inbox.ts';
import type { Turn } from '../queue/order.ts';
import type { Outcome } from './outcome.ts';
import type { Plan } from './plan.ts';

/** Puts objects back into the queue, durably, as they were last provisioned. */
export type Again = (ids: readonly string[]) => void;

export interface Target {
  readonly checkObject: ObjectCheck;
  /** No effects. Throws PROPERTY_INVALID for values that cannot be provisioned. */
  plan(change: Change): Plan;
  /** Makes a plan of this change so. Repeating it changes nothing more. `again`: for what turns out on the way. */
  provision(change: Change, plan: Plan, again: Again): Promise<Outcome>;
  /** Whether it has by now what objects wait for, such as `login:30`. */
  isReady(waitsFor: string): boolean;
  /**
   * What has to go first where a login is refused: one of these deletions, which are of what others need and come last.
   * null: the failure means something else.
   */
  wayOut(failure: ConnectorError, lateDeletions: readonly Turn[]): Promise<Turn | null>;
  /** Objects that are to be provisioned again because of a change, beside those that name it. No effects. */
  affected(change: Change, outcome: Outcome): readonly string[];
  /**
   * Called before the change becomes the last state, and when what it affects is in the queue: notes with other last states
   * what would be lost or void by it. `outcome`: null where nothing was done. Durable when it returns; may be repeated.
   */
  beforeSettling(change: Change, outcome: Outcome | null): void;
}
