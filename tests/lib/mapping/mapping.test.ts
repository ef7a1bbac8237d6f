/** AttributeMapping.json in place of the default; a broken one never falls back to it (SPEC 7.3). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_MAPPING, readMapping } from '../../../lib/mapping/mapping.ts';
import { mappingMistakes } from '../../../lib/validate/files.ts';
import { freshFolder, thrownBy } from '../../harness/temporary.ts';

const folder = freshFolder();
const file = (): string => join(folder(), 'AttributeMapping.json');
const read = () => readMapping(file(), mappingMistakes);

it('uses the default where there is no file, and the default is valid itself', () => {
  expect(read()).toBe(DEFAULT_MAPPING);
  expect(mappingMistakes(DEFAULT_MAPPING)).toEqual([]);
});

it('replaces the default as a whole', () => {
  const mapping = { email1: { ldap_attribute: 'mailPrimaryAddress' }, note: { ldap_attribute: null } };
  writeFileSync(file(), `\ufeff${JSON.stringify(mapping)}`);
  expect(read()).toEqual(mapping);
});

it.each<[string, string | Buffer, RegExp]>([
  ['nothing', '', /not valid JSON/],
  ['no JSON', '{"email1": {', /not valid JSON/],
  ['no UTF-8', Buffer.from('{"email1": {"ldap_attribute": "m\xe4il"}}', 'latin1'), /not valid UTF-8/],
  ['a list', '[]', /found a list, expected a JSON object/],
  ['a field OX has not', '{"email1": {"ldap_attribute": "x"}, "shoe": {"ldap_attribute": "y"}}', /"shoe"/],
])('refuses a file with %s in it', (_what, content, message) => {
  writeFileSync(file(), content);
  const error = thrownBy(read);
  expect(error).toMatchObject({
    code: 'MAPPING_BROKEN',
    exitCode: 78,
    message: expect.stringMatching(message),
    fields: { path: file() },
    remedy: expect.stringContaining('remove it to use the default'),
  });
});

it.each<[string, string]>([
  ['display_name', 'oxDisplayName'],
  ['given_name', 'firstname'],
  ['sur_name', 'lastname'],
  ['email1', 'mailPrimaryAddress'],
  ['aliases', 'mailAlternativeAddress'],
  ['company', 'organisation'],
  ['marital_status', 'oxMarialStatus'],
  ['number_of_children', 'oxNumOfChildren'],
  ['telephone_ttytdd', 'oxTelephoneTtydd'],
  ['telephone_business2', 'phone'],
  ['birthday', 'birthday'],
  ['image1', 'jpegPhoto'],
  ['imapServer', 'mailHomeServer'],
  ['maxQuota', 'oxUserQuota'],
  ['userfield20', 'oxUserfield20'],
])('maps %s to %s by default', (field, property) => {
  expect(DEFAULT_MAPPING[field]).toMatchObject({ ldap_attribute: property });
});
