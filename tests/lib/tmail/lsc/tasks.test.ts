/** Reading LSC's configuration: what is taken, and that the rest is refused by line. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { facetsOf, mergeTasks, tasksNamed } from '../../../../lib/tmail/lsc/plan.ts';
import { readLsc } from '../../../../lib/tmail/lsc/tasks.ts';
import { freshFolder, thrownBy } from '../../../harness/temporary.ts';
import { LSC_JOBS, lscXml, AN_LSC_SITE as SITE } from '../../../harness/tmail/lsc-files.ts';

const folder = freshFolder();
const PLAIN = { domains: [], localCopy: false };

function written(text = lscXml(SITE, LSC_JOBS)): string {
  mkdirSync(join(folder(), 'lsc'), { recursive: true });
  writeFileSync(join(folder(), 'lsc', 'lsc.xml'), text);
  return join(folder(), 'lsc');
}

it('reads the seven jobs as one configuration', () => {
  const tasks = readLsc(written());

  expect(tasks.map(({ facet, sets, clears }) => [facet, sets, clears])).toEqual([
    ['account', true, true],
    ['aliases', true, true],
    ['forwards', true, true],
    ['mappings', true, true],
    ['quota', true, true],
    ['identity', true, false],
    ['contact', true, true],
  ]);
  expect(mergeTasks(tasks, PLAIN)).toMatchObject({
    token: 'a-token',
    password: 'a & secret',
    file: {
      server: { url: 'http://tmail:8000' },
      ldap: {
        url: 'ldap://ldap.example.org',
        bind_dn: 'cn=reader,dc=example',
        base: 'ou=people,dc=example',
        filter: '(&(objectClass=inetOrgPerson)(mail=*))',
        page_size: 0,
        attributes: {
          address: 'mail',
          aliases: 'mailAlias',
          forwards: 'mailForward',
          mappings: 'mailMapping',
          quota: 'mailQuotaSize',
          firstname: 'givenName',
          lastname: 'sn',
        },
      },
      facets: ['account', 'aliases', 'forwards', 'mappings', 'quota', 'identity', 'contact'],
    },
  });
  expect(facetsOf(tasksNamed('aliasSynchronization, quotaSynchronization', tasks))).toEqual(['aliases', 'quota']);
});

it('reads characters that are written as numbers', () => {
  const text = lscXml(SITE, LSC_JOBS).replace('a &amp; secret', '&#97; &#x26; s&amp;#101;cr&#233;t');
  expect(readLsc(written(text))[0]?.directory.password).toBe('a & s&#101;crét');
});

it.each([
  ['UTF-8', 'utf8', 'é'],
  ['ISO-8859-1', 'latin1', 'é'],
  ['UTF-8', 'latin1', null],
  ['EBCDIC-X', 'latin1', null],
] as const)('reads the encoding %s as declared, %s: %s', (declared, actual, expected) => {
  const text = lscXml({ ...SITE, password: 'é' }, LSC_JOBS).replace('encoding="UTF-8"', `encoding="${declared}"`);
  const directory = written(text);
  writeFileSync(join(directory, 'lsc.xml'), text, actual);
  if (expected === null) {
    expect(thrownBy(() => readLsc(directory))).toMatchObject({
      code: 'TMAIL_CONFIGURATION',
      message: expect.stringMatching(new RegExp(`: line 1: it cannot be read as ${declared}$`)),
      remedy: 'Save the file as UTF-8.',
    });
  } else {
    expect(readLsc(directory)[0]?.directory.password).toBe(expected);
  }
});

it.each<[string, string | RegExp, string, string, string]>([
  [
    'an expression',
    'srcBean.getDatasetValuesById("mailAlias")',
    'srcBean.getDatasetValuesById("mailAlias").concat("x")',
    '"mailAlias").concat',
    'is not followed, only srcBean.getDatasetValuesById',
  ],
  [
    'a condition',
    '<update>true</update>',
    '<update>srcBean.getAttributeById("x") != null</update>',
    '<update>srcBean',
    'is not followed, only true and false',
  ],
  [
    'halves of a condition',
    '<create>true</create>\n          <update>true</update>',
    '<create>false</create>\n          <update>true</update>',
    '<conditions>',
    'create and update differ: values are set as a whole',
  ],
  [
    'a policy',
    '<policy>FORCE</policy>',
    '<policy>MERGE</policy>',
    '<policy>MERGE',
    'the policy MERGE is not followed, only FORCE',
  ],
  [
    'a policy for all',
    /<defaultPolicy>FORCE(.*?)<policy>FORCE<\/policy>/s,
    '<defaultPolicy>KEEP$1',
    '<defaultPolicy>KEEP',
    'the policy KEEP is not followed, only FORCE',
  ],
  [
    'referrals',
    '<referral>IGNORE',
    '<referral>FOLLOW',
    '<referral>FOLLOW',
    '<referral> FOLLOW is not followed, only IGNORE',
  ],
  [
    'aliases of entries',
    '<derefAliases>NEVER',
    '<derefAliases>ALWAYS',
    '<derefAliases>ALWAYS',
    '<derefAliases> ALWAYS is not followed, only NEVER',
  ],
  [
    'a service',
    '<james:jamesAliasService>',
    '<james:otherService>',
    '<pluginDestinationService',
    'none of its elements is a service of the plugin',
  ],
  [
    'a login',
    '<authentication>SIMPLE</authentication>',
    '<authentication>GSSAPI</authentication>',
    '<authentication>GSSAPI',
    'the authentication GSSAPI is not followed, only SIMPLE and NONE',
  ],
  [
    'a connection',
    '<connection reference="directory" />',
    '<connection reference="other" />',
    '<connection reference="other"',
    'there is no <ldapConnection> named "other"',
  ],
  ['a task without a part', /<mainIdentifier>.*/, '', '<propertiesBased', 'Options> has no <mainIdentifier>'],
  ['a filter', /<getAllFilter>.*<\/getAllFilter>/, '', '<ldapSourceService>', 'it has no <getAllFilter>'],
  [
    'values besides',
    '<forceValues>',
    '<defaultValues><string>1</string></defaultValues><forceValues>',
    '<defaultValues>',
    '<defaultValues> is not followed, only <forceValues>',
  ],
  [
    'two values',
    /(<forceValues>\s*)(<string>.*?<\/string>)/,
    '$1$2$2',
    '<dataset>',
    'it needs one <string> in <forceValues>',
  ],
  [
    'a dataset under another name',
    '<name>sources</name>',
    '<name>other</name>',
    '<propertiesBasedSyncOptions>',
    'task aliasSynchronization: it has no <dataset> sources with <forceValues>',
  ],
  [
    'a word for yes',
    '<tlsActivated>false',
    '<tlsActivated>yes',
    '<tlsActivated>yes',
    '<tlsActivated> yes is not followed, only true and false',
  ],
  ['a size of pages', '<pageSize>-1', '<pageSize>many', '<pageSize>many', '<pageSize> many is no number'],
  [
    'a URL of a broken base',
    /<url>ldap:[^<]*(<.*?)<baseDn>[^<]*/s,
    '<url>ldap://h/ou=50%$1<baseDn>',
    '<url>ldap://h/ou=50%',
    'its <url> is no LDAP URL',
  ],
  ['another directory', '<url>ldap:', '<url>http:', '<url>http://ldap', 'its <url> is no LDAP URL'],
  ['another server', '<url>http://tmail', '<url>ftp://tmail', '<url>ftp', 'its <url> is no http URL'],
])('refuses %s that it does not follow, by line', (_, before, after, mark, said) => {
  const text = lscXml(SITE, LSC_JOBS.slice(1, 2))
    .replace(before, after)
    .replace(
      '</james:jamesAliasService>',
      after.includes('otherService') ? '</james:otherService>' : '</james:jamesAliasService>',
    );
  const line = text.slice(0, text.indexOf(mark)).split('\n').length;

  const error = thrownBy(() => readLsc(written(text))) as Error;

  expect(error).toMatchObject({
    code: 'TMAIL_CONFIGURATION',
    remedy: 'Write it in the form that is followed, or write a tmail.json (docs/tmail.md).',
  });
  expect(error.message).toContain(`lsc.xml, line ${line} cannot be used`);
  expect(error.message).toContain(said);
});

