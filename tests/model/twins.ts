/**
 * Two UDM objects for one thing: one name of a group, a resource or a profile, one number of a context, one functional account. The second one is
 * refused; where data of the connector before this one has both, the thing is there as long as one of them is
 * (docs/behaviour.md, "Whose it is").
 */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { basename } from 'node:path';
import fc from 'fast-check';
import {
  aContext,
  aGroup,
  anAccount,
  aProfile,
  aResource,
  aUser,
  deleted,
  type QueueFile,
} from '../harness/objects.ts';
import { makeWorkplace, type Workplace } from '../harness/workplace.ts';
import { type Choice, pick } from './choice.ts';
import { type Bench, type Step, tail } from './play.ts';

export interface Twins {
  readonly steps: readonly Step[];
  readonly stops: boolean;
}

/** A queue file, and what it makes the object stand for; null: nothing, it is deleted. */
interface Version {
  readonly id: string;
  readonly thing: string | null;
}

const NAMES = ['alpha', 'beta'];

/** Names of all but profiles are equal whatever their case; all contexts have one number. */
const KINDS: readonly ((name: string) => { file: QueueFile; thing: string })[] = [
  (name) => ({ file: aGroup(name, ['anna']), thing: `group ${name.toLowerCase()}` }),
  (name) => ({ file: aResource(name), thing: `resource ${name.toLowerCase()}` }),
  (name) => ({ file: aProfile(name, ['calendar']), thing: `profile ${name}` }),
  () => ({ file: aContext(20), thing: 'context 20' }),
  (name) => ({ file: anAccount(name, ['anna']), thing: `account ${name.toLowerCase()}@example.org` }),
];

const WEIGHTS = { written: 10, deleted: 5, 'known twice': 3, run: 8, 'queue retry': 2 };

export function twins(): fc.Arbitrary<Twins> {
  const what = fc.oneof(...Object.entries(WEIGHTS).map(([name, weight]) => ({ weight, arbitrary: fc.constant(name) })));
  const number = fc.nat({ max: 40 });
  const steps = fc.array(fc.record({ what, a: number, b: number, c: number }), {
    minLength: 3,
    maxLength: 40,
    size: 'max',
  });
  return fc.record({ steps, stops: fc.boolean() });
}

export async function playTwins(bench: Bench, { steps, stops }: Twins): Promise<void> {
  await bench.sandbox.reset({
    contexts: { '10': { name: 'context10', admin: { name: 'oxadmin', password: 'secret10' } } },
  });
  await bench.sandbox.options({ recordBodies: false });
  const house = new House(bench, stops);
  try {
    house.place.drop(aUser('anna'));
    await house.run();
    for (const step of steps) await house.step(step);
    await house.finish();
  } finally {
    house.place.remove();
  }
}

class House {
  readonly place: Workplace;
  readonly #bench: Bench;
  readonly #stops: boolean;
  /** Id → what the object stands for, as it was accepted. */
  readonly #held = new Map<string, string>();
  /** The file that each object came with last. */
  readonly #files = new Map<string, QueueFile>();
  /** By the place of the file in the order. */
  readonly #versions = new Map<string, Version>();

  constructor(bench: Bench, stops: boolean) {
    this.#bench = bench;
    this.#stops = stops;
    this.place = makeWorkplace(bench.sandbox.url);
  }

