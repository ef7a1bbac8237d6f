/** users/user for TMail: one mailbox for each primary mail address. */
import { ConnectorError } from '../../errors/connector-error.ts';
import { type Change, firstIdOf } from '../../model/change.ts';
import { type Properties, readBoolean, readInteger, readText, readTexts } from '../../model/udm.ts';
import type { Outcome, Plan, Provisioner } from '../../provisioners/provisioner.ts';
import { normalAddress } from '../address.ts';
import { isRefusal } from '../client.ts';
import type { TmailConfiguration } from '../configuration.ts';
import { facetsNamed } from '../facets/index.ts';
import { createMailboxes, isSamePerson, type Mailboxes } from '../mailbox.ts';
import type { Fresh, Memory, Remembered } from '../memory.ts';
import { type Person, personOf } from '../person.ts';
import type { Mapping, TmailServer } from '../server.ts';
import { Site } from '../site.ts';
import { leftMailWords, type Refusal } from '../sync/report.ts';
import { Progress } from '../sync/steps.ts';

export interface UserDeps {
  readonly configuration: TmailConfiguration;
  readonly server: TmailServer;
  readonly memory: Memory;
  readonly randomPassword: () => string;
  /** Only says what it would do. */
  readonly dryRun: boolean;
}

export interface Wish {
  readonly id: string;
  readonly dn: string;
  /** null: no mailbox. */
  readonly person: Person | null;
  /** Where the mailbox is, as far as anybody remembers; null: nowhere. */
  readonly from: string | null;
  /** As its last state says. */
  readonly former: Person | null;
}

const MEBIBYTE = 1_048_576n;

export function userProvisioner(deps: UserDeps): Provisioner {
  return {
    plan(change): Plan {
      const wish = wishOf(change, deps);
      const { person, from, former } = wish;
      if (person === null && from === null) {
        return { targets: [], warnings: [], touches: [] };
      }
      const addresses = [from, person?.address, ...(person?.aliases ?? []), ...(former?.aliases ?? [])];
      const touches = addresses.flatMap((address) => (typeof address === 'string' ? [`address:${address}`] : []));
      return { targets: [{ place: wish, wanted: wish, expected: from !== null }], warnings: [], touches };
    },
    async provision(plan): Promise<Outcome> {
      const wish = plan.targets[0]?.wanted as Wish | undefined;
      const done = wish === undefined ? [] : await carryOut(wish, deps);
      const actions = done.length > 0 ? done : ['nothing to do'];
      return { actions, learnt: {}, warnings: [], stale: [], appeared: false };
    },
  };
}

export function wishOf({ id: given, dn, before, after }: Change, { memory, configuration }: UserDeps): Wish {
  // The id under which it was known first: another one is no other person.
  const id = firstIdOf(given, before).toLowerCase();
  const former = before && personOfUser(id, dn, before, configuration);
  const person = after && personOfUser(id, dn, after, configuration);
  // Another target may have taken an address that no mailbox can have.
  const hadNone = former?.refused.some(({ facet }) => facet === 'account') ?? true;
  return { id, dn, person, former, from: memory.addressOf(id) ?? (hadNone ? null : (former?.address ?? null)) };
}

/** null: no address, or none of ours. Throws PROPERTY_INVALID for a quota that is none. */
export function personOfUser(
  id: string,
  dn: string,
  user: Properties,
  configuration: TmailConfiguration,
): Person | null {
  const address = normalAddress(readText(user.mailPrimaryAddress) ?? '');
  if (address === '' || !configuration.ownership.isOurs(address)) {
    return null;
  }
  return personOf({
    id,
    dn,
    address,
    aliases: readTexts(user.mailAlternativeAddress),
    forwards: readTexts(user.mailForwardAddress),
    mappings: [],
    quota: quotaOf(user.mailUserQuota, configuration),
    firstname: readText(user.firstname) ?? '',
    lastname: readText(user.lastname) ?? '',
    copyToSelf: readBoolean(user.mailForwardCopyToSelf),
  });
}

