/** groups/group → OXGroupService (docs/behaviour.md, "Groups"): one OX group in every context that has a member. */
import { counted } from '../../errors/printable.ts';
import { type Change, type Learnt, writtenIn } from '../../model/change.ts';
import { awaiting, claimKeys, groupName, groupPlaces, learntOfGroup, loginOf } from '../../model/claims.ts';
import { collated } from '../../model/collation.ts';
import { type Properties, readBoolean, readTexts } from '../../model/udm.ts';
import type { Goal, Plan } from '../../target/plan.ts';
import type { OxGroup, Ref } from '../services/ox.ts';
import { faultOf } from '../soap/client.ts';
import { byName, type NamedPlace } from './by-name.ts';
import { nameOf } from './identity.ts';
import { askWithLiveIds } from './live-ids.ts';
import type { Operations, Reached } from './operations.ts';
import { REPAIR, thingIn } from './ownership.ts';
import type { Parts } from './registry.ts';

export type GroupPlace = NamedPlace;

export interface GroupWanted {
  /** OX ids, each once, ascending. */
  readonly members: readonly number[];
  /** A damaged last state may be one of its members: whoever is in it in OX and is nobody's stays. */
  readonly keepsUnknown: boolean;
}

type GroupPlan = Plan<GroupPlace, GroupWanted>;

/** At most this many members are named in one warning. */
const MOST_NAMED = 5;

export function planGroup(change: Change, parts: Parts): GroupPlan {
  const after = change.after !== null && readBoolean(change.after.isOxGroup) ? change.after : null;
  const formerly = placesBefore(change, parts);
  const name = after === null ? null : nameOf('OX_GROUP_IDENTIFIER', parts.settings.groupIdentifier, change, after);
  // A last state that does not say where it is claims its name all the same.
  const claimed = groupName({ id: change.id, object: change.before }, parts.settings.groupIdentifier);
  const names = [...formerly.values(), claimed, name].filter((each) => each !== null);
  const touches = [...new Set(names.map((each) => `group:${collated(each)}`))];
  if (name === null && formerly.size === 0) {
    return { targets: [], warnings: [], touches };
  }
  const isIgnored = name !== null && isOwnedByOx(name);
  const wanted = after === null || isIgnored ? NOBODY : membersOf(after, change.writtenIn, parts);

  const targets: Goal<GroupPlace, GroupWanted>[] = [];
  const removals: Goal<GroupPlace, GroupWanted>[] = [];
  const warnings = [...wanted.warnings];
  const withoutCredentials: number[] = [];
  /** Where it is afterwards, under which name. */
  const places = new Map<number, string>();
  for (const context of new Set([...wanted.byContext.keys(), ...wanted.undecided, ...formerly.keys()])) {
    const former = formerly.get(context) ?? null;
    const members = wanted.byContext.get(context);
    const stays = (): void => void (former === null ? undefined : places.set(context, former));
    if (!parts.hasCredentials(context)) {
      warnings.push(`left out in context ${context}: contexts.json has no credentials for it`);
      withoutCredentials.push(context);
      stays();
    } else if (members && name !== null) {
      const place = { context, name, formerName: former === name ? null : former, owner: change };
      targets.push({ place, wanted: { members, keepsUnknown: wanted.mayBeDamaged }, expected: former !== null });
      places.set(context, name);
    } else if (wanted.undecided.has(context) || wanted.mayBeDamaged) {
      if (former !== null) {
        warnings.push(`left as it is in context ${context}: the ids of its members are not known there`);
      }
      stays();
    } else if (former !== null) {
      const warning = parts.ownership.standsForOther(
        keysOf(context, former),
        thingIn(context, 'group', former),
        change,
      );
      if (warning === null) {
        const place = { context, name: former, formerName: null, owner: change };
        removals.push({ place, wanted: null, expected: true });
      } else {
        warnings.push(warning);
      }
    }
  }
  const waits = awaiting(withoutCredentials.map(loginOf));
  return {
    targets: [...targets, ...removals],
    warnings,
    inDoubt: wanted.inDoubt,
    learntSoFar: (reached) => (reached.length === 0 ? null : learntSoFar(formerly, reached, change, parts)),
    touches,
    learnt:
      places.size + withoutCredentials.length > 0
        ? { ...learntOfGroup(places, nameAmong(places, name)), ...waits }
        : // It is nowhere: else it would be asked after like one whose last state does not say where it is.
          name === null
          ? {}
          : { oxDbContexts: [] },
  };
}

