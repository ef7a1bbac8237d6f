/** Which files of one look at the queue concern one object; each file is asked about once, however often the round is. */
import { inOrder, type Turn, type Waiting } from '../../../lib/queue/order.ts';
import { Round } from '../../../lib/run/round.ts';

function aTurn(id: string, name: string, more: Partial<Waiting> = {}): Waiting {
  const kind: Partial<Waiting> = {
    type: 'users/user',
    isDeletion: false,
    isNews: true,
    isAsked: true,
    provides: null,
  };
  return { id, name, ...kind, ...more } as Waiting;
}
const nameOf = (at: number): string => `2026-11-20-08-00-00-${String(at).padStart(6, '0')}.json`;
const roundOf = (...waiting: readonly Waiting[]): Round => new Round(inOrder(waiting, () => null));

it('knows what else waits for an object: what is over, and marks, do not count as newer', () => {
  const round = roundOf(
    aTurn('a', nameOf(1)),
    aTurn('b', nameOf(2)),
    aTurn('a', nameOf(3), { isNews: false }),
    aTurn('a', nameOf(4)),
    aTurn('a', nameOf(5)),
  );
  const [first, , mark, fourth, last] = round.turns as [Turn, Turn, Turn, Turn, Turn];

  expect(round.newerThan(first)).toBe(fourth);
  expect(round.newerThan(last)).toBeNull();
  expect(round.earlierThan(last)).toEqual([first, mark, fourth]);
  fourth.isOver = true;
  expect(round.newerThan(first)).toBe(last);
  expect(round.earlierThan(last)).toEqual([first, mark]);
});

it('knows whether news of an object wait: neither marks nor what is over', () => {
  const round = roundOf(aTurn('a', nameOf(1)), aTurn('b', nameOf(2), { isNews: false }));
  expect(['A', 'b', 'c'].map((id) => round.hasNewsOf(id))).toEqual([true, false, false]);
  round.turns.forEach((turn) => {
    turn.isOver = true;
  });
  expect(round.hasNewsOf('a')).toBe(false);
});

it('finds the latest change before a file, also under former ids, which a deletion under one of them is not', () => {
  const round = roundOf(
    aTurn('new', nameOf(1)),
    aTurn('old', nameOf(2)),
    aTurn('old', nameOf(3), { isDeletion: true }),
    aTurn('new', nameOf(5)),
  );

  expect(round.latestBefore('NEW', ['Old'], nameOf(4))?.name).toBe(nameOf(2));
  expect(round.latestBefore('new', [], nameOf(4))?.name).toBe(nameOf(1));
  expect(round.latestBefore('new', [], nameOf(1))).toBeNull();
});

it('finds by a name what has it, and what has it before', () => {
  const round = roundOf(aTurn('a', nameOf(1)), aTurn('a', nameOf(2)), aTurn('b', nameOf(3)));
  const touches: Record<string, string[]> = { [nameOf(1)]: ['one'], [nameOf(2)]: ['two'], [nameOf(3)]: ['two'] };
  const found = (touch: string): string[] =>
    [...round.touching(touch, ({ name }) => touches[name] ?? [])].map((t) => t.name);

  expect(found('one')).toEqual([nameOf(1), nameOf(2)]);
  expect(found('two')).toEqual([nameOf(2), nameOf(3)]);
});

it('asks once for each file, by name and by place, however many are looked for', () => {
  const count = 1000;
  const round = roundOf(...Array.from({ length: count }, (_, at) => aTurn(`id${at}`, nameOf(at))));
  let asked = 0;
  const ask = ({ id }: Turn): string[] => {
    asked += 1;
    return [id];
  };

  for (const turn of round.turns) {
    expect([...round.touching(turn.id, ask)]).toEqual([turn]);
    expect([...round.at([turn.id, 'elsewhere'], ask)]).toEqual([turn]);
  }

  expect(asked).toBe(2 * count);
  expect(round.turns.map((turn) => round.positionOf(turn))).toEqual(Array.from({ length: count }, (_, at) => at));
});
