/** What all comparisons tell of an object, and how they find it. */
import { compareByName, different, missing, unknown } from '../../../../lib/ox/check/comparison.ts';

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

const OWNER = { id: 'a', dn: 'cn=a', type: 'groups/group' } as const;

it.each([
  ['by its name, however it is written', { name: 'Sàles ', formerName: 'club' }, 'SALES', ['club']],
  ['by the name that it had', { name: 'new', formerName: 'Club' }, 'club', ['SALES']],
  ['or not at all', { name: 'new', formerName: null }, null, ['SALES', 'club']],
])('finds an object %s, and leaves the others', (_, named, expected, others) => {
  const compared: string[] = [];
  const place = { context: 10, owner: OWNER, ...named };
  const comparison = compareByName(
    {
      kind: 'group',
      type: 'groups/group',
      leftOver: (name) => name,
      refusal: () => null,
      compare: (found: { name: string }, after: string) => [{ field: 'name', before: found.name, after }],
    },
    [{ id: 'a', dn: 'uid=anna', place, wanted: named.name, expected: true }],
    [{ name: 'SALES' }, { name: 'club' }],
    { compared: (type) => compared.push(type) },
  );
  const found = comparison.next().value;
  expect(found).toMatchObject(
    expected === null
      ? { kind: 'missing', ...DETAILS }
      : { kind: 'differs', ...DETAILS, fields: [{ before: expected, after: named.name }] },
  );
  expect(comparison.next()).toEqual({ done: true, value: others.map((name) => ({ name })) });
  expect(compared).toEqual(['groups/group']);
});
