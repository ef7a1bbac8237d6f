/** Others change OX: one `check --fix` and a run bring back all of it, and another check finds nothing any more. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { mishaps } from './drift.ts';
import { type Bench, Play, type Step, tail } from './play.ts';
import { steps } from './stories.ts';

export interface Damage {
  readonly steps: readonly Step[];
  /** What is done to OX in the end, one thing after the other. */
  readonly mishaps: readonly Step[];
}

/** Of a context that is gone its file waits already, and where ids were forgotten those of its users. */
const OTHERS = /^context|forgotten/;

/** No drift. */
const EXPECTED = new Set(['unknown', 'profile-unknown', 'credentials-missing']);

export function damages(): fc.Arbitrary<Damage> {
  const number = fc.nat({ max: 40 });
  const what = fc.constantFrom(...Object.keys(mishaps).filter((name) => !OTHERS.test(name)));
  const mishap = fc.record({ what, a: number, b: number, c: number });
  return fc.record({ steps: steps(false, { run: 8 }), mishaps: fc.array(mishap, { minLength: 1, maxLength: 6 }) });
}

export async function playMended(bench: Bench, { steps: all, mishaps: later }: Damage): Promise<void> {
  const play = await Play.begin(bench, 1);
  const check = async (...options: string[]): Promise<{ kind: string; message: string }[]> => {
    const environment = { OX_CONNECTOR_DATA_DIR: play.place.data, OX_SOAP_SERVER: bench.sandbox.url };
    const { code, log, output } = await bench.jobs.run(environment, ['check', '--json', '--access', ...options]);
    ok(code === 0 || code === 1, `check ended with ${code}:\n${tail(log)}`);
    const found = JSON.parse(output).findings as { kind: string; severity: string; message: string }[];
    return found.filter(({ kind, severity }) => severity !== 'info' && !EXPECTED.has(kind));
  };
  try {
    for (const step of all) {
      await play.step(step);
    }
    // Users get the rights of a changed profile with that only.
    await play.resync(1);
    deepStrictEqual(await check(), [], 'something is found where all is well');
    for (const step of later) {
      await play.step(step);
    }
    for (const { kind } of await check('--fix')) bench.count(`found: ${kind}`);
    const { code, log } = await play.run();
    strictEqual(code, 0, `the run after check --fix ended with ${code}:\n${tail(log)}`);
    await play.check();
    deepStrictEqual(await check(), [], 'something is found after what check --fix did');
  } finally {
    play.end();
  }
}
