/** What a provisioner is: `plan` decides without effects, `provision` makes it so. */
import type { Change, Learnt } from '../model/change.ts';
import type { Outcome } from './outcome.ts';
import type { Plan } from './plan.ts';

export interface Provisioner<At = unknown, Wanted = unknown> {
  /** No effects. Throws PROPERTY_INVALID for values that cannot be provisioned. */
  plan(change: Change): Plan<At, Wanted>;
  /** Makes a plan of this provisioner so. Repeating it changes nothing more. `noteSoFar`: where it fails half-way. */
  provision(plan: Plan<At, Wanted>, noteSoFar?: (learnt: Learnt) => void): Promise<Outcome>;
  /** Whether it has by now what its plans wait for, where that is no login, such as `service:X`. Left out: they wait for logins only. */
  isReady?(waitsFor: string): boolean;
}