function learntSoFar(
  formerly: ReadonlyMap<number, string>,
  reached: readonly Goal<GroupPlace, GroupWanted>[],
  { id, before }: Change,
  { settings }: Parts,
): Learnt {
  const places = new Map(formerly);
  for (const { place, wanted } of reached) {
    if (wanted === null) {
      places.delete(place.context);
    } else {
      places.set(place.context, place.name);
    }
  }
  const name = before && groupName({ id, object: before }, settings.groupIdentifier);
  return { oxDbGroupnames: {}, ...learntOfGroup(places, nameAmong(places, name)) };
}

/** The name in most contexts is remembered as the other connectors do. */
function nameAmong(places: ReadonlyMap<number, string>, name: string | null): string {
  return name ?? [...places.values()][0] ?? '';
}

function keysOf(context: number, name: string): string[] {
  return [claimKeys.group(context, name), claimKeys.group('', name)];
}

/** OX has a group `users` of its own in every context. */
function isOwnedByOx(name: string): boolean {
  return collated(name) === 'users';
}

/** Context → name: remembered; else, as for data of other connectors, where the former members are now. */
function placesBefore({ id, before }: Change, parts: Parts): Map<number, string> {
  if (before === null) {
    return new Map();
  }
  const places = groupPlaces({ id, object: before }, parts.settings.groupIdentifier);
  const name = groupName({ id, object: before }, parts.settings.groupIdentifier);
  const known =
    places ??
    new Map([...membersOf(before, writtenIn(before), parts).byContext.keys()].map((each) => [each, name ?? '']));
  return new Map([...known].filter(([, each]) => each !== '' && !isOwnedByOx(each)));
}

interface Members {
  readonly byContext: ReadonlyMap<number, readonly number[]>;
  /** Contexts that have members, none of whose ids is known. */
  readonly undecided: ReadonlySet<number>;
  readonly warnings: readonly string[];
  /** Contexts in which two objects claim the id of a member. */
  readonly inDoubt: readonly number[];
  /** It names somebody who is not known, while a last state is damaged of which nothing is known. */
  readonly mayBeDamaged: boolean;
}

const NOBODY: Members = { byContext: new Map(), undecided: new Set(), warnings: [], inDoubt: [], mayBeDamaged: false };

function membersOf(properties: Properties, file: string, parts: Parts): Members {
  const named = readTexts(properties.users).map((dn) => ({ dn, user: parts.known.meant(dn, file) }));
  const isSomebodyUnknown = named.some(({ user }) => user === null);
  const unknown = named.flatMap(({ dn, user }) =>
    user === null || (user.isOx && (user.context === null || user.oxId === null)) ? dn : [],
  );
  const byContext = new Map<number, Set<number>>();
  for (const { user } of named) {
    if (user?.isOx && user.context !== null) {
      const ids = byContext.get(user.context) ?? new Set();
      byContext.set(user.context, user.oxId === null ? ids : ids.add(user.oxId));
    }
  }
  const inDoubt = named.flatMap(({ user }) => (user?.isInDoubt && user.context !== null ? user.context : []));
  const damaged = isSomebodyUnknown ? parts.known.damaged().find(({ isUnknown }) => isUnknown) : undefined;
  const inShort = unknown.slice(0, MOST_NAMED).join(' | ') + (unknown.length > MOST_NAMED ? ' | …' : '');
  return {
    inDoubt: [...new Set(inDoubt)],
    byContext: new Map(
      [...byContext].flatMap(([context, ids]) => (ids.size > 0 ? [[context, [...ids].sort((a, b) => a - b)]] : [])),
    ),
    undecided: new Set([...byContext].flatMap(([context, ids]) => (ids.size > 0 ? [] : context))),
    mayBeDamaged: damaged !== undefined,
    warnings: [
      ...(unknown.length === 0
        ? []
        : [`${counted(unknown.length, 'member')} left out, not known in OX (yet): ${inShort}`]),
      ...(damaged === undefined
        ? []
        : [
            `who is in it in OX and is nobody's stays: the last state ${damaged.path} is damaged, and may be one of them. ` +
              `${REPAIR} Then listener_trigger check --fix.`,
          ]),
    ],
  };
}

