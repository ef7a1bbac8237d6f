/** What OX tells about a user in its answers (docs/ox.md, "Reading users"). */

import { ADMIN, DEFAULT_GROUP, type User } from './context.ts';
import type { Fields } from './values.ts';

interface Endpoint {
  schema: string;
  host: string;
  port: number;
}

/** Class defaults of User: what even an otherwise empty one carries. */
const EMPTY: Fields = {
  contextadmin: false,
  ...serverFields('imap', null),
  ...serverFields('smtp', null),
};

/** As lists do: the id and nothing else. */
export function userWithIdOnly(id: number): Fields {
  return { ...EMPTY, id };
}

/** As getData does: never a password. */
export function userData(user: User): Fields {
  const { fields } = user;
  return {
    ...EMPTY,
    ...fields,
    ...servers(user.fields),
    id: user.id,
    contextadmin: user.id === ADMIN,
    default_group: { id: DEFAULT_GROUP, name: null, displayname: null },
    filestoreId: user.hasFilestore ? 3 : 0,
    password: null,
    passwordMech: fields.passwordMech ?? '{SHA-256}',
    password_expired: false,
    usedQuota: 0,
    maxQuota: fields.maxQuota ?? null,
    primaryAccountName: fields.primaryAccountName ?? 'E-Mail',
    folderTree: null,
    timezone: fields.timezone ?? 'Europe/Berlin',
    userAttributes: fields.userAttributes ?? null,
  };
}

/** As create does: what was sent, plus what OX added, the password in clear text. */
export function createdUser(user: User, sent: Fields): Fields {
  return {
    ...EMPTY,
    ...sent,
    ...servers(user.fields),
    id: user.id,
    contextadmin: false,
    name: user.fields.name,
    aliases: user.fields.aliases,
    language: user.fields.language,
    mailenabled: user.fields.mailenabled,
    defaultSenderAddress: user.fields.defaultSenderAddress,
    userAttributes: user.fields.userAttributes,
    password_expired: false,
    default_group: null,
    guiPreferencesForSoap: null,
  };
}

/** imapServer and smtpServer are kept as one URL: `schema://host:port`. A port of its own takes the scheme away. */
export function serverUrl(kind: 'imap' | 'smtp', value: string, port: number | undefined): string {
  const match = /^(?:([a-z]+):\/\/)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?\/?$/i.exec(value);
  const schema = port === undefined ? (match?.[1] ?? kind) : kind;
  const host = match?.[2] ?? value;
  return `${schema}://${host}:${port ?? match?.[3] ?? defaultPort(schema)}`;
}

export function endpoint(kind: 'imap' | 'smtp', fields: Fields): Endpoint {
  const url = fields[`${kind}Server`];
  const match = typeof url === 'string' ? /^([a-z]+):\/\/(.*):(\d+)$/i.exec(url) : null;
  if (match === null) return { schema: kind, host: 'localhost', port: defaultPort(kind) };
  return { schema: match[1] ?? kind, host: match[2] ?? 'localhost', port: Number(match[3]) };
}

function servers(fields: Fields): Fields {
  return {
    ...serverFields('imap', fields.imapServer === undefined ? null : endpoint('imap', fields)),
    ...serverFields('smtp', fields.smtpServer === undefined ? null : endpoint('smtp', fields)),
  };
}

function serverFields(kind: 'imap' | 'smtp', known: Endpoint | null): Fields {
  const { schema, host, port } = known ?? { schema: kind, host: 'localhost', port: defaultPort(kind) };
  return {
    [`${kind}Server`]: known === null ? null : host,
    [`${kind}Port`]: port,
    [`${kind}Schema`]: `${schema}://`,
    [`${kind}ServerString`]: `${schema}://${host}:${port}`,
  };
}

function defaultPort(schema: string): number {
  return { imap: 143, imaps: 993, smtp: 25, smtps: 465 }[schema.toLowerCase()] ?? 143;
}
