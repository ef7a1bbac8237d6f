/** Which files are meant, and what those that were set aside have in common. */
import type { AsideFile } from '../../../lib/queue/describe.ts';
import { groupByReason, isSelected } from '../../../lib/queue/selection.ts';
import { aUser } from '../../harness/objects.ts';

function aside(name: string, reason: string, mistakes = ''): AsideFile {
  const { id, dn, udm_object_type: type } = aUser(name);
  return { name: `${name}.json`, type, dn, id, action: 'create or change', ageSeconds: 0, bytes: 1, mistakes, reason };
}

it.each([
  [{}, true],
  [{ type: 'users/user' as const }, true],
  [{ type: 'groups/group' as const }, false],
  [{ object: 'UID=Anna,' }, true],
  [{ object: aUser('anna').id.slice(2, 12) }, true],
  [{ object: 'bert' }, false],
  [{ invalid: true }, false],
  [{ invalid: true, object: 'anna' }, false],
])('selects by %j: %j', (selection, expected) => {
  expect(isSelected(aside('anna', ''), selection)).toBe(expected);
});

it('selects what is invalid', () => {
  expect(isSelected(aside('anna', '', '/isOxUser is wrong'), { invalid: true })).toBe(true);
});

it('takes reasons that differ in names, values and numbers for one, and puts the most frequent first', () => {
  const taken = (name: string): string =>
    `OXUserService.create for ${aUser(name).dn}: OX refused it: "${name}" is taken in context 10. What to do: rename it.`;
  const groups = groupByReason([
    aside('carl', 'OX is full'),
    aside('anna', taken('anna')),
    aside('bert', taken('bert').replace('10', '11')),
  ]);
  expect(groups.map(({ reason, remedy, files }) => [reason, remedy, files.map(({ name }) => name)])).toEqual([
    [taken('anna').split('. What')[0], 'rename it.', ['anna.json', 'bert.json']],
    ['OX is full', '', ['carl.json']],
  ]);
});

it('keeps apart what is wrong with different properties', () => {
  const groups = groupByReason([
    aside('anna', 'a.json /username is "", expected text'),
    aside('bert', 'b.json /oxContext is "", expected a number'),
  ]);
  expect(groups).toHaveLength(2);
});
