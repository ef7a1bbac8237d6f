/** How OX stores what is sent about a user, and finds users. */

import { type Access, DEFAULT_GROUP, type OxContext, type User } from './context.ts';
import { fault, invalidData, nullArgument, unresolvedName } from './faults.ts';
import { pictureOf } from './pictures.ts';
import { serverUrl } from './user-answers.ts';
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
const IGNORED_EMPTY = ['name', 'password', 'passwordMech', 'primaryEmail', 'imapServer', 'imapLogin', 'smtpServer'];
const SPECIAL_USE = { key: 'com.openexchange.mail.specialuse.check', value: 'true' };

export function missingOf(fields: Fields, mandatory: readonly string[]): string[] {
  return mandatory.filter((name) => !textOf(fields, name));
}

export function storeNewUser(context: OxContext, id: number, sent: Fields, access: Access): User {
  const primary = textOf(sent, 'primaryEmail') ?? '';
  const sender = textOf(sent, 'defaultSenderAddress') || primary;
  const quota = numberOf(sent, 'maxQuota');
  const hasFilestore = quota !== undefined && quota !== -1;
  const user: User = { id, fields: {}, access, accounts: [], primaryAccountRemoved: false, hasFilestore };
  user.fields = {
    ...stored(sent),
    ...settled(sent),
    aliases: [...new Set([...(textsOf(sent, 'aliases') ?? []), primary])],
    defaultSenderAddress: sender,
    language: textOf(sent, 'language') ?? 'en_US',
    mailenabled: sent.mailenabled ?? true,
  };
  user.fields.userAttributes = mergedAttributes(
    { entries: [{ key: 'config', value: { entries: [{ ...SPECIAL_USE }] } }] },
    fieldsOf(sent, 'userAttributes'),
  );
  if (quota !== undefined) user.fields.maxQuota = quota;
  context.addUser(user);
  context.groups.get(DEFAULT_GROUP)?.members.add(id);
  return user;
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

/** Plain fields as sent; nil and absent ones keep what is there. */
export function stored(sent: Fields): Fields {
  const fields: Fields = {};
  for (const [name, value] of Object.entries(sent)) {
    if (value === null || value === undefined || NOT_STORED.includes(name)) continue;
    if (value === '' && IGNORED_EMPTY.includes(name)) continue;
    fields[name] = value;
  }
  return fields;
}

/** Fields with rules of their own: servers, picture, folder mode. */
export function settled(sent: Fields): Fields {
  const fields: Fields = { ...pictureOf(sent) };
  const imap = textOf(sent, 'imapServer');
  if (imap) fields.imapServer = serverUrl('imap', imap, numberOf(sent, 'imapPort'));
  const smtp = textOf(sent, 'smtpServer');
  if (smtp) fields.smtpServer = serverUrl('smtp', smtp, numberOf(sent, 'smtpPort'));
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
