/**
 * One run of `sync`: the directory is read, what goes away goes first, then addresses change, accounts are made, and
 * what is new is set. So an address can move from one to another within one run.
 */
import { ConnectorError } from '../../errors/connector-error.ts';
import { randomPassword } from '../../provisioners/random-password.ts';
import type { TmailConfiguration } from '../configuration.ts';
import type { Facet } from '../facets/facet.ts';
import { facetsNamed } from '../facets/index.ts';
import { NO_QUOTA } from '../facets/values.ts';
import { createMailboxes, isSamePerson, type Mailboxes } from '../mailbox.ts';
import type { Fresh, Memory } from '../memory.ts';
import type { Entry, Person } from '../person.ts';
import type { TmailServer } from '../server.ts';
import { Site } from '../site.ts';
import { type Gathered, gather, VALUES } from './gather.ts';
import { checkDeletions, checkLosses } from './limit.ts';
import type { SyncOptions } from './options.ts';
import { renameAll } from './renames.ts';
import { leftMailWords, type Refusal, type Reporter, type SyncReport } from './report.ts';
import { inParallel, Progress } from './steps.ts';

export interface SyncDeps {
  readonly configuration: TmailConfiguration;
  readonly entries: () => AsyncIterable<Entry>;
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

export class SyncRun {
  readonly options: SyncOptions;
  readonly deps: SyncDeps;
  readonly refused: Refusal[] = [];
  #facets: readonly Facet[];
  readonly #withAccount: boolean;
  readonly #leftMail: string[] = [];
  readonly #counts = { created: 0, renamed: 0, removed: 0 };
  readonly #changed = new Set<string>();
  #site = new Site([]);
  #mailboxes: Mailboxes;
  #gathered: Gathered;

  constructor(options: SyncOptions, deps: SyncDeps) {
    this.options = options;
    this.deps = deps;
    this.#facets = facetsNamed(options.facets);
    this.#withAccount = options.facets.includes('account');
    this.#mailboxes = this.#openMailboxes();
    this.#gathered = {
      entries: 0,
      unchanged: 0,
      changed: new Map(),
      seen: new Map(),
      ids: new Set(),
      present: new Set(),
      refused: [],
      failure: null,
    };
  }

