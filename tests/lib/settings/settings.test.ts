/** Settings: each one wrong, several at once, defaults, and empty as not set. */
import { join } from 'node:path';
import { readSettings, type SettingName, type SettingsError } from '../../../lib/settings/settings.ts';
import schema from '../../../schemas/settings.schema.json' with { type: 'json' };
import { thrownBy } from '../../harness/temporary.ts';

const NAMES = Object.keys(schema.properties) as SettingName[];

const DEFAULTS = {
  dataDirectory: '/var/lib/univention-appcenter/apps/ox-connector/data',
  soapServer: 'http://127.0.0.1',
  masterAdmin: 'oxadminmaster',
  masterPassword: '',
  credentialsFile: '/var/lib/univention-appcenter/apps/ox-connector/data/secrets/contexts.json',
  defaultContext: 10,
  language: 'de_DE',
  timezone: 'Europe/Berlin',
  imapServer: { scheme: 'imap', host: 'localhost', port: 143 },
  smtpServer: { scheme: 'smtp', host: 'localhost', port: 587 },
  imapLogin: '{}',
  functionalAccountLogin: '{{fa_entry_uuid}}{{username}}',
  userIdentifier: 'username',
  groupIdentifier: 'name',
  domainName: 'localhost.localdomain',
  caFile: '/etc/ssl/certs/ca-certificates.crt',
  timeout: 120,
  logLevel: 'info',
  logFormat: 'text',
  concurrency: 1,
  stopOnError: true,
  target: 'ox',
  provisioning: {
    baseUrl: { value: '', file: '' },
    username: { value: '', file: '' },
    password: { value: '', file: '' },
    envFile: '',
  },
};

it('has defaults for all, and takes empty strings for not set', () => {
  expect(readSettings({})).toEqual(DEFAULTS);
  expect(readSettings(Object.fromEntries(NAMES.map((name) => [name, ''])), '')).toEqual(DEFAULTS);
  expect(readSettings({ UNKNOWN: 'x' })).toEqual(DEFAULTS);
});

