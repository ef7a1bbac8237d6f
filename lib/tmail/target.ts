/** TMail as a target of the queue: its one type. */
import type { Target } from '../target/target.ts';
import { type UserDeps, userProvisioner } from './types/user.ts';

/** Nothing waits for anything, and no object changes what is known of another. */
export function tmailTarget(deps: UserDeps): Target {
  const user = userProvisioner(deps);
  return {
    // Values are checked where they are used.
    checkObject: () => [],
    plan: user.plan,
    provision: (_, plan) => user.provision(plan),
    isReady: () => true,
    wayOut: async () => null,
    affected: () => [],
    beforeSettling: () => undefined,
  };
}
