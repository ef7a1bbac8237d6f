/** Objects as a plan has made them, over those of OX: found by number and name as OX finds them, refused as OX refuses. */

import { Shelf } from '../../../../lib/ox/plan/shelf.ts';
import type { OxGroup, Ref } from '../../../../lib/ox/services/ox.ts';
import { faultOf } from '../../../../lib/ox/soap/client.ts';
import type { NotedCall } from '../../../../lib/plan/planned.ts';

const SALES: OxGroup = { id: 5, name: 'Sales', displayname: 'Sales' };

/** Over an OX that has the one group. */
function shelfOf(kind: 'Group' | 'User' = 'Group') {
  const noted: NotedCall[] = [];
  const ask = async (context: number, ref: Ref): Promise<OxGroup | null> =>
    context === 10 && ('id' in ref ? ref.id === 5 : ref.name === 'Sales') ? SALES : null;
  const shelf = new Shelf<OxGroup>({ kind, ask, note: (call) => void noted.push(call) });
  const told = (): string[] =>
    noted.map(({ operation, object, changes }) => [operation, object, ...changes.map(({ field }) => field)].join(' '));
  return { shelf, told };
}

it('has what OX has, until the plan changes it', async () => {
  const { shelf, told } = shelfOf();
  expect(await shelf.get(10, { name: 'Sales' })).toBe(SALES);
  expect(shelf.madeOf(10, SALES)).toBeUndefined();
  await shelf.change(10, { id: 5 }, { displayname: 'Selling' });
  expect(await shelf.get(10, { name: 'Sales' })).toEqual({ ...SALES, displayname: 'Selling' });
  expect(shelf.in(10)).toEqual([{ ...SALES, displayname: 'Selling' }]);
  expect(told()).toEqual(['change group with id 5 in context 10 displayname']);
});

it('finds a renamed one by its new name only', async () => {
  const { shelf } = shelfOf();
  await shelf.change(10, { id: 5 }, { name: 'Club' });
  expect(await shelf.find(10, { name: 'Sales' })).toBeNull();
  expect(await shelf.find(10, { name: 'Club' })).toMatchObject({ id: 5 });
});

it('finds no removed one, whoever asks', async () => {
  const { shelf } = shelfOf();
  await shelf.delete(10, { name: 'Sales' });
  expect([await shelf.find(10, { id: 5 }), await shelf.find(10, { name: 'Sales' })]).toEqual([null, null]);
  expect(shelf.madeOf(10, SALES)).toBeNull();
  expect(shelf.in(10)).toEqual([]);
});

it('gives what it makes numbers that OX never gives', async () => {
  const { shelf, told } = shelfOf();
  const ids = [await shelf.create(10, { name: 'a' }), await shelf.create(10, { name: 'b' })];
  expect(ids.every((id) => id < 0)).toBe(true);
  expect(new Set(ids).size).toBe(2);
  expect(await shelf.get(10, { id: ids[1] ?? 0 })).toMatchObject({ name: 'b' });
  expect(told()).toEqual(['create group "a" in context 10 name', 'create group "b" in context 10 name']);
});

it.each([
  ['Group', 'refused'],
  ['User', 'made'],
] as const)('a name of a %s that differs by case is %s', async (kind, expected) => {
  const { shelf } = shelfOf(kind);
  await shelf.create(10, { name: 'club' });
  const again = shelf.create(10, { name: 'CLUB' }).then(
    () => 'made',
    () => 'refused',
  );
  expect(await again).toBe(expected);
});

it.each<[string, (shelf: Shelf<OxGroup>) => Promise<unknown>, string]>([
  ['the change of what is not there', (shelf) => shelf.change(20, { name: 'Sales' }, {}), 'NoSuchGroupException'],
  ['its removal', (shelf) => shelf.delete(10, { id: 6 }), 'NoSuchGroupException'],
  ['a name that is taken', (shelf) => shelf.create(10, { name: 'Sales' }), 'InvalidDataException'],
])('refuses %s, and notes nothing', async (_, act, exception) => {
  const { shelf, told } = shelfOf();
  const error = await act(shelf).catch((each: unknown) => each);
  expect(error).toMatchObject({ code: 'OX_REFUSED' });
  expect(faultOf(error)?.exception).toBe(exception);
  expect(told()).toEqual([]);
});