it.each<[Partial<Record<SettingName, string>>, object]>([
  [{ OX_CONNECTOR_DATA_DIR: '/data' }, { dataDirectory: '/data', credentialsFile: '/data/secrets/contexts.json' }],
  [{ OX_SOAP_SERVER: 'https://ox.example.org:8443/' }, { soapServer: 'https://ox.example.org:8443' }],
  [{ OX_SOAP_SERVER: 'http://[::1]:80/ox//' }, { soapServer: 'http://[::1]:80/ox' }],
  [
    { OX_MASTER_ADMIN: 'root', OX_MASTER_PASSWORD: 'pässword ' },
    { masterAdmin: 'root', masterPassword: 'pässword ' },
  ],
  [{ OX_CREDENTIALS_FILE: '/run/secrets/ox' }, { credentialsFile: '/run/secrets/ox' }],
  [{ DEFAULT_CONTEXT: '2147483647' }, { defaultContext: 2147483647 }],
  [
    { OX_LANGUAGE: 'en_GB', LOCAL_TIMEZONE: 'America/Argentina/Ushuaia' },
    { language: 'en_GB', timezone: 'America/Argentina/Ushuaia' },
  ],
  ...['Etc/GMT+5', 'UTC', 'US/Pacific', 'EST5EDT', 'Europe/Kyiv', 'America/Port-au-Prince', 'GB'].map(
    (zone): [Partial<Record<SettingName, string>>, object] => [{ LOCAL_TIMEZONE: zone }, { timezone: zone }],
  ),
  [
    { OX_IMAP_SERVER: 'imaps://mail.example.org:993/' },
    { imapServer: { scheme: 'imaps', host: 'mail.example.org', port: 993 } },
  ],
  [{ OX_SMTP_SERVER: 'smtps://[::1]:465' }, { smtpServer: { scheme: 'smtps', host: '[::1]', port: 465 } }],
  [{ OX_IMAP_LOGIN: '{username}*{}' }, { imapLogin: '{username}*{}' }],
  [{ OX_FUNCTIONAL_ACCOUNT_LOGIN_TEMPLATE: '{{ dn }}-x' }, { functionalAccountLogin: '{{ dn }}-x' }],
  [
    { OX_USER_IDENTIFIER: 'entryUUID', OX_GROUP_IDENTIFIER: 'entryUUID' },
    { userIdentifier: 'entryUUID', groupIdentifier: 'entryUUID' },
  ],
  [{ SSL_CERT_FILE: '/ssl', REQUESTS_CA_BUNDLE: '/requests', OX_SOAP_CA_FILE: '/own' }, { caFile: '/own' }],
  [{ SSL_CERT_FILE: '/ssl', REQUESTS_CA_BUNDLE: '/requests' }, { caFile: '/requests' }],
  [{ SSL_CERT_FILE: '/ssl' }, { caFile: '/ssl' }],
  [
    { OX_SOAP_TIMEOUT: '86400', OX_CONNECTOR_CONCURRENCY: '64' },
    { timeout: 86400, concurrency: 64 },
  ],
  [
    { OX_CONNECTOR_LOG_LEVEL: 'debug', OX_CONNECTOR_LOG_FORMAT: 'json' },
    { logLevel: 'debug', logFormat: 'json' },
  ],
  [{ OX_CONNECTOR_LOG_LEVEL: 'WARNING' }, { logLevel: 'warning' }],
  [
    { PROVISIONING_API_USERNAME: 'ox', PROVISIONING_API_PASSWORD_FILE: '/run/secrets/password' },
    { provisioning: { username: { value: 'ox', file: '' }, password: { value: '', file: '/run/secrets/password' } } },
  ],
])('reads %j', (environment, expected) => {
  expect(readSettings(environment)).toMatchObject(expected);
});

it('prefers the option to the environment', () => {
  expect(readSettings({ OX_CONNECTOR_DATA_DIR: '/a' }, '/b').dataDirectory).toBe('/b');
  expect(readSettings({ OX_CONNECTOR_DATA_DIR: '/a' }, 'b/c').dataDirectory).toBe(join(process.cwd(), 'b', 'c'));
});

/** All that can be wrong. OX_MASTER_ADMIN and OX_MASTER_PASSWORD may be any text. */
const WRONG: Readonly<Partial<Record<SettingName, readonly string[]>>> = {
  OX_CONNECTOR_DATA_DIR: ['data', './data'],
  OX_SOAP_SERVER: [
    'ox.example.org',
    'ftp://ox',
    'https://',
    'https://ox:0',
    'https://ox:65536',
    'https://ox/?a=b',
    'https://o x',
  ],
  OX_CREDENTIALS_FILE: ['contexts.json'],
  DEFAULT_CONTEXT: ['0', '-1', 'ten', '1.5', '2147483648', '010'],
  OX_LANGUAGE: ['de', 'de-DE', 'german'],
  LOCAL_TIMEZONE: ['Europe/Atlantis', '+01:00', 'MEZ or so', 'europe/berlin', 'EUROPE/BERLIN', 'Utc', 'us/pacific'],
  OX_IMAP_SERVER: [
    'localhost',
    'imap://localhost',
    'smtp://localhost:25',
    'imap://localhost:0',
    'imap://a:b@localhost:143',
  ],
  OX_SMTP_SERVER: ['imap://localhost:587', 'smtp://localhost:99999', 'smtp://:587'],
  OX_IMAP_LOGIN: ['{', '}', '{user', '{{username}}', '{user name}'],
  OX_FUNCTIONAL_ACCOUNT_LOGIN_TEMPLATE: ['{{username}', '{{}}', '{{user name}}'],
  OX_USER_IDENTIFIER: ['user name', '7'],
  OX_GROUP_IDENTIFIER: ['na/me', '{name}'],
  DOMAINNAME: ['exa mple', '@example.org', '-', 'example..org', 'example-.org', 'example.-org', '.org', 'org.'],
  OX_SOAP_CA_FILE: ['ca.pem'],
  REQUESTS_CA_BUNDLE: ['ca.pem'],
  SSL_CERT_FILE: ['ca.pem'],
  OX_SOAP_TIMEOUT: ['0', '-1', '1.5', 'long', '86401'],
  OX_CONNECTOR_LOG_LEVEL: ['VERBOSE', 'Info'],
  OX_CONNECTOR_LOG_FORMAT: ['xml', 'JSON'],
  OX_CONNECTOR_CONCURRENCY: ['0', '65', 'many'],
  OX_CONNECTOR_STOP_ON_ERROR: ['no', '0'],
  OX_CONNECTOR_TARGET: ['TMail', 'both'],
  PROVISIONING_API_BASE_URL: ['ucs.example.org', 'http://user@ucs', 'https://ucs/?a=b'],
  PROVISIONING_API_BASE_URL_FILE: ['base-url'],
  PROVISIONING_API_USERNAME: ['ox connector', 'a/b', 'ö'],
  PROVISIONING_API_USERNAME_FILE: ['user'],
  PROVISIONING_API_PASSWORD: ['pässword', 'x'.repeat(73)],
  PROVISIONING_API_PASSWORD_FILE: ['password'],
  PROVISIONING_API_ENV_FILE: ['provisioning.env'],
};

