/**
 * oxmail/functional_account → OXSecondaryAccountService (docs/behaviour.md, "Functional accounts"): one account for
 * each user, by difference.
 */
import { counted } from '../../errors/printable.ts';
import { type Change, firstIdOf, type Learnt } from '../../model/change.ts';
import { accountUsers, awaiting, loginOf } from '../../model/claims.ts';
import type { KnownObject } from '../../model/known.ts';
import { type Properties, readText, readTexts } from '../../model/udm.ts';
import type { Goal, Plan } from '../../target/plan.ts';
import { formerUsers, sharedWith, takenFrom } from './account-owners.ts';
import { LIMITS, type Limit } from './lengths.ts';
import { functionalAccountLogin } from './login-template.ts';
import { REPAIR } from './ownership.ts';
import type { Parts } from './registry.ts';
import { readSendable } from './sendable.ts';
import { mappedText } from './user-fields.ts';

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
  /** OX ids of those to whom another object gives an account with the address so far. */
  readonly keepsFormer: ReadonlySet<number>;
  /** OX ids of those that have an account which could not be removed while its address was their own. */
  readonly leftOvers: readonly { readonly user: number; readonly address: string }[];
  /** OX ids → own primary mail, lower case: OX does not tell it from a secondary account. */
  readonly primaryMails: ReadonlyMap<number, string>;
}

type AccountPlan = Plan<AccountPlace, AccountWanted>;

interface Member {
  readonly user: KnownObject & { readonly context: number; readonly oxId: number };
  readonly properties: Properties;
  /** As the functional account writes it. */
  readonly dn: string;
}

