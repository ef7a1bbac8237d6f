/** Creates and changes users: OX's checks in OX's order, then the effect. */

import { type Access, ADMIN, DEFAULT_GROUP, type OxContext, type User, userName } from './context.ts';
import { fault, invalidData, nullArgument, storageFault, unresolvedName } from './faults.ts';
import type { SandboxOptions } from './types.ts';
import { createdUser, serverUrl } from './user-answers.ts';
import * as checks from './user-checks.ts';
import {
  type Fields,
  fieldsOf,
  idOf,
  isFields,
  listOf,
  nameOf,
  numberOf,
  textOf,
  textsOf,
  type Value,
} from './values.ts';

export const MANDATORY = ['name', 'display_name', 'password', 'given_name', 'sur_name', 'primaryEmail', 'email1'];

/** Never read from requests, or handled on their own. */
const NOT_STORED = [
  'id',
  'aliases',
  'contextadmin',
  'default_group',
  'guiPreferencesForSoap',
  'imapSchema',
  'imapServerString',
  'password_expired',
  'smtpSchema',
  'smtpServerString',
  'imapPort',
  'smtpPort',
  'filestoreId',
  'filestore_name',
  'usedQuota',
  'maxQuota',
  'userAttributes',
  'image1',
  'image1ContentType',
  'drive_folder_mode',
  'convert_drive_user_folders',
];

/** Empty values of these do nothing. */
const IGNORED_EMPTY = ['name', 'password', 'passwordMech', 'primaryEmail'];
/** Empty values of these unset. */
const UNSET_EMPTY = ['imapServer', 'imapLogin', 'smtpServer'];
const SPECIAL_USE = { key: 'com.openexchange.mail.specialuse.check', value: 'true' };

export function missingOf(fields: Fields, mandatory: readonly string[]): string[] {
  return mandatory.filter((name) => !textOf(fields, name));
}

export function checkNewUser(context: OxContext, options: SandboxOptions, sent: Fields): void {
  checks.checkLanguage(textOf(sent, 'language'), 'language must contain an underscore, e.g. en_US');
  checks.checkTimezone(textOf(sent, 'timezone'));
  checks.checkPasswordMech(textOf(sent, 'passwordMech'));
  if (textOf(sent, 'password') === '') throw invalidData('Empty password is not allowed.');
  const missing = missingOf(sent, MANDATORY);
  if (missing.length > 0) throw invalidData(`Mandatory fields not set: [${missing.join(', ')}]`);
  checks.checkDisplayName(context, options, textOf(sent, 'display_name') ?? '');
  const name = textOf(sent, 'name') ?? '';
  if (options.checkUserNames) checks.checkChars(name, checks.USER_CHARS);
  checks.checkMails(sent);
  const primary = textOf(sent, 'primaryEmail') ?? '';
  if (primary !== textOf(sent, 'email1')) throw invalidData('primarymail must have the same value as email1');
  checkNewAliases(sent, primary);
  checks.checkFolderMode(sent);
  if (context.userByName(name) !== undefined) throw invalidData(`User ${name} already exists in this context`);
  checks.checkPrimaryMailUnique(context, options, primary);
}

/** Checks, creates, and gives what the answer holds. */
export function createUser(context: OxContext, options: SandboxOptions, sent: Fields, access: Access): Fields {
  checkNewUser(context, options, sent);
  const user = storeNewUser(context, context.nextId(), sent, access);
  return createdUser(user, sent);
}

export function storeNewUser(context: OxContext, id: number, sent: Fields, access: Access): User {
  const primary = textOf(sent, 'primaryEmail') ?? '';
  const sender = textOf(sent, 'defaultSenderAddress') || primary;
  const user: User = { id, fields: {}, access, accounts: [], primaryAccountRemoved: false };
  user.fields = {
    ...stored(sent),
    ...settled({}, sent),
    aliases: [...new Set([...(textsOf(sent, 'aliases') ?? []), primary])],
    defaultSenderAddress: sender,
    language: textOf(sent, 'language') ?? 'en_US',
    mailenabled: sent.mailenabled ?? true,
  };
  user.fields.userAttributes = mergedAttributes(
    { entries: [{ key: 'config', value: { entries: [{ ...SPECIAL_USE }] } }] },
    fieldsOf(sent, 'userAttributes'),
  );
  if (numberOf(sent, 'maxQuota') !== undefined) user.fields.maxQuota = numberOf(sent, 'maxQuota');
  context.addUser(user);
  context.groups.get(DEFAULT_GROUP)?.members.add(id);
  return user;
}

export function changeUser(context: OxContext, options: SandboxOptions, user: User, sent: Fields): void {
  const name = nameOf(sent);
  const renamed = name !== undefined && name !== userName(user);
  if (renamed) checkRename(context, options, name);
  checks.checkLanguage(textOf(sent, 'language'), 'Language must contain an underscore, e.g. en_US.');
  checks.checkTimezone(textOf(sent, 'timezone'));
  const mech = textOf(sent, 'passwordMech') || undefined;
  if (mech !== undefined && !textOf(sent, 'password')) {
    throw invalidData('When changing password mechanism, the password string must also be supplied');
  }
  checks.checkPasswordMech(mech);
  const display = textOf(sent, 'display_name');
  if (display) checks.checkDisplayName(context, options, display, user);
  checks.checkMails(sent);
  if (user.id !== ADMIN || options.adminMailChecks) checks.checkAddresses(context, options, user, sent);
  checks.checkFolderMode(sent);
  checkFilestore(context, options, user, sent);
  if (textOf(sent, 'image1') && !textOf(sent, 'image1ContentType')) {
    throw storageFault('imageContentType must not be null');
  }

  const fields: Fields = { ...stored(sent), ...settled(user.fields, sent) };
  const aliases = textsOf(sent, 'aliases');
  if (aliases !== undefined) fields.aliases = [...new Set(aliases)];
  if (fieldsOf(sent, 'userAttributes') !== undefined) {
    fields.userAttributes = mergedAttributes(user.fields.userAttributes ?? null, fieldsOf(sent, 'userAttributes'));
  }
  if (numberOf(sent, 'maxQuota') !== undefined) fields.maxQuota = numberOf(sent, 'maxQuota');
  context.updateUser(user, fields);
}

