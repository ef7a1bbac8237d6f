/**
 * users/user → OXUserService (docs/behaviour.md, "Users"): decides where a user should be in OX, and with which values.
 * No effects.
 */
import type { Change } from '../../model/change.ts';
import {
  appliedIn,
  claimKeys,
  leftPlaces,
  loginOf,
  nameIn,
  ownMail,
  type Place,
  userPlace,
} from '../../model/claims.ts';
import { collated } from '../../model/collation.ts';
import { isSameWord, type Properties, readBoolean, readInteger, readText, readTexts } from '../../model/udm.ts';
import type { Goal, Plan, Skip } from '../../target/plan.ts';
import { nameOf } from './identity.ts';
import { type Owner, thingIn } from './ownership.ts';
import type { Parts, UserSettings } from './registry.ts';
import { appliedFields } from './user-fields.ts';
import { distinct, lower, type UserWanted, wantedUser } from './user-wanted.ts';
import { stillThere, withoutCredentials } from './waiting.ts';

export interface UserPlace {
  readonly context: number;
  readonly name: string;
  /** The name in OX so far, if it is another one. */
  readonly formerName: string | null;
  /** Remembered; null: not known in this context. */
  readonly id: number | null;
  /** Where the user comes from when it changes its context; the id there is no proof. */
  readonly movesFrom: Place | null;
  /** It is there already: a copy that was made for it, by a move that was cut off or refused. */
  readonly isCopied?: boolean;
  /** `check` has found it with another id, or outside the group of everybody. */
  readonly isInQuestion?: boolean;
  readonly owner: Owner;
  /** What tells that the remembered id is still this user, where its name is not there. */
  readonly signs?: { readonly name: string | null; readonly mail: string | null };
}

export type UserPlan = Plan<UserPlace, UserWanted>;

export function planUser(change: Change, parts: Parts): UserPlan {
  const { before } = change;
  const remembered = before && userPlace({ id: change.id, object: before }, parts.settings.userIdentifier);
  const plan = planFrom(remembered, change, parts);
  if (!before || !remembered) {
    return plan;
  }
  const learntIfLeft = () => ({ oxDbApplied: appliedFields(parts.userSettings().mapping, before) });
  return plan.skip ? { ...plan, learnt: learntIfLeft() } : { ...plan, learntIfLeft };
}

function planFrom(remembered: Place | null, change: Change, parts: Parts): UserPlan {
  const { before } = change;
  const left = leftPlaces(before ?? {});
  const after = change.after !== null && readBoolean(change.after.isOxUser) ? change.after : null;
  if (after === null) {
    return removal([...(remembered ? [remembered] : []), ...left], change, parts);
  }
  // Whoever had the name of the admin was skipped: what has that name is not its own.
  const former = remembered && !isAdmin(remembered, parts) ? remembered : null;
  const context = readInteger(after.oxContext);
  if (context === null) {
    return skipped({ reason: 'it is an OX user without oxContext' });
  }
  const admin = parts.adminOf(context);
  if (admin === null) {
    return skipped(withoutCredentials(context));
  }
  const settings = parts.userSettings();
  const name = nameOf('OX_USER_IDENTIFIER', settings.userIdentifier, change, after);
  if (isSameWord(name, admin)) {
    return skipped(isAdminOf(context, name));
  }
  const stays = former !== null && former.context === context;
  if (former && !stays && parts.adminOf(former.context) === null) {
    const { reason, ...rest } = withoutCredentials(former.context);
    return skipped({ reason: `it moves from context ${former.context}, but ${reason}`, ...rest });
  }
  const isTarget = (place: Place): boolean => place.context === context && [name, former?.name].includes(place.name);
  const warnings: string[] = [];
  const wanted = wantedUser(change.dn, name, after, before, settings, parts.profiles, warnings);
  const target: Goal<UserPlace, UserWanted> = {
    place: {
      context,
      name,
      formerName: stays && former.name !== name ? former.name : null,
      id: stays ? former.oxId : null,
      movesFrom: former && !stays ? former : null,
      isCopied: left.some(isTarget),
      isInQuestion: before?.oxDbForgotten === true,
      owner: change,
      signs: signsOf(change, parts),
    },
    wanted,
    expected: stays,
    wasLeaving: stays && !(readBoolean(before?.isOxUser) && before?.oxDbDeletion !== true),
  };
  const elsewhere = left.filter((place) => !isTarget(place)).map((place) => ({ ...place, oxId: null }));
  const leaving = [...(former && !stays ? [former] : []), ...elsewhere];
  const leaves = removal(leaving, change, parts);
  const { skip } = leaves;
  return {
    targets: [target, ...leaves.targets],
    warnings: [...warnings, ...leaves.warnings, ...(skip && leaving.length > 0 ? [`stays there: ${skip.reason}`] : [])],
    touches: distinct([
      ...namesOf(target.place).map((each) => `user:${context}:${lower(each)}`),
      ...claimsOf(context, after, settings),
      ...claimsOf(context, before, settings),
      ...leaves.touches,
    ]),
    lanes: [usersOf(context), ...(leaves.lanes ?? [])],
    ...(target.place.movesFrom && former
      ? { needs: [loginOf(context), loginOf(former.context), loginOf('master')] }
      : {}),
    learnt: {
      ...(wanted.primaryMail === readText(after.mailPrimaryAddress) ? {} : { oxDbMail: wanted.primaryMail }),
      ...(skip?.waitsFor === undefined ? leaves.learnt : stillThere(leaving)),
      oxDbUsername: name,
      oxDbContext: context,
    },
  };
}