export function planFunctionalAccount(change: Change, parts: Parts): AccountPlan {
  const { before, after } = change;
  const formerAddress = readText(before?.mailPrimaryAddress);
  const text = (property: string, limit: Limit = LIMITS.account): string | null =>
    after && readSendable(after, property, change.dn, limit);
  const address = text('mailPrimaryAddress') ?? formerAddress;
  if (address === null) {
    return { targets: [], warnings: [], touches: [] };
  }
  const warnings: string[] = [];
  const members = after === null ? [] : membersOf(after, change.writtenIn, parts, warnings);
  const staying = new Set(members.map(({ user }) => user.id));
  const left = damagedOf(change, parts);
  warnings.push(...left.warnings);
  const former = formerUsers(before, parts).filter(({ id }) => !left.ids.has(id));
  const shared = sharedWith(change, [address, formerAddress ?? address], parts);
  const leavers = former
    .flatMap((user) => holderOf(user, user.id, parts) ?? [])
    .filter(({ user }) => !staying.has(user.id) && !shared(user.id))
    // Who can be removed from OX takes its accounts along.
    .filter(({ user }) => user.isOx || !parts.hasCredentials(user.context));
  if (former.some(({ id }) => !staying.has(id) && shared(id))) {
    warnings.push(`${address} is left to users whom another account with this address names: it stands for it too`);
  }
  const withoutId = former.filter(({ context, oxId }) => context !== null && oxId === null);
  const isMoved = formerAddress !== null && formerAddress.toLowerCase() !== address.toLowerCase();
  const hasFormer = isMoved ? sharedWith(change, [formerAddress], parts) : () => false;
  const leftOvers = leftOversOf(before, former, [address, formerAddress ?? address], parts).filter(
    (each) => !sharedWith(change, [each.address], parts)(each.user.id),
  );

  const targets: Goal<AccountPlace, AccountWanted>[] = [];
  const withoutCredentials: number[] = [];
  for (const context of new Set([...members, ...leavers, ...leftOvers].map(({ user }) => user.context))) {
    if (!parts.hasCredentials(context)) {
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
        logins: new Map(here.map((member) => [member.user.oxId, accountLoginOf(change, address, member, parts)])),
        leavers: gone.map(({ user }) => user.oxId),
        keepsFormer: new Set([...here, ...gone].flatMap(({ user }) => (hasFormer(user.id) ? [user.oxId] : []))),
        leftOvers: leftOvers.flatMap(({ user, isOwn, ...each }) => {
          const isWanted = !isOwn && staying.has(user.id) && each.address === address.toLowerCase();
          return user.context === context && !isWanted ? { user: user.oxId, address: each.address } : [];
        }),
        primaryMails: new Map([...here, ...gone].map(({ user }) => [user.oxId, ownAddress(user.id, parts)])),
      },
      expected: true,
    });
  }
  const isUnreachable = ({ user }: Pick<Member, 'user'>): boolean => withoutCredentials.includes(user.context);
  // Under the address so far they have it until the credentials exist.
  const behind = former
    .flatMap((user) => (isMoved && holderOf(user, user.id, parts)) || [])
    .filter(isUnreachable)
    .map(({ user }) => ({ user, address: formerAddress?.toLowerCase() ?? '', isOwn: false }));
  const named = [...readTexts(after?.users).map((dn) => parts.known.meant(dn, change.writtenIn)), ...former];
  const refusal = takenFrom(change, address, members, parts);
  return {
    targets,
    warnings,
    ...(refusal === null ? {} : { refusal }),
    inDoubt: [...new Set(named.flatMap((user) => (user?.isInDoubt && user.context !== null ? [user.context] : [])))],
    touches: [address, formerAddress ?? address, ...leftOvers.map((each) => each.address)].map(
      (each) => `account:${each.toLowerCase()}`,
    ),
    learntSoFar(reached, at) {
      const lower = address.toLowerCase();
      // Each login takes a call of its own: OX may have accepted some of this place.
      const begun = [...reached, ...((at.wanted?.logins.size ?? 0) > 1 ? [at] : [])].map(({ place }) => place.context);
      const isNew = ({ id }: KnownObject): boolean => isMoved || !former.some((each) => each.id === id);
      const made = members.flatMap(({ user }) => (begun.includes(user.context) && isNew(user) ? user.id : []));
      const others = made.filter((id) => ownAddress(id, parts) !== lower).map((id) => `${id} ${lower}`);
      return others.length === 0 ? null : leftOverLearnt([...readTexts(before?.oxDbLeftOver), ...others]);
    },
    // Those that could not be reached still have it, and wait for the credentials, or for their ids.
    learnt: {
      oxDbUsers: [
        ...[...members, ...leavers.filter(isUnreachable)].map(({ user }) => user.id),
        ...withoutId.map(({ id }) => id),
        ...left.ids,
      ],
      ...leftOverLearnt([
        ...textsOf([...leftOvers.filter((each) => each.isOwn || isUnreachable(each)), ...behind]),
        ...left.leftOvers,
        ...(isMoved ? [...left.ids].map((id) => `${id} ${formerAddress.toLowerCase()}`) : []),
      ]),
      ...awaiting(withoutCredentials.map(loginOf)),
    },
  };
}

/** Lower case. */
function ownAddress(userId: string, { known, userSettings }: Parts): string {
  const user = known.look(userId)?.object;
  return ((user && mappedText(userSettings().mapping, 'email1', user)) ?? '').toLowerCase();
}

interface LeftOver {
  readonly user: Member['user'];
  /** Lower case. */
  readonly address: string;
  /** It is still the user's own: OX cannot remove it. */
  readonly isOwn: boolean;
}

/**
 * Accounts of users whose own primary address became that of the account: OX removes the two together only. And those with
 * a former address in contexts without credentials. Remembered as `<id of the user> <address>` until they can be removed.
 */
