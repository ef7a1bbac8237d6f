/**
 * What is done to one mailbox, whichever way the wish came in: it is brought to what it should be, gets another address,
 * or goes. Each can be repeated after it was cut off at any point.
 */
import type { TmailConfiguration } from './configuration.ts';
import { begunOf, goingOf } from './doubts.ts';
import { type FacetName, isList, LISTS } from './facet-names.ts';
import { newAccount, removeAccount, removeMail } from './facets/account.ts';
import type { Facet, Situation, Step } from './facets/facet.ts';
import { facetsNamed } from './facets/index.ts';
import { removing } from './facets/lists.ts';
import { moveTheRest } from './facets/move.ts';
import { type Fresh, isSamePerson, type Memory, OF_AN_ACCOUNT, type Remembered } from './memory.ts';
import type { Person } from './person.ts';
import type { TmailServer } from './server.ts';
import type { Site } from './site.ts';
import type { Progress } from './sync/steps.ts';

export interface MailboxDeps {
  readonly configuration: TmailConfiguration;
  readonly server: TmailServer;
  readonly site: Site;
  readonly memory: Memory;
  readonly withAccount: boolean;
  readonly full: boolean;
  /** false: what is wished is not known to its end, so nothing is taken away. */
  readonly removes: () => boolean;
  readonly isMailbox: (address: string) => boolean;
  readonly randomPassword: () => string;
}

export type Mailboxes = ReturnType<typeof createMailboxes>;

const OUTLIVING: readonly FacetName[] = ['forwards', 'mappings'];

