/** oxmail/functional_account → OXSecondaryAccountService (SPEC 7.5): one account for each user, by difference. */
import { type Change, firstIdOf } from '../model/change.ts';
import { accountUsers, claimKeys } from '../model/claims.ts';
import type { KnownObject, KnownObjectsReader } from '../model/known.ts';
import { type Properties, readText, readTexts } from '../model/udm.ts';
import type { Ox, OxAccount } from '../ox/ox.ts';
import { LIMITS, type Limit } from './lengths.ts';
import { askWithLiveIds } from './live-ids.ts';
import { functionalAccountLogin } from './login-template.ts';
import type { Ownership } from './ownership.ts';
import { missingCredentials, type Operations, type Plan, type Reached, type Target } from './provisioner.ts';
import { readSendable } from './sendable.ts';

export interface AccountPlace {
  readonly context: number;
  readonly address: string;
  /** The address so far, if it is another one. */
  readonly formerAddress: string | null;
}

export interface AccountWanted {
  readonly name: string;
  readonly personal: string;
  /** OX ids of those that should have the account, and their logins. */
  readonly logins: ReadonlyMap<number, string>;
  /** OX ids of those that had it. */
  readonly leavers: readonly number[];
  /** OX ids → own primary mail, lower case: OX does not tell it from a secondary account. */
  readonly primaryMails: ReadonlyMap<number, string>;
}

export interface AccountPlanDeps {
  readonly ownership: Ownership;
  readonly template: string;
  readonly known: KnownObjectsReader;
  readonly hasCredentials: (context: number) => boolean;
  /** What a user's properties give as its own primary address; null: nothing. */
  readonly primaryMailOf: (user: Properties) => string | null;
}

type AccountPlan = Plan<AccountPlace, AccountWanted>;

interface Member {
  readonly user: KnownObject & { readonly context: number; readonly oxId: number };
  readonly properties: Properties;
  /** As the functional account writes it. */
  readonly dn: string;
}

export function planFunctionalAccount(change: Change, deps: AccountPlanDeps): AccountPlan {
  const { before, after } = change;
  const formerAddress = readText(before?.mailPrimaryAddress);
  const text = (property: string, limit: Limit = LIMITS.account): string | null =>
    after && readSendable(after, property, change.dn, limit);
  const address = text('mailPrimaryAddress') ?? formerAddress;
  if (address === null) {
    return { targets: [], warnings: [], touches: [] };
  }
  const warnings: string[] = [];
  const members = after === null ? [] : membersOf(after, deps, warnings);
  const staying = new Set(members.map(({ user }) => user.id));
  const former = formerUsers(before, deps);
  const shared = sharedWith(change, [address, formerAddress ?? address], deps);
  const leavers = former
    .flatMap((user) => memberOf(user, user.id, deps) ?? [])
    .filter(({ user }) => !staying.has(user.id) && !shared.has(user.id));
  if (former.some(({ id }) => !staying.has(id) && shared.has(id))) {
    warnings.push(`${address} is left to users whom another account with this address names: it stands for it too`);
  }
  const withoutId = former.filter(({ isOx, context, oxId }) => isOx && context !== null && oxId === null);
  const isMoved = formerAddress !== null && formerAddress.toLowerCase() !== address.toLowerCase();

  const targets: Target<AccountPlace, AccountWanted>[] = [];
  const withoutCredentials: number[] = [];
  for (const context of new Set([...members, ...leavers].map(({ user }) => user.context))) {
    if (!deps.hasCredentials(context)) {
      warnings.push(`left out in context ${context}: contexts.json has no credentials for it`);
      withoutCredentials.push(context);
      continue;
    }
    const here = members.filter(({ user }) => user.context === context);
    const gone = leavers.filter(({ user }) => user.context === context);
    targets.push({
      place: { context, address, formerAddress: isMoved ? formerAddress : null },
      wanted: {
        name: text('name') ?? '',
        personal: text('personal', LIMITS.personal) ?? '',
        logins: new Map(here.map((member) => [member.user.oxId, loginOf(change, address, member, deps)])),
        leavers: gone.map(({ user }) => user.oxId),
        primaryMails: new Map(
          [...here, ...gone].map(({ user, properties }) => [user.oxId, lower(deps.primaryMailOf(properties) ?? '')]),
        ),
      },
      expected: true,
    });
  }
  const named = [...readTexts(after?.users).map((dn) => deps.known.byDn(dn)), ...former];
  return {
    targets,
    warnings,
    inDoubt: [...new Set(named.flatMap((user) => (user?.isInDoubt && user.context !== null ? [user.context] : [])))],
    touches: [address, formerAddress ?? address].map((each) => `account:${each.toLowerCase()}`),
    // Those that could not be reached still have it, and wait for the credentials, or for their ids.
    learnt: {
      oxDbUsers: [
        ...[...members, ...leavers.filter(({ user }) => withoutCredentials.includes(user.context))].map(
          ({ user }) => user.id,
        ),
        ...withoutId.map(({ id }) => id),
      ],
      ...missingCredentials(withoutCredentials),
    },
  };
}

function lower(text: string): string {
  return text.toLowerCase();
}

/** The users to whom another object gives an account with one of these addresses. */
function sharedWith(change: Change, addresses: readonly string[], { known, ownership }: AccountPlanDeps): Set<string> {
  const others = ownership.others(addresses.map(claimKeys.account), change);
  const users = others.flatMap((id) => {
    const properties = known.read(id);
    return accountUsers(properties) ?? readTexts(properties?.users).flatMap((dn) => known.byDn(dn)?.id ?? []);
  });
  return new Set(users.map((id) => known.byId(id)?.id ?? id));
}

