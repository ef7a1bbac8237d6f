/** users/user for TMail: one mailbox for each primary mail address. */
import { ConnectorError } from '../../errors/connector-error.ts';
import type { Action, Outcome, Step } from '../../target/outcome.ts';
import type { Plan } from '../../target/plan.ts';
import type { Provisioner } from '../../target/provisioner.ts';
import { domainOf } from '../address.ts';
import { facetsNamed } from '../facets/index.ts';
import { createMailboxes, type MailboxDeps, type Mailboxes } from '../mailbox.ts';
import { type Fresh, isSamePerson, type Memory } from '../memory.ts';
import { mistakeOf, type Person } from '../person.ts';
import { Site } from '../site.ts';
import { leftMailWords, type Refusal } from '../sync/report.ts';
import { Progress } from '../sync/steps.ts';
import { rememberedOf } from './recall.ts';
import { load, loadAround } from './surroundings.ts';
import { createTurns, type InTurn } from './turns.ts';
import { type Wish, wishOf } from './wish.ts';

export interface UserDeps extends Pick<MailboxDeps, 'configuration' | 'server' | 'memory' | 'randomPassword'> {
  /** Told before a mailbox goes; throws where it may not. */
  readonly beforeRemoval: (address: string) => Promise<void>;
}

export function userProvisioner(deps: UserDeps): Provisioner {
  const { memory } = deps;
  const inTurn = createTurns();
  return {
    plan(change): Plan {
      // TMail has nothing of the others: their last states are kept, as those of all objects.
      if (change.type !== 'users/user') {
        return NOTHING_PLANNED;
      }
      const wish = wishOf(change, deps);
      const { person, from, former } = wish;
      if (person === null && from === null) {
        return NOTHING_PLANNED;
      }
      const aliases = [...(person?.aliases ?? []), ...(former?.aliases ?? [])];
      const begun = memory.mailboxes.get(from ?? '')?.renaming;
      const addresses = [from, begun, person?.address, ...aliases, ...turnedForwards(wish, memory)];
      const touches = addresses.flatMap((address) => (typeof address === 'string' ? [`address:${address}`] : []));
      // Only one of them has its turn at a time (see carryOut): they wait here, and take nobody's place.
      const leadsOn = person !== null && person.forwards.length + person.mappings.length > 0;
      const lanes = leadsOn ? ['forwards'] : [];
      return { targets: [{ place: wish, wanted: wish, expected: from !== null }], warnings: [], touches, lanes };
    },
    async provision(plan): Promise<Outcome> {
      const wish = plan.targets[0]?.wanted as Wish | undefined;
      const done = wish === undefined ? [] : await carryOut(wish, deps, inTurn);
      const steps = done.map(({ action, text }): Step => ({ action: actionOf(wish, action), text }));
      return { steps: steps.length > 0 ? steps : [NOTHING_DONE], learnt: {}, warnings: [], stale: [], appeared: false };
    },
  };
}

/** Targets that come or go, of people here: where one closes a circle, who gives up its own may be the cure. */
function turnedForwards({ person, former }: Wish, { mailboxes }: Memory): string[] {
  const [before, after] = [former?.forwards ?? [], person?.forwards ?? []];
  const own = domainOf((person ?? former)?.address ?? '');
  return [...before.filter((each) => !after.includes(each)), ...after.filter((each) => !before.includes(each))]
    .map((target) => target.toLowerCase())
    .filter((target) => domainOf(target) === own || mailboxes.get(target) !== undefined);
}

/** Of the user: an account that is made anew under another address is the same one. */
function actionOf(wish: Wish | undefined, action: Action): Action {
  return wish?.person === null ? 'removed' : wish?.from == null ? action : 'updated';
}

const NOTHING_PLANNED: Plan = { targets: [], warnings: [], touches: [] };

const NOTHING_DONE: Step = { action: 'unchanged', text: 'nothing to do' };

/** Answers what was done; throws what was refused when all else is done. */
export async function carryOut(wish: Wish, deps: UserDeps, inTurn: InTurn = createTurns()): Promise<readonly Step[]> {
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
  const progress = new Progress(person?.address ?? wish.from ?? '', dn);
  if (person !== null) {
    const mistake = mistakeOf(person);
    if (mistake !== null) {
      progress.refuse('account', person.address, mistake, 'Change mailPrimaryAddress in UDM.');
      return concluded(progress);
    }
  }
  const from = memory.addressOf(id) ?? null;
  if (from !== null) {
    await load(site, from, deps);
  }
  if (person === null) {
    if (from !== null) {
      await deps.beforeRemoval(from);
      const leaves = (): void => void progress.done.push({ action: 'removed', text: 'mail left on the server' });
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
  const bring = async (): Promise<void> => {
    await loadAround(person, from, site, deps);
    if (await prepare(person, from, { mailboxes, site, progress, facets, deps })) {
      await mailboxes.bring(person, facets, progress);
    }
  };
  // Two that are set at once would not see that they form a circle. Mail that goes no further is in none.
  await (goesOn(person, from, site) ? inTurn(bring) : bring());
  return concluded(progress);
}

/** By what is wished, or by what the user set up. */
function goesOn({ address, forwards, mappings }: Person, from: string | null, site: Site): boolean {
  const there = [address, from ?? address].flatMap((at) => [
    ...site.targetsOf('forwards', at),
    ...site.targetsOf('mappings', at),
  ]);
  return [...forwards, ...mappings, ...there].some((target) => target !== address && target !== from);
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
    // A forward that is to go must not come along: at the new address it might close a circle.
    await mailboxes.removeValues(person, from, facets, progress);
    if (!(await mailboxes.rename(person, from, address, facets, progress))) {
      return false;
    }
  } else if (from !== null && from !== address) {
    if (begun === address && site.users.has(address)) {
      await mailboxes.rename(person, from, address, facets, progress);
    } else if (await mailboxes.leave(from, configuration.facets, progress)) {
      memory.remove(from);
    } else {
      return false;
    }
  }
  const isThere = site.users.has(address);
  const fresh =
    memory.mailboxes.get(address)?.fresh === undefined
      ? freshness(isThere, left?.owner === id, left !== undefined)
      : null;
  mailboxes.begin(person, facets, withAccount ? fresh : null);
  memory.sync();
  return isThere || !withAccount || mailboxes.createAccount(person.address, progress);
}

function freshness(isThere: boolean, isBack: boolean, isLeft: boolean): Fresh | null {
  if (isThere) {
    return isLeft && !isBack ? 'taken over' : null;
  }
  return isBack ? 'back' : 'created';
}

/** All that was refused of this user, when everything else is done. */
function concluded({ done, refused }: Progress): readonly Step[] {
  const [first] = refused;
  if (first === undefined) {
    return done;
  }
  throw new ConnectorError('TMAIL_REFUSED', refused.map(wordsOf).join('; '), {
    fields: { object: first.address },
    remedy: [...new Set(refused.map(({ remedy }) => remedy))].join(' '),
  });
}

function wordsOf({ address, facet, value, reason }: Refusal): string {
  return facet === 'account' ? reason : `${address}: ${facet} ${value}: ${reason}`;
}
