/** Plays a history in which OX refuses, and holds what it has against the last version of each object that it accepted. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { QueueFile } from '../harness/objects.ts';
import { makeWorkplace, type Workplace } from '../harness/workplace.ts';
import { Accepted, placeOf } from './accepted.ts';
import { type Choice, isFree, type Objects, objectsOf, pick } from './choice.ts';
import { Directory, type Group, type Kind, type Resource, type User } from './directory.ts';
import { expectedContexts } from './expected.ts';
import { EFFECTS } from './history.ts';
import { type ObservedContext, observedContexts, strangersOf } from './observed.ts';
import { leaveOpen, waitingOf } from './open-members.ts';
import { type Bench, type Step, tail } from './play.ts';
import { clashOf } from './refusal-reasons.ts';
import { Untouched } from './untouched.ts';

export class Court {
  readonly directory = new Directory();
  readonly place: Workplace;
  readonly #bench: Bench;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #stops: boolean;
  readonly #accepted = new Accepted();
  readonly #untouched = new Untouched();
  /** Places of files that wait or are parked. */
  #left = new Set<string>();
  #mayChangeNames = true;
  #strangers: unknown;
  #failed: string | null = null;

  constructor(bench: Bench, stops: boolean, concurrency: number) {
    this.#bench = bench;
    this.#stops = stops;
    this.place = makeWorkplace(bench.sandbox.url);
    this.#environment = {
      OX_CONNECTOR_DATA_DIR: this.place.data,
      OX_SOAP_SERVER: bench.sandbox.url,
      OX_CONNECTOR_CONCURRENCY: String(concurrency),
      OX_CONNECTOR_STOP_ON_ERROR: String(stops),
    };
  }

  async open(): Promise<void> {
    this.#strangers = strangersOf(await this.#bench.sandbox.canonicalState());
    for (const a of [0, 1]) this.#effect('context created', { a, b: 0, c: 0 });
    await this.run();
  }

  async step({ what, ...choice }: Step): Promise<void> {
    switch (what) {
      case 'run':
        return this.run();
      case 'display name taken':
        return this.#takeDisplayName(choice);
      case 'characters that OX refuses':
        return this.#write('group', pick([...this.directory.groups.values()], choice.a), (group) => {
          const name = `odd/${choice.b % 3}`;
          group.name = isFree(this.directory, 'group', name, group.id) ? name : group.name;
        });
      case 'user names may change, or not':
        this.#mayChangeNames = !this.#mayChangeNames;
        await this.#bench.sandbox.options({ usernameChangeable: this.#mayChangeNames });
        return;
      case 'queue drop':
        return this.#drop();
      case 'queue retry':
        return this.#verb('queue', 'retry');
      case 'reprovision':
        return this.#verb('reprovision', '--all', '--yes');
      case 'index lost':
        return rmSync(join(this.place.queue, '.index.sqlite'), { force: true });
      default:
        this.#effect(what, choice);
    }
  }

  async run(): Promise<void> {
    this.#bench.count(this.#stops ? 'run that stops' : 'run that keeps going');
    const { code, log } = await this.#bench.jobs.run(this.#environment);
    const waiting = this.place.waiting().map(placeOf);
    const parked = this.place.parked().map(placeOf);
    this.#failed = basename(/Error while processing (\S+)/.exec(log)?.[1] ?? '') || null;
    const isWell = this.#stops ? (code === 0) === (waiting.length === 0) : code === 0 && waiting.length === 0;
    ok(isWell && [0, 76].includes(code), `a run ended with ${code}, ${waiting.length} files are left:\n${tail(log)}`);
    const outdated = new Set(
      [...log.matchAll(/left out, a newer change of the object waits file=(\S+)/g)].map(([, path]) =>
        placeOf(path ?? ''),
      ),
    );
    const before = this.#left;
    this.#left = new Set([...waiting, ...parked]);
    this.#untouched.changed(this.#accepted.accept(this.#left, outdated));
    for (const { id, oxConnectorReprovision } of this.#files())
      if (oxConnectorReprovision) this.#accepted.undone.add(id);
    try {
      this.#check(observedContexts(await this.#bench.sandbox.canonicalState()));
      this.#untouched.changed([...this.#accepted.behind()].filter((id) => !this.#accepted.held.users.has(id)));
      this.#untouched.settle(this.#accepted.view(), await this.#bench.sandbox.state(), { rights: true });
      const refused = this.#stops
        ? [this.#failed ?? ''].filter(Boolean).map(placeOf)
        : parked.filter((each) => !before.has(each));
      for (const place of refused.filter((each) => this.#accepted.versionAt(each)))
        this.#bench.count(`refused: ${this.#reasonOf(place)}`);
    } catch (error) {
      throw new Error(`${(error as Error).message}\nThe run ended with ${code}:\n${log}`);
    }
  }

  /** Whatever became of it: when all is deleted, nothing is left, and nothing of others was touched. */
  async finish(): Promise<void> {
    do {
      await this.#drop();
      await this.run();
    } while (this.#failed !== null);
    for (const [kind, id] of this.directory.all()) {
      if (kind !== 'context') this.#send(kind, id, this.directory.deletionOf(kind, id), null);
    }
    await this.run();
    const { sandbox } = this.#bench;
    for (const context of Object.values(observedContexts(await sandbox.canonicalState()))) {
      deepStrictEqual(
        { ...context, name: '', maxQuota: null },
        { name: '', maxQuota: null, users: {}, groups: {}, resources: {} },
      );
    }
    deepStrictEqual(this.place.parked(), [], 'files of deleted objects are parked');
    deepStrictEqual(strangersOf(await sandbox.canonicalState()), this.#strangers, 'objects of others were touched');
    deepStrictEqual(await sandbox.violations(), [], 'OX was sent what a careful client does not send');
  }

  #effect(what: string, choice: Choice): void {
    const files = EFFECTS[what]?.effect(this.directory, choice) ?? [];
    if (files.length > 0) this.#bench.count(what);
    for (const file of files) {
      const found = this.directory.all().find(([, id]) => id === file.id);
      this.#send(
        found?.[0] ?? 'user',
        file.id,
        file,
        found === undefined ? null : (objectsOf(this.directory, found[0]).get(file.id) ?? null),
      );
    }
  }

  #write<T extends Objects[Kind]>(kind: Kind, object: T | undefined, change: (object: T) => void): void {
    if (object === undefined) return;
    change(object);
    this.#send(kind, object.id, this.directory.fileOf(kind, object.id), object);
  }

  #takeDisplayName({ a, b }: Choice): void {
    const users = [...this.directory.users.values()];
    const other = pick(users, b);
    this.#write('user', pick(users, a), (user) => {
      user.display = other?.display ?? user.display;
    });
  }

  /** What waits at the place of the refusal, as an administrator drops it. */
  async #drop(): Promise<void> {
    const file = this.#failed;
    if (!this.#stops || file === null || !this.place.waiting().includes(file)) return;
    this.#bench.count('queue drop');
    this.#failed = null;
    await this.#verb('queue', 'drop', file, '--reason', 'refused');
    this.#accepted.drop(file);
    this.#left.delete(placeOf(file));
  }

  async #verb(...words: string[]): Promise<void> {
    this.#bench.count(words.slice(0, 2).join(' '));
    const { code, log } = await this.#bench.jobs.run(this.#environment, words);
    strictEqual(code, 0, `${words.join(' ')} ended with ${code}:\n${log}`);
  }

  #send(kind: Kind, id: string, file: QueueFile, object: Objects[Kind] | null): void {
    for (const name of this.place.drop(file)) this.#accepted.write(name, kind, id, object, this.directory);
  }

  /** What waits, and what is parked. */
  #files(): (QueueFile & { readonly oxConnectorReprovision?: boolean })[] {
    const paths = [
      ...this.place.waiting().map((name) => join(this.place.queue, name)),
      ...this.place.parked().map((name) => join(this.place.queue, 'parked', name)),
    ];
    return paths.map((path) => JSON.parse(readFileSync(path, 'utf8')));
  }

  #check(observed: Record<string, ObservedContext>): void {
    const { held } = this.#accepted;
    const view = this.#accepted.view();
    const behind = this.#accepted.behind();
    const open = waitingOf(held, behind);
    const passedOn = passOn(view, behind);
    const expected = expectedContexts(view);
    for (const [number, context] of Object.entries(expected)) {
      const found = observed[number];
      ok(found, `there is no context ${number}`);
      for (const [name, user] of Object.entries(context.users)) {
        const other = found.users[name];
        if (other) other.access = user.access = null;
      }
      for (const { name, mail, members } of open) {
        if (mail === null && passedOn.has(name) && context.groups[name] !== undefined) continue;
        // Of two with one name, one of them may not be in OX: which, is not known here.
        const ofAll = open.filter((each) => mail === null && each.mail === null && each.name === name);
        const all = [...members, ...ofAll.flatMap((each) => [...each.members])];
        const names = all.map((member) => held.users.get(member)?.name ?? '');
        leaveOpen(found, context, { name, mail, members: new Set(names) });
      }
    }
    deepStrictEqual(observed, expected, 'OX (actual) does not hold what it accepted (expected)');
    deepStrictEqual(
      Object.keys(this.place.lastStates()).sort(),
      held
        .all()
        .map(([, id]) => id)
        .sort(),
      'old/ does not hold what OX accepted',
    );
  }

  /** Why OX, or the connector, refuses it still. */
  #reasonOf(place: string): string {
    const version = this.#accepted.versionAt(place);
    ok(version, `${place} was refused, but nobody wrote it`);
    const { kind, id, object } = version;
    const reason =
      object === null
        ? null
        : clashOf(kind, object as User & Group & Resource, this.#accepted.held, id, this.#mayChangeNames);
    ok(reason, `${kind} ${id} was refused without a reason`);
    return reason;
  }
}

/** Names of groups that were never in OX under them, and whose news are left: another group may have them. Those leave the view. */
function passOn(view: Directory, behind: ReadonlySet<string>): ReadonlySet<string> {
  const groups = [...view.groups.values()];
  const settled = new Set(groups.filter(({ id }) => !behind.has(id)).map(({ name }) => name));
  const passedOn = groups.filter(({ id, name }) => behind.has(id) && settled.has(name));
  for (const { id } of passedOn) view.groups.delete(id);
  return new Set(passedOn.map(({ name }) => name));
}
