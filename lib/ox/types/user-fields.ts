/** The fields of an OX user from the properties of a UDM user, by the mapping (docs/attributes.md). No effects. */
import { isIPv6 } from 'node:net';
import type { Learnt } from '../../model/change.ts';
import { appliedIn } from '../../model/claims.ts';
import { type Properties, readText, readTexts } from '../../model/udm.ts';
import type { ServerUrl } from '../../settings/settings.ts';
import { emptyingOf, isList, isMapped, typeOf } from '../mapping/fields.ts';
import type { Mapping, MappingEntry } from '../mapping/mapping.ts';
import type { OxUser } from '../services/ox.ts';
import { limitOf } from './lengths.ts';
import { propertyReader, type Read } from './property-reader.ts';
import type { UserSettings } from './registry.ts';

export interface UserFields {
  /** What the properties say. */
  readonly set: OxUser;
  /** Text fields that have no value and are to be empty in OX. */
  readonly cleared: readonly string[];
  /** Properties that could not be taken over, each with the reason. */
  readonly ignored: readonly string[];
}

type FieldSettings = Pick<UserSettings, 'mapping' | 'imapServer' | 'smtpServer'>;

/** Of a quota. */
export const UNLIMITED = -1;

export function userFields(settings: FieldSettings, properties: Properties, dn: string): UserFields {
  const set: Record<string, unknown> = {};
  const cleared: string[] = [];
  const ignored: string[] = [];
  for (const [field, entry] of Object.entries(settings.mapping)) {
    if (!isMapped(field)) {
      continue;
    }
    if (entry.ldap_attribute === null) {
      empty(field, set, cleared);
      continue;
    }
    const read = readField(field, entry, settings, properties, dn);
    if (read === null) {
      if (emptyingOf(field) === 'text' && (entry.nillable ?? true)) {
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

/** A field that is said to come from nothing: whatever OX holds is taken out of it, where that is possible. */
function empty(field: string, set: Record<string, unknown>, cleared: string[]): void {
  const emptying = emptyingOf(field);
  if (emptying === 'text') {
    cleared.push(field);
  } else if (emptying === 'list') {
    set[field] = [];
  } else if (emptying === 'unlimited') {
    set[field] = UNLIMITED;
  }
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
  const reader = propertyReader(property, value, entry.position ?? 0, dn);
  const type = typeOf(field);
  const handling = entry.special_handling ?? 'DEFAULT';
  if (isList(field)) {
    return { value: reader.texts(limitOf(field)) };
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
    return { value: serverUrl(handling === 'IMAP_URL' ? imapServer : smtpServer, reader.text(null)) };
  }
  const text = reader.text(limitOf(field));
  return text === null ? null : { value: text };
}

/** OX checks their form: an empty one is sent only to be rid of one. */
export function isFurtherAddress(field: string): field is 'email2' | 'email3' {
  return field === 'email2' || field === 'email3';
}

/** Of `cleared`: what OX has nothing in, as far as the last state tells. */
export function emptyAlready(
  cleared: readonly string[],
  { mapping }: FieldSettings,
  before: Properties | null,
): readonly string[] {
  const isEmpty = (field: string): boolean =>
    before !== null && mapping[field]?.ldap_attribute !== null && appliedText(mapping, field, before) === null;
  return cleared.filter((field) => isFurtherAddress(field) && isEmpty(field));
}

/** Properties that had a value before and have none now, and whose fields OX cannot clear. */
export function unclearable(settings: FieldSettings, before: Properties, after: Properties): string[] {
  const lost = Object.entries(settings.mapping).flatMap(([field, entry]) => {
    const isUrl = entry.special_handling === 'IMAP_URL' || entry.special_handling === 'SMTP_URL';
    if (entry.ldap_attribute === null || !isMapped(field) || emptyingOf(field) !== 'impossible' || isUrl) {
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
export function mappedText(mapping: Mapping, field: string, properties: Properties): string | null {
  const entry = mapping[field];
  return entry ? readText(chosen(entry, properties).value, entry.position ?? 0) : null;
}

/** Fields of which it matters what they were: addresses, and a quota that has to be taken back. */
const WITH_PAST = ['email1', 'email2', 'email3', 'maxQuota'] as const;

/** What OX has of such a field, which is not what the last state tells where a change was skipped. */
export function appliedText(mapping: Mapping, field: string, before: Properties): string | null {
  const applied = appliedIn(before);
  return applied === null ? mappedText(mapping, field, before) : readText(applied[field]);
}

/** To be remembered where a change is skipped: those, and what else OX lets only one user have. */
export function appliedFields(mapping: Mapping, before: Properties): NonNullable<Learnt['oxDbApplied']> {
  const texts = [...WITH_PAST, 'display_name'].map((field) => [field, appliedText(mapping, field, before)]);
  const aliases = appliedIn(before)?.aliases ?? propertyOf(before, mapping.aliases?.ldap_attribute ?? '');
  return { ...Object.fromEntries(texts), aliases: readTexts(aliases) };
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

/**
 * OX quirk: imapSchema and smtpSchema are never read. Seen: docs/ox.md, "Values of fields". So: the scheme is part of
 * the server.
 */
function serverUrl(setting: ServerUrl, given: string | null): string {
  return `${setting.scheme}://${given === null ? setting.host : hostIn(given)}:${setting.port}`;
}

/** One property for both servers, IMAP and SMTP: of a URL, or with a port, only the host can be meant for both. */
function hostIn(text: string): string {
  if (isIPv6(text)) {
    return `[${text}]`;
  }
  return /^(?:[a-z]+:\/\/)?(\[[^\]\s]+\]|[^:/\s]+)(?::\d+)?\/?$/i.exec(text)?.[1] ?? text;
}
