/**
 * OX's side of functional accounts: one for each user, and only what differs is touched
 * (docs/behaviour.md, "Functional accounts").
 */
import { counted } from '../../errors/printable.ts';
import type { Step } from '../../target/outcome.ts';
import type { OxAccount, OxUser } from '../services/ox.ts';
import { refs } from '../services/refs.ts';
import { inChunks } from '../services/users-there.ts';
import type { AccountPlace, AccountWanted } from './functional-account.ts';
import { askWithLiveIds } from './live-ids.ts';
import type { Operations, Reached } from './operations.ts';
import type { Parts } from './registry.ts';

export function functionalAccountOperations(parts: Parts): Operations<AccountPlace, AccountWanted, never> {
  const act = (place: AccountPlace, wanted: AccountWanted): Promise<Reached> => bringAbout({ ...parts, place, wanted });
  return { find: async () => null, create: act, update: act, remove: async () => undefined };
}

interface Task extends Pick<Parts, 'ox' | 'lookAgain' | 'areIdsSure'> {
  readonly place: AccountPlace;
  readonly wanted: AccountWanted;
}

async function bringAbout(task: Task): Promise<Reached> {
  const { ox, place, wanted, lookAgain } = task;
  const { context, address, formerAddress } = place;
  let listing = await list(task);
  if (listing.isInDoubt) {
    return { isIncomplete: true, done: [] };
  }
  if (lacking(listing, task).size > 0) {
    listing =
      (await lookAgain(async () => {
        const again = await list(task);
        return lacking(again, task).size > 0 ? null : again;
      })) ?? listing;
  }
  const { accounts, stale } = listing;
  const warnings = [...listing.warnings, ...ownAddressWarnings(task)];
  const holders = holdersOf(accounts, wanted, address);
  const respelled = [...wanted.logins.keys()].filter((id) => isRespelled(holders.get(id), address));

  const removed = new Set<number>();
  const remove = async (ids: readonly number[], from: string): Promise<void> => {
    for (const id of await removeFrom(task, ids, from, warnings)) {
      removed.add(id);
    }
  };
  await remove(respelled, address);
  const { name, personal } = wanted;
  const created = [...lacking(listing, task), ...respelled];
  for (const [login, ids] of byLogin(wanted, created)) {
    const data = { primaryAddress: address, name, login, mailEndpointSource: 'primary' };
    await ox.accounts.create(context, ids, { ...data, ...(personal ? { personal } : {}) });
  }
  const updated = [...wanted.logins].flatMap(([id, login]) => {
    const account = holders.get(id);
    return account && !respelled.includes(id) && differs(account, login, wanted) ? [id] : [];
  });
  for (const [login, ids] of byLogin(wanted, updated)) {
    await ox.accounts.update(context, ids, address, { login, name, personal });
  }

  const leavers = wanted.leavers.filter((id) => holders.has(id));
  await remove(leavers, address);
  if (formerAddress !== null) {
    const formerly = [...holdersOf(accounts, wanted, formerAddress).keys()].filter((id) => !wanted.keepsFormer.has(id));
    await remove(formerly, formerAddress);
  }
  for (const [leftOver, ids] of leftOverHolders(accounts, wanted)) {
    await remove(ids, leftOver);
  }
  return {
    warnings,
    stale,
    done: stepsOf({ created: created.length, updated: updated.length, removed: removed.size }),
  };
}

/** The log says which of it was done, for how many: `created for 2 users`, `removed for 1 user`. */
function stepsOf(done: Readonly<Record<'created' | 'updated' | 'removed', number>>): Step[] {
  const steps = (['created', 'updated', 'removed'] as const).flatMap((action) =>
    done[action] > 0 ? [{ action, text: `${action} for ${counted(done[action], 'user')}` }] : [],
  );
  return steps.length > 0 ? steps : [{ action: 'unchanged', text: 'unchanged' }];
}

interface Listing {
  readonly accounts: readonly OxAccount[];
  /** Those of `everybody` that OX knows. */
  readonly live: ReadonlySet<number>;
  readonly warnings: readonly string[];
  readonly stale: readonly number[];
  readonly isInDoubt: boolean;
}

async function list({ ox, place, wanted, areIdsSure }: Task): Promise<Listing> {
  const everybody = new Set([...wanted.logins.keys(), ...wanted.leavers, ...wanted.leftOvers.map(({ user }) => user)]);
  let live: number[] = [];
  const { answer, ...rest } = await askWithLiveIds(ox, place.context, [...everybody], areIdsSure, (ids) => {
    live = ids;
    return ox.accounts.list(place.context, ids);
  });
  return { accounts: answer ?? [], live: new Set(answer === null ? [] : live), ...rest };
}

