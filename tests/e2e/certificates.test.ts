/** CA certificates kept in DATA/conf/ca-certificates are trusted, without a setting and without rebuilding anything. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aUser } from '../harness/objects.ts';
import { makeWorkplace, type Workplace } from '../harness/workplace.ts';
import { type Certificates, makeCertificates, type Sandbox, startSandbox } from '../sandbox/client.ts';

let scratch: string;
let certificates: Certificates;
let sandbox: Sandbox;
let place: Workplace;
let trusted: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'ox-connector-tls-'));
  certificates = makeCertificates(scratch);
  sandbox = await startSandbox({ tls: certificates.good });
});
afterAll(async () => {
  await sandbox.stop();
  rmSync(scratch, { recursive: true });
});
beforeEach(async () => {
  await sandbox.reset();
  place = makeWorkplace(sandbox.url);
  trusted = join(place.data, 'conf', 'ca-certificates');
  mkdirSync(trusted, { recursive: true });
  place.drop(aUser('anna'));
});
afterEach(() => place.remove());

it('trusts the CA of a .crt file there', async () => {
  copyFileSync(certificates.ca, join(trusted, 'our-ca.crt'));

  expect((await place.run()).code).toBe(0);

  expect(place.waiting()).toEqual([]);
});

it.each([
  ['of no file', (): void => undefined],
  ['of a file that is not called .crt', (): void => copyFileSync(certificates.ca, join(trusted, 'our-ca.pem'))],
  ['of a hidden file', (): void => copyFileSync(certificates.ca, join(trusted, '.our-ca.crt'))],
  ['of another server', (): void => copyFileSync(certificates.otherHost.cert, join(trusted, 'other.crt'))],
])('does not trust the CA %s', async (_, lay) => {
  lay();

  const { code, stderr } = await place.run();

  expect({ code, stderr }).toEqual({ code: 69, stderr: expect.stringContaining('OX_SOAP_CA_FILE') });
  expect(place.waiting()).toHaveLength(1);
  expect((await sandbox.counts()).total).toBe(0);
});

it.each([
  ['nothing of the kind', 'not a certificate\n', 'it holds no certificate in PEM form '],
  ['a certificate cut short', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', ''],
])('refuses a .crt file that holds %s, by its name', async (_, content, said) => {
  copyFileSync(certificates.ca, join(trusted, 'a-good.crt'));
  writeFileSync(join(trusted, 'broken.crt'), content);

  const { code, stderr } = await place.run();

  expect({ code, stderr }).toEqual({
    code: 78,
    stderr: expect.stringContaining(`cannot read the CA certificates ${join(trusted, 'broken.crt')}: ${said}`),
  });
  expect(stderr).toContain(
    'What to do: Put PEM files there (openssl x509 -inform der -in FILE -out NEWFILE makes one of DER), or remove it.\n',
  );
  expect(place.waiting()).toHaveLength(1);
});

it.each([
  ['nothing of the kind', 'not a certificate\n'],
  ['nothing', ''],
  ['a certificate cut short', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
])('OX_SOAP_CA_FILE with %s in it is a mistake in the settings', async (_, content) => {
  const file = join(place.data, 'ca.pem');
  writeFileSync(file, content);

  const { code, stderr } = await place.run({ env: { OX_SOAP_CA_FILE: file } });

  expect({ code, stderr }).toEqual({
    code: 78,
    stderr: expect.stringMatching(/ca\.pem: it holds no certificate in PEM form /),
  });
  expect(stderr).toContain(
    'What to do: Correct OX_SOAP_CA_FILE (or REQUESTS_CA_BUNDLE, SSL_CERT_FILE): a file of CA certificates in PEM form. Where ' +
      'none is set: install the package ca-certificates.\n',
  );
  expect((await sandbox.counts()).total).toBe(0);
});

it('advises its own settings, not those of what it is built with', async () => {
  const { code, stderr } = await place.run({ env: { OX_SOAP_CA_FILE: certificates.otherHost.cert } });

  expect(code).toBe(69);
  expect(stderr).toMatch(/What to do: .*OX_SOAP_CA_FILE/);
  expect(stderr).not.toMatch(/node\.js|--use/i);
});
