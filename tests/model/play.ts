/** Plays a story: a history of the directory, cut into runs, with mishaps; and compares OX with the model. */

import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QueueFile } from '../harness/objects.ts';
import { makeWorkplace, type Workplace } from '../harness/workplace.ts';
import type { CanonicalState, Sandbox } from '../sandbox/client.ts';
import { type Choice, pick } from './choice.ts';
import { type Context, Directory, type Resource, type User } from './directory.ts';
import { forgetInLastStates, mishaps } from './drift.ts';
import { expectedContexts, expectedProfiles } from './expected.ts';
import { EFFECTS } from './history.ts';
import { type ObservedContext, observedContexts, STRANGERS, strangersOf } from './observed.ts';
import type { JobResult, Jobs } from './run-jobs.ts';
import { Untouched } from './untouched.ts';

export interface Step extends Choice {
  readonly what: string;
}

export interface Bench {
  readonly sandbox: Sandbox;
  readonly jobs: Jobs;
  /** Counts what was done, by name. */
  readonly count: (what: string) => void;
}

/** How the directory's news get into the queue. */
export interface Source {
  /** `named`: again, without news. `resync`: OX is to be asked about it whatever it says. */
  put(files: readonly QueueFile[], why: 'news' | 'named' | 'resync'): void;
  /** Called before a run. */
  bring(environment: Readonly<Record<string, string>>): Promise<void>;
}

/** What a run may answer while OX has been changed by others and nothing has been queued again. */
const EXCUSED = new Set([0, 76, 77]);

/** What changes nothing about any object. */
const SAME = new Set(['id changed', 'former id deleted']);

export const SEED = {
  contexts: {
    '10': {
      name: 'context10',
      admin: { name: 'oxadmin', password: 'secret10' },
      users: [{ name: STRANGERS.user, accounts: [{ primaryAddress: STRANGERS.account }] }],
      groups: [{ name: STRANGERS.group, members: [STRANGERS.user] }],
      resources: [{ name: STRANGERS.resource }],
    },
  },
};

const FOREIGN_LINE = 'of another tool=webmail,unheard';

export class Play {
  readonly directory = new Directory();
  readonly place: Workplace;
  readonly #source: Source;
  readonly #bench: Bench;
  readonly #concurrency: number;
  readonly #untouched = new Untouched();
  #strangers: unknown;
  /** OX is not what the connector left: only a resync brings it back. */
  #drifted = false;
  /** Users are provisioned again with a changed profile only by a resync. */
  #profilesChanged = false;
  /** Where everybody was when OX was right last, by their first ids. */
  #homes: ReadonlyMap<string, number> = new Map();
  /** Last states are those of the connector before this one: where a group has been is told by its members alone. */
  #isTakenOver = false;

  static async begin(bench: Bench, concurrency: number, open = putFiles): Promise<Play> {
    await bench.sandbox.reset(SEED);
    await bench.sandbox.options({ allowQuota: true, recordBodies: false });
    const play = new Play(bench, concurrency, open);
    play.#strangers = strangersOf(await bench.sandbox.canonicalState());
    return play;
  }

  private constructor(bench: Bench, concurrency: number, open: (play: Play) => Source) {
    this.#bench = bench;
    this.#concurrency = concurrency;
    this.place = makeWorkplace(bench.sandbox.url);
    writeFileSync(join(this.place.data, 'ModuleAccessDefinitions.properties'), `${FOREIGN_LINE}\n`);
    this.#source = open(this);
  }

