/** The fields of an OX user from the properties of a UDM user, by the mapping (SPEC 7.3). No effects. */
import { ConnectorError } from '../errors/connector-error.ts';
import type { MappingEntry } from '../mapping/mapping.ts';
import { type Properties, readBoolean, readInteger, readText, readTexts } from '../model/udm.ts';
import { describeService } from '../ox/contract.ts';
import type { OxUser } from '../ox/ox.ts';
import type { ServerUrl } from '../settings/settings.ts';
import { sendable } from './sendable.ts';

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

/** OX quirk: never cleared, neither by nil nor by an empty element. Seen: FACTS 4, change. So: the clearing is reported. */
const CANNOT_CLEAR = new Set<MappingEntry['special_handling']>(['DATE', 'IMAGE']);

const USER = describeService('OXUserService').types.User ?? [];
const TYPES: ReadonlyMap<string, string> = new Map(USER.map(([name, , type]) => [name, type]));
const LISTS: ReadonlySet<string> = new Set(USER.flatMap(([name, , , list]) => (list ? [name] : [])));

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
    const { property, value } = chosen(entry, properties);
    const reader = new Reader(property, value, entry.position ?? 0, dn);
    const handling = entry.special_handling ?? 'DEFAULT';
    if (handling === 'IMAP_URL' || handling === 'SMTP_URL') {
      set[field] = serverUrl(handling === 'IMAP_URL' ? settings.imapServer : settings.smtpServer, reader.text());
    } else if (handling === 'IMAGE') {
      const picture = reader.picture();
      if (picture) {
        set[field] = picture;
        set.image1ContentType = 'image/jpeg';
      } else if (reader.text() !== null) {
        ignored.push(`${property} is not a JPEG picture in base64`);
      }
    } else {
      const read = handling === 'DATE' ? reader.date() : reader.value(TYPES.get(field) ?? 'string', LISTS.has(field));
      if (read !== null) {
        set[field] = read;
      } else if (handling === 'DEFAULT' && TYPES.get(field) === 'string' && mayBeCleared(field, entry, before)) {
        cleared.push(field);
      }
    }
  }
  return { set: set as OxUser, cleared, ignored };
}

/** Addresses are emptied only where there was one: OX checks their form, and an empty one is a gamble. */
function mayBeCleared(field: string, entry: MappingEntry, before: Properties | null): boolean {
  const isAddress = field === 'email2' || field === 'email3';
  return (entry.nillable ?? true) && (!isAddress || before === null || hasValue(chosen(entry, before).value));
}

/** Properties that had a value before and have none now, and whose fields OX cannot clear. */
export function unclearable(settings: FieldSettings, before: Properties, after: Properties): string[] {
  return Object.values(settings.mapping).flatMap((entry) => {
    if (entry.ldap_attribute === null || !CANNOT_CLEAR.has(entry.special_handling)) {
      return [];
    }
    const had = chosen(entry, before);
    const has = chosen(entry, after);
    return readText(had.value, entry.position ?? 0) !== null && readText(has.value, entry.position ?? 0) === null
      ? [had.property]
      : [];
  });
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

/** Reads one property; a value of the wrong form is an error that names it. */
class Reader {
  readonly #property: string;
  readonly #value: unknown;
  readonly #position: number;
  readonly #dn: string;

  constructor(property: string, value: unknown, position: number, dn: string) {
    this.#property = property;
    this.#value = value;
    this.#position = position;
    this.#dn = dn;
  }

  text(): string | null {
    const one = Array.isArray(this.#value) ? (this.#value[this.#position] as unknown) : this.#value;
    if (typeof one === 'object' && one !== null) {
      throw this.#invalid(`is ${Array.isArray(one) ? 'a list of lists' : 'an object'}, expected text`);
    }
    const text = readText(this.#value, this.#position);
    return text === null ? null : this.#sendable(text);
  }

  value(type: string, isList: boolean): string | number | boolean | string[] | null {
    if (isList) {
      return readTexts(this.#value).map((each) => this.#sendable(each));
    }
    const text = this.text();
    if (type === 'int' || type === 'long') {
      return text === null ? null : (readInteger(text) ?? this.#refuse('is not an integer'));
    }
    if (type === 'boolean') {
      return text === null ? null : readBoolean(text);
    }
    return text;
  }

  /** `YYYY-MM-DD` from it or from `DD.MM.YYYY`. */
  date(): string | null {
    const text = this.text();
    if (text === null) {
      return null;
    }
    const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
    const local = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text);
    const [year, month, day] = iso ? [iso[1], iso[2], iso[3]] : [local?.[3], local?.[2], local?.[1]];
    const date = `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`;
    const parsed = new Date(`${date}T00:00:00Z`);
    if (Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== date) {
      return this.#refuse(`is ${JSON.stringify(text.slice(0, 40))}, expected a date as YYYY-MM-DD or DD.MM.YYYY`);
    }
    return date;
  }

  /** A JPEG picture in base64; null: none, or something else. */
  picture(): string | null {
    const text = this.text()?.replace(/\s+/g, '');
    if (!text || !/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) {
      return null;
    }
    const start = Buffer.from(text.slice(0, 8), 'base64');
    return start[0] === 0xff && start[1] === 0xd8 && start[2] === 0xff ? text : null;
  }

  #sendable(text: string): string {
    return sendable(text, this.#property, this.#dn);
  }

  #refuse(what: string): never {
    throw this.#invalid(what);
  }

  #invalid(what: string): ConnectorError {
    return new ConnectorError(
      'PROPERTY_INVALID',
      `the property ${this.#property} of ${this.#dn} ${what}`,
      { dn: this.#dn, property: this.#property },
      undefined,
      `Correct ${this.#property} in UDM; the change of the object then comes into the queue by itself.`,
    );
  }
}
