/**
 * A user that changes its context: copied, and what OX's copy gets wrong is put right before the old user goes. Each step
 * may be the last one of a run: doing all of them again ends in the same state (docs/adr/0008-moving-users.md).
 */
import { ConnectorError } from '../../errors/connector-error.ts';
import { remedyFor } from '../../errors/remedies.ts';
import { claimKeys, type Place } from '../../model/claims.ts';
import { isSameWord } from '../../model/udm.ts';
import type { ModuleAccess, Ox, OxAccount, OxAccountData, OxUser } from '../services/ox.ts';
import { answerInvalid, faultOf, nullWhere } from '../soap/client.ts';
import type { Parts } from './registry.ts';
import type { UserPlace } from './user.ts';
import { UNLIMITED } from './user-fields.ts';
import type { UserWanted } from './user-wanted.ts';

/** OX's group of everybody, which a copy does not join. */
const DEFAULT_GROUP = 1;

type Numbered = OxUser & { readonly id: number };

export interface UserMoveParts extends Pick<Parts, 'ox' | 'lookAgain' | 'ownership' | 'nameOfUser' | 'rememberPlace'> {
  /** The user in the context that it is to be in. */
  readonly find: (place: UserPlace) => Promise<OxUser | null>;
  /** Throws where another object claims the name there. */
  readonly nameMustBeFree: (place: UserPlace) => void;
}

/** The user as it now is in the new context, copied or found there; null: it does not move, or is in neither context. */
export async function bringUser(place: UserPlace, wanted: UserWanted, parts: UserMoveParts): Promise<OxUser | null> {
  const { movesFrom } = place;
  if (!movesFrom) {
    return null;
  }
  const { ox, find, nameMustBeFree, lookAgain } = parts;
  const source = await findSource(place, movesFrom, parts);
  const there = (await find(place)) ?? (await lookAgain(() => find(place)));
  if (!isNumbered(source)) {
    return there;
  }
  if (!there) {
    nameMustBeFree(place);
  }
  const copy = there ?? (await copyUser(place, movesFrom.context, source, wanted, parts));
  if (!there && isNumbered(copy)) {
    // Should the move not come to its end, the copy is nobody else's.
    parts.rememberPlace(place.owner.id, { context: place.context, name: copy.name ?? movesFrom.name, oxId: copy.id });
  }
  return isNumbered(copy)
    ? bringAccounts({ ox, place, wanted, from: movesFrom.context, source, copy }).catch((error: unknown) => {
        throw inBothContexts(error, place);
      })
    : copy;
}

/**
 * Under its name; or under its remembered id, where a run was cut off after it got its new name (see `copyUser`), or where somebody
 * has renamed it in OX, as its address tells: made anew it would be empty, and the old one would be removed.
 */
async function findSource(place: UserPlace, from: Place, { ox, ownership }: UserMoveParts): Promise<OxUser | null> {
  const source = await ox.users.find(from.context, { name: from.name });
  if (source || from.oxId === null) {
    return source;
  }
  const renamed = await ox.users.find(from.context, { id: from.oxId });
  const isThis = renamed?.name === place.name || isSameWord(renamed?.primaryEmail || '-', place.signs?.mail ?? '');
  const isOthers = ownership.others([claimKeys.user(from.context, renamed?.name ?? '')], place.owner).length > 0;
  return isThis && !isOthers ? renamed : null;
}

/** What a moved user lacks beside what every change brings: the quota of the copy is 0, and it is in no group at all. */
export function quotaOfMoved(wanted: UserWanted): OxUser {
  return { maxQuota: wanted.fields.maxQuota ?? UNLIMITED };
}

export async function joinDefaultGroup(ox: Ox, context: number, id: number): Promise<void> {
  await nullWhere((fault) => fault.isMemberAlready, ox.groups.addMember(context, { id: DEFAULT_GROUP }, id));
}

/** What OX refuses once the copy is there leaves the user in both contexts. */
export function inBothContexts(error: unknown, { context, movesFrom }: UserPlace): unknown {
  if (!movesFrom || !(error instanceof ConnectorError) || error.nature !== 'object' || faultOf(error) === null) {
    return error;
  }
  const message = `${error.message}; until then the user is in both contexts, ${movesFrom.context} and ${context}`;
  const remedy = `${error.remedy} Nothing has to be done about the copy: once this is solved, the next run goes on from there.`;
  return new ConnectorError(error.code, message, {
    fields: error.fields,
    cause: error.cause,
    remedy: remedy.trim(),
    nature: error.nature,
  });
}

