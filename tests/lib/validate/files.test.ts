/** The files that administrators write. No message shows a secret. */
import { credentialsMistakes, mappingMistakes } from '../../../lib/validate/files.ts';

const login = { adminuser: 'oxadmin', adminpass: 'geheim' };
const LOGIN = 'expected an object with adminuser and adminpass';

it.each<[unknown]>([
  [{}],
  [{ master: login }],
  [{ 10: login, 20: { ...login, comment: 'mine' } }],
  [{ 10: { ...login, adminpass: '' } }],
  [{ $comment: 'entries of others are kept', '010': 1 }],
])('takes the credentials %j', (value) => {
  expect(credentialsMistakes(value)).toEqual([]);
});

it.each<[unknown, string]>([
  [[], '/: found a list, expected a JSON object'],
  [null, '/: found null, expected a JSON object'],
  ['geheim', '/: found a string, expected a JSON object'],
  [{ 10: 'geheim' }, `/10: found a string, ${LOGIN}`],
  [{ master: 'geheim' }, `/master: found a string, ${LOGIN}`],
  [{ 10: ['oxadmin', 'geheim'] }, `/10: found a list, ${LOGIN}`],
  [{ 10: null }, `/10: found null, ${LOGIN}`],
  [{ 10: { adminuser: 'oxadmin' } }, '/10: adminpass is missing'],
  [{ 10: { adminpass: 'geheim' } }, '/10: adminuser is missing'],
  [{ 10: { ...login, adminuser: '' } }, '/10/adminuser: found "", expected the login of the admin, one non-empty text'],
  [{ 10: { ...login, adminuser: 7 } }, '/10/adminuser: found 7, expected the login of the admin'],
  [
    { 10: { ...login, adminpass: 123456 } },
    '/10/adminpass: found a number, expected the password of the admin, a text',
  ],
])('refuses the credentials %j', (value, mistake) => {
  const mistakes = credentialsMistakes(value);
  expect(mistakes).toEqual([expect.stringContaining(mistake)]);
  expect(mistakes.join()).not.toMatch(/geheim|123456/);
});

const email1 = { ldap_attribute: 'mailPrimaryAddress' };

it.each<[unknown]>([
  [{ email1 }],
  [{ email1, company: { ldap_attribute: null, nillable: true } }],
  [
    {
      email1,
      telephone_home1: { ldap_attribute: 'homeTelephoneNumber', position: 0, multi_value: false },
      display_name: {
        ldap_attribute: 'oxDisplayName',
        alternative_attributes: ['displayName'],
        special_handling: 'DEFAULT',
      },
      note: { ldap_attribute: 'oxNote', position: null, alternative_attributes: null },
    },
  ],
])('takes the mapping %j', (value) => {
  expect(mappingMistakes(value)).toEqual([]);
});

it.each<[string, unknown, string]>([
  ['a list', [], '/: found a list, expected a JSON object'],
  ['no email1', {}, '/: email1 is missing'],
  [
    'a field OX has not',
    { email1, shoe_size: { ldap_attribute: 'x' } },
    '/: found "shoe_size", expected a field of an OX user',
  ],
  [
    'an entry that is a text',
    { email1, note: 'oxNote' },
    '/note: found "oxNote", expected an object with ldap_attribute',
  ],
  ['no ldap_attribute', { email1, note: {} }, '/note: ldap_attribute is missing'],
  [
    'an empty ldap_attribute',
    { email1, note: { ldap_attribute: '' } },
    '/note/ldap_attribute: found "", expected the name',
  ],
  [
    'nillable as text',
    { email1, note: { ldap_attribute: 'x', nillable: 'yes' } },
    '/note/nillable: found "yes", expected true or false',
  ],
  [
    'multi_value as number',
    { email1, note: { ldap_attribute: 'x', multi_value: 1 } },
    '/note/multi_value: found 1, expected true or false',
  ],
  [
    'a special handling',
    { email1, note: { ldap_attribute: 'x', special_handling: 'date' } },
    '/note/special_handling: found "date", expected DEFAULT, DATE',
  ],
  [
    'alternatives as text',
    { email1, note: { ldap_attribute: 'x', alternative_attributes: 'y' } },
    '/note/alternative_attributes: found "y", expected a list',
  ],
  [
    'an empty alternative',
    { email1, note: { ldap_attribute: 'x', alternative_attributes: [''] } },
    '/note/alternative_attributes/0: found ""',
  ],
  [
    'a negative position',
    { email1, note: { ldap_attribute: 'x', position: -1 } },
    '/note/position: found -1, expected a position',
  ],
  [
    'a position as text',
    { email1, note: { ldap_attribute: 'x', position: '0' } },
    '/note/position: found "0", expected a position',
  ],
  [
    'a key that is not known',
    { email1, note: { ldap_attribute: 'x', nilable: true } },
    '/note: "nilable" is not known, expected an object with ldap_attribute and, if needed, nillable, multi_value, special_handling, alternative_attributes, position',
  ],
])('refuses a mapping with %s', (_what, value, mistake) => {
  expect(mappingMistakes(value)).toEqual([expect.stringContaining(mistake)]);
});
