/**
 * oxmail/accessprofile → ModuleAccessDefinitions.properties (docs/behaviour.md, "Access profiles"). OX is not called.
 */

import type { Change } from '../../model/change.ts';
import { claimKeys } from '../../model/claims.ts';
import { readBoolean, readText } from '../../model/udm.ts';
import type { Step } from '../../target/outcome.ts';
import type { Provisioner } from '../../target/provisioner.ts';
import { type Right, rightsOf } from '../access-profiles.ts';
import type { Owner } from './ownership.ts';
import type { Parts } from './registry.ts';

interface ProfileWish {
  readonly name: string | null;
  readonly rights: readonly Right[];
  readonly formerName: string | null;
  readonly owner: Owner;
}

export function accessProfileProvisioner(parts: Parts): Provisioner<ProfileWish, ProfileWish> {
  return {
    plan(change) {
      const wish: ProfileWish = {
        name: readText(change.after?.name),
        rights: rightsOf(change.after ?? {}),
        formerName: readText(change.before?.name),
        owner: change,
      };
      // All profiles are in one file: they never overlap.
      const touches = [wish.name, wish.formerName].flatMap((name) => (name === null ? [] : [claimKeys.profile(name)]));
      const targets = [{ place: wish, wanted: wish, expected: true }];
      return { targets, warnings: warningsOf(change), touches, lanes: ['access profiles'] };
    },
    async provision({ targets }) {
      const warnings: string[] = [];
      const steps = targets.flatMap(({ place }) => write(place, parts, warnings));
      return { steps, learnt: {}, warnings, stale: [], appeared: false };
    },
  };
}

function write(
  { name, rights, formerName, owner }: ProfileWish,
  { profiles, ownership }: Parts,
  warnings: string[],
): Step[] {
  const keyOf = (each: string): string => claimKeys.profile(each);
  const isLeft = (each: string): boolean => {
    const warning = ownership.standsForOther([keyOf(each)], `the access profile ${JSON.stringify(each)}`, owner);
    warnings.push(...(warning === null ? [] : [warning]));
    return warning !== null;
  };
  if (name !== null) {
    if (!ownership.isOwn(keyOf(name), owner)) {
      ownership.mustBeFree([keyOf(name)], `the access profile ${JSON.stringify(name)}`, owner);
    }
    const isRenamed = formerName !== null && keyOf(formerName) !== keyOf(name);
    profiles.put(name, rights, isRenamed && isLeft(formerName) ? null : formerName);
    return [{ action: 'updated', text: 'written to ModuleAccessDefinitions.properties' }];
  }
  if (formerName !== null && !isLeft(formerName)) {
    profiles.remove(formerName);
    return [{ action: 'removed', text: 'removed from ModuleAccessDefinitions.properties' }];
  }
  return [];
}

/**
 * OX quirk: whoever has it but the admin of the context is refused as a whole. Seen: docs/ox.md, "Module access". So:
 * it is never sent.
 */
function warningsOf({ after }: Change): string[] {
  return readBoolean(after?.publicfoldereditable)
    ? [
        'publicfoldereditable is left out: OX has this right for the admin of a context only, and refuses any other user with it',
      ]
    : [];
}
