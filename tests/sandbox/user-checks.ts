/** The rules OX applies to the values of a user, with its texts (docs/ox.md, "Creating users"). */

import { aliasesOf, type OxContext, primaryMail, type User } from './context.ts';
import { codedFault, invalidData, storageFault } from './faults.ts';
import type { SandboxOptions } from './types.ts';
import { type Fields, textOf, textsOf } from './values.ts';

const MECHANISMS = ['CRYPT', 'SHA', 'SHA-1', 'SHA-256', 'SHA-512', 'BCRYPT'];
const FOLDER_MODES = ['default', 'normal', 'none'];
const MAILS = ['primaryEmail', 'email1', 'email2', 'email3', 'defaultSenderAddress'];
const zones = new Map<string, boolean>();

export const NOT_IN_ALIASES = 'primaryMail, Email1 and defaultSenderAddress must be present in set of aliases.';

/** The fault at creation and that of a change differ in the first letter and the dot. */
export function checkLanguage(language: string | undefined, text: string): void {
  if (language !== undefined && language.split('_').length !== 2) throw invalidData(text);
}

export function checkTimezone(timezone: string | undefined): void {
  if (timezone !== undefined && !isTimezone(timezone)) throw invalidData('The given timezone is invalid');
}

export function checkPasswordMech(mech: string | undefined): void {
  if (mech === undefined || MECHANISMS.includes(mech.replace(/[{}]/g, '').toUpperCase())) return;
  throw invalidData(`Invalid PasswordMech: ${mech}. Use one of the following: ${MECHANISMS.join(', ')}`);
}

export function checkDisplayName(context: OxContext, options: SandboxOptions, name: string, own?: User): void {
  if (!options.uniqueDisplayName) return;
  for (const user of context.usersByDisplayName(name)) {
    if (user !== own && user.fields.display_name === name) throw invalidData('The displayname is already used');
  }
}

/** A new user gets a folder of that name: case and blanks at the end do not tell two of them apart. */
export function checkFolderName(context: OxContext, options: SandboxOptions, name: string): void {
  if (!options.uniqueDisplayName || context.usersByDisplayName(name).size === 0) return;
  const text = `An infostore folder named "${name}" already exists below folder "Userstore" in context ${context.id}.`;
  throw codedFault('FLD-0075', 'PERMISSION_DENIED', text);
}

export function checkChars(name: string, allowed: RegExp): void {
  const illegal = [...name].find((char) => !allowed.test(char));
  if (illegal !== undefined) throw invalidData(`Illegal chars: "${illegal}"`);
}

export const USER_CHARS = /^[$@%.+a-zA-Z0-9_-]$/;
export const GROUP_CHARS = /^[ $@%.+a-zA-Z0-9_-]$/;

/** Even without `@`; in front of one only ASCII, behind it international domains too. */
export function isMailAddress(address: string): boolean {
  const parts = address.split('@');
  if (parts.length > 2 || parts.some((part) => !/^[^\s<>"(),:;\\[\]]+$/.test(part))) return false;
  return parts.length === 1 || /^[\x21-\x7e]+$/.test(parts[0] ?? '');
}

/** Empty ones pass: they clear a field. */
export function checkMails(fields: Fields): void {
  const sent = [...MAILS.map((name) => textOf(fields, name) ?? ''), ...(textsOf(fields, 'aliases') ?? [])];
  const bad = sent.find((address) => address !== '' && !isMailAddress(address));
  if (bad !== undefined) throw invalidData(`Invalid email address: ${bad}`);
}

export function checkFolderMode(fields: Fields): void {
  const mode = textOf(fields, 'drive_user_folder_mode') ?? textOf(fields, 'drive_folder_mode');
  if (mode === undefined || FOLDER_MODES.includes(mode.toLowerCase())) return;
  throw invalidData(
    `An invalid folder mode was selected. Only the following modes are allowed: ${FOLDER_MODES.join(', ')}`,
  );
}

export function checkPrimaryMailUnique(context: OxContext, options: SandboxOptions, address: string, own?: User): void {
  if (!options.uniquePrimaryMail) return;
  for (const user of context.usersByPrimaryMail(address)) {
    if (user !== own) throw primaryMailTaken(address, context, user);
  }
}

export function primaryMailTaken(address: string, context: OxContext, user: User): Error {
  return invalidData(
    `Primary mail address "${address}" already exists in context ${context.id} (Already assigned to user ${user.id}).`,
  );
}

/** The four addresses of a change are checked together, each as sent or else as stored. */
export function checkAddresses(context: OxContext, options: SandboxOptions, user: User, sent: Fields): void {
  const primary = textOf(sent, 'primaryEmail');
  const email1 = textOf(sent, 'email1');
  const sender = textOf(sent, 'defaultSenderAddress');
  const aliases = textsOf(sent, 'aliases');
  if (primary === undefined && email1 === undefined && sender === undefined && aliases === undefined) return;

  if (options.primaryMailUnchangeable && primary !== undefined && !same(primary, primaryMail(user))) {
    throw invalidData('primary mail must not be changed');
  }
  if (primary !== undefined && email1 !== undefined && !same(primary, email1)) {
    throw invalidData('email1 not equal with primarymail!');
  }
  // An unchanged one is not looked at: a copied user may have another's.
  if (primary && !same(primary, primaryMail(user))) checkPrimaryMailUnique(context, options, primary, user);
  const all = new Set((aliases ?? aliasesOf(user)).map((alias) => alias.toLowerCase()));
  const needed = [
    primary ?? primaryMail(user),
    email1 ?? textOf(user.fields, 'email1') ?? '',
    sender ?? textOf(user.fields, 'defaultSenderAddress') ?? '',
  ];
  if (!needed.every((address) => all.has(address.toLowerCase()))) throw invalidData(NOT_IN_ALIASES);
  if (primary !== undefined && email1 === undefined) throw invalidData('email1 not sent but required!');
}

/** Aliases are kept without regard to case. */
export function checkAliasRows(context: OxContext, id: number, sent: Fields): void {
  const seen = new Map<string, string>();
  for (const alias of textsOf(sent, 'aliases') ?? []) {
    const known = seen.get(alias.toLowerCase());
    if (known !== undefined && known !== alias) {
      const row = `Duplicate entry '${context.id}-${id}-${alias}' for key 'PRIMARY'`;
      throw storageFault(`java.sql.SQLIntegrityConstraintViolationException: ${row}`);
    }
    seen.set(alias.toLowerCase(), alias);
  }
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function isTimezone(name: string): boolean {
  let known = zones.get(name);
  if (known === undefined) {
    known = name !== '' && canFormat(name);
    zones.set(name, known);
  }
  return known;
}

function canFormat(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch (cause) {
    if (cause instanceof RangeError) return false;
    throw cause;
  }
}