/** Those that should have the account and have none. */
function lacking({ accounts, live }: Listing, { place, wanted }: Task): Set<number> {
  const holders = holdersOf(accounts, wanted, place.address);
  return new Set(
    [...wanted.logins.keys()].filter((id) => live.has(id) && !holders.has(id) && !isOwn(wanted, id, place.address)),
  );
}

function byLogin({ logins }: AccountWanted, ids: readonly number[]): Map<string, number[]> {
  return Map.groupBy(ids, (id) => logins.get(id) ?? '');
}

function isOwn({ primaryMails }: AccountWanted, id: number, address: string): boolean {
  return primaryMails.get(id) === address.toLowerCase();
}

function ownAddressWarnings({ place: { context, address }, wanted }: Task): string[] {
  return [...wanted.logins.keys()]
    .filter((id) => isOwn(wanted, id, address))
    .map((id) => `user ${id} of context ${context} has ${address} as its own primary address: left out`);
}

/**
 * OX quirk: no update changes the address, not even its case. Seen: docs/ox.md, "Secondary accounts". So: such an
 * account is deleted and created.
 */
export function isRespelled(account: OxAccount | undefined, address: string): boolean {
  return account !== undefined && account.primaryAddress !== address;
}

/** OX ids of those that have a secondary account with this address, never by their own primary one. */
export function holdersOf(
  accounts: readonly OxAccount[],
  wanted: AccountWanted,
  address: string,
): Map<number, OxAccount> {
  const own = (id: number): boolean => isOwn(wanted, id, address);
  return new Map([...accountsAt(accounts, address)].filter(([id]) => !own(id)));
}

/** User → secondary account with this address. */
function accountsAt(accounts: readonly OxAccount[], address: string): Map<number, OxAccount> {
  const found = new Map<number, OxAccount>();
  for (const account of accounts) {
    const { userId, id, primaryAddress } = account;
    if (typeof userId === 'number' && id !== 0 && primaryAddress?.toLowerCase() === address.toLowerCase()) {
      found.set(userId, account);
    }
  }
  return found;
}

/** Address → those who have an account there that they should not have, because it was their own address once. */
export function leftOverHolders(accounts: readonly OxAccount[], wanted: AccountWanted): Map<string, number[]> {
  const there = wanted.leftOvers.filter(({ user, address }) => accountsAt(accounts, address).has(user));
  return new Map(
    [...Map.groupBy(there, ({ address }) => address)].map(([address, all]) => [address, all.map(({ user }) => user)]),
  );
}

export function differs(account: OxAccount, login: string, { name, personal }: AccountWanted): boolean {
  return account.login !== login || account.name !== name || (account.personal ?? '') !== personal;
}

/**
 * OX quirk: a deletion goes by the address alone and takes the user's own primary account too, which nothing brings
 * back. Seen: docs/ox.md, "Secondary accounts". So: never without a look at what OX has as primary addresses.
 * Answers whose accounts were removed.
 */
async function removeFrom(
  { ox, place: { context } }: Task,
  ids: readonly number[],
  address: string,
  warnings: string[],
): Promise<number[]> {
  const all: number[] = [];
  for (const chunk of inChunks(ids)) {
    const users = await ox.users.findMany(context, refs(chunk), addressOnly);
    const { own = [], others = [] } = Object.groupBy(users, (user) => (isElsewhere(user, address) ? 'others' : 'own'));
    warnings.push(
      ...own.map(
        ({ id }) =>
          `user ${id} of context ${context} still has a secondary account with ${address}: OX can remove it when that is ` +
          'not the own primary address of the user any more',
      ),
    );
    const removed = others.flatMap(({ id }) => (typeof id === 'number' ? [id] : []));
    if (removed.length > 0) {
      await ox.accounts.delete(context, removed, address);
      all.push(...removed);
    }
  }
  return all;
}

function addressOnly({ id, primaryEmail }: OxUser): OxUser {
  return { id: id ?? null, primaryEmail: primaryEmail ?? null };
}

function isElsewhere({ primaryEmail }: OxUser, address: string): boolean {
  return !!primaryEmail && primaryEmail.toLowerCase() !== address.toLowerCase();
}
