/** The fields of an OX user from the properties of a UDM user, by the mapping (docs/attributes.md). No effects. */
import type { MappingEntry } from '../mapping/mapping.ts';
import { type Properties, readText } from '../model/udm.ts';
import { describeService } from '../ox/contract.ts';
import type { OxUser } from '../ox/ox.ts';
import type { ServerUrl } from '../settings/settings.ts';
import { PropertyReader, type Read } from './property-reader.ts';

export interface UserFields {
  /** What the properties say. */
  readonly set: OxUser;
  /** Text fields that have no value and are to be empty in OX. */
  readonly cleared: readonly string[];
  /** Properties that could not be taken over, each with the reason. */
  readonly ignored: readonly string[];
}

export interface FieldSettings {
  readonly mapping: Readonly<Record<string, MappingEntry>>;
  readonly imapServer: ServerUrl;
  readonly smtpServer: ServerUrl;
}

/** Set by rules of their own (SPEC 7.3, "Always"), or kept by the user: a mapping has no say in them. */
const NOT_MAPPED = new Set([
  'id',
  'name',
  'primaryEmail',
  'defaultSenderAddress',
  'imapLogin',
  'language',
  'timezone',
  'password',
  'passwordMech',
  'password_expired',
  'contextadmin',
  'default_group',
  'filestoreId',
  'filestore_name',
  'guiPreferencesForSoap',
  'gui_spam_filter_enabled',
  'image1ContentType',
  'mailenabled',
  'userAttributes',
]);

/**
 * OX quirk: never cleared, neither by nil nor by an empty element. Seen: 8.19; dates, pictures, numbers and mail servers.
 * So: the clearing is reported. A quota has a value that means none; the quota used is OX's own count.
 */
function canBeCleared(field: string): boolean {
  return LISTS.has(field) || QUOTAS.has(field) || (typeOf(field) === 'string' && !SERVERS.has(field));
}

const QUOTAS: ReadonlySet<string> = new Set(['maxQuota', 'usedQuota']);
const SERVERS: ReadonlySet<string> = new Set(['imapServer', 'smtpServer']);

const USER = describeService('OXUserService').types.User ?? [];
const TYPES: ReadonlyMap<string, string> = new Map(USER.map(([name, , type]) => [name, type]));
const LISTS: ReadonlySet<string> = new Set(USER.flatMap(([name, , , list]) => (list ? [name] : [])));

function typeOf(field: string): string {
  return TYPES.get(field) ?? 'string';
}

export function userFields(
  settings: FieldSettings,
  properties: Properties,
  before: Properties | null,
  dn: string,
): UserFields {
  const set: Record<string, unknown> = {};
  const cleared: string[] = [];
  const ignored: string[] = [];
  for (const [field, entry] of Object.entries(settings.mapping)) {
    if (NOT_MAPPED.has(field) || entry.ldap_attribute === null) {
      continue;
    }
    const read = readField(field, entry, settings, properties, dn);
    if (read === null) {
      if (typeOf(field) === 'string' && canBeCleared(field) && mayBeCleared(field, entry, before)) {
        cleared.push(field);
      }
    } else if ('unusable' in read) {
      ignored.push(read.unusable);
    } else {
      set[field] = read.value;
      if (field === 'image1') {
        set.image1ContentType = 'image/jpeg';
      }
    }
  }
  return { set: set as OxUser, cleared, ignored };
}

/** The field's type in OX decides; what a text field holds is what the mapping says it is. */
function readField(
  field: string,
  entry: MappingEntry,
  { imapServer, smtpServer }: FieldSettings,
  properties: Properties,
  dn: string,
): Read {
  const { property, value } = chosen(entry, properties);
  const reader = new PropertyReader(property, value, entry.position ?? 0, dn);
  const type = typeOf(field);
  const handling = entry.special_handling ?? 'DEFAULT';
  if (LISTS.has(field)) {
    return { value: reader.texts() };
  }
  if (type === 'int' || type === 'long') {
    return reader.integer(type);
  }
  if (type === 'boolean') {
    return reader.boolean();
  }
  if (type === 'date' || handling === 'DATE') {
    return reader.day();
  }
  if (type === 'base64Binary' || handling === 'IMAGE') {
    return reader.picture();
  }
  if (handling === 'IMAP_URL' || handling === 'SMTP_URL') {
    return { value: serverUrl(handling === 'IMAP_URL' ? imapServer : smtpServer, reader.text()) };
  }
  const text = reader.text();
  return text === null ? null : { value: text };
}

/** Addresses are emptied only where there was one: OX checks their form, and an empty one is a gamble. */
function mayBeCleared(field: string, entry: MappingEntry, before: Properties | null): boolean {
  const isAddress = field === 'email2' || field === 'email3';
  return (entry.nillable ?? true) && (!isAddress || before === null || hasValue(chosen(entry, before).value));
}

/** Properties that had a value before and have none now, and whose fields OX cannot clear. */
export function unclearable(settings: FieldSettings, before: Properties, after: Properties): string[] {
  const lost = Object.entries(settings.mapping).flatMap(([field, entry]) => {
    const isUrl = entry.special_handling === 'IMAP_URL' || entry.special_handling === 'SMTP_URL';
    if (entry.ldap_attribute === null || NOT_MAPPED.has(field) || canBeCleared(field) || isUrl) {
      return [];
    }
    const had = chosen(entry, before);
    const has = chosen(entry, after);
    return readText(had.value, entry.position ?? 0) !== null && readText(has.value, entry.position ?? 0) === null
      ? [had.property]
      : [];
  });
  return [...new Set(lost)];
}

/** What the mapping sends as this text field; null: nothing. */
export function mappedText(mapping: FieldSettings['mapping'], field: string, properties: Properties): string | null {
  const entry = mapping[field];
  return entry ? readText(chosen(entry, properties).value, entry.position ?? 0) : null;
}

/** The first of the entry's properties that has a value; none has: the first. */
function chosen(entry: MappingEntry, properties: Properties): { property: string; value: unknown } {
  const names = [entry.ldap_attribute ?? '', ...(entry.alternative_attributes ?? [])];
  const property = names.find((name) => hasValue(propertyOf(properties, name))) ?? names[0] ?? '';
  return { property, value: propertyOf(properties, property) };
}

function propertyOf(properties: Properties, name: string): unknown {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function hasValue(value: unknown): boolean {
  return Array.isArray(value) ? value.some(hasValue) : value !== undefined && value !== null && value !== '';
}

/** OX quirk: imapSchema and smtpSchema are never read. Seen: FACTS 4. So: the scheme is part of the server. */
function serverUrl(setting: ServerUrl, host: string | null): string {
  return `${setting.scheme}://${host ?? setting.host}:${setting.port}`;
}
