/** Access profiles: rights that exclude each other, profiles that are not there, lines that do not fit their object. */

import { type Finding, finding } from '../../check/finding.ts';
import type { Envelope } from '../../model/change.ts';
import { readText } from '../../model/udm.ts';
import { type AccessProfiles, RIGHTS, type Right, rightsOf } from '../access-profiles.ts';

/**
 * OX quirk: without the global address book no groupware rights. Seen: docs/ox.md, "Module access". So: told
 * beforehand.
 */
const WITHOUT_ADDRESS_BOOK: Right = 'globaladdressbookdisabled';
const NEEDS_ADDRESS_BOOK: readonly Right[] = [
  'delegatetask',
  'editpublicfolders',
  'readcreatesharedfolders',
  'webdavxml',
];

/** A profile, as its object wants it and as the file has it. */
export function* checkProfile({ id, dn, object }: Envelope, profiles: AccessProfiles): Generator<Finding> {
  const name = readText(object?.name);
  if (name === null) {
    return;
  }
  const rights = rightsOf(object ?? {}).join();
  const written = profiles.find(name);
  // The file may hold rights of other tools.
  const ours = [...(written ?? [])].filter((right) => Object.hasOwn(RIGHTS, right)).sort();
  if (written === null || ours.join() !== rights) {
    const fields = [{ field: name, before: ours.join(), after: rights }];
    const message = `ModuleAccessDefinitions.properties ${written === null ? 'lacks' : 'has other rights for'} ${JSON.stringify(name)}`;
    yield finding('profile-differs', message, { object: dn, fields, repair: id });
  }
}

/** Profile → how many users have it; those without users are known from their objects. */
export function* checkProfilesInUse(users: ReadonlyMap<string, number>, profiles: AccessProfiles): Generator<Finding> {
  for (const [name, count] of [...users].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const rights = profiles.find(name);
    const clashing = NEEDS_ADDRESS_BOOK.filter((right) => rights?.has(right));
    const quoted = JSON.stringify(name);
    if (rights === null && count > 0) {
      const message = `${count === 1 ? '1 user has' : `${count} users have`} the access profile ${quoted}, which is not known`;
      yield finding('profile-unknown', message, { object: name });
    } else if (rights?.has(WITHOUT_ADDRESS_BOOK) && clashing.length > 0) {
      const message = `the access profile ${quoted} has ${WITHOUT_ADDRESS_BOOK} together with ${clashing.join(', ')}`;
      yield finding('rights-exclusive', message, { object: name });
    }
  }
}