it.each([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
  ['', false],
])('<tlsActivated>%s is StartTLS: %s', (text, startTls) => {
  const xml = lscXml(SITE, LSC_JOBS.slice(1, 2)).replace('<tlsActivated>false', `<tlsActivated>${text}`);
  expect(readLsc(written(xml))[0]?.directory.startTls).toBe(startTls);
});

it.each([
  ['no XML', '<lsc>', ': line 1: ', 'Correct the file.'],
  ['something else', '<html></html>', '<html> is no configuration of LSC', 'Write it in the form'],
  [
    'a document type',
    '<!DOCTYPE lsc [<!ENTITY x SYSTEM "file:///etc/passwd">]><lsc>&x;</lsc>',
    'it has a document type',
    'Remove the DOCTYPE: nothing is read from elsewhere.',
  ],
  ['no task', '<lsc><tasks></tasks></lsc>', 'it has no <task>', 'Write it in the form'],
])('refuses %s', (_, text, said, remedy) => {
  expect(thrownBy(() => readLsc(written(text)))).toMatchObject({
    code: 'TMAIL_CONFIGURATION',
    message: expect.stringContaining(said),
    remedy: expect.stringContaining(remedy),
  });
});

it('says what to name where there is no lsc.xml', () => {
  expect(thrownBy(() => readLsc(folder()))).toMatchObject({
    code: 'TMAIL_CONFIGURATION',
    message: `the configuration ${folder()} cannot be used: there is no lsc.xml`,
    remedy: 'Name the directory of the lsc.xml, or the file.',
  });
});
