/** The configuration of the TMail target: DATA/tmail.json, its defaults, and the secrets that it names. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { validate } from '#generated/validate-tmail.cjs';
import { ConnectorError } from '../errors/connector-error.ts';
import { readCheckedJson } from '../files/checked-json.ts';
import type { LdapSearch } from '../source/ldap/entries.ts';
import { mistakesOf } from '../validate/messages.ts';
import { FACETS, type FacetName } from './facet-names.ts';
import { createOwnership, type Ownership } from './ownership.ts';

export type AttributeName = 'address' | 'aliases' | 'forwards' | 'mappings' | 'quota' | 'firstname' | 'lastname';

export type Attributes = Readonly<Record<AttributeName, readonly string[]>>;

type Secret = { readonly kind: 'token' | 'password'; readonly value: string };

export interface ServerSettings {
  readonly url: string;
  /** Seconds. */
  readonly timeout: number;
  /** null: the server asks for none. */
  readonly secret: Secret | null;
}

export interface LdapSettings extends LdapSearch {
  /** Seconds. */
  readonly timeout: number;
  readonly attributes: Attributes;
}

export interface TmailConfiguration {
  readonly server: ServerSettings;
  readonly ldap: LdapSettings | null;
  readonly facets: readonly FacetName[];
  readonly ownership: Ownership;
  readonly localCopy: boolean;
  readonly quotaZero: 'inherit' | 'unlimited';
  readonly deletedMail: 'keep' | 'remove';
  readonly maxDeletions: number;
  /** What is not as it should be, but works. */
  readonly warnings: readonly string[];
}

export interface EntryReading {
  readonly attributes: Attributes;
  readonly localCopy: boolean;
}

/** As it stands in the file. */
export interface TmailFile {
  readonly server: {
    readonly url: string;
    readonly token_file?: string;
    readonly password_file?: string;
    readonly timeout?: number;
  };
  readonly ldap?: {
    readonly url: string;
    readonly start_tls?: boolean;
    readonly bind_dn?: string;
    readonly password_file?: string;
    readonly base: string;
    readonly filter?: string;
    readonly page_size?: number;
    readonly timeout?: number;
    readonly attributes?: Partial<Record<AttributeName, string | readonly string[]>>;
  };
  readonly facets?: readonly FacetName[];
  readonly domains?: readonly string[];
  readonly keep?: readonly string[];
  readonly local_copy?: boolean;
  readonly quota_zero?: 'inherit' | 'unlimited';
  readonly deleted_mail?: 'keep' | 'remove';
  readonly max_deletions?: number;
}

export const DEFAULT_FACETS: readonly FacetName[] = ['account', 'aliases', 'forwards', 'quota', 'identity', 'contact'];
const DEFAULT_FILTER = '(&(objectClass=inetOrgPerson)(mail=*))';

const DEFAULT_ATTRIBUTES: Readonly<Record<AttributeName, string>> = {
  address: 'mail',
  aliases: 'mailAlias',
  forwards: 'mailForward',
  mappings: 'mailMapping',
  quota: 'mailQuotaSize',
  firstname: 'givenName',
  lastname: 'sn',
};

/** Secrets in the environment win over files. */
export type Secrets = Readonly<
  Partial<Record<'TMAIL_TOKEN' | 'TMAIL_PASSWORD' | 'TMAIL_LDAP_PASSWORD', string | undefined>>
>;

/** Paths in the file are relative to `dataDirectory`. */
export function readTmailConfiguration(path: string, dataDirectory: string, secrets: Secrets): TmailConfiguration {
  const file = readCheckedJson(
    path,
    (value) => mistakesOf(validate, value),
    (mistakes) => configurationError(path, mistakes.join('; '), 'Correct the file: docs/tmail.md lists all names.'),
  ) as TmailFile | null;
  if (file === null) {
    throw configurationError(
      path,
      'it is not there',
      'Write it (docs/tmail.md has an example), or name another one with --config.',
    );
  }
  return completeConfiguration(file, path, dataDirectory, secrets);
}

