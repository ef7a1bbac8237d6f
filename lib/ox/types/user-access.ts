/** What a user may do in OX: by its profile, and as OX was told last (ADR 14). No effects. */

import { isDeepStrictEqual } from 'node:util';
import { isSameObject } from '../../model/spelling.ts';
import { type Properties, readText } from '../../model/udm.ts';
import { type AccessProfiles, moduleAccessOf } from '../access-profiles.ts';
import type { ModuleAccess } from '../services/ox.ts';
import type { UserPlace } from './user.ts';
import type { UserWanted } from './user-wanted.ts';

export interface WantedAccess {
  /** null: the profile is not known, leave the access alone. */
  readonly access: ModuleAccess | null;
  /** As OX was told last where the user is; null: not known. */
  readonly accessBefore: ModuleAccess | null;
  /** Nothing else has changed: OX is told everything once more. */
  readonly isRepeated: boolean;
}

export function wantedAccess(
  after: Properties,
  before: Properties | null,
  profiles: AccessProfiles,
  warnings: string[],
): WantedAccess {
  const oxAccess = readText(after.oxAccess);
  const rights = oxAccess === null ? new Set<string>() : profiles.find(oxAccess);
  if (!rights) {
    warnings.push(`the access profile ${JSON.stringify(oxAccess)} is not known: the module access is left alone`);
  }
  return {
    access: rights && moduleAccessOf(rights),
    accessBefore: accessIn(before),
    isRepeated: before !== null && isSameObject('users/user', before, after),
  };
}

/** `id`: that OX has the user under, where it was not found by looking for something else. */
export function isAccessSent(place: UserPlace, wanted: UserWanted, id: number | null | undefined): boolean {
  const { access, accessBefore, isRepeated } = wanted;
  return (
    !isRepeated && place.id !== null && id === place.id && !place.movesFrom && isDeepStrictEqual(access, accessBefore)
  );
}

/** What is remembered is void as soon as OX may be told something else. */
export function isAccessNew({ access, accessBefore }: UserWanted): boolean {
  return accessBefore !== null && !isDeepStrictEqual(access, accessBefore);
}

function accessIn(state: Properties | null): ModuleAccess | null {
  const access = state?.oxDbAccess;
  return typeof access === 'object' && access !== null ? access : null;
}