/** UDM counts in MB, and 0 is none. */
function quotaOf(value: unknown, { quotaZero }: TmailConfiguration): string | null {
  const text = readText(value);
  const megabytes = readInteger(value);
  if (text === null || megabytes === 0) {
    return text !== null && quotaZero === 'unlimited' ? '-1' : null;
  }
  // What is no number is refused with the other values that are none.
  return megabytes === null || megabytes < 0 ? text : String(BigInt(megabytes) * MEBIBYTE);
}

/** Where the memory is lost the last state says what was applied. */
function rememberedOf(person: Person): Remembered {
  const applied = facetsNamed(['aliases', 'forwards', 'mappings', 'quota', 'identity', 'contact']).map((facet) =>
    facet.applied(person),
  );
  return { id: person.id, account: true, ...Object.assign({}, ...applied) };
}

/** Answers what was done; throws what was refused when all else is done. */
export async function carryOut(wish: Wish, deps: UserDeps): Promise<readonly string[]> {
  const { memory, configuration } = deps;
  const { id, dn, person, former } = wish;
  const { facets: names } = configuration;
  const facets = facetsNamed(names);
  const site = new Site([]);
  const mailboxes = createMailboxes({
    ...deps,
    site,
    withAccount: names.includes('account'),
    full: true,
    removes: () => true,
    isMailbox: (address) => site.users.has(address),
  });
  if (former !== null && wish.from !== null && memory.mailboxes.get(wish.from) === undefined) {
    memory.put(wish.from, rememberedOf(former));
  }
  const progress = new Progress(person?.address ?? wish.from ?? '', dn, deps.dryRun);
  if (person !== null) {
    refuseBadAddress(person, progress);
    if (progress.refused.length > 0) {
      return concluded(progress);
    }
  }
  const from = memory.addressOf(id) ?? null;
  if (from !== null) {
    await load(site, from, deps);
  }
  if (person === null) {
    if (from !== null) {
      const leaves = (): void => void progress.actions.push('mail left on the server');
      const begun = memory.mailboxes.get(from)?.renaming;
      if (begun !== undefined) {
        await load(site, begun, deps);
        await mailboxes.remove(begun, names, progress, leaves);
      }
      await mailboxes.remove(from, names, progress, leaves);
    }
    return concluded(progress);
  }
  await load(site, person.address, deps);
  await loadAround(person, site, deps);
  if (await prepare(person, from, { mailboxes, site, progress, facets, deps })) {
    await mailboxes.bring(person, facets, progress);
  }
  return concluded(progress);
}

interface Preparation {
  readonly mailboxes: Mailboxes;
  readonly site: Site;
  readonly progress: Progress;
  readonly facets: ReturnType<typeof facetsNamed>;
  readonly deps: UserDeps;
}

/** The account is there under the right address, and this person's. Answers false, with the reason noted, where it cannot be. */
async function prepare(
  person: Person,
  known: string | null,
  { mailboxes, site, progress, facets, deps }: Preparation,
): Promise<boolean> {
  const { memory, configuration } = deps;
  const { address, id } = person;
  const withAccount = configuration.facets.includes('account');
  const refuse = (reason: string, remedy: string): false => {
    progress.refuse('account', address, reason, remedy);
    return false;
  };
  let from = known;
  const begun = from === null ? undefined : memory.mailboxes.get(from)?.renaming;
  if (withAccount && from !== null && begun !== undefined && begun !== address) {
    await load(site, begun, deps);
    if (site.users.has(begun)) {
      if (!(await mailboxes.rename(person, from, begun, facets, progress))) {
        return false;
      }
      from = begun;
    }
  }
  const holder = memory.mailboxes.get(address);
  if (!isSamePerson(memory.ownerOf(address), id)) {
    return refuse(
      `${address} is the mailbox of somebody else`,
      'Give one of the two users another address; this one follows by itself once the other one has given it up.',
    );
  }
  const left = memory.leftMail.get(address);
  if (left && left.owner !== id && left.adopted !== true && holder?.fresh === undefined) {
    return refuse(...leftMailWords(address));
  }
  if (withAccount && from !== null && from !== address && site.users.has(from)) {
    if (site.users.has(address) && begun !== address) {
      return refuse(
        `the mailbox ${from} cannot become ${address}: there is a mailbox of this address already`,
        'Rename or remove that one (with its mail) on the server, or give the user another address.',
      );
    }
    if (!(await mailboxes.rename(person, from, address, facets, progress))) {
      return false;
    }
  } else if (from !== null && from !== address) {
    if (begun === address && site.users.has(address)) {
      await mailboxes.rename(person, from, address, facets, progress);
    } else {
      memory.remove(from);
    }
  }
  const isThere = site.users.has(address);
  const fresh =
    memory.mailboxes.get(address)?.fresh === undefined
      ? freshness(isThere, left?.owner === id, left !== undefined)
      : null;
  mailboxes.begin(person, facets, withAccount ? fresh : null);
  memory.sync();
  return isThere || !withAccount || mailboxes.createAccount(person, progress);
}