async function copyUser(
  place: UserPlace,
  from: number,
  source: Numbered,
  wanted: UserWanted,
  parts: UserMoveParts,
): Promise<Numbered> {
  const { ox, ownership } = parts;
  await refuseTakenAddress(place, wanted, parts);
  await refuseTakenDisplayName(place, wanted, ox);
  const { context, name, owner } = place;
  // The copy has the name of the source, which may be somebody else's there, or one by which nobody would look for it.
  const isOthers = ownership.others([claimKeys.user(context, source.name ?? '')], owner).length > 0;
  const isRenamed = source.name !== name && (isOthers || source.name !== place.movesFrom?.name);
  if (isRenamed) {
    await ox.users.change(from, { id: source.id }, { name });
  }
  const id = await ox.users.copy({ id: source.id }, from, context);
  // OX quirk: copyUser may answer an id of a user that is not there. Seen: docs/ox.md, "Copying users". So: the new
  // context is asked before anything else.
  const copy = await ox.users.find(context, { id });
  if (isNumbered(copy) && copy.name === (isRenamed ? name : source.name)) {
    return copy;
  }
  const object = `user ${JSON.stringify(source.name)} from context ${from} to ${context}`;
  const fields = { service: 'OXUserCopyService', operation: 'copyUser', object };
  throw answerInvalid(fields, `answered with id ${id}, but the user is not there`);
}

/** OX accepts a copy with an address that is taken there, and the change after it too: two users would have it. */
async function refuseTakenAddress(place: UserPlace, wanted: UserWanted, parts: UserMoveParts): Promise<void> {
  const { context, owner } = place;
  const { ox, ownership, nameOfUser } = parts;
  for (const other of ownership.others([claimKeys.mail(context, wanted.primaryMail)], owner)) {
    const name = nameOfUser(other);
    const user = name === null ? null : await ox.users.find(context, { name });
    if (user?.primaryEmail && isSameWord(user.primaryEmail, wanted.primaryMail)) {
      throw ownership.refuse(`the address ${wanted.primaryMail} in context ${context}`, owner, other);
    }
  }
}

/** OX's copy does not look at the display name, the change after it does: the user would be in both contexts by then. */
async function refuseTakenDisplayName({ context, name }: UserPlace, wanted: UserWanted, ox: Ox): Promise<void> {
  const displayName = wanted.fields.display_name;
  if (!displayName || !(await ox.users.existsDisplayName(context, displayName))) {
    return;
  }
  // OX compares without regard to case here, but not at a change.
  const others = await ox.users.search(context, displayName);
  const other = others.find((each) => each.display_name === displayName);
  if (!other) {
    return;
  }
  const text = 'The displayname is already used';
  const object = `user ${JSON.stringify(name)}`;
  throw new ConnectorError(
    'OX_REFUSED',
    `${object} is not copied to context ${context}: the user ${JSON.stringify(other.name)} there has the same display name ${JSON.stringify(displayName)}`,
    { fields: { object }, remedy: remedyFor('OX_REFUSED', text, { object }) },
  );
}

interface Move {
  readonly ox: Ox;
  readonly place: UserPlace;
  readonly wanted: UserWanted;
  readonly from: number;
  readonly source: Numbered;
  readonly copy: Numbered;
}

/**
 * OX quirk: the copy has the secondary accounts of the user, but they are not secondary any more: `list` leaves them out,
 * and they cannot be created. Seen: docs/ox.md, "Copying users". So: they are deleted by their address and created anew.
 * That the source lists an account proves that the one of the copy is not the user's own.
 */
async function bringAccounts({ ox, place, wanted, from, source, copy }: Move): Promise<OxUser> {
  const { context, isCopied = false } = place;
  const listed = await secondaryAccounts(ox, from, source.id);
  if (listed.length === 0 && !isCopied) {
    return copy;
  }
  const there = await secondaryAccounts(ox, context, copy.id);
  const here = new Set(there.map(addressOf));
  const inSource = new Set(listed.map(addressOf));
  let user: OxUser = copy;
  // An older copy of ours has what was taken from the source since.
  for (const account of isCopied ? there.filter((each) => !inSource.has(addressOf(each))) : []) {
    user = await withOtherPrimaryAddress(ox, context, copy.id, wanted, addressOf(account));
    await ox.accounts.delete(context, [copy.id], account.primaryAddress ?? '');
  }
  for (const account of listed.filter((each) => !here.has(addressOf(each)))) {
    user = await withOtherPrimaryAddress(ox, context, copy.id, wanted, addressOf(account));
    await ox.accounts.delete(context, [copy.id], account.primaryAddress ?? '');
    if (wanted.primaryMail.toLowerCase() !== addressOf(account)) {
      await ox.accounts.create(context, [copy.id], asNew(account, source));
    }
  }
  return user;
}