it('has a wrong value for every setting that can be wrong', () => {
  expect(NAMES.filter((name) => !(name in WRONG))).toEqual(['OX_MASTER_ADMIN', 'OX_MASTER_PASSWORD']);
});

it.each(
  Object.entries(WRONG).flatMap(([name, values]) => values.map((value) => [name as SettingName, value] as const)),
)('refuses %s=%s with what is wrong and an example', (name, value) => {
  const error = thrownBy(() => readSettings({ [name]: value })) as Error;
  const remedy = 'Correct the environment variables (in the App Center: the settings of the app), then start again.';
  expect(error).toMatchObject({ code: 'SETTINGS_INVALID', exitCode: 78, remedy });
  expect(error.message).toMatch(new RegExp(`^${name} is .*$`));
  expect(error.message).toContain(`expected ${schema.properties[name].description}`);
  expect(error.message).toContain(`for example ${schema.properties[name].examples[0]}`);
});

it('names all mistakes together, a line each that begins with the setting', () => {
  const environment = Object.fromEntries(Object.entries(WRONG).map(([name, [value]]) => [name, value]));
  const error = thrownBy(() => readSettings(environment)) as Error;
  const { mistakes } = error as SettingsError;
  expect(mistakes.map((line) => /^\w+(?= is )/.exec(line)?.[0]).sort()).toEqual(Object.keys(WRONG).sort());
  expect(mistakes.join('')).not.toContain('\n');
});

it('does not repeat a value that is far too long', () => {
  const { message } = thrownBy(() => readSettings({ OX_LANGUAGE: 'x'.repeat(5000) })) as Error;
  expect(message.length).toBeLessThan(400);
});

it.each(['https://admin:geheim@ox', 'https://admin:ge/heim@ox', 'https://admin:ge@heim@ox', 'admin:geheim@ox'])(
  'shows no password that was put into a URL: %s',
  (url) => {
    for (const name of ['OX_SOAP_SERVER', 'OX_IMAP_SERVER', 'OX_SMTP_SERVER'] as const) {
      const { message } = thrownBy(() => readSettings({ [name]: url })) as Error;
      expect(message).not.toContain('heim');
      expect(message).toContain('ox"');
    }
  },
);

it('gives examples that are right themselves', () => {
  const examples = Object.fromEntries(NAMES.map((name) => [name, String(schema.properties[name].examples[0])]));
  expect(() => readSettings(examples)).not.toThrow();
});
