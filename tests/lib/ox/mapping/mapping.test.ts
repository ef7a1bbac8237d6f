/** AttributeMapping.json in place of the default; a broken one never falls back to it (docs/behaviour.md, "Users"). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_MAPPING, readMapping, readMappingFile, unclearableNote } from '../../../../lib/ox/mapping/mapping.ts';
import { mappingMistakes } from '../../../../lib/validate/files.ts';
import { freshFolder, thrownBy } from '../../../harness/temporary.ts';

const folder = freshFolder();
const file = (): string => join(folder(), 'AttributeMapping.json');
const read = () => readMapping(file(), mappingMistakes);

it('uses the default where there is no file, and the default is valid itself', () => {
  expect(read()).toEqual(DEFAULT_MAPPING);
  expect(mappingMistakes(DEFAULT_MAPPING)).toEqual([]);
});

it('replaces the default as a whole', () => {
  const mapping = { email1: { ldap_attribute: 'mailPrimaryAddress' }, note: { ldap_attribute: null } };
  writeFileSync(file(), `\ufeff${JSON.stringify(mapping)}`);
  expect(read()).toEqual(mapping);
});

it('takes the five names of files of connector 2.x', () => {
  const entry = { ldap_attribute: 'x' };
  const former = ['employee_type', 'imap_server', 'smtp_server', 'max_quota', 'used_quota'];
  const written = Object.fromEntries(['email1', ...former].map((name) => [name, entry]));
  writeFileSync(file(), JSON.stringify(written));

  expect(Object.keys(read())).toEqual(['email1', 'employeeType', 'imapServer', 'smtpServer', 'maxQuota', 'usedQuota']);
  expect(readMappingFile(file(), mappingMistakes)).toEqual(written);
});

it.each<[string, string | null]>([
  ['note', null],
  ['aliases', null],
  ['maxQuota', null],
  ['usedQuota', null],
  ['language', null],
  ['birthday', 'birthday'],
  ['image1', 'image1'],
  ['imapServer', 'imapServer'],
  ['uploadFileSizeLimit', 'uploadFileSizeLimit'],
  ['load_remote_mail_content_by_default', 'load_remote_mail_content_by_default'],
])('%s that is to be empty: OX cannot clear %s', (field, named) => {
  const note = unclearableNote({ [field]: { ldap_attribute: null }, email1: { ldap_attribute: 'x' } });
  expect(note).toBe(
    named &&
      `AttributeMapping.json empties ${named}, which OX cannot clear: what is in OX stays until it is removed there by hand`,
  );
});

it.each<[string, string | Buffer, RegExp]>([
  ['nothing', '', /not valid JSON/],
  ['no JSON', '{"email1": {', /not valid JSON/],
  ['no UTF-8', Buffer.from('{"email1": {"ldap_attribute": "m\xe4il"}}', 'latin1'), /not valid UTF-8/],
  ['a list', '[]', /found a list, expected a JSON object/],
  [
    'a field under both its names',
    '{"email1": {"ldap_attribute": "x"}, "max_quota": {"ldap_attribute": "y"}, "maxQuota": {"ldap_attribute": "y"}}',
    /expected maxQuota under one name only \(max_quota is its name in files of connector 2\.x\)/,
  ],
  ...['email1', 'display_name', 'given_name', 'sur_name'].map((field): [string, string, RegExp] => [
    `${field} from nothing`,
    JSON.stringify({ email1: { ldap_attribute: 'x' }, [field]: { ldap_attribute: null } }),
    new RegExp(`/${field}/ldap_attribute: found null, expected the name of a UDM property: OX creates no user without`),
  ]),
  ['a field OX has not', '{"email1": {"ldap_attribute": "x"}, "shoe": {"ldap_attribute": "y"}}', /"shoe"/],
])('refuses a file with %s in it', (_what, content, message) => {
  writeFileSync(file(), content);
  const error = thrownBy(read);
  expect((error as Error).message.startsWith(`the attribute mapping ${file()} is broken: `)).toBe(true);
  expect(error).toMatchObject({
    code: 'MAPPING_BROKEN',
    exitCode: 78,
    message: expect.stringMatching(message),
    fields: { path: file() },
    remedy: 'Correct the file, or remove it to use the default mapping.',
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
