/**
 * One run of `sync`: the directory is read, what goes away goes first, then addresses change, accounts are made, and
 * what is new is set. So an address can move from one to another within one run.
 */

import { randomPassword } from '../../model/random-password.ts';
import { readingOf, type TmailConfiguration } from '../configuration.ts';
import type { Facet } from '../facets/facet.ts';
import { facetsNamed } from '../facets/index.ts';
import { createMailboxes, type Mailboxes } from '../mailbox.ts';
import { type Fresh, isSamePerson, type Memory } from '../memory.ts';
import { type Entry, mistakeOf, type Person } from '../person.ts';
import type { TmailServer } from '../server.ts';
import { Site } from '../site.ts';
import { approve } from './approval.ts';
import { gather } from './gather.ts';
import { checkDeletions, checkDirectory, checkLosses } from './limit.ts';
import type { SyncOptions } from './options.ts';
import { renameAll } from './renames.ts';
import type { Reporter, SyncReport } from './report.ts';
import { goneMailboxes, type Selection, takenOverMailboxes } from './selection.ts';
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

/** One run, from what was read. */
interface Run extends SyncDeps, Selection {
  readonly facets: readonly Facet[];
  readonly withAccount: boolean;
  readonly tally: Tally;
  readonly mailboxes: Mailboxes;
}

/** Throws what ends the run before anything was written: an empty directory, too many removals, an outage. */
export async function sync(options: SyncOptions, deps: SyncDeps): Promise<SyncReport> {
  const { configuration, server, memory, isStopped } = deps;
  const { full } = options;
  const site = new Site(await server.users());
  const isLeftOut = options.facets.includes('contact') && !(await hasContacts(deps));
  const facets = facetsNamed(options.facets.filter((name) => name !== 'contact' || !isLeftOut));
  const withAccount = options.facets.includes('account');
  const gathered = await gather({
    ...deps,
    reading: readingOf(configuration),
    ownership: configuration.ownership,
    facets,
    withAccount,
    isThere: (address) => !withAccount || site.users.has(address),
    full,
    only: options.only,
    progress: (entries) => deps.progress(0, entries),
  });
  if (!isStopped()) {
    checkDirectory(gathered);
  }
  const tally = new Tally(deps.reporter);
  for (const refusal of gathered.refused) {
    tally.refuse(refusal);
  }
  const mailboxes = createMailboxes({
    ...deps,
    site,
    withAccount,
    full,
    removes: () => gathered.failure === null,
    isMailbox: (address) => site.users.has(address) || gathered.seen.has(address),
    randomPassword,
  });
  if (!isStopped()) {
    await work({ ...deps, options, site, gathered, facets, withAccount, tally, mailboxes });
    memory.sync();
  }
  const { entries, unchanged, failure } = gathered;
  return { entries, unchanged, ...tally.counts(), requests: deps.requests(), failure, dryRun: server.isDry };
}

async function work(run: Run): Promise<void> {
  const people = run.options.facets.length === 0 ? [] : acceptable(run);
  const going = [...goneMailboxes(run), ...takenOverMailboxes(run, people)];
  checkDeletions(going, run);
  if (people.length > 0 || going.length > 0) {
    await run.site.readAll(run.server);
    checkLosses(people, run);
    await change(people, going, run);
  }
}

async function change(people: readonly Person[], going: readonly string[], run: Run): Promise<void> {
  const { memory, mailboxes, tally, gathered, facets, site } = run;
  const each = <Item>(items: Iterable<Item>, act: (item: Item) => Promise<void>): Promise<void> =>
    inParallel(items, run.options.concurrency, run.isStopped, act);
  if (gathered.failure === null) {
    const isRemembered = (address: string): boolean => memory.mailboxes.get(address) !== undefined;
    // Where a mailbox was on its way to comes first: whose it is stands at the address that it came from.
    const halfway = going.filter((address) => !isRemembered(address));
    for (const addresses of [halfway, going.filter(isRemembered)]) {
      await each(addresses, (address) => remove(address, run));
    }
    await each(people, (person) => removeValues(person, run));
  }
  const staying = await rename(people, run);
  const approved: { person: Person; fresh: Fresh | null }[] = [];
  await each(staying, async (person) => {
    const answer = await approve(person, run);
    if (answer !== null) {
      approved.push({ person, fresh: answer.fresh });
    }
  });
  for (const { person, fresh } of approved) {
    mailboxes.begin(person, facets, fresh);
  }
  memory.sync();
  const ready: Person[] = [];
  await each(approved, async ({ person }) => {
    if (!run.withAccount || site.users.has(person.address)) {
      ready.push(person);
    } else if (await tally.carryOut(person, (progress) => mailboxes.createAccount(person.address, progress))) {
      tally.created += 1;
      ready.push(person);
    }
  });
  let done = 0;
  await each(ready, async (person) => {
    await tally.carryOut(person, (progress) => mailboxes.bring(person, facets, progress));
    done += 1;
    run.progress(done, ready.length);
  });
}

/** Without those whose address the server cannot carry. */
function acceptable({ gathered, tally }: Run): Person[] {
  return [...gathered.changed.values()].filter((person) => {
    const mistake = mistakeOf(person);
    if (mistake !== null) {
      tally.refuseAccount(person, mistake, 'Change the address in the directory.');
    }
    return mistake === null;
  });
}

async function remove(address: string, { tally, mailboxes, options }: Run): Promise<void> {
  await tally.carryOut({ address, dn: '' }, async (progress) => {
    await mailboxes.remove(address, options.clean, progress, () => tally.leftMail.push(address));
    tally.removed += progress.done.some(({ action }) => action === 'removed') ? 1 : 0;
  });
}

async function removeValues(person: Person, run: Run): Promise<void> {
  const at = (person.id === null ? undefined : run.memory.addressOf(person.id)) ?? person.address;
  const known = run.memory.mailboxes.get(at);
  // The mailbox of somebody else, or none yet: nothing of this person's can be in it.
  const isAnothers = known !== undefined && !isSamePerson(known.id, person.id);
  if (run.options.update !== false && !isAnothers && (!run.withAccount || run.site.users.has(at))) {
    await run.tally.carryOut(person, (progress) => run.mailboxes.removeValues(person, at, run.facets, progress));
  }
}

/** Answers who can go on: not those whose mailbox has to wait. */
function rename(people: readonly Person[], run: Run): Promise<readonly Person[]> {
  const { tally, mailboxes } = run;
  return renameAll(people, {
    ...run,
    // A mailbox that is not made by us is not renamed by us either.
    isOn: run.configuration.facets.includes('account'),
    isNow: run.gathered.failure === null && run.withAccount && run.options.rename !== false,
    rename: (person, from, to) =>
      tally.carryOut(person, (progress) =>
        mailboxes.rename(person, from, to, run.facets, progress, () => {
          tally.renamed += 1;
        }),
      ),
    leave: (person, from) => tally.carryOut(person, (progress) => mailboxes.leave(from, run.options.facets, progress)),
  });
}

/** Nobody counts as changed for want of a contact where there are none. Where one was set there are. */
async function hasContacts({ memory, server }: SyncDeps): Promise<boolean> {
  for (const [, { contact }] of memory.mailboxes.entries()) {
    if (contact !== undefined) {
      return true;
    }
  }
  return server.hasContacts();
}