function leftOversOf(
  before: Properties | null,
  former: readonly KnownObject[],
  addresses: readonly string[],
  parts: Parts,
): LeftOver[] {
  const taken = new Set(addresses.map((address) => address.toLowerCase()));
  const fresh = former.map(({ id }) => `${id} ${ownAddress(id, parts)}`).filter((each) => taken.has(addressIn(each)));
  return [...new Set([...readTexts(before?.oxDbLeftOver), ...fresh])].flatMap((each) => {
    const found = parts.known.byId(userIn(each));
    const member = found && holderOf(found, found.id, parts);
    const address = addressIn(each);
    return member ? [{ user: member.user, address, isOwn: ownAddress(found.id, parts) === address }] : [];
  });
}

function userIn(leftOver: string): string {
  return leftOver.slice(0, leftOver.indexOf(' '));
}

function addressIn(leftOver: string): string {
  return leftOver.slice(leftOver.indexOf(' ') + 1);
}

function textsOf(leftOvers: readonly LeftOver[]): string[] {
  return leftOvers.map(({ user, address }) => `${user.id} ${address}`);
}

function leftOverLearnt(leftOvers: readonly string[]): Learnt {
  return leftOvers.length === 0 ? {} : { oxDbLeftOver: [...new Set(leftOvers)] };
}

interface Damaged {
  /** Objects of users that were given the account. */
  readonly ids: ReadonlySet<string>;
  /** As they are remembered. */
  readonly leftOvers: readonly string[];
  readonly warnings: readonly string[];
}

/** Users that have the account, and whose last states are damaged: nobody knows their logins, so they keep what they have. */
function damagedOf({ before, after }: Change, parts: Parts): Damaged {
  const remembered = readTexts(before?.oxDbLeftOver);
  const users = [...(accountUsers(before) ?? []), ...formerUsers(before, parts).map(({ id }) => id)];
  const paths = new Map(parts.known.damaged().map(({ id, path }) => [id, path]));
  const ids = new Set(users.map((id) => id.toLowerCase()).filter((id) => paths.has(id)));
  const leftOvers = remembered.filter((each) => paths.has(userIn(each).toLowerCase()));
  const named = [...new Set([...ids, ...leftOvers.map(userIn)])].map((id) => paths.get(id.toLowerCase()));
  const text = `stays with users whose last states are damaged: ${named.slice(0, 5).join(' | ')}.`;
  const remedy = after === null ? 'Remove it there by hand.' : `${REPAIR} Then listener_trigger check --fix.`;
  return { ids, leftOvers, warnings: named.length === 0 ? [] : [`${text} ${remedy}`] };
}

function accountLoginOf(change: Change, address: string, { user, properties, dn }: Member, parts: Parts): string {
  // The ids that they had first: mail servers are configured for these logins.
  const tokens = {
    fa_entry_uuid: firstIdOf(change.id, change.before),
    fa_email_address: address,
    entry_uuid: firstIdOf(user.id, properties),
    dn,
  };
  return functionalAccountLogin(parts.settings.functionalAccountLogin, tokens, properties, dn);
}

function membersOf(properties: Properties, file: string, parts: Parts, warnings: string[]): Member[] {
  const members = new Map<string, Member>();
  const unknown: string[] = [];
  for (const dn of readTexts(properties.users)) {
    const user = parts.known.meant(dn, file);
    const member = user?.isOx ? holderOf(user, dn, parts) : null;
    if (member) {
      members.set(member.user.id, member);
    } else if (user === null || user.isOx) {
      unknown.push(dn);
    }
  }
  if (unknown.length > 0) {
    warnings.push(
      `${counted(unknown.length, 'user')} left out, not known in OX (yet): ${unknown.slice(0, 5).join(' | ')}`,
    );
  }
  return [...members.values()];
}

/** null: it is not there, or its id is not known. Also one that is to leave OX and waits for that: should it come back before, it has the account still. */
function holderOf(user: KnownObject, dn: string, parts: Parts): Member | null {
  const { context, oxId } = user;
  if (user.isDamaged || user.type !== 'users/user' || context === null || oxId === null) {
    return null;
  }
  return { user: { ...user, context, oxId }, properties: parts.known.look(user.id)?.object ?? {}, dn };
}
