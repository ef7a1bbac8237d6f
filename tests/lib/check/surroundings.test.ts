/** What `check` says of the disk, the services and the certificate, from what they tell. */
import { checkSpace } from '../../../lib/check/files.ts';
import { judgeCertificate, judgeServices } from '../../../lib/check/services.ts';
import type { Description } from '../../../lib/ox/description.ts';

const PLENTY = { bavail: 1_000_000, bsize: 4096, files: 1_000_000, ffree: 900_000 };

it.each([
  ['room enough', {}, []],
  ['little space', { bavail: 1000 }, ['3 MiB are free at /data']],
  ['few files left', { ffree: 100 }, ['100 more files can be made at /data']],
  ['a file system without a fixed number of files', { files: 0, ffree: 0 }, []],
])('judges a disk with %s', (_, free, said) => {
  const findings = checkSpace('/data', { ...PLENTY, ...free } as never);
  expect(findings.map(({ message }) => message)).toEqual(said);
  expect(findings.map(({ remedy }) => remedy)).toEqual(
    said.map(() => 'Free some space: a full disk stops the queue. Nothing is lost by that.'),
  );
  expect(findings.every(({ kind, severity }) => kind === 'disk-space' && severity === 'error')).toBe(true);
});

const NOW = new Date('2026-11-20T12:00:00Z');

it.each([
  [null, []],
  ['2027-11-20T12:00:00Z', ['certificate: the certificate of OX is valid for 365 more days, until 2027-11-20']],
  ['2026-12-20T12:00:00Z', ['certificate: the certificate of OX is valid for 30 more days, until 2026-12-20']],
  [
    '2026-12-20T11:00:00Z',
    [
      'certificate-expires: the certificate of OX is valid for 29 more days, until 2026-12-20: ' +
        "Renew the certificate of OX's web server in time.",
    ],
  ],
  ['2026-11-21T13:00:00Z', [expect.stringContaining('is valid for 1 more day, until 2026-11-21')]],
])('judges a certificate that ends at %s', (end, expected) => {
  const findings = judgeCertificate(end === null ? null : new Date(end), NOW);

  expect(findings.map(({ kind, message, remedy }) => `${kind}: ${message}${remedy && `: ${remedy}`}`)).toEqual(
    expected,
  );
});

const NAMES = ['Context', 'User', 'Group', 'Resource', 'SecondaryAccount', 'UserCopy', 'Util'].map(
  (name) => `OX${name}Service`,
);

function offering(changes: Readonly<Record<string, Partial<Description>>>): Map<string, Description> {
  const plain = { status: 200, text: '<wsdl:definitions/>', certificateEnd: null };
  return new Map(NAMES.map((name) => [name, { ...plain, ...changes[name] }]));
}

const NO_ACCOUNTS = { OXSecondaryAccountService: { status: 404, text: '' } };
const GUESTS = '<xs:element name="create"><xs:complexType><xs:element name="convertguest"/></xs:complexType>';

it.each<[string, Readonly<Record<string, Partial<Description>>>, string]>([
  ['8.36.36', { OXUserService: { text: GUESTS } }, 'version 8.36.36 or newer: it has convertguest'],
  ['8.35.276', { OXUtilService: { text: '<wsdl:operation name="getVersion">' } }, 'version 8.35.276 or newer'],
  ['8.10', { OXResourceService: { text: 'name="permissions"' } }, 'version 8.10 or newer'],
  ['7.10.6', {}, 'version 7.10.6 or newer'],
  ['7.10.4', { ...NO_ACCOUNTS, OXContextService: { text: 'name="gabMode"' } }, 'version 7.10.4 or newer'],
])('concludes the version %s from what is there, where OX does not tell it', (_, changes, expected) => {
  const versions = judgeServices(offering(changes), null).filter(({ kind }) => kind === 'version');

  expect(versions.map(({ message }) => message)).toEqual([expect.stringContaining(expected)]);
});

it('says the version that OX tells, and what it has and has not', () => {
  const findings = judgeServices(
    offering({ ...NO_ACCOUNTS, OXResourceService: { text: 'name="permissions"' } }),
    '8.19.0',
  );

  expect(findings.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
    'service-missing: OX does not offer OXSecondaryAccountService',
    'version: OX is of version 8.19.0',
    'feature: OX does not have convertguest of new users (version 8.36.36 or newer)',
    'feature: OX does not have getVersion (version 8.35.276 or newer)',
    'feature: OX has permissions of resources (version 8.10 or newer)',
    'feature: OX does not have functional accounts (version 7.10.6 or newer)',
    'feature: OX does not have gabMode of contexts (version 7.10.4 or newer)',
  ]);
});

it.each([403, 503])('takes nothing for missing where the descriptions are answered with %d', (status) => {
  const findings = judgeServices(offering(Object.fromEntries(NAMES.map((name) => [name, { status }]))), null);

  expect(findings.map(({ kind, severity, object }) => [kind, severity, object])).toEqual(
    NAMES.filter((name) => name !== 'OXUtilService').map((name) => ['service-unknown', 'info', name]),
  );
  expect(findings[0]?.message).toBe(
    `whether OX offers OXContextService is not known: it answers with HTTP ${status} for its description`,
  );
  expect(findings[0]?.remedy).toBe(
    'Ask again when OX has started; a proxy before OX may hide the descriptions (?wsdl).',
  );
});