/** `path`: where it is from, for messages. */
export function completeConfiguration(
  file: TmailFile,
  path: string,
  dataDirectory: string,
  secrets: Secrets,
): TmailConfiguration {
  const { server, ldap } = file;
  const secretOf = (name: keyof Secrets, file: string | undefined, form = ASCII): string | null => {
    const given = secrets[name];
    if (given) {
      return checkedSecret(given, `the secret ${name}`, path, form);
    }
    return file === undefined ? null : readSecretFile(resolve(dataDirectory, file), path, form);
  };
  if (server.token_file !== undefined && server.password_file !== undefined) {
    throw configurationError(path, '/server: token_file and password_file exclude each other', 'Remove one of them.');
  }
  return {
    server: {
      url: server.url.replace(/\/+$/, ''),
      timeout: server.timeout ?? 120,
      secret: serverSecret(server, secretOf),
    },
    ldap: ldap
      ? {
          url: ldap.url.replace(/\/+$/, ''),
          startTls: ldap.start_tls ?? false,
          bindDn: ldap.bind_dn ?? null,
          password: secretOf('TMAIL_LDAP_PASSWORD', ldap.password_file, ONE_LINE) ?? '',
          base: ldap.base,
          filter: ldap.filter ?? DEFAULT_FILTER,
          pageSize: ldap.page_size ?? 500,
          timeout: ldap.timeout ?? 60,
          attributes: attributesOf(ldap.attributes ?? {}),
        }
      : null,
    facets: FACETS.filter((name) => (file.facets ?? DEFAULT_FACETS).includes(name)),
    ownership: createOwnership(file.domains ?? [], file.keep ?? []),
    localCopy: file.local_copy ?? false,
    quotaZero: file.quota_zero ?? 'inherit',
    deletedMail: file.deleted_mail ?? 'keep',
    maxDeletions: file.max_deletions ?? 20,
    warnings: warningsOf(file),
  };
}

/** Which attributes of an entry of the directory mean what. */
export function readingOf({ ldap, localCopy }: TmailConfiguration): EntryReading {
  if (ldap === null) {
    throw new Error('no directory is configured');
  }
  return { attributes: ldap.attributes, localCopy };
}

/** Each from the environment, or else from its file. */
type SecretOf = (name: keyof Secrets, file?: string) => string | null;

function serverSecret({ token_file, password_file }: TmailFile['server'], secretOf: SecretOf): Secret | null {
  const token = secretOf('TMAIL_TOKEN');
  const password = secretOf('TMAIL_PASSWORD');
  const value = token ?? password ?? secretOf('TMAIL_TOKEN', token_file) ?? secretOf('TMAIL_PASSWORD', password_file);
  const isToken = token !== null || (password === null && token_file !== undefined);
  return value === null ? null : { kind: isToken ? 'token' : 'password', value };
}

function attributesOf(given: Partial<Record<AttributeName, string | readonly string[]>>): Attributes {
  const entries = Object.entries({ ...DEFAULT_ATTRIBUTES, ...given });
  return Object.fromEntries(entries.map(([name, value]) => [name, [value].flat()])) as unknown as Attributes;
}

/** As the head of a request takes it. */
const ASCII = /^[\x20-\x7e]+$/;
const ONE_LINE = /^[^\p{Cc}]+$/u;

function readSecretFile(path: string, configuration: string, form: RegExp): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw configurationError(
      configuration,
      `the secret file ${path} cannot be read`,
      'Write it, or correct its path: paths are relative to the data directory.',
      error,
    );
  }
  return checkedSecret(text, `the secret file ${path}`, configuration, form);
}

/** Without the line end that editors leave. */
function checkedSecret(text: string, what: string, configuration: string, form: RegExp): string {
  const secret = text.replace(/\r?\n$/, '');
  if (!form.test(secret)) {
    throw configurationError(
      configuration,
      `${what} is empty, or holds more than one line of plain text`,
      'Write the secret into it, in one line.',
    );
  }
  return secret;
}

function warningsOf({ server, ldap }: TmailFile): string[] {
  const warnings: string[] = [];
  if (server.url.startsWith('http://') && !isLoopback(server.url)) {
    warnings.push(`server.url is ${server.url}: the token goes over the network unencrypted; take https`);
  }
  if (ldap?.url.startsWith('ldap://') && ldap.start_tls !== true && !isLoopback(ldap.url)) {
    warnings.push(
      `ldap.url is ${ldap.url}: password and entries go over the network unencrypted; set start_tls, or take ldaps`,
    );
  }
  return warnings;
}

function isLoopback(url: string): boolean {
  return /^\w+:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?(?:\/|$)/.test(url);
}

export function configurationError(path: string, what: string, remedy: string, cause?: unknown): ConnectorError {
  return new ConnectorError('TMAIL_CONFIGURATION', `the configuration ${path} cannot be used: ${what}`, {
    fields: { path },
    cause,
    remedy,
  });
}
