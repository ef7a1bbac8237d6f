/** What all comparisons tell of an object, and how they find it. */
import { different, keyOf, missing, take, unknown } from '../../../../lib/ox/check/comparison.ts';

const DETAILS = { context: 10, object: 'uid=anna', repair: 'a' };
const fields = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ field: `f${at}`, before: 'x', after: 'y' }));

it.each([
  [1, '1 field differs: f0'],
  [2, '2 fields differ: f0, f1'],
  [10, '10 fields differ: f0, f1, f2, f3, f4, f5, f6, f7, f8, f9'],
  [11, '11 fields differ: f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, …'],
])('names the fields of %d that differ, not too many', (count, message) => {
  const found = [...different(fields(count), DETAILS)];
  expect(found).toMatchObject([{ kind: 'differs', message, ...DETAILS }]);
  expect(found[0]?.fields).toHaveLength(count);
});

it('says nothing where no field differs', () => {
  expect([...different([], DETAILS)]).toEqual([]);
});

it('repairs what is missing, but not what OX would refuse', () => {
  expect(missing('user', 'anna', null, DETAILS)).toMatchObject({ kind: 'missing', repair: 'a' });
  const refused = missing('user', 'änna', 'it has an ä', DETAILS);
  expect(refused).toMatchObject({
    kind: 'refused',
    message: 'OX has no user "änna", and will refuse to create it: it has an ä',
  });
  expect(refused).not.toHaveProperty('repair');
});

it('tells what nobody describes with what would describe it', () => {
  expect(unknown('group', 10, 'club', 7, ['group:10:club'])).toMatchObject({
    kind: 'unknown',
    message: 'OX has the group "club" (id 7), which no last state describes',
    object: 'club',
    claims: ['group:10:club'],
  });
});

it.each([
  ['by its name, whatever the case', { name: 'Sales', formerName: 'club' }, 'SALES', ['club']],
  ['by the name that it had', { name: 'new', formerName: 'Club' }, 'club', ['sales']],
  ['or not at all', { name: 'new', formerName: null }, null, ['sales', 'club']],
])('takes an object %s, and leaves the others', (_, place, expected, others) => {
  const there = new Map([
    [keyOf('SALES'), 'SALES'],
    [keyOf('club'), 'club'],
  ]);
  expect(take(there, place)).toBe(expected);
  expect([...there.keys()]).toEqual(others);
});