/** By id, else by name. */
export function findUser(context: OxContext, sent: Fields): User {
  const id = idOf(sent);
  if (id !== undefined) {
    const user = context.users.get(id);
    if (user === undefined) throw fault('NoSuchUserException', `No such user ${id} in context ${context.id}`);
    return user;
  }
  const name = nameOf(sent);
  if (name === undefined) throw invalidData('One userobject has no userid or username');
  const user = context.userByName(name);
  if (user === undefined) throw unresolvedName('NoSuchUserException', `No such user ${name} in context ${context.id}`);
  return user;
}

export function sentUser(args: Fields, parameter: string): Fields {
  const sent = fieldsOf(args, parameter);
  if (sent === undefined) throw nullArgument();
  return sent;
}

function checkRename(context: OxContext, options: SandboxOptions, name: string): void {
  if (!options.usernameChangeable) throw invalidData('Changing username is disabled!');
  if (options.checkUserNames) checks.checkChars(name, checks.USER_CHARS);
  if (context.userByName(name) !== undefined) throw invalidData(`User ${name} already exists in this context`);
}

function checkNewAliases(sent: Fields, primary: string): void {
  const aliases = textsOf(sent, 'aliases');
  if (aliases === undefined) return;
  const sender = textOf(sent, 'defaultSenderAddress') || primary;
  const all = new Set([...aliases, primary].map((alias) => alias.toLowerCase()));
  if (!all.has(sender.toLowerCase())) throw invalidData(checks.NOT_IN_ALIASES);
}

function checkFilestore(context: OxContext, options: SandboxOptions, user: User, sent: Fields): void {
  const filestore = numberOf(sent, 'filestoreId');
  if (filestore !== undefined) throw storageFault(`No such filestore with id ${filestore}`);
  if ([undefined, -1].includes(numberOf(sent, 'maxQuota')) || options.allowQuota) return;
  throw storageFault(
    `Quota cannot be changed for user ${user.id} in context ${context.id} since that user has no file storage set. ` +
      'See "ALLOW_CHANGING_QUOTA_IF_NO_FILESTORE_SET".',
  );
}

/** Plain fields as sent; nil and absent ones keep what is there. */
function stored(sent: Fields): Fields {
  const fields: Fields = {};
  for (const [name, value] of Object.entries(sent)) {
    if (value === null || value === undefined || NOT_STORED.includes(name)) continue;
    if (value === '' && (IGNORED_EMPTY.includes(name) || UNSET_EMPTY.includes(name))) continue;
    fields[name] = value;
  }
  return fields;
}

/** Fields with rules of their own: servers, picture, folder mode. */
function settled(before: Fields, sent: Fields): Fields {
  const fields: Fields = {};
  for (const name of UNSET_EMPTY) {
    if (sent[name] === '' && before[name] !== undefined) fields[name] = undefined;
  }
  const imap = textOf(sent, 'imapServer');
  if (imap) fields.imapServer = serverUrl('imap', imap, numberOf(sent, 'imapPort'));
  const smtp = textOf(sent, 'smtpServer');
  if (smtp) fields.smtpServer = serverUrl('smtp', smtp, numberOf(sent, 'smtpPort'));
  if (textOf(sent, 'image1')) {
    fields.image1 = textOf(sent, 'image1');
    fields.image1ContentType = textOf(sent, 'image1ContentType');
  }
  const mode = textOf(sent, 'drive_user_folder_mode') ?? textOf(sent, 'drive_folder_mode');
  if (mode !== undefined) fields.drive_user_folder_mode = mode;
  return fields;
}

/** An inner entry with a nil value deletes that attribute. */
export function mergedAttributes(before: Value, sent: Fields | undefined): Value {
  const spaces = new Map<string, Map<string, string>>();
  for (const map of [isFields(before) ? before : {}, sent ?? {}]) {
    for (const space of entriesOf(map)) {
      const attributes = spaces.get(textOf(space, 'key') ?? '') ?? new Map<string, string>();
      spaces.set(textOf(space, 'key') ?? '', attributes);
      for (const entry of entriesOf(fieldsOf(space, 'value') ?? {})) {
        const value = textOf(entry, 'value');
        if (value === undefined) attributes.delete(textOf(entry, 'key') ?? '');
        else attributes.set(textOf(entry, 'key') ?? '', value);
      }
    }
  }
  const entries = [...spaces].filter(([, attributes]) => attributes.size > 0);
  return {
    entries: entries.map(([key, attributes]) => ({
      key,
      value: { entries: [...attributes].map(([inner, value]) => ({ key: inner, value })) },
    })),
  };
}

function entriesOf(map: Fields): Fields[] {
  return (listOf(map, 'entries') ?? []).filter(isFields);
}
