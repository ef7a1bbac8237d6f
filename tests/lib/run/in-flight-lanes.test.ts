/**
 * Items that share a lane: one of them is with OX at a time, and they keep nobody else waiting
 * (docs/behaviour.md, "Several at once").
 */
import fc from 'fast-check';
import { workInOrder } from '../../../lib/run/in-flight.ts';
import { arbitraryItems, INDEPENDENT, type Item, item, work } from '../../harness/in-flight.ts';

const inLanes = arbitraryItems.chain((items) =>
  fc
    .tuple(...items.map(() => fc.uniqueArray(fc.constantFrom('one', 'other'), { maxLength: 2 })))
    .map((lanes) => items.map((each, n): Item => ({ ...each, key: `k${n}`, touches: [], lanes: lanes[n] ?? [] }))),
);
const sharesLane = (one: Item, other: Item): boolean => one.lanes?.some((lane) => other.lanes?.includes(lane)) ?? false;

it('items that share a lane keep nobody else waiting', async () => {
  const lane = (n: number, name: string): Item => item(n, { lanes: [name], takes: 5 });
  const trace = await work([lane(0, 'a'), lane(1, 'a'), lane(2, 'a'), lane(3, 'b'), item(4), lane(5, 'b')], 8);

  expect(trace.started).toEqual([0, 3, 4, 1, 5, 2]);
});

it('items that share a lane are decided ahead up to a limit only', async () => {
  let prepared = 0;
  let most = 0;
  let ended = 0;
  await workInOrder(
    Array.from({ length: 500 }, (_, n) => n),
    {
      ...INDEPENDENT,
      limit: 2,
      prepare: () => {
        prepared += 1;
        most = Math.max(most, prepared - ended);
        return {
          touches: [],
          lanes: ['a'],
          act: async () => {
            await new Promise(setImmediate);
            return () => {
              ended += 1;
            };
          },
        };
      },
    },
  );

  expect(ended).toBe(500);
  expect(most).toBeLessThan(110);
});

it('items that share a lane are with OX one after another and in order, and whatever fails, all before it is done', async () => {
  await fc.assert(
    fc.asyncProperty(inLanes, fc.integer({ min: 1, max: 8 }), fc.array(fc.nat(14)), async (items, limit, broken) => {
      const trace = await work(
        items.map((each) => ({ ...each, fails: broken.includes(each.n) })),
        limit,
      );
      const at = (n: number): Item => items[n] as Item;
      expect(trace.most).toBeLessThanOrEqual(limit);
      for (const [position, n] of trace.started.entries()) {
        const overtaken = trace.started.slice(position).filter((later) => later < n);
        expect(overtaken.filter((later) => sharesLane(at(later), at(n)))).toEqual([]);
        expect(overtaken.filter((later) => at(later).kind !== at(n).kind)).toEqual([]);
      }
      const first = trace.failure === null ? items.length : Number(trace.failure);
      const done = trace.settled.filter((n) => n < first);
      expect(done.toSorted((a, b) => a - b)).toEqual(items.slice(0, first).map(({ n }) => n));
      expect(broken.some((n) => trace.started.includes(n) && n < first)).toBe(false);
    }),
  );
});