  async step({ what, ...choice }: Step): Promise<void> {
    if (what === 'run') return this.run();
    if (what === 'queue retry') return this.#verb('queue', 'retry');
    if (what === 'written') return this.#write(choice);
    if (what === 'known twice') return this.#copy(choice);
    const id = pick([...this.#files.keys()], choice.a);
    if (id !== undefined) this.#delete(id);
  }

  async run(): Promise<void> {
    for (;;) {
      const before = new Set(this.place.parked().map(placeOf));
      const { code, log } = await this.#job();
      const left = new Set([...this.place.waiting(), ...this.place.parked()].map(placeOf));
      const failed = basename(/Error while processing (\S+)/.exec(log)?.[1] ?? '');
      ok(code === 0 || code === 76, `a run ended with ${code}:\n${tail(log)}`);
      ok(code === 76 || this.place.waiting().length === 0, 'files are left');
      this.#accept(left, log);
      const refused = this.#stops
        ? [failed].filter(Boolean).map(placeOf)
        : [...left].filter((place) => !before.has(place));
      for (const place of refused) this.#mustClash(place);
      await this.#check(log);
      if (!this.#stops || failed === '') return;
      await this.#verb('queue', 'drop', failed, '--reason', 'refused');
      this.#versions.delete(placeOf(failed));
    }
  }

  /** When all are deleted, nothing is left. */
  async finish(): Promise<void> {
    await this.run();
    for (const id of this.#files.keys()) this.#delete(id);
    await this.run();
    deepStrictEqual(await this.#things(), []);
    deepStrictEqual([...this.place.waiting(), ...this.place.parked()], [], 'files of deleted objects are left');
    deepStrictEqual(await this.#bench.sandbox.violations(), [], 'OX was sent what a careful client does not send');
  }

  #write({ a, b, c }: Choice): void {
    const kind = a % KINDS.length;
    const id = idOf(kind, b % 3);
    const held = this.#held.get(id);
    // One of two that stand for the same keeps its name: whose the renamed thing were, nobody could tell.
    const isShared = held !== undefined && this.#holders(held).length > 1;
    const name = isShared ? String(this.#files.get(id)?.object?.name) : spelled(NAMES[c % 2] ?? '', kind, c);
    const made = KINDS[kind]?.(name);
    if (made === undefined) return;
    this.#bench.count('object written that may be a twin');
    this.#send({ ...made.file, id, dn: `cn=${id},dc=example,dc=org` }, made.thing);
  }

  #delete(id: string): void {
    const file = this.#files.get(id);
    if (file === undefined) return;
    if (this.#holders(this.#held.get(id) ?? '').length > 1) this.#bench.count('one of two deleted');
    this.#send(deleted(file), null);
  }

  #send(file: QueueFile, thing: string | null): void {
    if (file.object !== null) this.#files.set(file.id, file);
    for (const name of this.place.drop(file)) this.#versions.set(placeOf(name), { id: file.id, thing });
  }

  /** The connector before this one let two objects have the same. */
  #copy({ a, b }: Choice): void {
    const one = pick([...this.#held.keys()], a);
    const state = one === undefined ? null : this.place.lastState(one);
    const file = one === undefined ? undefined : this.#files.get(one);
    if (one === undefined || state === null || file === undefined) return;
    const kind = Number(one[0]);
    const id = idOf(kind, b % 3);
    if ([...this.#versions.values()].some((version) => [id, one].includes(version.id)) || this.#held.has(id)) return;
    const dn = `cn=${id},dc=example,dc=org`;
    this.place.remember({ ...file, id, dn, object: state.object });
    this.#files.set(id, { ...file, id, dn });
    this.#held.set(id, this.#held.get(one) ?? '');
    this.#bench.count('one thing of two objects');
  }

  #accept(left: ReadonlySet<string>, log: string): void {
    const outdated = new Set(
      [...log.matchAll(/a newer change of the object waits file=(\S+)/g)].map(([, path]) => placeOf(path ?? '')),
    );
    for (const [place, { id, thing }] of [...this.#versions].sort(([one], [other]) => (one < other ? -1 : 1))) {
      if (left.has(place)) continue;
      this.#versions.delete(place);
      if (outdated.has(place)) continue;
      if (thing === null) this.#held.delete(id);
      else this.#held.set(id, thing);
    }
  }

  #mustClash(place: string): void {
    const version = this.#versions.get(place);
    ok(version?.thing, `${place} was refused without a reason`);
    const others = this.#holders(version.thing).filter((id) => id !== version.id);
    ok(others.length > 0, `${version.id} was refused, but nobody else stands for ${version.thing}`);
    this.#bench.count(`twin refused: ${version.thing.replace(/ .*/, '')}`);
  }

  async #check(log: string): Promise<void> {
    const message = `OX (actual) does not have what objects stand for (expected):\n${tail(log)}`;
    deepStrictEqual(await this.#things(), [...new Set(this.#held.values())].sort(), message);
    const ids = Object.keys(this.place.lastStates()).filter((id) => this.#files.has(id));
    deepStrictEqual(ids.sort(), [...this.#held.keys()].sort(), 'old/ does not hold the objects there are');
    const hasEntry = '20' in this.place.credentials();
    strictEqual(hasEntry, this.#holders('context 20').length > 0, 'the entry of contexts.json goes with the context');
  }

  async #things(): Promise<string[]> {
    const { contexts } = await this.#bench.sandbox.canonicalState();
    const names = (kind: string, all: readonly { name?: unknown }[] = []): string[] =>
      all.map(({ name }) => `${kind} ${String(name).toLowerCase()}`).filter((each) => each !== 'group users');
    const accounts = contexts['10']?.users.flatMap((user) => user.accounts as { primaryAddress: string }[]) ?? [];
    const profiles = this.place.profiles().split('\n').filter(Boolean);
    return [
      ...names('group', contexts['10']?.groups),
      ...names('resource', contexts['10']?.resources),
      ...accounts.map(({ primaryAddress }) => `account ${primaryAddress.toLowerCase()}`),
      ...profiles.map((line) => `profile ${line.replace(/=.*/, '')}`),
      ...Object.keys(contexts).flatMap((number) => (number === '10' ? [] : [`context ${number}`])),
    ].sort();
  }

  #holders(thing: string): string[] {
    return [...this.#held].flatMap(([id, each]) => (each === thing ? [id] : []));
  }

  async #verb(...words: string[]): Promise<void> {
    const { code, log } = await this.#job(words);
    strictEqual(code, 0, `${words.join(' ')} ended with ${code}:\n${log}`);
  }

  #job(words?: readonly string[]): ReturnType<Bench['jobs']['run']> {
    const environment = {
      OX_CONNECTOR_DATA_DIR: this.place.data,
      OX_SOAP_SERVER: this.#bench.sandbox.url,
      OX_CONNECTOR_STOP_ON_ERROR: String(this.#stops),
    };
    return this.#bench.jobs.run(environment, words);
  }
}

function idOf(kind: number, number: number): string {
  return `${kind}${number}000000-0000-4000-8000-000000000000`;
}

function spelled(name: string, kind: number, choice: number): string {
  return kind === 2 || choice % 3 > 0 ? name : name.toUpperCase();
}

/** `queue retry` gives files other names at their places. */
function placeOf(name: string): string {
  return basename(name).replace(/(\+\d+)*\.json$/, '');
}
