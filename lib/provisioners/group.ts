/** groups/group → OXGroupService (SPEC 7.4): one OX group in every context that has a member, with its members only. */
import type { Change } from '../model/change.ts';
import type { KnownObjectsReader } from '../model/known.ts';
import { type Properties, readBoolean, readInteger, readText, readTexts } from '../model/udm.ts';
import { faultOf } from '../ox/client.ts';
import type { Ox, OxGroup, Ref } from '../ox/ox.ts';
import { formerNameOf, type Identifier, nameOf } from './identity.ts';
import { askWithLiveIds } from './live-ids.ts';
import { missingCredentials, type Operations, type Plan, type Reached, type Target } from './provisioner.ts';
import { wasThere } from './reconcile.ts';

export interface GroupPlace {
  readonly context: number;
  readonly name: string;
  readonly formerName: string | null;
}

export interface GroupWanted {
  /** OX ids, each once, ascending. */
  readonly members: readonly number[];
}

export interface GroupPlanDeps {
  readonly identifier: Identifier;
  readonly known: KnownObjectsReader;
  readonly hasCredentials: (context: number) => boolean;
}

type GroupPlan = Plan<GroupPlace, GroupWanted>;

const IDLE: GroupPlan = { targets: [], warnings: [], touches: [] };

/** At most this many members are named in one warning. */
const MOST_NAMED = 5;

export function planGroup(change: Change, deps: GroupPlanDeps): GroupPlan {
  const after = change.after !== null && readBoolean(change.after.isOxGroup) ? change.after : null;
  const formerName = change.before && formerGroupName(change, change.before, deps);
  const name = after === null ? formerName : nameOf(deps.identifier, change, after);
  if (name === null) {
    return IDLE;
  }
  const isIgnored = isOwnedByOx(name);
  const wanted = after === null || isIgnored ? NOBODY : membersOf(after, deps);
  const formerContexts = contextsBefore(change.before, deps);
  const former = formerName !== null && !isOwnedByOx(formerName) ? formerName : null;
  const renamed = change.before === null ? null : otherName(change, change.before, former, deps);

  const targets: Target<GroupPlace, GroupWanted>[] = [];
  const removals: Target<GroupPlace, GroupWanted>[] = [];
  const warnings = [...wanted.warnings];
  const withoutCredentials: number[] = [];
  for (const context of new Set([...wanted.byContext.keys(), ...formerContexts])) {
    const members = wanted.byContext.get(context);
    if (!deps.hasCredentials(context)) {
      warnings.push(`left out in context ${context}: contexts.json has no credentials for it`);
      withoutCredentials.push(context);
    } else if (members) {
      const place = { context, name, formerName: former !== name ? former : null };
      targets.push({ place, wanted: { members }, expected: formerContexts.has(context) });
    } else if (wanted.undecided.has(context)) {
      warnings.push(`left as it is in context ${context}: the ids of its members are not known there`);
    } else if (former !== null) {
      removals.push({ place: { context, name: former, formerName: renamed }, wanted: null, expected: true });
    }
  }
  // A group that is left as it is has its former name, and is found by it next time, as are those that were renamed.
  const isLeft = [...wanted.undecided, ...withoutCredentials].some((context) => formerContexts.has(context));
  // Where there are no credentials the group stays as it is, and waits for them.
  const contexts = [...targets.map(({ place }) => place.context), ...wanted.undecided, ...withoutCredentials];
  return {
    targets: [...targets, ...removals],
    warnings,
    touches: [...new Set([name, former ?? name, renamed ?? name])].map((each) => `group:${each.toLowerCase()}`),
    learnt:
      contexts.length > 0
        ? {
            oxDbGroupname: isLeft && former !== null ? former : name,
            oxDbContexts: [...new Set(contexts)].sort((a, b) => a - b),
            ...missingCredentials(withoutCredentials),
          }
        : {},
  };
}

/** OX has a group `users` of its own in every context. */
function isOwnedByOx(name: string): boolean {
  return name.toLowerCase() === 'users';
}

function formerGroupName(change: Change, before: Properties, deps: GroupPlanDeps): string | null {
  return (
    readText(before.oxDbGroupname) ??
    (readBoolean(before.isOxGroup) ? formerNameOf(deps.identifier, change, before) : null)
  );
}