export function isAdminOf(context: number, name: string): Skip {
  return { reason: `${name} is the admin of context ${context}, which is never changed` };
}

function skipped(skip: Skip): UserPlan {
  return { skip, targets: [], warnings: [], touches: [] };
}

function isAdmin({ context, name }: Place, parts: Parts): boolean {
  return isSameWord(name, parts.adminOf(context) ?? '');
}

/** Removes the user from these places; those that cannot be reached are remembered. */
function removal(places: readonly Place[], change: Change, parts: Parts): UserPlan {
  const targets: Goal<UserPlace, UserWanted>[] = [];
  const warnings: string[] = [];
  const waiting: Place[] = [];
  const signs = signsOf(change, parts);
  for (const place of places) {
    const { context, name, oxId } = place;
    const admin = parts.adminOf(context);
    const claims = [claimKeys.user(context, name)];
    const shared = parts.ownership.standsForOther(claims, thingIn(context, 'user', name), change);
    if (admin === null) {
      waiting.push(place);
    } else if (isSameWord(name, admin)) {
      warnings.push(`${name} is the admin of context ${context}, which is never deleted`);
    } else if (shared !== null) {
      warnings.push(shared);
    } else {
      const at = { context, name, formerName: null, id: oxId, movesFrom: null, owner: change, signs };
      targets.push({ place: at, wanted: null, expected: true });
    }
  }
  if (targets.length === 0 && waiting.length > 0) {
    return skipped(withoutCredentials(...waiting.map(({ context }) => context)));
  }
  const names = places.map(({ context, name }) => `user:${context}:${lower(name)}`);
  if (targets.length === 0 && warnings[0] !== undefined) {
    // Whoever else stands for it may be about to go as well.
    return { ...skipped({ reason: warnings.join('; ') }), touches: names };
  }
  return {
    targets,
    warnings: [
      ...warnings,
      ...waiting.map(({ context }) => `stays in context ${context}: ${withoutCredentials(context).reason}`),
    ],
    touches: [
      ...names,
      ...targets.flatMap(({ place: { context } }) => claimsOf(context, change.before, parts.userSettings())),
    ],
    // Two users that leave the same group at once would both leave it to the other to remove it.
    lanes: targets.map(({ place: { context } }) => usersOf(context)),
    learnt: stillThere(waiting),
  };
}

/**
 * OX quirk: it takes one lock per context for each write of a user, and refuses in the end who finds it taken. Seen:
 * docs/ox.md, "Several at once". So: one user of a context after the other.
 */
function usersOf(context: number): string {
  return `users of ${context}`;
}

function signsOf({ id, before }: Change, { settings }: Parts): { name: string | null; mail: string | null } {
  const properties = before ?? {};
  return { name: nameIn(settings.userIdentifier, id, properties), mail: ownMail(properties) };
}

function namesOf(place: UserPlace): string[] {
  return [place.name, place.formerName ?? place.name, place.movesFrom?.name ?? place.name];
}

/** What OX lets only one user have at a time: nobody may take it before it is given up. */
function claimsOf(context: number, properties: Properties | null, { mapping }: UserSettings): string[] {
  const applied = appliedIn(properties ?? {}) ?? {};
  const valuesOf = (field: string): string[] => {
    const entry = mapping[field];
    const names = [entry?.ldap_attribute ?? '', ...(entry?.alternative_attributes ?? [])];
    // Where a change was skipped, OX has what it had before.
    return [...names.map((name) => properties?.[name]), applied[field]].flatMap((each) => readTexts(each)).map(lower);
  };
  return [
    ...[...valuesOf('email1'), ...valuesOf('aliases')].map((mail) => `mail:${mail}`),
    // OX keeps a folder of that name, and compares those as its database does.
    ...valuesOf('display_name').map((name) => `displayname:${context}:${collated(name)}`),
  ];
}