  async run(): Promise<SyncReport> {
    const { deps, options } = this;
    this.#site = new Site(await deps.server.users());
    this.#mailboxes = this.#openMailboxes();
    this.#gathered = await gather({
      ...deps,
      reading: { attributes: attributesOf(deps.configuration), localCopy: deps.configuration.localCopy },
      ownership: deps.configuration.ownership,
      facets: this.#facets,
      withAccount: this.#withAccount,
      isThere: (address) => !this.#withAccount || this.#site.users.has(address),
      full: options.full,
      only: options.only,
      progress: (entries) => deps.progress(0, entries),
    });
    this.#checkDirectory();
    for (const refusal of this.#gathered.refused) {
      this.#refuse(refusal);
    }
    if (deps.isStopped()) {
      return this.#report();
    }
    const people = options.facets.length === 0 ? [] : this.#acceptable();
    const gone = this.#gone();
    const takenOver = this.#takenOver(people);
    checkDeletions(
      [...gone, ...takenOver].filter((address) => this.#site.users.has(address)),
      this.#ours(),
      options,
      deps.configuration,
    );
    if (people.length > 0 || gone.length > 0) {
      await this.#site.readAll(deps.server);
      this.#checkLosses(people);
      await this.#work(people, gone, takenOver);
    }
    deps.memory.sync();
    return this.#report();
  }

  async #work(people: readonly Person[], gone: readonly string[], takenOver: readonly string[]): Promise<void> {
    const { deps, options } = this;
    const stopped = deps.isStopped;
    const lanes = options.concurrency;
    const complete = this.#gathered.failure === null;
    await this.#askForContacts(people);
    if (complete) {
      // Where a mailbox was on its way to comes first: whose it is stands at the address that it came from.
      const [own, halfway] = partition(
        [...gone, ...takenOver],
        (address) => deps.memory.mailboxes.get(address) !== undefined,
      );
      for (const addresses of [halfway, own]) {
        await inParallel(addresses, lanes, stopped, (address) => this.#remove(address));
      }
      await inParallel(people, lanes, stopped, (person) => this.#removeValues(person));
    }
    const staying = await this.#rename(people, complete);
    const approved: { person: Person; fresh: Fresh | null }[] = [];
    await inParallel(staying, lanes, stopped, async (person) => {
      const answer = await this.#approve(person);
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
      const progress = this.#progressOf(person);
      await this.#mailboxes.bring(person, this.#facets, progress);
      this.#finish(progress);
      done += 1;
      deps.progress(done, ready.length);
    });
  }

  #checkDirectory(): void {
    const { seen, failure, entries } = this.#gathered;
    if (seen.size === 0 && failure === null && !this.deps.isStopped()) {
      throw new ConnectorError(
        'DIRECTORY_EMPTY',
        entries === 0
          ? 'the directory answers without any entry: nothing was done'
          : `none of the ${entries} entries of the directory is a mailbox of ours: nothing was done`,
        {},
        undefined,
        'Check base, filter and attributes of the directory, what the user that logs in may read, and domains and keep.',
      );
    }
  }

  #checkLosses(people: readonly Person[]): void {
    const { deps, options } = this;
    const { present, failure } = this.#gathered;
    const absent = VALUES.filter((name) => options.facets.includes(name) && !present.has(name));
    for (const name of failure === null ? absent : []) {
      const losing = people.filter(({ address, id }) => this.#has(name, (id && deps.memory.addressOf(id)) || address));
      checkLosses(
        name,
        losing.map(({ address }) => address),
        this.#ours(),
        options,
        deps.configuration,
      );
    }
  }

  /** Something that this run would take away from whoever wishes none of it. */
  #has(name: (typeof VALUES)[number], address: string): boolean {
    const known = this.deps.memory.mailboxes.get(address);
    switch (name) {
      case 'quota':
        return this.#site.quotas.has(address) && known?.quota !== NO_QUOTA;
      case 'aliases':
        return known?.aliases === undefined ? this.#site.aliasesOf(address).length > 0 : known.aliases.length > 0;
      default:
        return (known?.[name]?.length ?? 0) > 0;
    }
  }

  /** Without those whose address the server cannot carry. */
  #acceptable(): Person[] {
    return [...this.#gathered.changed.values()].filter((person) => {
      const bad = person.refused.find(({ facet }) => facet === 'account');
      if (bad) {
        const { address, dn } = person;
        this.#refuse({
          address,
          dn,
          facet: 'account',
          value: address,
          reason: `the address ${address} cannot be used: ${bad.reason}`,
          remedy: 'Change the address in the directory.',
        });
      }
      return bad === undefined;
    });
  }

  /** Mailboxes of ours that nobody in the directory has any more. */
  #gone(): string[] {
    const { options, deps } = this;
    const { seen, ids, failure } = this.#gathered;
    if (options.clean.length === 0 || failure !== null) {
      return [];
    }
    const moves = deps.configuration.facets.includes('account');
    const isGone = (address: string): boolean => {
      const id = deps.memory.ownerOf(address);
      // Somebody who has another address now: the mailbox moves, or waits until it can.
      const isMoving = moves && id !== null && ids.has(id);
      return (
        deps.configuration.ownership.isOurs(address) &&
        !seen.has(address) &&
        !isMoving &&
        (options.only?.has(address) ?? true)
      );
    };
    const remembered = [...deps.memory.mailboxes.entries()].map(([address]) => address);
    return [...new Set([...this.#site.users, ...remembered])].filter(isGone).sort();
  }

  /** Mailboxes that go although somebody has their address now: with the mail, or since a mailbox is to move there. */
  #takenOver(people: readonly Person[]): string[] {
    const { deps, options } = this;
    if (!options.clean.includes('account') || this.#gathered.failure !== null) {
      return [];
    }
    const moves = ({ id, address }: Person): boolean =>
      id !== null && (deps.memory.addressOf(id) ?? address) !== address;
    return people
      .filter((person) => deps.configuration.deletedMail === 'remove' || moves(person))
      .map(({ address }) => address)
      .filter((address) => this.#formerOwner(address) !== null);
  }

  /** The id of the one that the mailbox is remembered for, who is not in the directory any more; null: it is no other. */
  #formerOwner(address: string): string | null {
    const owner = this.deps.memory.ownerOf(address);
    const now = this.#gathered.seen.get(address)?.id ?? null;
    return owner !== null && now !== null && owner !== now && !this.#gathered.ids.has(owner) ? owner : null;
  }

  async #remove(address: string): Promise<void> {
    const progress = new Progress(address, '', this.options.dryRun);
    await this.#mailboxes.remove(address, this.options.clean, progress, () => this.#leftMail.push(address));
    if (progress.actions.includes('account removed')) {
      this.#counts.removed += 1;
    }
    this.#finish(progress);
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
    const progress = this.#progressOf(person);
    await this.#mailboxes.removeValues(person, at, this.#facets, progress);
    this.#finish(progress);
  }

  /** Answers who can go on: not those whose mailbox has to wait. */
  async #rename(people: readonly Person[], complete: boolean): Promise<readonly Person[]> {
    const { deps, options } = this;
    const outcome = await renameAll(people, {
      site: this.#site,
      memory: deps.memory,
      // A mailbox that is not made by us is not renamed by us either.
      isOn: deps.configuration.facets.includes('account'),
      isNow: complete && this.#withAccount && options.rename,
      isStopped: deps.isStopped,
      rename: async (person, from, to) => {
        const progress = this.#progressOf(person);
        const isDone = await this.#mailboxes.rename(person, from, to, this.#facets, progress);
        this.#counts.renamed += progress.actions.some((text) => text.startsWith('renamed')) ? 1 : 0;
        this.#finish(progress);
        return isDone;
      },
      refuse: (person, reason, remedy) => this.#refuseAccount(person, reason, remedy),
      leftBy: (address, id) => this.#leftBy(address, id),
    });
    return outcome;
  }

  /** null: this person's mailbox is not touched in this run. `fresh` null: as it is remembered. */
  async #approve(person: Person): Promise<{ fresh: Fresh | null } | null> {
    const { deps, options } = this;
    const { address, id } = person;
    const known = deps.memory.mailboxes.get(address);
    const left = deps.memory.leftMail.get(address);
    const isThere = this.#site.users.has(address);
    const own = known && isSamePerson(known.id, id) ? known : null;
    if (isThere && !options.update) {
      return null;
    }
    if (!this.#withAccount) {
      if (known?.account === true && own === null) {
        return this.#refuseAccount(
          person,
          `${address} is remembered as the mailbox of somebody else`,
          'A run with the job account decides whether this person gets it.',
        );
      }
      return { fresh: known && own === null ? 'taken over' : null };
    }
    if (!isThere && !options.create) {
      return null;
    }
    const owner = deps.memory.ownerOf(address);
    if (owner !== null && id !== null && owner !== id && isThere) {
      return this.#approveTakeOver(person, owner);
    }
    if (left && left.owner === id) {
      return { fresh: isThere ? null : 'back' };
    }
    if (own?.fresh === undefined && this.#leftBy(address, id) !== null) {
      return this.#refuseAccount(person, ...leftMailWords(address));
    }
    if (own?.fresh !== undefined) {
      return { fresh: null };
    }
    return { fresh: isThere ? (left ? 'taken over' : null) : 'created' };
  }

  /** The mailbox is there and was another's. */
  async #approveTakeOver(person: Person, owner: string): Promise<{ fresh: Fresh | null } | null> {
    const { deps } = this;
    const { address } = person;
    if (this.#gathered.ids.has(owner)) {
      return this.#refuseAccount(
        person,
        `${address} is still the mailbox of somebody else in the directory, whose own address could not be changed`,
        'Give one of them another address, or solve what is said of the other one; this one follows by itself.',
      );
    }
    if (this.#gathered.failure !== null) {
      return null;
    }
    const left = deps.memory.leftMail.get(address);
    if (left?.adopted !== true && (await deps.server.mailboxes(address)) > 0) {
      deps.memory.leftMail.put(address, { owner });
      return this.#refuseAccount(person, ...leftMailWords(address));
    }
    return { fresh: 'taken over' };
  }

  /** Whose mail waits at the address, unless it is this person's or was given on; null: nobody's. */
  #leftBy(address: string, id: string | null): string | null {
    const left = this.deps.memory.leftMail.get(address);
    return left && left.adopted !== true && left.owner !== id ? left.owner : null;
  }

  async #ensureAccount(person: Person): Promise<boolean> {
    if (!this.#withAccount || this.#site.users.has(person.address)) {
      return true;
    }
    const progress = this.#progressOf(person);
    const isDone = await this.#mailboxes.createAccount(person, progress);
    this.#counts.created += isDone ? 1 : 0;
    this.#finish(progress);
    return isDone;
  }

  /** Apache James has none: said once, not for each. */
  async #askForContacts(people: readonly Person[]): Promise<void> {
    const wanted = this.#facets.some(({ name }) => name === 'contact');
    if (wanted && people.length > 0 && !(await this.deps.server.hasContacts())) {
      this.#refuse({
        address: '',
        dn: '',
        facet: 'contact',
        value: '',
        reason: 'the server has no domain contacts: it is an Apache James, not a TMail',
        remedy: 'Take "contact" out of facets.',
      });
      this.#facets = this.#facets.filter(({ name }) => name !== 'contact');
    }
  }

  #ours(): number {
    return [...this.#site.users].filter((address) => this.deps.configuration.ownership.isOurs(address)).length;
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

  #progressOf({ address, dn }: Person): Progress {
    return new Progress(address, dn, this.options.dryRun);
  }

  #finish({ address, dn, actions, refused }: Progress): void {
    if (actions.length > 0) {
      this.#changed.add(address);
      this.deps.reporter.done({ address, dn, actions });
    }
    for (const refusal of refused) {
      this.#refuse(refusal);
    }
  }

  #refuseAccount({ address, dn }: Person, reason: string, remedy: string): null {
    this.#refuse({ address, dn, facet: 'account', value: address, reason, remedy });
    return null;
  }

  #refuse(refusal: Refusal): void {
    this.refused.push(refusal);
    this.deps.reporter.refused(refusal);
  }

  #report(): SyncReport {
    const { entries, unchanged, failure } = this.#gathered;
    return {
      entries,
      unchanged,
      changed: this.#changed.size,
      ...this.#counts,
      refused: this.refused,
      leftMail: this.#leftMail.sort(),
      requests: this.deps.requests(),
      failure,
      dryRun: this.options.dryRun,
    };
  }
}

function partition<Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

function attributesOf({ ldap }: TmailConfiguration): NonNullable<TmailConfiguration['ldap']>['attributes'] {
  if (ldap === null) {
    throw new Error('no directory is configured');
  }
  return ldap.attributes;
}
