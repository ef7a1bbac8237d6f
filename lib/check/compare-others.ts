/** Groups, resources, functional accounts and contexts: last states against OX. */
import { ConnectorError } from '../errors/connector-error.ts';
import type { ObjectType } from '../model/change.ts';
import { claimKeys } from '../model/claims.ts';
import { userNameOf } from '../model/known.ts';
import type { OxAccount, OxContext } from '../ox/ox.ts';
import { diffFields, type FieldChange } from '../plan/field-changes.ts';
import { differs, holdersOf, isRespelled, leftOverHolders } from '../provisioners/account-operations.ts';
import type { ContextPlace, ContextWanted } from '../provisioners/context.ts';
import type { AccountPlace, AccountWanted } from '../provisioners/functional-account.ts';
import type { GroupPlace, GroupWanted } from '../provisioners/group.ts';
import type { Plan, Registry, Target } from '../provisioners/provisioner.ts';
import type { ResourcePlace, ResourceWanted } from '../provisioners/resource.ts';
import { type CheckDeps, type ComparisonDeps, unchanged } from './deps.ts';
import { type Finding, finding } from './finding.ts';
import { checkGroupName, checkResourceName } from './names.ts';

/** A target, and the object it is of. */
export type Wish<Place, Wanted> = Target<Place, Wanted> & { readonly id: string; readonly dn: string };

/** Users asked for in one call. */
const CHUNK = 100;
const MOST_NAMED = 10;
/** OX's own: `users`, and the virtual one (docs/ox.md, "Groups"). */
const DEFAULT_GROUP = 1;
const HIGHEST_DEFAULT_GROUP = DEFAULT_GROUP;

export interface Wishes<Place, Wanted> {
  at(context: number): readonly Wish<Place, Wanted>[];
  all(): readonly Wish<Place, Wanted>[];
  /** A group of ours that is there, but of whose members none is known there: nothing can be said about it. */
  isUndecided(context: number, group: string): boolean;
}

/** What the objects of a type want. Those that cannot be planned are left out: the survey tells why. */
export function wishesOf<Place extends { readonly context: number }, Wanted>(
  type: ObjectType,
  deps: CheckDeps,
  registry: Registry,
): Wishes<Place, Wanted> {
  const wishes = new Map<number, Wish<Place, Wanted>[]>();
  const undecided = new Set<string>();
  for (const { id } of deps.known.list(type)) {
    const state = deps.lastStates.read(id);
    const plan = state && planned(() => registry[type].plan(unchanged(state)) as Plan<Place, Wanted>);
    for (const target of plan?.targets ?? []) {
      const here = wishes.get(target.place.context) ?? [];
      here.push({ ...target, id, dn: state?.dn ?? '' });
      wishes.set(target.place.context, here);
    }
    for (const context of plan?.learnt?.oxDbContexts ?? []) {
      undecided.add(`${context}:${keyOf(plan?.learnt?.oxDbGroupname)}`);
    }
  }
  return {
    at: (context) => wishes.get(context) ?? [],
    all: () => [...wishes.values()].flat(),
    isUndecided: (context, group) => undecided.has(`${context}:${keyOf(group)}`),
  };
}

function planned<T>(plan: () => T): T | null {
  try {
    return plan();
  } catch (error) {
    if (error instanceof ConnectorError && error.code === 'PROPERTY_INVALID') {
      return null;
    }
    throw error;
  }
}

