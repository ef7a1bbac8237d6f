/** Circles of mail, against a slow but simple way to find them. */
import fc from 'fast-check';
import { MailRoutes } from '../../../lib/tmail/circles.ts';

function circlesIn(...edges: readonly (readonly [string, string])[]): string[][] {
  const routes = new MailRoutes();
  for (const [from, to] of edges) {
    routes.add(from, to);
  }
  return routes.circles();
}

it.each<[string, [string, string][], string[][]]>([
  [
    'no way back',
    [
      ['a', 'b'],
      ['b', 'c'],
      ['a', 'c'],
    ],
    [],
  ],
  [
    'a copy that stays',
    [
      ['a', 'a'],
      ['a', 'b'],
    ],
    [],
  ],
  [
    'two, however they are spelled',
    [
      ['A', 'b'],
      ['b', 'a'],
    ],
    [['a', 'b']],
  ],
  [
    'three, and what leads into it',
    [
      ['x', 'a'],
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
    ],
    [['a', 'b', 'c']],
  ],
  [
    'the shortest of an address',
    [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
      ['b', 'a'],
    ],
    [
      ['a', 'b'],
      ['c', 'a', 'b'],
    ],
  ],
  [
    'two that have nothing to do with each other',
    [
      ['a', 'b'],
      ['b', 'a'],
      ['c', 'd'],
      ['d', 'c'],
      ['b', 'c'],
    ],
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
])('%s', (_, edges, expected) => {
  expect(circlesIn(...edges)).toEqual(expected);
});

it('names each address that is in one, and nothing that is in none', () => {
  const address = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
  fc.assert(
    fc.property(fc.array(fc.tuple(address, address), { maxLength: 10 }), (edges) => {
      const circles = circlesIn(...edges);
      const has = (from: string, to: string): boolean => from !== to && edges.some(([a, b]) => a === from && b === to);
      for (const circle of circles) {
        expect(circle.every((each, n) => has(each, circle[(n + 1) % circle.length] ?? ''))).toBe(true);
      }
      const reachable = (from: string): Set<string> => {
        const seen = new Set<string>();
        for (let size = -1; size !== seen.size; ) {
          size = seen.size;
          for (const [a, b] of edges) {
            if (a !== b && (a === from || seen.has(a))) {
              seen.add(b);
            }
          }
        }
        return seen;
      };
      const inAny = [...'abcdef'].filter((each) => reachable(each).has(each));
      expect([...new Set(circles.flat())].sort()).toEqual(inAny);
    }),
    { numRuns: 300 },
  );
});
