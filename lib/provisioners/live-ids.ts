/** Calls that name users by remembered ids: one wrong id makes OX refuse them all. */
import { ConnectorError } from '../errors/connector-error.ts';
import { faultOf } from '../ox/client.ts';
import type { Ox } from '../ox/ox.ts';

/**
 * `act` with all `ids`; if OX does not know one of them, once more with those that it knows. OX refuses the call as a
 * whole and names at most one, so the users of the context are listed: one call more, whatever their number.
 * Where every id is known to OX the fault means something else and is thrown.
 */
export async function askWithLiveIds<T>(
  ox: Ox,
  context: number,
  ids: readonly number[],
  act: (ids: number[]) => Promise<T>,
): Promise<{ answer: T; warnings: string[] }> {
  try {
    return { answer: await act([...ids]), warnings: [] };
  } catch (error) {
    if (!faultOf(error)?.isNoSuchUser) {
      throw error;
    }
    const there = await ox.users.listIds(context);
    const live = ids.filter((id) => there.has(id));
    if (live.length === ids.length) {
      throw error;
    }
    if (live.length === 0) {
      throw allGone(context, error);
    }
    const stale = ids.filter((id) => !there.has(id));
    const warning = `left out in context ${context}: OX has no users with the remembered ids ${stale.slice(0, 10).join(', ')}`;
    return { answer: await act(live), warnings: [warning] };
  }
}

function allGone(context: number, cause: unknown): ConnectorError {
  return new ConnectorError(
    'OX_REFUSED',
    `OX knows none of the remembered users in context ${context}: ${cause instanceof Error ? cause.message : ''}`,
    { object: `context ${context}` },
    cause,
    'The ids are those of another state of OX, for example before a backup was restored: run update-ox-db-cache --build-cache.',
  );
}