  async step({ what, ...choice }: Step): Promise<void> {
    const effect = EFFECTS[what]?.effect;
    if (effect !== undefined) {
      if (
        what === 'context deleted' &&
        this.#isSomebodyOnTheWayTo(pick([...this.directory.contexts.values()], choice.a))
      ) {
        if (this.#drifted) return;
        await this.runAndCheck();
      }
      const files = effect(this.directory, choice);
      if (files.length > 0) this.#bench.count(what);
      this.#profilesChanged ||= what.startsWith('profile');
      if (!SAME.has(what)) this.#untouched.changed(files.map(({ id }) => this.directory.firstId(id)));
      this.#source.put(files, 'news');
    } else if (what === 'run') {
      await this.runAndCheck();
    } else if (what === 'file dropped again') {
      const object = pick(this.directory.all(), choice.a);
      if (object) {
        const again = [1, 2].map((style) => this.directory.fileOf(...object, choice.c + style));
        this.#source.put(again, 'news');
      }
    } else if (what === 'resync') {
      await this.resync(choice.c);
    } else if (what === 'index lost') {
      rmSync(join(this.place.queue, '.index.sqlite'), { force: true });
    } else if (what === 'data of the old connector') {
      await this.#forgetAllButTheOld();
    } else if (!(this.#isTakenOver && what === 'group emptied in OX')) {
      const done = await mishaps[what]?.(this.#bench.sandbox, this.directory, this.place, choice);
      if (done) {
        this.#bench.count(what);
        this.#drifted = true;
        this.#untouched.forget();
      }
    }
  }

  async run(): Promise<JobResult> {
    this.#bench.count('run');
    const environment = {
      OX_CONNECTOR_DATA_DIR: this.place.data,
      OX_SOAP_SERVER: this.#bench.sandbox.url,
      OX_CONNECTOR_CONCURRENCY: String(this.#concurrency),
    };
    await this.#source.bring(environment);
    return this.#bench.jobs.run(environment);
  }

  async runAndCheck(): Promise<void> {
    const { code, log } = await this.run();
    if (this.#drifted) {
      ok(EXCUSED.has(code), `after drift a run ended with ${code}:\n${tail(log)}`);
      return;
    }
    strictEqual(code, 0, `a run ended with ${code}:\n${tail(log)}`);
    await this.check();
  }

  /** OX is as the directory says, and nothing waits for anything. */
  get isInStep(): boolean {
    return !this.#drifted && !this.isSomebodyHomeless;
  }

  /** May a run that is not looked at any further end so? */
  isExcused(code: number): boolean {
    return this.#drifted ? EXCUSED.has(code) : code === 0;
  }

  /** OX has to be right from now on, whatever happened to it: every object is queued again. */
  requeue(order: number): void {
    this.nameAll(order, 'resync');
    if (this.#drifted || this.#profilesChanged) this.#untouched.forget();
    this.#drifted = false;
    this.#profilesChanged = false;
    this.#isTakenOver = false;
  }

  nameAll(order: number, why: 'named' | 'resync'): void {
    const objects = this.directory.all();
    for (let left = objects.length; left > 0; left -= 1) {
      const [next] = objects.splice((order * 7 + left) % left, 1);
      if (next === undefined) continue;
      const file = this.directory.fileOf(...next, order);
      // Spelled otherwise it is a change, which repeats no rights; the same once more does.
      this.#source.put(this.#drifted ? [file, file] : [file], why);
    }
  }

  async resync(order: number): Promise<void> {
    this.requeue(order);
    const { code, log } = await this.run();
    strictEqual(code, 0, `a resync ended with ${code}:\n${tail(log)}`);
    await this.check();
  }

  async finish(): Promise<void> {
    await this.resync(1);
    const { sandbox } = this.#bench;
    const before = await sandbox.state();
    await this.resync(2);
    deepStrictEqual(await sandbox.state(), before, 'a second resync changed OX');
    deepStrictEqual(strangersOf(await sandbox.canonicalState()), this.#strangers, 'objects of others were touched');
    deepStrictEqual(await sandbox.violations(), [], 'OX was sent what a careful client does not send');
  }

  async check(): Promise<void> {
    deepStrictEqual(this.place.waiting(), [], 'files are left');
    const expected = expectedContexts(this.directory);
    const observed = observedContexts(await this.state());
    forget(observed, expected, this.#profilesChanged);
    deepStrictEqual(observed, expected, 'OX (actual) is not what the model says (expected)');
    const numbers = [...this.directory.contexts.values()].map(({ number }: Context) => String(number));
    deepStrictEqual(Object.keys(this.place.credentials()).sort(), ['10', 'master', ...numbers].sort());
    const lines = this.place.profiles().split('\n').filter(Boolean).sort();
    deepStrictEqual(lines, [FOREIGN_LINE, ...expectedProfiles(this.directory)].sort());
    const ids = this.directory.all().map(([, id]) => id);
    deepStrictEqual(
      Object.keys(this.place.lastStates()).sort(),
      ids.sort(),
      'old/ does not hold the objects there are',
    );
    this.#homes = new Map(this.#placed().map(({ id, context }) => [this.directory.firstId(id), context]));
    this.#untouched.settle(this.directory, await this.#bench.sandbox.state(), { rights: !this.#profilesChanged });
  }

  state(): Promise<CanonicalState> {
    return this.#bench.sandbox.canonicalState();
  }

  end(): void {
    this.place.remove();
  }

  get isSomebodyHomeless(): boolean {
    return this.#placed().some(({ context }) => !this.directory.hasContext(context));
  }

  #placed(): (User | Resource)[] {
    return [...this.directory.users.values(), ...this.directory.resources.values()];
  }

  /** Whoever has not come to it stays where it was when that context is deleted: told by the past, not by the last version. */
  #isSomebodyOnTheWayTo(context: Context | undefined): boolean {
    const homeOf = (id: string): number | undefined => this.#homes.get(this.directory.firstId(id));
    return this.#placed().some(
      ({ id, context: wanted }) =>
        wanted === context?.number && wanted !== (homeOf(id) ?? (this.#drifted ? null : wanted)),
    );
  }

  /**
   * The connector before this one remembers less. What it skipped it forgets, and who has an account it knows by DN alone.
   */
  async #forgetAllButTheOld(): Promise<void> {
    await this.runAndCheck();
    if (this.#drifted || this.isSomebodyHomeless || this.directory.all().length === 0) return;
    this.#bench.count('data of the old connector');
    this.#isTakenOver = true;
    forgetInLastStates(this.place, (name) => /^oxDb(?!Id$|Username$|Groupname$|FirstId$|FormerIds$)/.test(name));
  }
}

function putFiles({ place }: Play): Source {
  return { put: (files) => void place.drop(...files), bring: async () => undefined };
}

/** What cannot be compared is taken out on both sides. */
function forget(
  observed: Record<string, ObservedContext>,
  expected: Record<string, ObservedContext>,
  profilesChanged: boolean,
): void {
  for (const [id, context] of Object.entries(expected)) {
    for (const [name, user] of Object.entries(context.users)) {
      const found = observed[id]?.users[name];
      if (found && (profilesChanged || user.access === null)) {
        found.access = null;
        user.access = null;
      }
    }
  }
}

export function tail(log: string): string {
  return log.trimEnd().split('\n').slice(-12).join('\n');
}
