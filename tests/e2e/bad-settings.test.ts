/** Wrong settings, and an OX that they do not lead to: the right exit code, one clear message with what to do, nothing lost. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectFailure } from '../harness/failure.ts';
import { aUser } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';
import { type Certificates, makeCertificates, type Sandbox, startSandbox } from '../sandbox/client.ts';

const scene = useScene();

const good = aUser('anna');

describe('a setting', () => {
  it.each<[Record<string, string>, RegExp]>([
    [{ OX_SOAP_SERVER: 'ox.example.org' }, /OX_SOAP_SERVER is "ox.example.org", expected an http or https URL/],
    [{ OX_SOAP_SERVER: 'https://admin:geheim@ox.example.org' }, /OX_SOAP_SERVER is "https:\/\/…@ox.example.org"/],
    [{ DEFAULT_CONTEXT: 'ten' }, /DEFAULT_CONTEXT is "ten"/],
    [{ OX_LANGUAGE: 'german' }, /OX_LANGUAGE is "german"/],
    [{ LOCAL_TIMEZONE: 'Europe/Atlantis' }, /LOCAL_TIMEZONE is "Europe\/Atlantis"/],
    [{ OX_IMAP_SERVER: 'localhost' }, /OX_IMAP_SERVER is "localhost"/],
    [{ OX_SMTP_SERVER: 'localhost' }, /OX_SMTP_SERVER is "localhost"/],
    [{ OX_IMAP_LOGIN: '{' }, /OX_IMAP_LOGIN is "{"/],
    [{ OX_FUNCTIONAL_ACCOUNT_LOGIN_TEMPLATE: '{{' }, /OX_FUNCTIONAL_ACCOUNT_LOGIN_TEMPLATE is "{{"/],
    [{ OX_USER_IDENTIFIER: 'user name' }, /OX_USER_IDENTIFIER is "user name"/],
    [{ OX_GROUP_IDENTIFIER: '{name}' }, /OX_GROUP_IDENTIFIER is "{name}"/],
    [{ DOMAINNAME: '@' }, /DOMAINNAME is "@"/],
    [{ OX_CREDENTIALS_FILE: 'contexts.json' }, /OX_CREDENTIALS_FILE is "contexts.json"/],
    [{ OX_SOAP_CA_FILE: 'ca.pem' }, /OX_SOAP_CA_FILE is "ca.pem"/],
    [{ REQUESTS_CA_BUNDLE: 'ca.pem' }, /REQUESTS_CA_BUNDLE is "ca.pem"/],
    [{ SSL_CERT_FILE: 'ca.pem' }, /SSL_CERT_FILE is "ca.pem"/],
    [{ OX_SOAP_TIMEOUT: 'long' }, /OX_SOAP_TIMEOUT is "long"/],
    [{ OX_CONNECTOR_LOG_LEVEL: 'loud' }, /OX_CONNECTOR_LOG_LEVEL is "loud"/],
    [{ OX_CONNECTOR_LOG_FORMAT: 'xml' }, /OX_CONNECTOR_LOG_FORMAT is "xml"/],
    [{ OX_CONNECTOR_CONCURRENCY: 'many' }, /OX_CONNECTOR_CONCURRENCY is "many"/],
    [{ OX_CONNECTOR_DATA_DIR: 'data' }, /OX_CONNECTOR_DATA_DIR is "data"/],
  ])('that is wrong is named, with an example: %j', async (env, message) => {
    const names = scene.place.drop(good);
    const result = await scene.place.run({ env });
    expectFailure(result, { code: 78, message, remedy: /Correct the environment variables/ });
    expect(result.stderr).toMatch(/, for example /);
    expect(result.stderr).not.toContain('geheim');
    expect(scene.place.waiting()).toEqual(names);
    expect((await scene.sandbox.counts()).total).toBe(0);
  });

  it('is not hidden by another: each is a line that begins with its name', async () => {
    const env = { DEFAULT_CONTEXT: '0', OX_SOAP_TIMEOUT: '0', OX_LANGUAGE: 'x' };
    const { code, stderr } = await scene.place.run({ env });
    expect(code).toBe(78);
    expect(stderr.split('\n').map((line) => /ERROR +(.*? is|What to do)/.exec(line)?.[1])).toEqual([
      'DEFAULT_CONTEXT is',
      'OX_LANGUAGE is',
      'OX_SOAP_TIMEOUT is',
      'What to do',
      undefined,
    ]);
  });
});

describe('OX', () => {
  it('that is down', async () => {
    const names = scene.place.drop(good);
    const result = await scene.place.run({ env: { OX_SOAP_SERVER: 'http://127.0.0.1:9' } });
    expectFailure(result, {
      code: 69,
      message: /OXUserService\.\w+ for user "anna" in context 10 failed: .*ECONNREFUSED/,
      remedy: /Check that OX is running/,
    });
    expect([scene.place.waiting(), scene.place.lastStates()]).toEqual([names, {}]);
  });

  it('that refuses the password', async () => {
    const wrong = { 10: { adminuser: 'oxadmin', adminpass: 'geheimes' } };
    writeFileSync(join(scene.place.data, 'secrets', 'contexts.json'), JSON.stringify(wrong));
    const names = scene.place.drop(good);
    const result = await scene.place.run();
    expectFailure(result, {
      code: 77,
      message: /was refused: Authentication failed/,
      remedy: /entry "10" in contexts.json/,
    });
    expect(result.stderr).not.toContain('geheimes');
    expect([scene.place.waiting(), scene.place.lastStates()]).toEqual([names, {}]);
  });
});

describe('OX over TLS', () => {
  let folder: string;
  let certificates: Certificates;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ox-connector-'));
    certificates = makeCertificates(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (secure: Sandbox, ca: string) =>
    scene.place.run({ env: { OX_SOAP_SERVER: secure.url, OX_SOAP_CA_FILE: ca } });

  it('is talked to if its certificate is right, and not if its CA is not trusted or cannot be read', async () => {
    const secure = await startSandbox({ tls: certificates.good });
    try {
      const names = scene.place.drop(good);
      const message = /OXUserService\.\w+ for user "anna" in context 10 failed: .*(CERT|VERIFY|SIGNED)/;
      expectFailure(await run(secure, '/etc/ssl/certs/ca-certificates.crt'), {
        code: 69,
        message,
        remedy: /OX_SOAP_CA_FILE/,
      });
      expectFailure(await run(secure, join(folder, 'missing.pem')), {
        code: 78,
        message: /cannot read the CA certificates \S+missing.pem/,
        remedy: /OX_SOAP_CA_FILE/,
      });
      expect(scene.place.waiting()).toEqual(names);
      expect((await secure.counts()).total).toBe(0);

      expect((await run(secure, certificates.ca)).code).toBe(0);
      expect(scene.place.waiting()).toEqual([]);
    } finally {
      await secure.stop();
    }
  });

  it.each(['expired', 'otherHost'] as const)('is not talked to if its certificate is: %s', async (which) => {
    const secure = await startSandbox({ tls: certificates[which] });
    try {
      scene.place.drop(good);
      expectFailure(await run(secure, certificates.ca), {
        code: 69,
        message: /(CERT_HAS_EXPIRED|ERR_TLS_CERT_ALTNAME_INVALID)/,
        remedy: /certificate of OX/,
      });
      expect((await secure.counts()).total).toBe(0);
    } finally {
      await secure.stop();
    }
  });
});
