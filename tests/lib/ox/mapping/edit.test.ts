/** Changes to the mapping, and what they come to. */
import { changeMapping, differencesOf, readChanges } from '../../../../lib/ox/mapping/edit.ts';
import { DEFAULT_MAPPING, type Mapping } from '../../../../lib/ox/mapping/mapping.ts';
import { thrownBy } from '../../../harness/temporary.ts';

const changed = (words: string, mapping: Mapping = DEFAULT_MAPPING): Mapping => {
  const changes = readChanges(words.split(' '));
  return typeof changes === 'string' ? {} : changeMapping(mapping, changes);
};

it.each([
  ['--set title oxTitle', 'title: title → oxTitle'],
  ['--unset note', 'note: oxNote → emptied in OX'],
  ['--unset=note', 'note: oxNote → emptied in OX'],
  ['--unset aliases', 'aliases: mailAlternativeAddress → emptied in OX'],
  ['--unset maxQuota', 'maxQuota: oxUserQuota → unlimited in OX'],
  ['--unset usedQuota', 'usedQuota: oxUserQuota → left alone'],
  ['--unset birthday', 'birthday: birthday as DATE → left alone (OX cannot empty it)'],
  ['--leave-alone note', 'note: oxNote → left alone'],
  ['--set language preferredLanguage', null],
  ['--set-alternatives title a b', 'title: title → title else a else b'],
  [
    '--unset-alternatives display_name',
    'display_name: oxDisplayName else displayName, never cleared → oxDisplayName, never cleared',
  ],
  ['--set employee_type kind', 'employeeType: employeeType → kind'],
  ['--leave-alone max_quota', 'maxQuota: oxUserQuota → left alone'],
])('%s', (words, difference) => {
  expect(differencesOf(DEFAULT_MAPPING, changed(words))).toEqual(difference === null ? [] : [difference]);
});

it('keeps the names that a file of 2.x has, whichever is given', () => {
  const file: Mapping = { email1: { ldap_attribute: 'mail' }, max_quota: { ldap_attribute: 'quota' } };
  const after = changed('--set maxQuota limit', file);
  expect(after).toEqual({ email1: { ldap_attribute: 'mail' }, max_quota: { ldap_attribute: 'limit' } });
  expect(differencesOf(file, after)).toEqual(['max_quota: quota → limit']);
});

it('what is left alone is not named, what is unset comes from nothing', () => {
  expect(changed('--leave-alone note')).not.toHaveProperty('note');
  expect(changed('--unset note').note?.ldap_attribute).toBeNull();
});

it('alternatives need a property that they stand in for', () => {
  expect(thrownBy(() => changed('--unset note --set-alternatives note a'))).toMatchObject({
    code: 'USAGE',
    message: '--set-alternatives note: the field comes from no property, --set it first',
  });
});

it('only a field that there is can be left alone', () => {
  expect(thrownBy(() => changed('--leave-alone notes'))).toMatchObject({
    code: 'USAGE',
    message: '--leave-alone notes: OX has no such field of users',
    remedy: 'The names of OX fields are those of `mapping dump` and of docs/attributes.md.',
  });
  expect(changed('--leave-alone telephone_isdn --leave-alone employee_type')).not.toHaveProperty('employeeType');
});

it.each([
  ['--leave-alone', '--leave-alone takes an OX field'],
  ['--leave-alone note x', '--leave-alone takes an OX field'],
  ['--set note', '--set takes an OX field and one UDM property'],
  ['--set-alternatives note', '--set-alternatives takes an OX field and UDM properties'],
])('%s is refused', (words, reason) => {
  expect(readChanges(words.split(' '))).toBe(reason);
});