/** Where it could not be renamed everywhere it has the remembered name in some contexts, and in others this one. */
function otherName(
  change: Change,
  before: Properties,
  remembered: string | null,
  { identifier }: GroupPlanDeps,
): string | null {
  const name = readBoolean(before.isOxGroup) ? formerNameOf(identifier, change, before) : null;
  return name === null || name === remembered || isOwnedByOx(name) ? null : name;
}

interface Members {
  readonly byContext: ReadonlyMap<number, readonly number[]>;
  /** Contexts that have members, none of whose ids is known. */
  readonly undecided: ReadonlySet<number>;
  readonly warnings: readonly string[];
}

const NOBODY: Members = { byContext: new Map(), undecided: new Set(), warnings: [] };

function membersOf(properties: Properties, deps: GroupPlanDeps): Members {
  const byContext = new Map<number, Set<number>>();
  const contexts = new Set<number>();
  const unknown: string[] = [];
  for (const dn of readTexts(properties.users)) {
    const user = deps.known.byDn(dn);
    if (user === null) {
      unknown.push(dn);
    } else if (user.isOx) {
      if (user.context !== null) {
        contexts.add(user.context);
      }
      if (user.context === null || user.oxId === null) {
        unknown.push(dn);
      } else {
        const ids = byContext.get(user.context) ?? new Set();
        byContext.set(user.context, ids.add(user.oxId));
      }
    }
  }
  const named = unknown.slice(0, MOST_NAMED).join(' | ') + (unknown.length > MOST_NAMED ? ' | …' : '');
  return {
    byContext: new Map([...byContext].map(([context, ids]) => [context, [...ids].sort((a, b) => a - b)])),
    undecided: new Set([...contexts].filter((context) => !byContext.has(context))),
    warnings:
      unknown.length === 0 ? [] : [`${unknown.length} members left out, they are not known in OX (yet): ${named}`],
  };
}

/** Remembered; else, as for data of other connectors, where the former members are now. */
function contextsBefore(before: Properties | null, deps: GroupPlanDeps): ReadonlySet<number> {
  if (before === null || (!readBoolean(before.isOxGroup) && before.oxDbContexts === undefined)) {
    return new Set();
  }
  if (Array.isArray(before.oxDbContexts)) {
    return new Set(before.oxDbContexts.flatMap((each) => readInteger(each) ?? []));
  }
  return new Set([...membersOf(before, deps).byContext.keys()]);
}

export function groupOperations(ox: Ox): Operations<GroupPlace, GroupWanted, OxGroup> {
  const change = async (place: GroupPlace, ref: Ref, wanted: GroupWanted): Promise<Reached> => {
    const act = async (members: number[]): Promise<true> => {
      await ox.groups.change(place.context, ref, { name: place.name, displayname: place.name, members });
      return true;
    };
    const { answer, warnings, stale } = await askWithLiveIds(ox, place.context, wanted.members, act);
    if (answer === null) {
      // Nobody in it is known: it gets its name now, and its members when they have been looked up.
      await act([]);
    }
    return { warnings, stale };
  };
  return {
    find: (place) => ox.groups.find(place.context, { name: place.name }),
    async create(place, wanted) {
      const { warnings, stale } = await askWithLiveIds(ox, place.context, wanted.members, (members) =>
        ox.groups.create(place.context, { name: place.name, displayname: place.name, members }),
      );
      return { warnings, stale };
    },
    async update(place, wanted) {
      const former = place.formerName === null ? null : await ox.groups.find(place.context, { name: place.formerName });
      if (former === null || typeof former.id !== 'number') {
        return change(place, { name: place.name }, wanted);
      }
      try {
        return await change(place, { id: former.id }, wanted);
      } catch (error) {
        // The new name is there already, so the group is: what is left is the one with the old name.
        if (!faultOf(error)?.isNameTaken) {
          throw error;
        }
      }
      const reached = await change(place, { name: place.name }, wanted);
      await ox.groups.delete(place.context, { id: former.id });
      return reached;
    },
    async remove({ context, name, formerName }) {
      const removeNamed = (each: string): Promise<void> => ox.groups.delete(context, { name: each });
      if (formerName === null || !(await wasThere(() => removeNamed(name)))) {
        await removeNamed(formerName ?? name);
      }
    },
  };
}
