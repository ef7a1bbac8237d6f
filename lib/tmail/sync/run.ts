/**
 * One run of `sync`: the directory is read, what goes away goes first, then addresses change, accounts are made, and
 * what is new is set. So an address can move from one to another within one run.
 */

import { randomPassword } from '../../model/random-password.ts';
import { readingOf, type TmailConfiguration } from '../configuration.ts';
import type { Facet } from '../facets/facet.ts';
import { facetsNamed } from '../facets/index.ts';
import { createMailboxes, isSamePerson, type Mailboxes } from '../mailbox.ts';
import type { Fresh, Memory, Remembered } from '../memory.ts';
import type { Entry, Person } from '../person.ts';
import type { TmailServer } from '../server.ts';
import { Site } from '../site.ts';
import { approve, leftBy } from './approval.ts';
import { type Gathered, gather } from './gather.ts';
import { checkDeletions, checkDirectory, checkLosses } from './limit.ts';
import type { SyncOptions } from './options.ts';
import { renameAll } from './renames.ts';
import type { Reporter, SyncReport } from './report.ts';
import { goneMailboxes, takenOverMailboxes } from './selection.ts';
import { inParallel } from './steps.ts';
import { Tally } from './tally.ts';

export interface SyncDeps {
  readonly configuration: TmailConfiguration;
  readonly entries: () => AsyncIterable<Entry>;
  /** A dry one: nothing is sent. */
  readonly server: TmailServer;
  readonly memory: Memory;
  readonly reporter: Reporter;
  readonly progress: (done: number, total: number) => void;
  readonly isStopped: () => boolean;
  readonly requests: () => number;
}

/** Throws what ends the run before anything was written: an empty directory, too many removals, an outage. */
export function sync(options: SyncOptions, deps: SyncDeps): Promise<SyncReport> {
  return new SyncRun(options, deps).run();
}

class SyncRun {
  readonly options: SyncOptions;
  readonly deps: SyncDeps;
  #facets: readonly Facet[];
  readonly #withAccount: boolean;
  readonly #tally: Tally;
  #site = new Site([]);
  #mailboxes: Mailboxes;
  #gathered: Gathered;

