/** The ids of a whole context looked up again, where one of them turned out to be stale or in doubt. */
import { claimKeys, claimsWithin, leftPlaces, ownMail, type Place } from '../model/claims.ts';
import { isSameWord } from '../model/udm.ts';
import type { OxUser } from './services/ox.ts';
import { inChunks } from './services/users-there.ts';
import { faultOf } from './soap/client.ts';
import {
  type CacheDeps,
  type Count,
  fetchContext,
  forgetId,
  inShort,
  nothing,
  oxUserOf,
  takeFound,
  write,
} from './user-ids.ts';

/**
 * Looks up the ids of all users that are remembered in this context. `missing` is told the objects that OX does not have there,
 * before their ids are forgotten: nobody could tell afterwards. `except`: an object that is being worked on, and knows better.
 */
export async function lookUpAgain(
  deps: CacheDeps,
  context: number,
  except: string,
  missing: (ids: readonly string[]) => void,
): Promise<void> {
  const users = new Map<string, string>();
  const here = new Set(claimsWithin(context).flatMap((each) => deps.memory.claimingWithin(each)));
  here.delete(except.toLowerCase());
  for (const id of here) {
    const user = oxUserOf(deps.lastStates.read(id), deps);
    if (user?.context === context) {
      takeNamed(deps, users, user.name, id);
    }
  }
  const count = nothing();
  if (!(await isFetchedByName(deps, count, context, users))) {
    const keepRenamed = (found: OxUser): void => takeRenamed(deps, context, users, found);
    await fetchContext(deps, count, context, users, undefined, users.size, keepRenamed);
  }
  missing([...users.values()]);
  for (const id of users.values()) {
    forgetId(deps, id);
  }
  for (const id of here) {
    forgetLeftIds(deps, id, context);
  }
}

/** Somebody has renamed it in OX: its remembered id and its address tell that it is there, and its next change gives it its name back. */
function takeRenamed(deps: CacheDeps, context: number, users: Map<string, string>, found: OxUser): void {
  const [id = '', ...others] = deps.memory.claimants(claimKeys.userId(context, found.id ?? 0));
  const envelope = others.length === 0 ? deps.lastStates.read(id) : null;
  const { name = '' } = oxUserOf(envelope, deps) ?? {};
  if (users.get(name) === id && isSameWord(ownMail(envelope?.object ?? {}) ?? '-', found.primaryEmail ?? '')) {
    users.delete(name);
  }
}

/** Of two last states that speak of one user, as those of an id that changed may, one can have its id: that of its DN. */
function takeNamed(deps: CacheDeps, users: Map<string, string>, name: string, id: string): void {
  const other = users.get(name);
  const isOthers = other !== undefined && deps.memory.byDn(deps.lastStates.read(other)?.dn ?? '')?.id === other;
  users.set(name, isOthers ? other : id);
  if (other !== undefined) {
    forgetId(deps, isOthers ? id : other);
  }
}

/** Of places that it is to leave: an id that is another user's by now is not its own. */
function forgetLeftIds(deps: CacheDeps, id: string, context: number): void {
  const envelope = deps.lastStates.read(id);
  const left = leftPlaces(envelope?.object ?? {});
  const isStale = (place: Place): boolean =>
    place.context === context &&
    place.oxId !== null &&
    deps.memory.claimants(claimKeys.userId(context, place.oxId)).some((each) => each !== id);
  if (envelope?.object && left.some(isStale)) {
    const oxDbLeft = left.map((place) => (isStale(place) ? { ...place, oxId: null } : place));
    write(deps, { ...envelope, object: { ...envelope.object, oxDbLeft } });
  }
}

/** One call for a hundred, if OX has all of them. Takes from `users` those that were found. */
async function isFetchedByName(
  deps: CacheDeps,
  count: Count,
  context: number,
  users: Map<string, string>,
): Promise<boolean> {
  const names = [...users.keys()];
  try {
    for (const chunk of inChunks(names)) {
      const named = chunk.map((name) => ({ name }));
      for (const found of await deps.users.findMany(context, named, inShort)) {
        takeFound(deps, count, users, found);
      }
    }
    return true;
  } catch (error) {
    if (!faultOf(error)?.isNoSuchUser) {
      throw error;
    }
    return false;
  }
}