function loginOf(change: Change, address: string, { user, properties, dn }: Member, deps: AccountPlanDeps): string {
  // The ids that they had first: mail servers are configured for these logins.
  const tokens = {
    fa_entry_uuid: firstIdOf(change.id, change.before),
    fa_email_address: address,
    entry_uuid: firstIdOf(user.id, properties),
    dn,
  };
  return functionalAccountLogin(deps.template, tokens, properties, dn);
}

function membersOf(properties: Properties, deps: AccountPlanDeps, warnings: string[]): Member[] {
  const members = new Map<string, Member>();
  const unknown: string[] = [];
  for (const dn of readTexts(properties.users)) {
    const user = deps.known.byDn(dn);
    const member = user && memberOf(user, dn, deps);
    if (member) {
      members.set(member.user.id, member);
    } else if (user === null || user.isOx) {
      unknown.push(dn);
    }
  }
  if (unknown.length > 0) {
    warnings.push(
      `${unknown.length} users left out, they are not known in OX (yet): ${unknown.slice(0, 5).join(' | ')}`,
    );
  }
  return [...members.values()];
}

/** Those that were given the account: remembered; else, as for data of other connectors, the users of the last state. */
function formerUsers(before: Properties | null, deps: AccountPlanDeps): KnownObject[] {
  if (before === null) {
    return [];
  }
  const users = Array.isArray(before.oxDbUsers)
    ? readTexts(before.oxDbUsers).map((id) => deps.known.byId(id))
    : readTexts(before.users).map((dn) => deps.known.byDn(dn));
  return users.filter((user) => user !== null);
}

/** null: the user is not in OX, or its id is not known. */
function memberOf(user: KnownObject, dn: string, deps: AccountPlanDeps): Member | null {
  const { context, oxId } = user;
  if (user.type !== 'users/user' || !user.isOx || context === null || oxId === null) {
    return null;
  }
  return { user: { ...user, context, oxId }, properties: deps.known.read(user.id) ?? {}, dn };
}

export function functionalAccountOperations(ox: Ox): Operations<AccountPlace, AccountWanted, never> {
  return {
    find: async () => null,
    create: (place, wanted) => bringAbout(ox, place, wanted),
    update: (place, wanted) => bringAbout(ox, place, wanted),
    remove: async () => undefined,
  };
}

async function bringAbout(ox: Ox, place: AccountPlace, wanted: AccountWanted): Promise<Reached> {
  const { context, address, formerAddress } = place;
  const everybody = [...wanted.logins.keys(), ...wanted.leavers];
  const live = new Set<number>();
  const { answer, warnings, stale } = await askWithLiveIds(ox, context, everybody, (ids) => {
    live.clear();
    for (const id of ids) {
      live.add(id);
    }
    return ox.accounts.list(context, ids);
  });
  const accounts = answer ?? [];
  const holders = holdersOf(accounts, wanted, address);
  const own = (id: number): boolean => wanted.primaryMails.get(id) === address.toLowerCase();

  const creations = new Map<string, number[]>();
  const updates = new Map<string, number[]>();
  for (const [id, login] of wanted.logins) {
    const account = holders.get(id);
    if (own(id)) {
      warnings.push(`user ${id} of context ${context} has ${address} as its own primary address: left out`);
    } else if (answer !== null && live.has(id) && !account) {
      creations.set(login, [...(creations.get(login) ?? []), id]);
    } else if (account && differs(account, login, wanted)) {
      updates.set(login, [...(updates.get(login) ?? []), id]);
    }
  }
  const { name, personal } = wanted;
  for (const [login, ids] of creations) {
    const data = {
      primaryAddress: address,
      name,
      login,
      mailEndpointSource: 'primary',
      ...(personal ? { personal } : {}),
    };
    await ox.accounts.create(context, ids, data);
  }
  for (const [login, ids] of updates) {
    await ox.accounts.update(context, ids, address, { login, name, personal });
  }
  const leavers = wanted.leavers.filter((id) => holders.has(id));
  await removeFrom(ox, context, leavers, address);
  if (formerAddress !== null) {
    await removeFrom(ox, context, [...holdersOf(accounts, wanted, formerAddress).keys()], formerAddress);
  }
  return { warnings, stale };
}

/** OX ids of those that have a secondary account with this address, never by their own primary one. */
export function holdersOf(
  accounts: readonly OxAccount[],
  wanted: AccountWanted,
  address: string,
): Map<number, OxAccount> {
  const holders = new Map<number, OxAccount>();
  for (const account of accounts) {
    const { userId } = account;
    const isOwn =
      account.id === 0 || (typeof userId === 'number' && wanted.primaryMails.get(userId) === address.toLowerCase());
    if (typeof userId === 'number' && !isOwn && account.primaryAddress?.toLowerCase() === address.toLowerCase()) {
      holders.set(userId, account);
    }
  }
  return holders;
}

export function differs(account: OxAccount, login: string, { name, personal }: AccountWanted): boolean {
  return account.login !== login || account.name !== name || (account.personal ?? '') !== personal;
}

async function removeFrom(ox: Ox, context: number, ids: readonly number[], address: string): Promise<void> {
  if (ids.length > 0) {
    await ox.accounts.delete(context, ids, address);
  }
}
