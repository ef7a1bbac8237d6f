/** Items that are worked on several at once: made by hand or at random, and a trace of what was in flight together. */
import fc from 'fast-check';
import { workInOrder } from '../../lib/run/in-flight.ts';

export interface Item {
  readonly n: number;
  readonly key: string;
  readonly kind: number;
  readonly touches: readonly string[];
  readonly lanes?: readonly string[];
  /** Turns of the event loop that it takes. */
  readonly takes: number;
  readonly fails: boolean;
}

interface Trace {
  readonly started: number[];
  readonly ended: number[];
  readonly settled: number[];
  /** Pairs that were in flight together. */
  readonly together: [number, number][];
  /** Those in flight while another was prepared. */
  readonly duringPreparation: [number, number][];
  most: number;
  failure: unknown;
}

export async function work(
  items: readonly Item[],
  limit: number,
  stopAfter = Number.POSITIVE_INFINITY,
): Promise<Trace> {
  const trace: Trace = {
    started: [],
    ended: [],
    settled: [],
    together: [],
    duringPreparation: [],
    most: 0,
    failure: null,
  };
  const inFlight = new Set<number>();
  let withOx = 0;
  await workInOrder(items, {
    limit,
    settlesFirst: false,
    key: (item) => item.key,
    kind: (item) => item.kind,
    isStopped: () => trace.started.length >= stopAfter,
    prepare: (item) => {
      trace.duringPreparation.push(...[...inFlight].map((each): [number, number] => [each, item.n]));
      return {
        touches: item.touches,
        lanes: item.lanes ?? [],
        act: async () => {
          trace.started.push(item.n);
          trace.together.push(...[...inFlight].map((each): [number, number] => [each, item.n]));
          inFlight.add(item.n);
          withOx += 1;
          trace.most = Math.max(trace.most, withOx);
          for (let turn = 0; turn < item.takes; turn += 1) {
            await new Promise(setImmediate);
          }
          withOx -= 1;
          trace.ended.push(item.n);
          if (item.fails) {
            inFlight.delete(item.n);
            throw item.n;
          }
          return () => {
            inFlight.delete(item.n);
            trace.settled.push(item.n);
          };
        },
      };
    },
  }).catch((cause: unknown) => {
    trace.failure = cause;
  });
  expect(inFlight.size).toBe(0);
  return trace;
}

/** Each has a key of its own, and nothing stops them. */
export const INDEPENDENT = { key: String, kind: () => 0, settlesFirst: false, isStopped: () => false } as const;

export const item = (n: number, more: Partial<Item> = {}): Item => ({
  n,
  key: `k${n}`,
  kind: 0,
  touches: [],
  takes: 3,
  fails: false,
  ...more,
});

export const arbitraryItems = fc
  .array(
    fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      kind: fc.nat(2),
      touches: fc.uniqueArray(fc.constantFrom('a', 'b', 'x', 'y', 'z'), { maxLength: 2 }),
      takes: fc.nat(4),
      fails: fc.constant(false),
    }),
    { maxLength: 15 },
  )
  .map((list) => list.toSorted((a, b) => a.kind - b.kind).map((each, n): Item => ({ n, ...each })));
