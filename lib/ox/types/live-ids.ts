/** Calls that name users by remembered ids: one wrong id makes OX refuse them all. */

import type { Ox } from '../services/ox.ts';
import { usersThere } from '../services/users-there.ts';
import { faultOf } from '../soap/client.ts';

/** Whether the remembered ids of a context were looked up in this run: whoever OX does not know then is gone. */
export type AreIdsSure = (context: number) => boolean;

export interface LiveAnswer<T> {
  /** null: OX knows none of the ids, or nothing was asked since they are in doubt. */
  readonly answer: T | null;
  readonly warnings: string[];
  /** Remembered ids that OX does not know. */
  readonly stale: readonly number[];
  /** Where one id is wrong, the others may be those of strangers: nothing was done, until all are looked up. */
  readonly isInDoubt: boolean;
}

/**
 * `act` with all `ids`; if OX does not know one of them although all have been looked up, once more with those that it knows.
 * OX refuses the call as a whole and names at most one, so the users of the context are listed: one call more, whatever
 * their number. Where every id is known to OX the fault means something else and is thrown.
 */
export async function askWithLiveIds<T>(
  ox: Ox,
  context: number,
  ids: readonly number[],
  areIdsSure: AreIdsSure,
  act: (ids: number[]) => Promise<T>,
): Promise<LiveAnswer<T>> {
  try {
    return { answer: await act([...ids]), warnings: [], stale: [], isInDoubt: false };
  } catch (error) {
    if (!faultOf(error)?.isNoSuchUser) {
      throw error;
    }
    if (!areIdsSure(context)) {
      return { answer: null, warnings: [], stale: [], isInDoubt: true };
    }
    const { ids: there } = await usersThere(ox.users, context, () => ids.map((id) => ({ id })));
    const stale = ids.filter((id) => !there.has(id));
    if (stale.length === 0) {
      throw error;
    }
    const live = ids.filter((id) => there.has(id));
    const named = stale.slice(0, 10).join(', ');
    const warning = `left out in context ${context}, to be looked up again: OX has no users with the remembered ids ${named}`;
    return { answer: live.length === 0 ? null : await act(live), warnings: [warning], stale, isInDoubt: false };
  }
}
