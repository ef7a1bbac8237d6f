/** What names users and groups in OX. */
import type { Identifiers } from '../lib/model/claims.ts';
import type { Settings } from '../lib/settings/settings.ts';

export function identifiersOf({ userIdentifier, groupIdentifier }: Settings): Identifiers {
  return { user: userIdentifier, group: groupIdentifier };
}