export function createMailboxes(deps: MailboxDeps) {
  const { server, site, memory, configuration } = deps;

  const knownAt = (address: string, person: Person): Remembered | null => {
    const known = memory.mailboxes.get(address);
    return known && isSamePerson(known.id, person.id) ? known : null;
  };

  const situationOf = (at: string, person: Person, facet: Facet): Situation => {
    const known = knownAt(at, person);
    return {
      at,
      site,
      server,
      known,
      fresh: known?.fresh?.left.includes(facet.name) ? known.fresh.how : null,
      full: deps.full,
      isMailbox: deps.isMailbox,
    };
  };

  /**
   * What an account that is gone has left at the address goes before: the server makes none as long as it is there, nor
   * while it is somebody's alias.
   */
  const createAccount = async (address: string, progress: Progress): Promise<boolean> => {
    const left = site.isAlias(address) ? [] : configuration.facets.filter((name) => OUTLIVING.includes(name));
    for (const facet of facetsNamed(left)) {
      await progress.carryAll(facet.clear(address, site, server));
    }
    return progress.carry(newAccount(address, site, server, deps.randomPassword));
  };

  /** Notes, before any of it goes, that it may be gone. */
  const doubt = (address: string, names: readonly FacetName[]): void => {
    const known = memory.mailboxes.get(address);
    if (known !== undefined) {
      memory.put(address, goingOf(known, names));
      memory.sync();
    }
  };

  return {
    /** Before anything of the run is added: what goes away, of a mailbox that is there. */
    async removeValues(person: Person, at: string, facets: readonly Facet[], progress: Progress): Promise<void> {
      const all: Step[] = [];
      for (const facet of facets.filter(({ name }) => isList(name))) {
        const { removals } = await facet.compare(person, situationOf(at, person, facet));
        all.push(...removals);
      }
      if (all.length > 0) {
        doubt(at, LISTS);
      }
      await progress.carryAll(all);
    },

    /** Notes, before the first of it is sent, what may have been sent if the run is cut off. */
    begin(person: Person, facets: readonly Facet[], fresh: Fresh | null): void {
      memory.put(person.address, begunOf(knownAt(person.address, person), person, facets, fresh));
    },

    createAccount,

    /** Every facet: what goes first, then what comes. Then it is remembered. */
    async bring(person: Person, facets: readonly Facet[], progress: Progress): Promise<void> {
      const { address } = person;
      const applied: Partial<Remembered>[] = [];
      const postponed = new Set<FacetName>();
      for (const { facet: name, value, reason } of person.refused) {
        if (name !== 'account') {
          progress.refuse(name, value, reason, 'Correct the value in the directory.');
        }
      }
      for (const facet of facets) {
        const situation = situationOf(address, person, facet);
        const { removals, additions } = await facet.compare(person, situation);
        if (deps.removes()) {
          await progress.carryAll(removals);
        } else if (removals.length > 0) {
          postponed.add(facet.name);
        }
        await progress.carryAll(additions);
        if (isList(facet.name) || (progress.isDone(facet.name) && !postponed.has(facet.name))) {
          applied.push(facet.remember(person, situation));
        }
      }
      const isDone = (name: FacetName): boolean => facets.some((facet) => facet.name === name);
      const isRefused = (name: FacetName): boolean => progress.hasRefused(name) || postponed.has(name);
      const { open, begun, fresh, ...before } = knownAt(address, person) ?? { id: null };
      const stillOpen = OF_AN_ACCOUNT.filter((name) => (isDone(name) ? isRefused(name) : open?.includes(name)));
      const stillFresh = fresh?.left.filter((name) => !isDone(name) || isRefused(name)) ?? [];
      memory.put(address, {
        ...before,
        id: person.id ?? before.id,
        ...Object.assign({}, ...applied),
        ...(deps.withAccount ? { account: true } : {}),
        ...(stillOpen.length > 0 ? { open: stillOpen } : {}),
        ...(fresh && stillFresh.length > 0 ? { fresh: { how: fresh.how, left: stillFresh } } : {}),
      });
      const left = memory.leftMail.get(address);
      if (left !== undefined && (fresh || left.owner === person.id)) {
        memory.leftMail.remove(address);
      }
    },

    /** What an address has from which there is nothing to rename. Answers whether all is gone. */
    leave(address: string, names: readonly FacetName[], progress: Progress): Promise<boolean> {
      const others = names.filter((name) => name !== 'account');
      return this.remove(address, others, progress, () => undefined);
    },

    /** All of it, in the reverse order. `leaves` is told when mail stays behind. Answers whether all is gone. */
    async remove(
      address: string,
      clean: readonly FacetName[],
      progress: Progress,
      leaves: () => void,
    ): Promise<boolean> {
      const known = memory.mailboxes.get(address) ?? null;
      const isThere = site.users.has(address);
      const withAccount = clean.includes('account');
      const keepsMail = configuration.deletedMail === 'keep';
      const hasMail = withAccount && isThere && (await server.mailboxes(address)) > 0;
      if (hasMail && keepsMail) {
        leaves();
        const owner = memory.ownerOf(address);
        if (owner !== null) {
          memory.leftMail.put(address, { owner });
          memory.leftMail.sync();
        }
      }
      doubt(address, clean);
      for (const facet of facetsNamed(clean).reverse()) {
        if (facet.name !== 'contact' || isThere || known?.contact !== undefined) {
          await progress.carryAll(facet.clear(address, site, server));
        }
      }
      if (withAccount && isThere) {
        if (hasMail && !keepsMail && !(await progress.carry(removeMail(address, server)))) {
          return false;
        }
        await progress.carry(removeAccount(address, site, server));
      }
      const isGone = progress.refused.length === 0;
      if (isGone && withAccount) {
        forget(address, clean, known);
        // What had moved there already is its owner's all the same.
        if (known?.renaming !== undefined && site.users.has(known.renaming)) {
          memory.put(known.renaming, { id: known.id, account: true });
        }
      } else if (isGone && known !== null) {
        const cleared = new Set<string>(clean);
        const rest = Object.entries(known).filter(([name]) => !cleared.has(name));
        memory.put(address, Object.fromEntries(rest) as unknown as Remembered);
      }
      return isGone;
    },

    /**
     * Mail, filters and forwards move by the server's own task, the rest by us. It leaves a forward from the old to the new
     * address, and fails over it when repeated, and over what the new one has already. `hasMoved`: called when it is done.
     */
    async rename(
      person: Person,
      from: string,
      to: string,
      facets: readonly Facet[],
      progress: Progress,
      hasMoved: () => void = () => undefined,
    ): Promise<boolean> {
      const back = site.forwardBack(from, to);
      if (back !== undefined) {
        const reason = `mail of ${from} is forwarded to ${back}, from where it comes back: the server cannot rename it to ${to}`;
        progress.refuse('account', to, reason, 'Remove one of the forwards (listener_trigger check names the circle).');
        return false;
      }
      const { renaming, ...known } = memory.mailboxes.get(from) ?? { id: person.id };
      memory.put(from, { ...known, renaming: to });
      memory.sync();
      const forwards = site.valuesOf('forwards', from).filter(({ value }) => {
        return value === to || site.targetsOf('forwards', to).includes(value === from ? to : value);
      });
      const alias = site.valuesOf('aliases', from).filter(({ value }) => value === to);
      await progress.carryAll(forwards.map((each) => removing('forwards', each, site, server)));
      await progress.carryAll(alias.map((each) => removing('aliases', each, site, server)));
      if (progress.refused.length > 0) {
        return false;
      }
      if (!site.users.has(to) && !(await createAccount(to, progress))) {
        // Nothing has begun: whoever gets that address in the meantime is not us.
        memory.put(from, known);
        return false;
      }
      if (site.users.has(from)) {
        const moved = await progress.carry({
          facet: 'account',
          text: `renamed from ${from}`,
          value: to,
          send: () => server.rename(from, to),
        });
        if (!moved) {
          return false;
        }
        hasMoved();
        site.moveForwards(from, to);
        site.put('forwards', from, to);
        await progress.carry(removing('forwards', { owner: from, value: to }, site, server));
      }
      const ours = new Set([...facets, ...facetsNamed(known.contact === undefined ? [] : ['contact'])]);
      await moveTheRest(from, to, ours, progress, deps);
      // What was refused so far is repeated with all of it: the account goes when nothing of it is left behind.
      if (progress.refused.length > 0) {
        return false;
      }
      if (site.users.has(from) && !(await progress.carry(removeAccount(from, site, server)))) {
        return false;
      }
      const { identity, contact, ...kept } = known;
      memory.remove(from);
      memory.put(to, {
        ...kept,
        ...(kept.forwards ? { forwards: kept.forwards.map((value) => (value === from ? to : value)) } : {}),
        fresh: { how: 'renamed', left: OF_AN_ACCOUNT },
      });
      memory.sync();
      return true;
    },
  };

  /** What other runs are to clear, where each facet has its own, is nobody's but not forgotten. */
  function forget(address: string, cleared: readonly FacetName[], known: Remembered | null): void {
    const contact = known?.contact === undefined ? {} : { contact: known.contact };
    const others = facetsNamed(LISTS.filter((name) => !cleared.includes(name)));
    const isLeft = others.some((facet) => facet.clear(address, site, server).length > 0);
    if (isLeft || (contact.contact !== undefined && !cleared.includes('contact'))) {
      memory.put(address, { id: null, ...contact });
    } else {
      memory.remove(address);
    }
  }
}
