/** TMail as a target of the queue: its one type. */
import { OBJECT_TYPES } from '../model/change.ts';
import type { Provisioner, Registry } from '../provisioners/provisioner.ts';
import { NOTHING_DONE, type UserDeps, userProvisioner } from './types/user.ts';

export function tmailRegistry(deps: UserDeps): Registry {
  const others = OBJECT_TYPES.map((type) => [type, WITHOUT_EFFECT]);
  return { ...Object.fromEntries(others), 'users/user': userProvisioner(deps) } as Registry;
}

/** Types that TMail has nothing of: their last states are kept, as those of all objects. */
const WITHOUT_EFFECT: Provisioner = {
  plan: () => ({ targets: [], warnings: [], touches: [] }),
  provision: async () => ({ steps: [NOTHING_DONE], learnt: {}, warnings: [], stale: [], appeared: false }),
};
