/**
 * Several items at once where they are independent: nothing else may differ from one at a time
 * (docs/behaviour.md, "Several at once").
 */
import fc from 'fast-check';
import { workInOrder } from '../../../lib/run/in-flight.ts';
import { arbitraryItems, INDEPENDENT, type Item, item, work } from '../../harness/in-flight.ts';

it.each([1, 2, 3, 8])('has at most %d items in flight, and that many if they are independent', async (limit) => {
  const trace = await work(
    Array.from({ length: 10 }, (_, n) => item(n)),
    limit,
  );
  expect(trace.most).toBe(limit);
  expect(trace.started).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it('lets an independent item overtake, but nothing that shares a key', async () => {
  const items = [
    item(0, { takes: 20, touches: ['shared'] }),
    item(1, { takes: 1 }),
    item(2, { touches: ['shared'] }),
    item(3),
  ];
  const trace = await work(items, 8);
  expect(trace.ended[0]).toBe(1);
  expect(trace.together).not.toContainEqual([0, 2]);
});

it('prepares the second change of an object after the first one has landed', async () => {
  const trace = await work([item(0, { key: 'a' }), item(1, { key: 'a' })], 8);
  expect(trace.duringPreparation).toEqual([]);
});

it.each<[string, Partial<Item>, string[], boolean?]>([
  ['is with OX while the one before is settled', {}, ['act 0', 'act 1', 'settle 0', 'settle 1']],
  ['waits for one that it shares a key with', { touches: ['shared'] }, ['act 0', 'settle 0', 'act 1', 'settle 1']],
  ['waits for one of an earlier kind', { kind: 1 }, ['act 0', 'settle 0', 'act 1', 'settle 1']],
  ['waits where that is asked for', {}, ['act 0', 'settle 0', 'act 1', 'settle 1'], true],
])('the next item %s', async (_what, next, expected, settlesFirst = false) => {
  const events: string[] = [];
  await workInOrder([item(0, { touches: ['shared'] }), item(1, next)], {
    limit: 1,
    key: ({ key }) => key,
    kind: ({ kind }) => kind,
    settlesFirst,
    isStopped: () => false,
    prepare: ({ n, touches }) => ({
      touches,
      act: async () => {
        events.push(`act ${n}`);
        await new Promise((done) => setTimeout(done, 5));
        return () => void events.push(`settle ${n}`);
      },
    }),
  });
  expect(events).toEqual(expected);
});

it('reports what fails to be settled, and starts nothing after it', async () => {
  const started: number[] = [];
  const run = workInOrder([0, 1, 2, 3], {
    ...INDEPENDENT,
    limit: 1,
    prepare: (n) => ({
      touches: [],
      act: async () => {
        started.push(n);
        await new Promise((done) => setTimeout(done, 5));
        return () => {
          throw new Error(`cannot settle ${n}`);
        };
      },
    }),
  });
  await expect(run).rejects.toThrow('cannot settle 0');
  expect(started).toEqual([0, 1]);
});

it('starts a kind when the one before is done', async () => {
  const trace = await work([item(0, { takes: 9 }), item(1), item(2, { kind: 1 })], 8);
  expect(trace.together).toEqual([[0, 1]]);
});

it('goes on where there is nothing to do', async () => {
  const done: number[] = [];
  await workInOrder([1, 2, 3], {
    ...INDEPENDENT,
    limit: 1,
    prepare: (n) => (n === 2 ? null : { touches: [], act: async () => () => void done.push(n) }),
  });
  expect(done).toEqual([1, 3]);
});

it('starts nothing after a failure, finishes what is in flight, and reports the earliest', async () => {
  const items = [
    item(0, { takes: 9, fails: true }),
    item(1, { takes: 2, fails: true }),
    item(2, { takes: 20 }),
    item(3),
    item(4),
  ];
  const trace = await work(items, 3);
  expect(trace).toMatchObject({ started: [0, 1, 2], ended: [1, 0, 2], settled: [2], failure: 0 });
});

it('reports a failure to prepare after what is in flight has landed', async () => {
  const landed: number[] = [];
  const run = workInOrder([1, 2, 3], {
    ...INDEPENDENT,
    limit: 3,
    prepare: (n) => {
      if (n === 2) {
        throw new Error('cannot prepare 2');
      }
      return {
        touches: [],
        act: async () => {
          await new Promise(setImmediate);
          return () => void landed.push(n);
        },
      };
    },
  });
  await expect(run).rejects.toThrow('cannot prepare 2');
  expect(landed).toEqual([1]);
});

it.each([1, 3])('stops when asked, with %d at once, and finishes what is in flight', async (limit) => {
  const trace = await work(
    Array.from({ length: 10 }, (_, n) => item(n)),
    limit,
    4,
  );
  expect(trace).toMatchObject({ started: [0, 1, 2, 3], failure: null });
  expect(trace.settled.toSorted()).toEqual([0, 1, 2, 3]);
});

const shares = (one: Item, other: Item): boolean => {
  const keys = new Set([one.key, ...one.touches]);
  return one.kind !== other.kind || !keys.isDisjointFrom(new Set([other.key, ...other.touches]));
};

it('never overlaps what depends on each other, starts in order and ends with all done', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryItems, fc.integer({ min: 1, max: 8 }), async (items, limit) => {
      const trace = await work(items, limit);
      const at = (n: number): Item => items[n] as Item;
      expect(trace.most).toBeLessThanOrEqual(limit);
      expect(trace.started).toEqual(items.map(({ n }) => n));
      expect(trace.ended).toHaveLength(items.length);
      expect(trace.together.filter(([one, other]) => shares(at(one), at(other)))).toEqual([]);
      expect(trace.duringPreparation.filter(([one, other]) => at(one).key === at(other).key)).toEqual([]);
    }),
  );
});

it('starts, whatever fails, a piece of the list from its beginning, and reports the earliest failure', async () => {
  await fc.assert(
    fc.asyncProperty(
      arbitraryItems,
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.nat(14)),
      async (items, limit, broken) => {
        const trace = await work(
          items.map((each) => ({ ...each, fails: broken.includes(each.n) })),
          limit,
        );
        const failed = trace.started.filter((n) => broken.includes(n));
        expect(trace.started).toEqual(items.slice(0, trace.started.length).map(({ n }) => n));
        expect(trace.ended.toSorted((a, b) => a - b)).toEqual(trace.started);
        expect(trace.failure).toBe(failed.length > 0 ? Math.min(...failed) : null);
        if (failed.length === 0) {
          expect(trace.started).toHaveLength(items.length);
        }
      },
    ),
  );
});

it('settles what needs no call before much more is decided, however long the list', async () => {
  let unsettled = 0;
  let most = 0;
  await workInOrder(Array.from({ length: 1000 }).keys(), {
    limit: 2,
    settlesFirst: false,
    key: String,
    kind: () => 0,
    isStopped: () => false,
    prepare() {
      unsettled += 1;
      most = Math.max(most, unsettled);
      return {
        touches: [],
        act: async () => () => {
          unsettled -= 1;
        },
      };
    },
  });
  expect(unsettled).toBe(0);
  expect(most).toBeLessThan(10);
});
