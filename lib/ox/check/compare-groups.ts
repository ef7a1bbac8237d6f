/** The groups of one context: last states against OX. */

import { type Finding, finding } from '../../check/finding.ts';
import { claimKeys } from '../../model/claims.ts';
import { collated } from '../../model/collation.ts';
import { userNameOf } from '../../model/known.ts';
import type { OxGroup } from '../services/ox.ts';
import { compareGroup } from '../types/compare.ts';
import type { GroupPlace, GroupWanted } from '../types/group.ts';
import { type Comparing, compareByName, unknown } from './comparison.ts';
import type { CheckDeps, ComparisonDeps } from './deps.ts';
import { checkGroupName } from './names.ts';
import type { Wishes } from './wishes.ts';

/** OX's own of everybody, `users`; below it is only the virtual one (docs/ox.md, "Groups"). */
const DEFAULT_GROUP = 1;

export async function* compareGroups(
  context: number,
  wishes: Wishes<GroupPlace, GroupWanted>,
  deps: ComparisonDeps,
): AsyncGenerator<Finding> {
  const groups = await deps.ox.groups.list(context);
  yield* outsiders(context, groups.find(({ id }) => id === DEFAULT_GROUP)?.members ?? [], deps);
  const nameOf = (user: number): string => userNameOf(deps.known, context, user) ?? `user ${user}`;
  const comparing: Comparing<GroupPlace, GroupWanted, OxGroup> = {
    kind: 'group',
    type: 'groups/group',
    leftOver: (name) => `OX has the group ${name} without members of ours`,
    refusal: checkGroupName,
    compare(found, wanted, { name }) {
      const should = { name, displayname: name, members: [...wanted.members] };
      const members = explained(found.members ?? [], wanted, context, deps);
      return compareGroup(should, { ...found, members }, nameOf);
    },
  };
  const strangers = yield* compareByName(comparing, wishes.at(context), groups, deps);
  for (const { id, name } of strangers) {
    const isOurs = wishes.isUndecided(context, name ?? '');
    if (!isOurs && (id ?? 0) > DEFAULT_GROUP && collated(name ?? '') !== 'users') {
      yield unknown('group', context, name ?? '', id ?? 0, [
        claimKeys.group(context, name ?? ''),
        claimKeys.group('', name ?? ''),
      ]);
    }
  }
}

/** Users of ours that are not in OX's group of everybody: moved by other means, or by a run that was cut off. */
function* outsiders(context: number, members: readonly (number | null)[], deps: CheckDeps): Generator<Finding> {
  const inside = new Set(members);
  for (const user of deps.known.list('users/user')) {
    // As OX has it, where the comparison of users has found another id than is remembered, or none.
    const oxId = deps.known.byId(user.id)?.oxId ?? null;
    if (user.isOx && user.context === context && oxId !== null && !inside.has(oxId)) {
      const object = deps.lastStates.read(user.id)?.dn ?? user.id;
      const message = `user ${oxId} is not in the default group of the context`;
      yield finding('default-group', message, { context, object, repair: user.id, forgetsId: true });
    }
  }
}

/** While it may have a member whose last state is damaged, those whom none explains stay. */
function explained(members: number[], { keepsUnknown }: GroupWanted, context: number, { known }: CheckDeps): number[] {
  const isKnown = (id: number): boolean => known.claimants(claimKeys.userId(context, id)).length > 0;
  return keepsUnknown ? members.filter(isKnown) : members;
}