/** No group is written while its members' ids are in doubt. */
const IN_DOUBT: Reached = { isIncomplete: true, done: [] };

export function groupOperations({ ox, ownership, areIdsSure }: Parts): Operations<GroupPlace, GroupWanted, OxGroup> {
  const { mustBeOurs, find, locate } = byName('group', ownership, keysOf, ox.groups.find);
  // OX quirk: a change without members empties the group. Seen: docs/ox.md, "Groups". So: the complete list, always.
  const change = async (place: GroupPlace, ref: Ref, wanted: GroupWanted): Promise<Reached> => {
    const kept = wanted.keepsUnknown ? await unexplained(place.context, ref) : [];
    const act = async (live: number[]): Promise<true> => {
      const members = [...new Set([...live, ...kept])];
      await ox.groups.change(place.context, ref, { name: place.name, displayname: place.name, members });
      return true;
    };
    const asked = await askWithLiveIds(ox, place.context, wanted.members, areIdsSure, act);
    const { answer, warnings, stale, isInDoubt } = asked;
    if (isInDoubt) {
      return IN_DOUBT;
    }
    if (answer === null) {
      // Nobody in it is known: it gets its name now, and its members when they have been looked up.
      await act([]);
    }
    return { warnings, stale };
  };
  const unexplained = async (context: number, ref: Ref): Promise<number[]> => {
    const group = await ox.groups.find(context, ref);
    const members = group?.members ?? [];
    return members.filter((id) => id !== null).filter((id) => !ownership.isClaimed([claimKeys.userId(context, id)]));
  };
  return {
    mustBePossible({ place, wanted, expected }) {
      if (wanted !== null && (!expected || place.formerName !== null)) {
        mustBeOurs(place);
      }
    },
    find,
    async create(place, wanted) {
      // Although OX does not have it: whoever claims it would take this group for itself.
      mustBeOurs(place);
      const create = (members: number[]): Promise<unknown> =>
        ox.groups.create(place.context, { name: place.name, displayname: place.name, members });
      const asked = await askWithLiveIds(ox, place.context, wanted.members, areIdsSure, create);
      const { warnings, stale, isInDoubt } = asked;
      return isInDoubt ? IN_DOUBT : { warnings, stale };
    },
    async update(place, wanted) {
      const { context, formerName, owner } = place;
      const ref = await locate(place);
      let former: number;
      try {
        return await change(place, ref, wanted);
      } catch (error) {
        // The new name is there already, so the group is: what is left is the one with the old name.
        if (!('id' in ref) || !faultOf(error)?.isNameTaken) {
          throw error;
        }
        former = ref.id;
      }
      const there = await find(place);
      const reached = await change(place, { name: place.name }, wanted);
      // For OX the two names may be one, and this the group itself.
      const isOther = there !== null && there.id !== former;
      if (isOther && ownership.others(keysOf(context, formerName ?? ''), owner).length === 0) {
        await ox.groups.delete(context, { id: former });
      }
      return reached;
    },
    remove: ({ context, name }) => ox.groups.delete(context, { name }),
  };
}
