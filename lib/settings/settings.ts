/**
 * The settings (docs/configuration.md): environment variables, checked all at once against
 * schemas/settings.schema.json.
 */
import { join, resolve } from 'node:path';
import { validate } from '#generated/validate-settings.cjs';
import schema from '../../schemas/settings.schema.json' with { type: 'json' };
import { clip } from '../errors/clip.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import { isSameWord } from '../model/udm.ts';

export type SettingName = keyof typeof schema.properties;

/** The bundle that is used unless another one is set. */
export const SYSTEM_CERTIFICATES = schema.properties.SSL_CERT_FILE.default;

export interface ServerUrl {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
}

export interface Settings {
  readonly dataDirectory: string;
  readonly soapServer: string;
  readonly masterAdmin: string;
  readonly masterPassword: string;
  readonly credentialsFile: string;
  readonly defaultContext: number;
  readonly language: string;
  readonly timezone: string;
  readonly imapServer: ServerUrl;
  readonly smtpServer: ServerUrl;
  readonly imapLogin: string;
  readonly functionalAccountLogin: string;
  readonly userIdentifier: string;
  readonly groupIdentifier: string;
  readonly domainName: string;
  readonly caFile: string;
  /** Seconds. */
  readonly timeout: number;
  readonly logLevel: LogLevel;
  readonly logFormat: 'text' | 'json';
  readonly concurrency: number;
  /** What the queue is applied to. */
  readonly target: 'ox' | 'tmail';
  /** false: objects that OX refuses are parked, and the run goes on. */
  readonly stopOnError: boolean;
  /** As given: what is not set may stand in a file. */
  readonly provisioning: ProvisioningSettings;
}

export interface ProvisioningSettings {
  readonly baseUrl: ValueOrFile;
  readonly username: ValueOrFile;
  readonly password: ValueOrFile;
  readonly envFile: string;
}

export interface ValueOrFile {
  readonly value: string;
  readonly file: string;
}

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

export type Environment = Readonly<Record<string, string | undefined>>;

/** All mistakes at once, each a line of its own that begins with the name of the setting. */
export class SettingsError extends ConnectorError {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super('SETTINGS_INVALID', mistakes.join('\n'), {
      remedy: 'Correct the environment variables (in the App Center: the settings of the app), then start again.',
    });
    this.mistakes = mistakes;
  }
}

/** Empty strings count as unset. `dataDirectory` (the option, from where it is called) wins over the environment. Throws SETTINGS_INVALID. */
export function readSettings(environment: Environment, dataDirectory?: string): Settings {
  const given: Partial<Record<SettingName, string>> = {};
  for (const name of Object.keys(schema.properties) as SettingName[]) {
    const value = environment[name];
    if (value !== undefined && value !== '') {
      given[name] = value;
    }
  }
  if (dataDirectory !== undefined && dataDirectory !== '') {
    given.OX_CONNECTOR_DATA_DIR = resolve(dataDirectory);
  }
  const mistakes = mistakesIn(given);
  if (mistakes.length > 0) {
    throw new SettingsError(mistakes);
  }
  return assemble((name) => given[name] ?? schema.properties[name].default);
}

function mistakesIn(given: Partial<Record<SettingName, string>>): string[] {
  const mistakes: string[] = [];
  if (!validate(given)) {
    const names = new Set((validate.errors ?? []).map((error) => error.instancePath.slice(1) as SettingName));
    mistakes.push(...[...names].map((name) => describe(name, given[name] ?? '')));
  }
  const zone = given.LOCAL_TIMEZONE;
  if (zone && !mistakes.some((text) => text.startsWith('LOCAL_TIMEZONE')) && !isTimeZone(zone)) {
    mistakes.push(describe('LOCAL_TIMEZONE', zone));
  }
  return mistakes;
}

/** What a value of this setting should be, where it came from elsewhere than the environment; null: it is so. */
export function whatShouldBe(name: SettingName, value: string): string | null {
  return validate({ [name]: value }) ? null : schema.properties[name].description;
}

/** Characters of a value that are shown. */
const LONGEST = 100;

function describe(name: SettingName, value: string): string {
  const { description, examples } = schema.properties[name];
  const shown = /PASSWORD/.test(name) ? 'a value' : JSON.stringify(clip(withoutPassword(value), LONGEST));
  return `${name} is ${shown}, expected ${description}, for example ${examples[0]}`;
}

/** A URL may hold a password although it is not allowed to, and whatever characters. */
function withoutPassword(value: string): string {
  return value.replace(/^(\w+:\/\/)?.+@/s, '$1…@');
}

/** As OX knows it: its Java compares with regard to case. */
function isTimeZone(name: string): boolean {
  try {
    const known = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    return known === name || !isSameWord(known, name);
  } catch {
    return false;
  }
}

function assemble(value: (name: SettingName) => string): Settings {
  const dataDirectory = value('OX_CONNECTOR_DATA_DIR');
  const valueOrFile = (
    name: SettingName & `PROVISIONING_API_${'BASE_URL' | 'USERNAME' | 'PASSWORD'}`,
  ): ValueOrFile => ({
    value: value(name),
    file: value(`${name}_FILE`),
  });
  return {
    dataDirectory,
    soapServer: value('OX_SOAP_SERVER').replace(/\/+$/, ''),
    masterAdmin: value('OX_MASTER_ADMIN'),
    masterPassword: value('OX_MASTER_PASSWORD'),
    credentialsFile: value('OX_CREDENTIALS_FILE') || join(dataDirectory, 'secrets', 'contexts.json'),
    defaultContext: Number(value('DEFAULT_CONTEXT')),
    language: value('OX_LANGUAGE'),
    timezone: value('LOCAL_TIMEZONE'),
    imapServer: parseServer(value('OX_IMAP_SERVER')),
    smtpServer: parseServer(value('OX_SMTP_SERVER')),
    imapLogin: value('OX_IMAP_LOGIN'),
    functionalAccountLogin: value('OX_FUNCTIONAL_ACCOUNT_LOGIN_TEMPLATE'),
    userIdentifier: value('OX_USER_IDENTIFIER'),
    groupIdentifier: value('OX_GROUP_IDENTIFIER'),
    domainName: value('DOMAINNAME'),
    caFile: value('OX_SOAP_CA_FILE') || value('REQUESTS_CA_BUNDLE') || value('SSL_CERT_FILE'),
    timeout: Number(value('OX_SOAP_TIMEOUT')),
    logLevel: value('OX_CONNECTOR_LOG_LEVEL').toLowerCase() as LogLevel,
    logFormat: value('OX_CONNECTOR_LOG_FORMAT') as 'text' | 'json',
    concurrency: Number(value('OX_CONNECTOR_CONCURRENCY')),
    target: value('OX_CONNECTOR_TARGET') as 'ox' | 'tmail',
    stopOnError: /^true$/i.test(value('OX_CONNECTOR_STOP_ON_ERROR')),
    provisioning: {
      baseUrl: valueOrFile('PROVISIONING_API_BASE_URL'),
      username: valueOrFile('PROVISIONING_API_USERNAME'),
      password: valueOrFile('PROVISIONING_API_PASSWORD'),
      envFile: value('PROVISIONING_API_ENV_FILE'),
    },
  };
}

/** `scheme://host:port`; the form has been checked. */
function parseServer(url: string): ServerUrl {
  const [, scheme = '', host = '', port = ''] = /^([a-z]+):\/\/(.*):(\d+)\/?$/.exec(url) ?? [];
  return { scheme, host, port: Number(port) };
}