function freshness(isThere: boolean, isBack: boolean, isLeft: boolean): Fresh | null {
  if (isThere) {
    return isLeft && !isBack ? 'taken over' : null;
  }
  return isBack ? 'back' : 'created';
}

function refuseBadAddress({ refused, address }: Person, progress: Progress): void {
  const bad = refused.find(({ facet }) => facet === 'account');
  if (bad) {
    progress.refuse(
      'account',
      address,
      `the address ${address} cannot be used: ${bad.reason}`,
      'Change mailPrimaryAddress in UDM.',
    );
  }
}

/** What the server has of one address. */
async function load(site: Site, address: string, { server, configuration }: UserDeps): Promise<void> {
  if (await server.hasUser(address)) {
    site.users.add(address);
  }
  for (const alias of await server.aliasesOf(address)) {
    site.putAlias({ source: alias, destination: address });
  }
  site.addMappings(address, await server.mappingsOf(address));
  if (configuration.facets.includes('quota') && site.users.has(address)) {
    const quota = await server.ownQuota(address);
    if (quota !== null) {
      site.quotas.set(address, quota);
    }
  }
}

/** Whether aliases are mailboxes, and where forwards lead: the server does not find all circles. */
async function loadAround(person: Person, site: Site, { server }: UserDeps): Promise<void> {
  const aliases = new Set(site.aliasesOf(person.address).map(({ source }) => source));
  for (const alias of person.aliases.filter((each) => !aliases.has(each))) {
    if (await server.hasUser(alias)) {
      site.users.add(alias);
    }
  }
  const there = new Set(site.forwardsOf(person.address));
  const seen = new Set<string>([person.address]);
  const waiting = [...person.forwards, ...person.mappings]
    .filter((each) => !there.has(each))
    .map((each) => each.toLowerCase());
  for (let next = waiting.pop(); next !== undefined && seen.size < MOST_FOLLOWED; next = waiting.pop()) {
    if (!seen.has(next)) {
      seen.add(next);
      const list = await mappingsIfAny(next, server);
      site.addMappings(next, list);
      waiting.push(...list.map(({ target }) => target.toLowerCase()));
    }
  }
}

const MOST_FOLLOWED = 200;

/** Of an address of anybody, which the server may not take for one. */
async function mappingsIfAny(address: string, server: TmailServer): Promise<readonly Mapping[]> {
  try {
    return await server.mappingsOf(address);
  } catch (error) {
    if (isRefusal(error)) {
      return [];
    }
    throw error;
  }
}

/** All that was refused of this user, when everything else is done. */
function concluded({ actions, refused }: Progress): readonly string[] {
  const [first] = refused;
  if (first === undefined) {
    return actions;
  }
  throw new ConnectorError(
    'TMAIL_REFUSED',
    refused.map(wordsOf).join('; '),
    { object: first.address },
    undefined,
    [...new Set(refused.map(({ remedy }) => remedy))].join(' '),
  );
}

function wordsOf({ address, facet, value, reason }: Refusal): string {
  return facet === 'account' ? reason : `${address}: ${facet} ${value}: ${reason}`;
}
