/** Generates stories: steps of the directory, runs between them, and mishaps. */
import fc from 'fast-check';
import { mishaps } from './drift.ts';
import { EFFECTS } from './history.ts';
import type { Step } from './play.ts';

export interface Story {
  readonly steps: readonly Step[];
  readonly concurrency: number;
}

const WORK: Readonly<Record<string, number>> = {
  run: 22,
  'file dropped again': 4,
  resync: 3,
  'index lost': 1,
  'data of the old connector': 3,
};

export function stories(options: {
  readonly withDrift: boolean;
  readonly more?: Readonly<Record<string, number>>;
}): fc.Arbitrary<Story> {
  const { withDrift, more = {} } = options;
  return fc.record({ steps: steps(withDrift, { ...WORK, ...more }), concurrency: fc.constantFrom(1, 2, 8) });
}

export function steps(withDrift: boolean, more: Readonly<Record<string, number>> = WORK): fc.Arbitrary<Step[]> {
  const drift = Object.fromEntries(Object.keys(mishaps).map((what) => [what, 2]));
  const history = Object.fromEntries(Object.entries(EFFECTS).map(([what, { weight }]) => [what, weight]));
  const whats = Object.entries({ ...history, ...more, ...(withDrift ? drift : {}) });
  const what = fc.oneof(...whats.map(([name, weight]) => ({ weight, arbitrary: fc.constant(name) })));
  const number = fc.nat({ max: 40 });
  return fc.array(fc.record({ what, a: number, b: number, c: number }), { minLength: 3, maxLength: 90, size: 'max' });
}

export function describeSteps(steps: readonly Step[]): string {
  return steps.map(({ what, a, b, c }) => `    ${what} (${a}, ${b}, ${c})`).join('\n');
}