async function secondaryAccounts(ox: Ox, context: number, id: number): Promise<OxAccount[]> {
  const accounts = await ox.accounts.list(context, [id]);
  return accounts.filter((account) => account.id !== 0 && account.userId === id && account.primaryAddress);
}

function addressOf({ primaryAddress }: OxAccount): string {
  return (primaryAddress ?? '').toLowerCase();
}

/** As OX shows them. */
export function aliasesOf({ aliases }: OxUser): string[] {
  return aliases?.filter((alias) => alias !== null) ?? [];
}

function substituteFor(context: number, id: number): string {
  return `moving-${context}-${id}`;
}

/** An address that a moving user had for a while only. */
export function isSubstitute(address: string, context: number, id: number | null | undefined): boolean {
  return typeof id === 'number' && address.startsWith(`${substituteFor(context, id)}@`);
}

/**
 * The user as OX shows it, with a primary address that is not `address`: a deletion by address would take the primary
 * account too, and nothing brings that back. The change to the wished values restores the address.
 */
async function withOtherPrimaryAddress(
  ox: Ox,
  context: number,
  id: number,
  wanted: UserWanted,
  address: string,
): Promise<OxUser> {
  const look = (): Promise<OxUser | null> => ox.users.find(context, { id });
  const isSafe = (each: OxUser | null): boolean => !!each?.primaryEmail && !isSameWord(each.primaryEmail, address);
  let user = await look();
  if (user && !isSafe(user)) {
    const stored = aliasesOf(user);
    const substitute = `${substituteFor(context, id)}${address.slice(address.indexOf('@'))}`;
    const other = [...stored, ...wanted.addresses].find((each) => !isSameWord(each, address)) ?? substitute;
    const aliases = stored.some((alias) => isSameWord(alias, other)) ? stored : [...stored, other];
    await ox.users.change(context, { id }, { primaryEmail: other, email1: other, aliases });
    user = await look();
  }
  if (user && isSafe(user)) {
    return user;
  }
  throw new ConnectorError(
    'OX_ANSWER_INVALID',
    `OX still shows ${address} as the primary address of user ${id} of context ${context}: its secondary account is left alone`,
    {
      fields: { object: `user ${id} in context ${context}` },
      remedy:
        "Look into OX's own log for why it keeps the address. The next run looks again, and goes on with the move once the user has another one.",
    },
  );
}

/** As it was. What comes from the server of the user's own account follows that one also in the new context. */
function asNew(account: OxAccount, user: OxUser): OxAccountData {
  const { contextId: _context, userId: _user, id: _id, ...all } = account;
  const { mailServer, mailPort, mailProtocol, mailSecure, mailStartTls, ...rest } = all;
  const { transportServer, transportPort, transportProtocol, transportSecure, transportStartTls, ...data } = rest;
  const named = { ...data, name: data.name || (data.primaryAddress ?? ''), login: data.login ?? '' };
  const isOnPrimaryServer = hostOf(user.imapServer) === (mailServer ?? '').toLowerCase();
  return withoutNull(isOnPrimaryServer ? { ...named, mailEndpointSource: 'primary' } : { ...all, ...named });
}

function hostOf(server: string | null | undefined): string {
  return /^(?:[a-z]+:\/\/)?(\[[^\]]*\]|[^:/]*)/i.exec(server ?? '')?.[1]?.toLowerCase() || 'localhost';
}

function withoutNull(data: OxAccountData): OxAccountData {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null && value !== undefined));
}

function isNumbered(user: OxUser | null | undefined): user is Numbered {
  return typeof user?.id === 'number';
}

/** The module access that the user had; null: it does not move, or is not there any more. */
export async function formerAccess({ movesFrom }: UserPlace, ox: Ox): Promise<ModuleAccess | null> {
  return movesFrom ? ox.users.access(movesFrom.context, { name: movesFrom.name }) : null;
}
