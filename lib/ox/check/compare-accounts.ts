/** The functional accounts of one context: last states against OX. */

import { type Finding, finding } from '../../check/finding.ts';
import type { FieldChange } from '../../target/outcome.ts';
import type { OxAccount } from '../services/ox.ts';
import { inChunks } from '../services/users-there.ts';
import { differs, holdersOf, isRespelled, leftOverHolders } from '../types/account-operations.ts';
import type { AccountPlace, AccountWanted } from '../types/functional-account.ts';
import { askWithLiveIds } from '../types/live-ids.ts';
import { different } from './comparison.ts';
import type { ComparisonDeps } from './deps.ts';
import type { Wishes } from './wishes.ts';

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
  for (const chunk of inChunks([...ids].sort((a, b) => a - b))) {
    // Users that a run has removed meanwhile have no accounts. Who only looks does no harm by an id.
    const list = (live: number[]): Promise<OxAccount[]> => deps.ox.accounts.list(context, live);
    const { answer } = await askWithLiveIds(deps.ox, context, chunk, () => true, list);
    for (const account of answer ?? []) {
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

/** OX's database ignores the case of addresses. */
function keyOf(address: string | null | undefined): string {
  return (address ?? '').toLowerCase();
}