export async function* compareGroups(
  context: number,
  wishes: Wishes<GroupPlace, GroupWanted>,
  deps: ComparisonDeps,
): AsyncGenerator<Finding> {
  const groups = await deps.ox.groups.list(context);
  yield* outsiders(context, groups.find(({ id }) => id === DEFAULT_GROUP)?.members ?? [], deps);
  const there = new Map(groups.map((group) => [keyOf(group.name), group]));
  for (const { id, dn, place, wanted } of wishes.at(context)) {
    const found = take(there, place);
    const details = { context, object: dn, repair: id };
    deps.compared('groups/group');
    if (wanted === null) {
      if (found) {
        yield finding('left-over', `OX has the group ${JSON.stringify(place.name)} without members of ours`, details);
      }
      continue;
    }
    if (!found) {
      yield missing('group', place.name, checkGroupName(place.name), details);
      continue;
    }
    const names = diffFields(
      { name: found.name, displayname: found.displayname },
      { name: place.name, displayname: place.name },
    );
    yield* different(
      [
        ...names,
        ...memberDifferences(found.members ?? [], wanted.members, (user) => userNameOf(deps.known, context, user)),
      ],
      details,
    );
  }
  for (const { id, name } of there.values()) {
    const isOurs = wishes.isUndecided(context, name ?? '');
    if (!isOurs && (id ?? 0) > HIGHEST_DEFAULT_GROUP && keyOf(name) !== 'users') {
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

/** By name, as far as it is known. */
function memberDifferences(
  found: readonly (number | null)[],
  wanted: readonly number[],
  nameOf: (id: number) => string | null,
): FieldChange[] {
  const [has, should] = [new Set(found), new Set<number | null>(wanted)];
  const lacking = wanted.filter((id) => !has.has(id));
  const surplus = found.filter((id) => !should.has(id));
  if (lacking.length + surplus.length === 0) {
    return [];
  }
  const named = (ids: readonly (number | null)[]): string => {
    const names = ids.slice(0, MOST_NAMED).map((id) => (id === null ? null : nameOf(id)) ?? `user ${id}`);
    return ids.length === 0 ? 'none' : names.sort().join(', ') + (ids.length > MOST_NAMED ? ', …' : '');
  };
  return [
    {
      field: 'members',
      before: `${found.length} members, too many: ${named(surplus)}`,
      after: `${wanted.length} members, lacking: ${named(lacking)}`,
    },
  ];
}

export async function* compareResources(
  context: number,
  wishes: Wishes<ResourcePlace, ResourceWanted>,
  deps: ComparisonDeps,
): AsyncGenerator<Finding> {
  const there = new Map((await deps.ox.resources.list(context)).map((resource) => [keyOf(resource.name), resource]));
  for (const { id, dn, place, wanted } of wishes.at(context)) {
    const found = take(there, place);
    const details = { context, object: dn, repair: id };
    deps.compared('oxresources/oxresources');
    if (wanted === null) {
      if (found) {
        yield finding('left-over', `OX still has the resource ${JSON.stringify(place.name)} here`, details);
      }
    } else if (found) {
      yield* different(diffFields({ ...found }, { ...wanted }), details);
    } else {
      yield missing('resource', place.name, checkResourceName(place.name), details);
    }
  }
  for (const { id, name } of there.values()) {
    yield unknown('resource', context, name ?? '', id ?? 0, [claimKeys.resource(context, name ?? '')]);
  }
}

/** Accounts that no object describes are the users' own affair. */
export async function* compareAccounts(
  context: number,
  { at }: Wishes<AccountPlace, AccountWanted>,
  deps: ComparisonDeps,
): AsyncGenerator<Finding> {
  const wishes = at(context);
  /** Address → who has it. */
  const addresses = wishes.flatMap(({ place, wanted }) => [
    place.address,
    ...(wanted?.leftOvers ?? []).map(({ address }) => address),
  ]);
  const accounts = new Map<string, OxAccount[]>(addresses.map((address) => [keyOf(address), []]));
  const ids = new Set(
    wishes.flatMap(({ wanted }) => [
      ...(wanted?.logins.keys() ?? []),
      ...(wanted?.leavers ?? []),
      ...(wanted?.leftOvers ?? []).map(({ user }) => user),
    ]),
  );
  const inOrder = [...ids].sort((a, b) => a - b);
  for (let start = 0; start < inOrder.length; start += CHUNK) {
    for (const account of await deps.ox.accounts.list(context, inOrder.slice(start, start + CHUNK))) {
      accounts.get(keyOf(account.primaryAddress))?.push(account);
    }
  }
  for (const { id, dn, place, wanted } of wishes) {
    if (wanted !== null) {
      deps.compared('oxmail/functional_account');
      const holders = holdersOf(accounts.get(keyOf(place.address)) ?? [], wanted, place.address);
      yield* different(accountDifferences(holders, place, wanted), { context, object: dn, repair: id });
      const leftOvers = wanted.leftOvers.flatMap(({ address }) => accounts.get(keyOf(address)) ?? []);
      for (const [address, users] of leftOverHolders(leftOvers, wanted)) {
        const message = `the account ${address} of the users ${users.join(', ')} is left over: it was their own primary address`;
        yield finding('account-left-over', message, { context, object: dn, repair: id });
      }
    }
  }
}

function accountDifferences(
  holders: ReadonlyMap<number, OxAccount>,
  { address }: AccountPlace,
  wanted: AccountWanted,
): FieldChange[] {
  const surplus = wanted.leavers.filter((id) => holders.has(id));
  const of = (id: number): string => `account of user ${id}`;
  const changes = [...wanted.logins].flatMap(([id, login]) => {
    const account = holders.get(id);
    const isOwn = wanted.primaryMails.get(id) === keyOf(address);
    if (isOwn || (account && !isRespelled(account, address) && !differs(account, login, wanted))) {
      return [];
    }
    const after = [login, wanted.name, wanted.personal].join(' | ');
    const before = account ? [account.login, account.name, account.personal ?? ''].join(' | ') : '';
    return isRespelled(account, address)
      ? [{ field: of(id), before: account?.primaryAddress ?? '', after: address }]
      : [{ field: of(id), before, after }];
  });
  return [...changes, ...surplus.map((id) => ({ field: of(id), before: address, after: '' }))];
}

export function* compareContexts(
  wishes: readonly Wish<ContextPlace, ContextWanted>[],
  there: ReadonlyMap<number, OxContext>,
  { compared }: ComparisonDeps,
): Generator<Finding> {
  for (const { id, dn, place, wanted } of wishes) {
    compared('oxmail/oxcontext');
    const details = { context: place.context, object: dn, repair: id };
    const found = there.get(place.context);
    if (!found) {
      yield missing('context', String(place.context), null, details);
    } else if (wanted) {
      yield* different(diffFields({ name: found.name, maxQuota: found.maxQuota }, { ...wanted }), details);
    }
  }
}

interface Details {
  readonly context: number;
  readonly object: string;
  readonly repair: string;
}

function* different(fields: readonly FieldChange[], details: Details): Generator<Finding> {
  if (fields.length > 0) {
    const named = fields.slice(0, MOST_NAMED).map(({ field }) => field);
    const message = `${fields.length === 1 ? '1 field differs' : `${fields.length} fields differ`}: ${named.join(', ')}${fields.length > MOST_NAMED ? ', …' : ''}`;
    yield finding('differs', message, { ...details, fields });
  }
}

function missing(kind: string, name: string, refusal: string | null, { repair, ...details }: Details): Finding {
  const message = `OX has no ${kind} ${JSON.stringify(name)}`;
  return refusal === null
    ? finding('missing', message, { ...details, repair })
    : finding('refused', `${message}, and will refuse to create it: ${refusal}`, details);
}

function unknown(kind: string, context: number, name: string, id: number, claims: readonly string[]): Finding {
  const message = `OX has the ${kind} ${JSON.stringify(name)} (id ${id}), which no last state describes`;
  return finding('unknown', message, { context, object: name, claims });
}

/** By its name, or the one it had; what is left over is unknown to us. */
function take<T>(
  there: Map<string, T>,
  place: { readonly name: string; readonly formerName: string | null },
): T | null {
  const key = [keyOf(place.name), keyOf(place.formerName ?? place.name)].find((each) => there.has(each));
  const found = key === undefined ? undefined : there.get(key);
  there.delete(key ?? '');
  return found ?? null;
}

/** OX's database ignores the case of names and addresses. */
function keyOf(name: string | null | undefined): string {
  return (name ?? '').toLowerCase();
}
