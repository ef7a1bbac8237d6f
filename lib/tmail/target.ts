/** TMail as a target of the queue: its one type. */
import type { ObjectType } from '../model/change.ts';
import type { Provisioner } from '../target/provisioner.ts';
import type { Target } from '../target/target.ts';
import { NOTHING_DONE, type UserDeps, userProvisioner } from './types/user.ts';

/** Nothing waits for anything, and no object changes what is known of another. */
export function tmailTarget(deps: UserDeps): Target {
  const user = userProvisioner(deps);
  const provisionerOf = (type: ObjectType): Provisioner => (type === 'users/user' ? user : WITHOUT_EFFECT);
  return {
    // Values are checked where they are used.
    checkObject: () => [],
    plan: (change) => provisionerOf(change.type).plan(change),
    provision: ({ type }, plan) => provisionerOf(type).provision(plan),
    isReady: () => true,
    wayOut: async () => null,
    affected: () => [],
    beforeSettling: () => undefined,
  };
}

/** Types that TMail has nothing of: their last states are kept, as those of all objects. */
const WITHOUT_EFFECT: Provisioner = {
  plan: () => ({ targets: [], warnings: [], touches: [] }),
  provision: async () => ({ steps: [NOTHING_DONE], learnt: {}, warnings: [], stale: [], appeared: false }),
};
