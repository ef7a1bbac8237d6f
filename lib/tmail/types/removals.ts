/**
 * How many mailboxes a run of the queue may remove. What waits is counted before the first write, as in a run over a
 * directory; what comes into the queue meanwhile counts as well, at the removal that is one too many. A run that ended
 * there, or was cut off, is gone on with by the next one, which comes by itself: what the former one removed counts in it too.
 * Where nothing waited any more when it was cut off none comes: what that one removed does not count for ever.
 */
import { ifPossible } from '../../errors/if-possible.ts';
import type { LastStates } from '../../memory/last-state.ts';
import { type Envelope, firstIdOf } from '../../model/change.ts';
import { dnKey } from '../../model/dn.ts';
import { readTexts } from '../../model/udm.ts';
import type { Inbox } from '../../queue/inbox.ts';
import { changeOf } from '../../run/change-of.ts';
import type { TmailServer } from '../server.ts';
import { limitOf, tooManyDeletions } from '../sync/limit.ts';
import { type WishDeps, wishOf } from './wish.ts';

/** Milliseconds; the next run comes after minutes at most. */
const COUNTS_AFTER_CUT = 3_600_000;

export interface Removals {
  /** Throws TOO_MANY_DELETIONS. */
  checkWaiting(inbox: Inbox, lastStates: LastStates): Promise<void>;
  /** The same, of one that was not there to be counted; it goes now, and that is remembered. */
  check(address: string): Promise<void>;
  /** The run ends by itself: unless that was for the limit, the next one begins to count anew. */
  end(): void;
}

export function createRemovals(deps: WishDeps & { readonly server: TmailServer }): Removals {
  const { configuration, server, memory } = deps;
  const { maxDeletions, ownership } = configuration;
  /** That go in this run, or went. */
  const going = new Set<string>();
  /** Of these, whose removal began. */
  const begun = new Set<string>();
  let isAtLimit = false;
  const checkAll = async (end: string): Promise<void> => {
    if (going.size <= maxDeletions) {
      return;
    }
    const ours = new Set([...(await server.users()).filter((address) => ownership.isOurs(address)), ...going]).size;
    const limit = limitOf(ours, maxDeletions, null);
    if (going.size > limit) {
      isAtLimit = true;
      for (const address of begun) {
        if (memory.countedRemovals.get(address)?.since !== undefined) {
          memory.countedRemovals.put(address, {});
        }
      }
      throw tooManyDeletions([...going].sort(), ours, limit, {
        end,
        remedy: `See listener_trigger plan and queue list. If they are to go: "max_deletions": ${going.size} in tmail.json.`,
      });
    }
  };
  return {
    async checkWaiting(inbox, lastStates) {
      for (const [address, { since }] of [...memory.countedRemovals.entries()]) {
        if (since !== undefined && Date.now() - Date.parse(since) > COUNTS_AFTER_CUT) {
          memory.countedRemovals.remove(address);
        } else {
          going.add(address);
          begun.add(address);
        }
      }
      const strangers: Stranger[] = [];
      for (const name of inbox.list()) {
        const envelope = ifPossible(() => inbox.read(name));
        if (envelope?.udm_object_type !== 'users/user') {
          continue;
        }
        const { address, isStranger } = addressThatGoes(envelope, lastStates, deps);
        if (isStranger) {
          strangers.push({ id: envelope.id.toLowerCase(), dn: dnKey(envelope.dn), address });
        } else if (address !== null) {
          going.add(address);
        }
      }
      // All last states are read for that: only where it may matter.
      if (going.size + strangers.length > maxDeletions) {
        for (const address of addressesOf(strangers, lastStates, deps)) {
          going.add(address);
        }
      }
      const former = begun.size > 0 ? `, ${begun.size} of them went in the run before` : '';
      await checkAll(`nothing was done${former}`);
    },
    async check(address) {
      going.add(address);
      await checkAll('the run ends here, more would go than waited at its beginning');
      if (!begun.has(address)) {
        begun.add(address);
        memory.countedRemovals.put(address, { since: new Date().toISOString() });
        memory.countedRemovals.sync();
      }
    },
    end() {
      if (isAtLimit) {
        return;
      }
      for (const address of begun) {
        memory.countedRemovals.remove(address);
      }
    },
  };
}

/** A user that has no mailbox after its change, and of whom nothing is known by this id. */
interface Stranger {
  readonly id: string;
  readonly dn: string;
  /** As the memory knows, which knows users by their first ids; null: it knows of none. */
  readonly address: string | null;
}

/** `address` null: none goes, or what is wrong with the user is said at its turn. */
function addressThatGoes(
  envelope: Envelope,
  lastStates: LastStates,
  deps: WishDeps,
): { readonly address: string | null; readonly isStranger: boolean } {
  try {
    const before = lastStates.read(envelope.id);
    const change = changeOf(envelope, before, { path: '', writtenIn: '' }, () => []);
    const { person, from } = wishOf(change, deps);
    return { address: person === null ? from : null, isStranger: person === null && before === null };
  } catch {
    return { address: null, isStranger: false };
  }
}

/** A DN may tell which user it is. Under an id that a user had before nothing is done. */
function addressesOf(strangers: readonly Stranger[], lastStates: LastStates, deps: WishDeps): Set<string> {
  const addresses = new Set(strangers.flatMap(({ address }) => address ?? []));
  const byId = new Map(strangers.map((each) => [each.id, each]));
  const byDn = new Map(strangers.map((each) => [each.dn, each]));
  for (const id of lastStates.ids()) {
    const state = ifPossible(() => lastStates.read(id));
    if (state?.udm_object_type !== 'users/user') {
      continue;
    }
    const former = [firstIdOf(id, state.object), ...readTexts(state.object?.oxDbFormerIds)].map((each) =>
      each.toLowerCase(),
    );
    for (const each of former) {
      addresses.delete(byId.get(each)?.address ?? '');
    }
    const there = byDn.get(dnKey(state.dn));
    if (there !== undefined && !former.includes(there.id)) {
      const { address } = addressThatGoes({ ...state, object: null }, lastStates, deps);
      if (address !== null) {
        addresses.add(address);
      }
    }
  }
  return addresses;
}
