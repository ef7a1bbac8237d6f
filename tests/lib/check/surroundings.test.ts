/** What `check` says of the disk, the services and the certificate, from what they tell. */
import { checkSpace } from '../../../lib/check/files.ts';
import { type Description, judgeCertificate, judgeServices } from '../../../lib/check/services.ts';

const PLENTY = { bavail: 1_000_000, bsize: 4096, files: 1_000_000, ffree: 900_000 };

it.each([
  ['room enough', {}, []],
  ['little space', { bavail: 1000 }, ['disk-space']],
  ['few files left', { ffree: 100 }, ['disk-space']],
  ['a file system without a fixed number of files', { files: 0, ffree: 0 }, []],
])('judges a disk with %s', (_, free, kinds) => {
  expect(checkSpace('/data', { ...PLENTY, ...free } as never).map(({ kind }) => kind)).toEqual(kinds);
});

const NOW = new Date('2026-11-20T12:00:00Z');

it.each([
  [null, []],
  ['2027-11-20T12:00:00Z', ['certificate: 365 more days, until 2027-11-20']],
  ['2026-12-20T12:00:00Z', ['certificate: 30 more days, until 2026-12-20']],
  ['2026-12-20T11:00:00Z', ['certificate-expires: 29 more days, until 2026-12-20']],
])('judges a certificate that ends at %s', (end, expected) => {
  const findings = judgeCertificate(end === null ? null : new Date(end), NOW);

  expect(findings.map(({ kind, message }) => `${kind}: ${message.replace(/.* valid for /, '')}`)).toEqual(expected);
});

const NAMES = ['Context', 'User', 'Group', 'Resource', 'SecondaryAccount', 'UserCopy'].map(
  (name) => `OX${name}Service`,
);

function offering(changes: Readonly<Record<string, Partial<Description>>>): Map<string, Description> {
  const plain = { status: 200, wsdl: '<wsdl:definitions/>', certificateEnd: null };
  return new Map(NAMES.map((name) => [name, { ...plain, ...changes[name] }]));
}

const NO_ACCOUNTS = { OXSecondaryAccountService: { status: 404, wsdl: '' } };

it.each<[string, Readonly<Record<string, Partial<Description>>>, string[]]>([
  ['8.10', { OXResourceService: { wsdl: 'name="permissions"' } }, ['version 8.10 or newer']],
  ['7.10.6', {}, ['version 7.10.6 or newer']],
  [
    '7.10.4',
    { ...NO_ACCOUNTS, OXContextService: { wsdl: 'name="gabMode"' } },
    ['OX does not offer OXSecondaryAccountService', 'version 7.10.4 or newer'],
  ],
  ['a proxy that hides the descriptions', Object.fromEntries(NAMES.map((name) => [name, { status: 403 }])), []],
])('tells the services and the version of %s', (_, changes, expected) => {
  const messages = judgeServices(offering(changes)).map(({ message }) => message);

  expect(messages).toEqual(expected.map((text) => expect.stringContaining(text)));
});
