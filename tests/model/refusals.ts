/**
 * Histories in which OX refuses: names that may not change, names, display names and addresses that somebody else has,
 * characters. What was refused is stopped at, dropped, parked and tried again, while all of these pass on to others.
 * OX has to hold the last version of each object that was accepted, and a change may only be refused for a reason.
 */
import fc from 'fast-check';
import { Court } from './court.ts';
import { EFFECTS } from './history.ts';
import { type Bench, SEED, type Step } from './play.ts';

export interface Quarrel {
  readonly steps: readonly Step[];
  readonly stops: boolean;
  readonly concurrency: number;
}

const OWN: Readonly<Record<string, number>> = {
  run: 20,
  'display name taken': 5,
  'characters that OX refuses': 2,
  'user names may change, or not': 5,
  'queue drop': 8,
  'queue retry': 4,
  reprovision: 2,
  'index lost': 1,
};

/** Profiles and contexts have no part in it. */
const LEFT_OUT = /^(profile|context|id|former)|moved/;

export function quarrels(): fc.Arbitrary<Quarrel> {
  const history = Object.entries(EFFECTS).flatMap(([what, { weight }]) =>
    LEFT_OUT.test(what) ? [] : [[what, weight] as const],
  );
  const whats = [...history, ...Object.entries(OWN)];
  const what = fc.oneof(...whats.map(([name, weight]) => ({ weight, arbitrary: fc.constant(name) })));
  const number = fc.nat({ max: 40 });
  return fc.record({
    steps: fc.array(fc.record({ what, a: number, b: number, c: number }), { minLength: 3, maxLength: 70, size: 'max' }),
    stops: fc.boolean(),
    concurrency: fc.constantFrom(1, 8),
  });
}

export async function quarrel(bench: Bench, { steps, stops, concurrency }: Quarrel): Promise<void> {
  await bench.sandbox.reset(SEED);
  await bench.sandbox.options({ allowQuota: true, recordBodies: false });
  const court = new Court(bench, stops, concurrency);
  try {
    await court.open();
    for (const step of steps) await court.step(step);
    await court.finish();
  } finally {
    await bench.sandbox.options({ usernameChangeable: true });
    court.place.remove();
  }
}
