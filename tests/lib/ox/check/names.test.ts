/** Names that OX refuses (docs/ox.md), told before it is asked. */
import { checkGroupName, checkResourceName, checkUserName } from '../../../../lib/ox/check/names.ts';

const FIELDS = { display_name: 'Anna Example', given_name: 'Anna', sur_name: 'Example' };
const character = (name: string, found: string): string =>
  `the name ${JSON.stringify(name)} has the character ${JSON.stringify(found)}`;

it.each<[string, string | null, string | null]>([
  ['anna', null, null],
  ['Anna.B-c_d+e%f@example$1', null, null],
  ['änna', 'ä', 'ä'],
  ['anna b', ' ', null],
  ["o'neill", "'", "'"],
  ['a/b', '/', '/'],
])('%s', (name, ofUser, ofGroup) => {
  const said = (found: string | null): string | null => found && character(name, found);
  expect(checkUserName(name, FIELDS)).toBe(said(ofUser));
  expect(checkResourceName(name)).toBe(said(ofUser));
  expect(checkGroupName(name)).toBe(said(ofGroup));
});

it.each([
  ['given_name', { given_name: '' }],
  ['sur_name', { sur_name: null }],
  ['display_name, sur_name', { display_name: null, sur_name: '' }],
])('a user without %s', (empty, fields) => {
  expect(checkUserName('anna', { ...FIELDS, ...fields })).toBe(`mandatory fields are empty: ${empty}`);
});

it('the name comes before the fields', () => {
  expect(checkUserName('änna', {})).toBe(character('änna', 'ä'));
});
