/**
 * Histories in which entries of contexts.json are taken away and put back between runs. Nothing is done in a context
 * without one; once all are back, OX is what it would be had none been missing (docs/behaviour.md, "Missing credentials").
 */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { SandboxState } from '../sandbox/client.ts';
import { type Choice, pick } from './choice.ts';
import { type Bench, Play, type Step, tail } from './play.ts';
import { type Story, steps } from './stories.ts';

type Login = ReturnType<Play['place']['credentials']>[string];

const MORE: Readonly<Record<string, number>> = {
  run: 22,
  'file dropped again': 3,
  'index lost': 1,
  'credentials taken away': 8,
  'credentials put back': 4,
  'all credentials put back': 2,
};

export function keyStories(): fc.Arbitrary<Story> {
  return fc.record({ steps: steps(false, MORE), concurrency: fc.constantFrom(1, 8) });
}

export async function lackCredentials(bench: Bench, { steps: all, concurrency }: Story): Promise<void> {
  const play = await Play.begin(bench, concurrency);
  const keys = new Keys(bench, play);
  try {
    // Without contexts there is little to lack.
    for (const a of [0, 1]) await play.step({ what: 'context created', a, b: 0, c: 0 });
    await play.step({ what: 'run', a: 0, b: 0, c: 0 });
    for (const step of all) await keys.step(step);
    await keys.putBackAll();
    await keys.run({ a: 0, b: 0, c: 0 });
    await play.finish();
  } finally {
    play.end();
  }
}

class Keys {
  readonly #bench: Bench;
  readonly #play: Play;
  readonly #taken = new Map<string, Login>();
  /** Something may have been skipped. */
  #hasLacked = false;
  /** The deletion of a context waits, of which the last versions say that somebody is in it. */
  #isHomeGoing = false;

  constructor(bench: Bench, play: Play) {
    this.#bench = bench;
    this.#play = play;
  }

  async step(step: Step): Promise<void> {
    switch (step.what) {
      case 'run':
        return this.run(step);
      case 'credentials taken away':
        return this.#takeAway(step);
      case 'credentials put back':
        return this.#putBack(pick([...this.#taken.keys()], step.a));
      case 'all credentials put back':
        return this.putBackAll();
      case 'context deleted':
        return this.#deleteContext(step);
      default:
        return this.#play.step(step);
    }
  }

  async run({ c }: Choice): Promise<void> {
    const isWhole = (await this.#lacking()).length === 0;
    if (!isWhole) return this.#runWithout();
    if (this.#hasLacked && (c % 2 === 0 || this.#play.place.waiting().length === 0)) {
      const { code, log } = await this.#bench.jobs.run({ OX_CONNECTOR_DATA_DIR: this.#play.place.data }, [
        'reprovision',
        '--skipped',
        '--yes',
      ]);
      strictEqual(code, 0, `reprovision --skipped ended with ${code}:\n${log}`);
    }
    if (this.#hasLacked) this.#bench.count('run with all credentials again');
    this.#hasLacked = false;
    await this.#play.runAndCheck();
    this.#isHomeGoing = false;
  }

  async putBackAll(): Promise<void> {
    for (const number of [...this.#taken.keys()]) await this.#putBack(number);
  }

  /** What belongs to others goes on; what is in a context without an entry stays as it is. */
  async #runWithout(): Promise<void> {
    const before = await this.#bench.sandbox.state();
    this.#hasLacked = true;
    this.#bench.count('run without all credentials');
    const { code, log } = await this.#play.run();
    if (code === 76) {
      // A name or an address is still with somebody who waits.
      this.#bench.count('refused, since another one waits for credentials');
      ok(this.#play.isExcused(code) || this.#doesAnybodyWait(), `nobody waits, but a run ended with 76:\n${tail(log)}`);
    } else {
      ok(this.#play.isExcused(code), `without credentials a run ended with ${code}:\n${tail(log)}`);
      if (code === 0) deepStrictEqual(this.#play.place.waiting(), [], 'files are left');
    }
    const after = await this.#bench.sandbox.state();
    for (const number of await this.#lacking()) {
      deepStrictEqual(objectsIn(after, number), objectsIn(before, number), `context ${number} has no entry`);
    }
  }

  /** Who was to move there from a context without an entry would stay in that one: told by the past, not by the last version. */
  async #deleteContext(step: Step): Promise<void> {
    const { contexts, users, resources } = this.#play.directory;
    const number = pick([...contexts.values()], step.a)?.number;
    const isHome = [...users.values(), ...resources.values()].some(({ context }) => context === number);
    if (!isHome || !(this.#hasLacked || this.#taken.size > 0)) {
      this.#isHomeGoing ||= isHome;
      await this.#play.step(step);
    }
  }

  #doesAnybodyWait(): boolean {
    const states = Object.keys(this.#play.place.lastStates()).map((id) => this.#play.place.lastState(id)?.object);
    return states.some((object) => object?.oxDbSkipped !== undefined || object?.oxDbLeft !== undefined);
  }

  #takeAway({ a }: Choice): void {
    const { master, ...logins } = this.#play.place.credentials();
    const number = pick(Object.keys(logins), a);
    const login = logins[number ?? ''];
    if (number === undefined || login === undefined || this.#isHomeGoing) return;
    this.#bench.count('credentials taken away');
    this.#taken.set(number, login);
    delete logins[number];
    this.#write({ ...(master ? { master } : {}), ...logins });
  }

  /** Not of a context that was deleted, or made anew with an entry of its own. */
  async #putBack(number: string | undefined): Promise<void> {
    const login = this.#taken.get(number ?? '');
    if (number === undefined || login === undefined) return;
    this.#taken.delete(number);
    if ((await this.#lacking()).includes(number)) {
      this.#bench.count('credentials put back');
      this.#write({ ...this.#play.place.credentials(), [number]: login });
    }
  }

  /** Contexts in OX without an entry. */
  async #lacking(): Promise<string[]> {
    const entries = this.#play.place.credentials();
    return Object.keys((await this.#bench.sandbox.state()).contexts).filter((number) => !(number in entries));
  }

  #write(logins: Readonly<Record<string, Login>>): void {
    writeFileSync(join(this.#play.place.data, 'secrets', 'contexts.json'), JSON.stringify(logins), { mode: 0o600 });
  }
}

function objectsIn({ contexts }: SandboxState, number: string): unknown {
  const context = contexts[number];
  return context && { users: context.users, groups: context.groups, resources: context.resources };
}
