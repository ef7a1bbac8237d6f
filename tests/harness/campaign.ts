/** A program that tries properties with many generated cases, within a time, and tells how to repeat what failed. */
import { parseArgs } from 'node:util';
import fc from 'fast-check';

interface Length {
  readonly long: number;
  readonly short: number;
}

/** What is tried with generated cases: of which kind they are, only it knows. */
export interface Property {
  readonly name: string;
  readonly cases: Length;
  check(
    parameters: Pick<fc.Parameters, 'seed' | 'numRuns' | 'interruptAfterTimeLimit' | 'endOnFailure' | 'path'>,
  ): Promise<Tried>;
}

interface Tried {
  readonly numRuns: number;
  readonly isCut: boolean;
  /** null: all have held. */
  readonly failure: { readonly path: string; shrink(): Promise<{ example: string; error: unknown }> } | null;
}

interface Definition<Case> {
  readonly name: string;
  readonly cases: Length;
  readonly arbitrary: fc.Arbitrary<Case>;
  /** Rejects if the case shows a defect. */
  readonly hold: (example: Case) => Promise<void>;
  /** The lists of a case, each of which may lose any of its elements. */
  readonly lists: readonly (keyof Case)[];
  readonly describe: (example: Case) => string;
}

export interface Campaign {
  /** What was done, by name, for the report. */
  readonly walked: ReadonlyMap<string, number>;
  /** Seconds for each property; what is not tried by then is left out. */
  readonly seconds: Length;
  readonly properties: readonly Property[];
}

export function property<Case>(definition: Definition<Case>): Property {
  const { name, cases, arbitrary, hold, describe } = definition;
  return {
    name,
    cases,
    async check(parameters) {
      let last: Promise<void> = Promise.resolve();
      const holdOne = (example: Case): Promise<void> => {
        last = hold(example);
        return last;
      };
      const found = await fc.check(fc.asyncProperty(arbitrary, holdOne), parameters);
      // Time runs out in the middle of a case, which goes on: the next must not begin beside it.
      await last.catch(() => undefined);
      const { numRuns, interrupted, counterexample, counterexamplePath: path } = found;
      if (counterexample === null) {
        return { numRuns, isCut: interrupted, failure: null };
      }
      const shrunk = async () => {
        const { example, error } = await shrink(definition, counterexample[0], found.errorInstance);
        return { example: describe(example), error };
      };
      return { numRuns, isCut: false, failure: { path: path ?? '', shrink: shrunk } };
    },
  };
}

const OPTIONS = {
  short: { type: 'boolean', default: false },
  seed: { type: 'string' },
  path: { type: 'string' },
  cases: { type: 'string' },
  seconds: { type: 'string' },
  only: { type: 'string' },
} as const;

/** Answers the exit code. */
export async function conduct(program: string, campaign: Campaign): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  const length = values.short ? 'short' : 'long';
  const seed = Number(values.seed ?? Date.now() & 0x7fffffff);
  const seconds = Number(values.seconds ?? campaign.seconds[length]);
  let failed = 0;
  let passed = 0;
  const chosen = campaign.properties.filter(({ name }) => name === (values.only ?? name));
  if (chosen.length === 0) throw new Error(`there is no property ${values.only}`);
  for (const property of chosen) {
    const started = performance.now();
    const { numRuns, isCut, failure } = await property.check({
      seed,
      numRuns: Number(values.cases ?? property.cases[length]),
      interruptAfterTimeLimit: seconds * 1000,
      endOnFailure: true,
      ...(values.path === undefined ? {} : { path: values.path }),
    });
    const duration = Math.round((performance.now() - started) / 1000);
    const cut = isCut ? ', cut short by time' : '';
    console.log(
      `${failure ? 'FAILED' : 'passed'}  ${property.name}: seed ${seed}, ${numRuns} cases in ${duration} s${cut}`,
    );
    passed += numRuns;
    if (failure !== null) {
      passed -= 1;
      failed += 1;
      const { example, error } = await failure.shrink();
      console.log(example);
      console.log(`  ${messageOf(error).split('\n').slice(0, 60).join('\n  ')}`);
      console.log(`  again: npm run ${program} -- --only ${property.name} --seed ${seed} --path ${failure.path}`);
    }
  }
  console.log('walked:');
  for (const [what, count] of [...campaign.walked].sort(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(`  ${String(count).padStart(7)}  ${what}`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** Milliseconds. */
const LONGEST_SHRINKING = 60_000;

/** Leaves out elements of the lists, many at first, as long as the case still fails: any of them, not the first ones only. */
async function shrink<Case>(
  { hold, lists }: Definition<Case>,
  failing: Case,
  cause: unknown,
): Promise<{ example: Case; error: unknown }> {
  const until = performance.now() + LONGEST_SHRINKING;
  let example = failing;
  let error = cause;
  for (const name of lists) {
    let list = example[name] as unknown[];
    for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < list.length && performance.now() < until; ) {
        const fewer = { ...example, [name]: list.toSpliced(at, size) };
        const still = await hold(fewer).then(
          () => null,
          (reason: unknown) => ({ reason }),
        );
        if (still === null) {
          at += size;
        } else {
          example = fewer;
          error = still.reason;
          list = fewer[name] as unknown[];
        }
      }
    }
  }
  return { example, error };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || (error.stack ?? '') : String(error);
}