  constructor(options: SyncOptions, deps: SyncDeps) {
    this.options = options;
    this.deps = deps;
    this.#tally = new Tally(deps.reporter);
    this.#facets = facetsNamed(options.facets);
    this.#withAccount = options.facets.includes('account');
    this.#mailboxes = this.#openMailboxes();
    this.#gathered = {
      entries: 0,
      unchanged: 0,
      changed: new Map(),
      seen: new Map(),
      ids: new Set(),
      kept: new Set(),
      present: new Set(),
      refused: [],
      failure: null,
    };
  }

  async run(): Promise<SyncReport> {
    const { deps, options } = this;
    this.#site = new Site(await deps.server.users());
    this.#mailboxes = this.#openMailboxes();
    await this.#leaveOutContacts();
    this.#gathered = await gather({
      ...deps,
      reading: readingOf(deps.configuration),
      ownership: deps.configuration.ownership,
      facets: this.#facets,
      withAccount: this.#withAccount,
      isThere: (address) => !this.#withAccount || this.#site.users.has(address),
      full: options.full,
      only: options.only,
      progress: (entries) => deps.progress(0, entries),
    });
    if (!deps.isStopped()) {
      checkDirectory(this.#gathered);
    }
    for (const refusal of this.#gathered.refused) {
      this.#tally.refuse(refusal);
    }
    if (deps.isStopped()) {
      return this.#report();
    }
    const selection = { ...deps, options, site: this.#site, gathered: this.#gathered };
    const people = options.facets.length === 0 ? [] : this.#acceptable();
    const going = [...goneMailboxes(selection), ...takenOverMailboxes(selection, people)];
    checkDeletions(going, selection);
    if (people.length > 0 || going.length > 0) {
      await this.#site.readAll(deps.server);
      checkLosses(people, selection);
      await this.#work(people, going);
    }
    deps.memory.sync();
    return this.#report();
  }

  async #work(people: readonly Person[], going: readonly string[]): Promise<void> {
    const { deps, options } = this;
    const stopped = deps.isStopped;
    const lanes = options.concurrency;
    const complete = this.#gathered.failure === null;
    if (complete) {
      const isRemembered = (address: string): boolean => deps.memory.mailboxes.get(address) !== undefined;
      // Where a mailbox was on its way to comes first: whose it is stands at the address that it came from.
      const halfway = going.filter((address) => !isRemembered(address));
      for (const addresses of [halfway, going.filter(isRemembered)]) {
        await inParallel(addresses, lanes, stopped, (address) => this.#remove(address));
      }
      await inParallel(people, lanes, stopped, (person) => this.#removeValues(person));
    }
    const staying = await this.#rename(people, complete);
    const approved: { person: Person; fresh: Fresh | null }[] = [];
    const approval = {
      ...deps,
      options,
      site: this.#site,
      gathered: this.#gathered,
      refuse: (person: Person, reason: string, remedy: string) => this.#tally.refuseAccount(person, reason, remedy),
    };
    await inParallel(staying, lanes, stopped, async (person) => {
      const answer = await approve(person, approval);
      if (answer !== null) {
        approved.push({ person, fresh: answer.fresh });
      }
    });
    for (const { person, fresh } of approved) {
      this.#mailboxes.begin(person, this.#facets, fresh);
    }
    deps.memory.sync();
    const ready: Person[] = [];
    await inParallel(approved, lanes, stopped, async ({ person }) => {
      if (await this.#ensureAccount(person)) {
        ready.push(person);
      }
    });
    let done = 0;
    await inParallel(ready, lanes, stopped, async (person) => {
      await this.#tally.carryOut(person, (progress) => this.#mailboxes.bring(person, this.#facets, progress));
      done += 1;
      deps.progress(done, ready.length);
    });
  }

  /** Without those whose address the server cannot carry. */
  #acceptable(): Person[] {
    return [...this.#gathered.changed.values()].filter((person) => {
      const bad = person.refused.find(({ facet }) => facet === 'account');
      if (bad) {
        const reason = `the address ${person.address} cannot be used: ${bad.reason}`;
        this.#tally.refuseAccount(person, reason, 'Change the address in the directory.');
      }
      return bad === undefined;
    });
  }

  async #remove(address: string): Promise<void> {
    await this.#tally.carryOut({ address, dn: '' }, async (progress) => {
      await this.#mailboxes.remove(address, this.options.clean, progress, () => this.#tally.leftMail.push(address));
      this.#tally.removed += progress.done.some(({ action }) => action === 'removed') ? 1 : 0;
    });
  }

  async #removeValues(person: Person): Promise<void> {
    const at = (person.id === null ? undefined : this.deps.memory.addressOf(person.id)) ?? person.address;
    const known = this.deps.memory.mailboxes.get(at);
    // The mailbox of somebody else, or none yet: nothing of this person's can be in it.
    if (
      !this.options.update ||
      (known && !isSamePerson(known.id, person.id)) ||
      (this.#withAccount && !this.#site.users.has(at))
    ) {
      return;
    }
    await this.#tally.carryOut(person, (progress) => this.#mailboxes.removeValues(person, at, this.#facets, progress));
  }

  /** Answers who can go on: not those whose mailbox has to wait. */
  #rename(people: readonly Person[], complete: boolean): Promise<readonly Person[]> {
    const { deps, options } = this;
    return renameAll(people, {
      site: this.#site,
      memory: deps.memory,
      // A mailbox that is not made by us is not renamed by us either.
      isOn: deps.configuration.facets.includes('account'),
      isNow: complete && this.#withAccount && options.rename,
      isStopped: deps.isStopped,
      rename: (person, from, to) =>
        this.#tally.carryOut(person, (progress) =>
          this.#mailboxes.rename(person, from, to, this.#facets, progress, () => {
            this.#tally.renamed += 1;
          }),
        ),
      refuse: (person, reason, remedy) => this.#tally.refuseAccount(person, reason, remedy),
      leftBy: (address, id) => leftBy(deps.memory, address, id),
    });
  }

  async #ensureAccount(person: Person): Promise<boolean> {
    if (!this.#withAccount || this.#site.users.has(person.address)) {
      return true;
    }
    const isDone = await this.#tally.carryOut(person, (progress) =>
      this.#mailboxes.createAccount(person.address, progress),
    );
    this.#tally.created += isDone ? 1 : 0;
    return isDone;
  }

  /** Nobody counts as changed for want of a contact where there are none. Where one was set there are. */
  async #leaveOutContacts(): Promise<void> {
    const { memory, server } = this.deps;
    const isWanted = this.#facets.some(({ name }) => name === 'contact');
    if (isWanted && !hasAny(memory.mailboxes.entries()) && !(await server.hasContacts())) {
      this.#facets = this.#facets.filter(({ name }) => name !== 'contact');
    }
  }

  #openMailboxes(): Mailboxes {
    const { deps, options } = this;
    return createMailboxes({
      configuration: deps.configuration,
      server: deps.server,
      site: this.#site,
      memory: deps.memory,
      withAccount: this.#withAccount,
      full: options.full,
      removes: () => this.#gathered.failure === null,
      isMailbox: (address) => this.#site.users.has(address) || this.#gathered.seen.has(address),
      randomPassword,
    });
  }

  #report(): SyncReport {
    const { entries, unchanged, failure } = this.#gathered;
    return {
      entries,
      unchanged,
      ...this.#tally.counts(),
      requests: this.deps.requests(),
      failure,
      dryRun: this.deps.server.isDry,
    };
  }
}

function hasAny(mailboxes: Iterable<readonly [string, Remembered]>): boolean {
  for (const [, { contact }] of mailboxes) {
    if (contact !== undefined) {
      return true;
    }
  }
  return false;
}
