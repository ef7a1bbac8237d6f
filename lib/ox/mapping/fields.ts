/** The fields of an OX user: their types, who decides about them, and which of them can be emptied. */
import { describeService, type FieldDescriptor } from '../soap/contract.ts';

/** Set by rules of their own (docs/attributes.md, "users/user"), or kept by the user: a mapping has no say in them. */
const NOT_MAPPED: ReadonlySet<string> = new Set([
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

/** Names that AttributeMapping.json of connector 2.x has for five fields. */
const FORMER_NAMES: ReadonlyMap<string, string> = new Map([
  ['employee_type', 'employeeType'],
  ['imap_server', 'imapServer'],
  ['smtp_server', 'smtpServer'],
  ['max_quota', 'maxQuota'],
  ['used_quota', 'usedQuota'],
]);

const FIELDS: ReadonlyMap<string, FieldDescriptor> = new Map(
  describeService('OXUserService').types.User?.map((field) => [field[0], field]),
);

/** An empty text is no folder mode, and OX does nothing when it is sent one as mail server. */
const NEVER_EMPTY: ReadonlySet<string> = new Set([
  'imapServer',
  'smtpServer',
  'drive_user_folder_mode',
  'drive_folder_mode',
]);

/** OX's name of a field that may have the one of 2.x. */
export function fieldNamed(name: string): string {
  return FORMER_NAMES.get(name) ?? name;
}

export function isField(name: string): boolean {
  return FIELDS.has(name);
}

export function isMapped(field: string): boolean {
  return !NOT_MAPPED.has(field);
}

/** The XML Schema type of its values. */
export function typeOf(field: string): string {
  return FIELDS.get(field)?.[2] ?? 'string';
}

export function isList(field: string): boolean {
  return FIELDS.get(field)?.[3] === 1;
}

export type Emptying = 'text' | 'list' | 'unlimited' | 'counted by OX' | 'impossible';

/**
 * How a field is emptied. OX quirk: nothing empties dates, pictures, numbers and mail servers, neither nil nor an empty
 * element. Seen: docs/ox.md, "Clearing fields". So: it is reported. A quota has a value that means none.
 */
export function emptyingOf(field: string): Emptying {
  if (field === 'maxQuota') {
    return 'unlimited';
  }
  if (field === 'usedQuota') {
    return 'counted by OX';
  }
  if (isList(field)) {
    return 'list';
  }
  return typeOf(field) === 'string' && !NEVER_EMPTY.has(field) ? 'text' : 'impossible';
}
