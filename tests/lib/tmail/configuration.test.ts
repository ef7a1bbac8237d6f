/** What a configuration that says little means: what its schema, and with it the manual, says. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { completeConfiguration, DEFAULT_FACETS, readTmailConfiguration } from '../../../lib/tmail/configuration.ts';
import schema from '../../../schemas/tmail/tmail.schema.json' with { type: 'json' };
import { freshFolder, thrownBy } from '../../harness/temporary.ts';

const folder = freshFolder();
const configuration = completeConfiguration(
  { server: { url: 'https://tmail.example.org/' }, ldap: { url: 'ldaps://ldap.example.org', base: 'dc=example' } },
  'tmail.json',
  '/nowhere',
  {},
);
const { server, ldap, ...rest } = schema.properties;

it('has the defaults that the schema names', () => {
  const attributes = Object.entries(ldap.properties.attributes.properties);

  expect(configuration).toMatchObject({
    server: { url: 'https://tmail.example.org', timeout: server.properties.timeout.default, secret: null },
    ldap: {
      startTls: ldap.properties.start_tls.default,
      filter: ldap.properties.filter.default,
      pageSize: ldap.properties.page_size.default,
      timeout: ldap.properties.timeout.default,
      bindDn: null,
      attributes: Object.fromEntries(attributes.map(([name, { default: attribute }]) => [name, [attribute]])),
    },
    facets: expect.arrayContaining(rest.facets.default),
    localCopy: rest.local_copy.default,
    quotaZero: rest.quota_zero.default,
    deletedMail: rest.deleted_mail.default,
    maxDeletions: rest.max_deletions.default,
    warnings: [],
  });
  expect(configuration.facets).toHaveLength(rest.facets.default.length);
  expect(DEFAULT_FACETS).toEqual(rest.facets.default);
});

it.each([
  [
    'server.url',
    { server: { url: 'http://tmail.example.org' } },
    /^server\.url is http:.*: the token goes over the network unencrypted; take https$/,
  ],
  [
    'ldap.url',
    { ldap: { url: 'ldap://ldap.example.org', base: 'x' } },
    /^ldap\.url is ldap:.*: password and entries go over the network unencrypted; set start_tls, or take ldaps$/,
  ],
])('warns of %s without TLS, but not on the same machine', (_, part, said) => {
  const file = { server: { url: 'https://tmail.example.org' }, ...part };
  const warnings = (text: string) => completeConfiguration(JSON.parse(text), 'tmail.json', '/nowhere', {}).warnings;
  expect(warnings(JSON.stringify(file))).toEqual([expect.stringMatching(said)]);
  expect(warnings(JSON.stringify(file).replace(/(?:tmail|ldap)\.example\.org/g, '127.0.0.1:8000'))).toEqual([]);
});

it('says what to do where there is no file', () => {
  expect(thrownBy(() => readTmailConfiguration('/nowhere/tmail.json', '/nowhere', {}))).toMatchObject({
    code: 'TMAIL_CONFIGURATION',
    message: expect.stringContaining('it is not there'),
    remedy: 'Write it (docs/tmail.md has an example), or name another one with --config.',
  });
});

it.each([
  [
    'a token and a password',
    { token_file: 'token', password_file: 'token' },
    '/server: token_file and password_file exclude each other',
    'Remove one of them.',
  ],
  [
    'no secret',
    { token_file: 'nope' },
    'the secret file FOLDER/nope cannot be read',
    'Write it, or correct its path: paths are relative to the data directory.',
  ],
  [
    'a secret of two lines',
    { token_file: 'two' },
    'the secret file FOLDER/two is empty, or holds more than one line of plain text',
    'Write the secret into it, in one line.',
  ],
])('refuses %s', (_, files, said, remedy) => {
  writeFileSync(join(folder(), 'two'), 'one\ntwo\n');
  const file = { server: { url: 'https://tmail.example.org', ...files } };
  expect(thrownBy(() => completeConfiguration(file, 'tmail.json', folder(), {}))).toMatchObject({
    code: 'TMAIL_CONFIGURATION',
    message: `the configuration tmail.json cannot be used: ${said.replace('FOLDER', folder())}`,
    remedy,
  });
});

it.each([
  [{ TMAIL_TOKEN: 'T', TMAIL_PASSWORD: 'P' }, { token_file: 'file' }, { kind: 'token', value: 'T' }],
  [{ TMAIL_PASSWORD: 'P' }, { token_file: 'file' }, { kind: 'password', value: 'P' }],
  [{}, { token_file: 'file' }, { kind: 'token', value: 'of a file' }],
  [{}, { password_file: 'file' }, { kind: 'password', value: 'of a file' }],
  [{}, {}, null],
])('takes the secret of the server from the environment %j before the file %j', (environment, files, secret) => {
  writeFileSync(join(folder(), 'file'), 'of a file\r\n');
  const file = { server: { url: 'https://tmail.example.org', ...files } };
  expect(completeConfiguration(file, 'tmail.json', folder(), environment).server.secret).toEqual(secret);
});

it('takes the password of the directory from the environment before the file', () => {
  writeFileSync(join(folder(), 'file'), 'of a file\n');
  const ldap = { url: 'ldaps://ldap.example.org', base: 'x', bind_dn: 'cn=x', password_file: 'file' };
  const file = { server: { url: 'https://tmail.example.org' }, ldap };
  const passwordIn = (environment: Record<string, string>) =>
    completeConfiguration(file, 'tmail.json', folder(), environment).ldap?.password;
  expect([passwordIn({}), passwordIn({ TMAIL_LDAP_PASSWORD: 'of the environment' })]).toEqual([
    'of a file',
    'of the environment',
  ]);
  writeFileSync(join(folder(), 'file'), 'Paßwort €\r\n');
  expect(passwordIn({})).toBe('Paßwort €');
});

it('says what is wrong in the file, and where its names are', () => {
  const path = join(folder(), 'tmail.json');
  writeFileSync(path, '{"server":{"url":"http://x"},"facet":[]}');
  expect(thrownBy(() => readTmailConfiguration(path, folder(), {}))).toMatchObject({
    message: expect.stringMatching(/tmail\.json cannot be used: .*facet/),
    remedy: 'Correct the file: docs/tmail.md lists all names.',
  });
});

it('takes every address for ours', () => {
  expect([rest.domains.default, rest.keep.default]).toEqual([[], []]);
  expect(configuration.ownership.isOurs('anna@any.example')).toBe(true);
});

it.each([
  ['TMAIL_TOKEN', { kind: 'token', value: 'x y' }],
  ['TMAIL_PASSWORD', { kind: 'password', value: 'x y' }],
])('takes %s without the line end that a file put into the environment has', (name, secret) => {
  const file = { server: { url: 'https://tmail.example.org' } };
  const read = (text: string) => completeConfiguration(file, 'tmail.json', '/nowhere', { [name]: text });
  expect(read('x y\n').server.secret).toEqual(secret);
  expect(read('x y\r\n').server.secret).toEqual(secret);
  expect(thrownBy(() => read('x\ny'))).toMatchObject({
    code: 'TMAIL_CONFIGURATION',
    message: expect.stringContaining(`the secret ${name} is empty, or holds more than one line of plain text`),
  });
  expect(JSON.stringify(thrownBy(() => read('x\ny')))).not.toContain('x\\ny');
});

it('takes the password of the directory so too, with any letters', () => {
  const file = { server: { url: 'https://x' }, ldap: { url: 'ldaps://x', base: 'dc=x' } };
  const read = (text: string) =>
    completeConfiguration(file, 'tmail.json', '/nowhere', { TMAIL_LDAP_PASSWORD: text }).ldap?.password;
  expect(read('grün\n')).toBe('grün');
  expect(() => read('a\nb')).toThrow('TMAIL_LDAP_PASSWORD');
});
