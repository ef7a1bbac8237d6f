/** TMail as a target of the queue: its one type, the memory, and how many mailboxes a run may remove. */
import { type Envelope, OBJECT_TYPES } from '../model/change.ts';
import { readText } from '../model/udm.ts';
import type { Provisioner, Registry } from '../provisioners/provisioner.ts';
import type { Inbox } from '../queue/inbox.ts';
import type { LastStates } from '../queue/last-state.ts';
import { normalAddress } from './address.ts';
import type { TmailConfiguration } from './configuration.ts';
import type { TmailServer } from './server.ts';
import { checkNumber } from './sync/limit.ts';
import { type UserDeps, userProvisioner } from './types/user.ts';

export function tmailRegistry(deps: UserDeps): Registry {
  const others = OBJECT_TYPES.map((type) => [type, WITHOUT_EFFECT]);
  return { ...Object.fromEntries(others), 'users/user': userProvisioner(deps) } as Registry;
}

/** Types that TMail has nothing of: their last states are kept, as those of all objects. */
const WITHOUT_EFFECT: Provisioner = {
  plan: () => ({ targets: [], warnings: [], touches: [] }),
  provision: async () => ({ actions: ['nothing to do'], learnt: {}, warnings: [], stale: [], appeared: false }),
};

export interface WaitingDeletions {
  readonly inbox: Inbox;
  readonly lastStates: LastStates;
  readonly configuration: TmailConfiguration;
  readonly server: TmailServer;
}

/** The waiting deletions of one run count, as those of one run of sync do. Throws before anything is written. */
export async function checkWaitingDeletions({
  inbox,
  lastStates,
  configuration,
  server,
}: WaitingDeletions): Promise<void> {
  const going = new Map<string, string>();
  for (const name of inbox.list()) {
    const envelope = readIfPossible(inbox, name);
    const id = envelope?.id.toLowerCase();
    if (envelope?.udm_object_type !== 'users/user' || id === undefined) {
      continue;
    }
    const address = oursIn(envelope, configuration) === null ? oursIn(lastStates.read(id), configuration) : null;
    if (address === null) {
      going.delete(id);
    } else {
      going.set(id, address);
    }
  }
  if (going.size > configuration.maxDeletions) {
    const ours = (await server.users()).filter((address) => configuration.ownership.isOurs(address)).length;
    checkNumber([...going.values()].sort(), ours, configuration.maxDeletions, null);
  }
}

function oursIn(envelope: Envelope | null, { ownership }: TmailConfiguration): string | null {
  const address = normalAddress(readText(envelope?.object?.mailPrimaryAddress) ?? '');
  return address !== '' && ownership.isOurs(address) ? address : null;
}

/** What is wrong with a file is said at its turn. */
function readIfPossible(inbox: Inbox, name: string): Envelope | null {
  try {
    return inbox.read(name);
  } catch {
    return null;
  }
}
