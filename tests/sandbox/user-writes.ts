/**
 * Creates and changes users: OX's checks in OX's order, then, a moment later, the effect
 * (docs/ox.md, "Changing users").
 */

import { type Access, ADMIN, type OxContext, type User, userName } from './context.ts';
import { codedFault, fault, invalidData, storageFault } from './faults.ts';
import { checkServerLength, checkUserLengths } from './lengths.ts';
import { checkPicture } from './pictures.ts';
import type { SandboxOptions } from './types.ts';
import { createdUser, serverUrl } from './user-answers.ts';
import * as checks from './user-checks.ts';
import { MANDATORY, mergedAttributes, missingOf, settled, stored, storeNewUser } from './user-store.ts';
import { type Fields, fieldsOf, numberOf, textOf, textsOf } from './values.ts';
import { Work } from './world.ts';

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

export interface Creation {
  context: OxContext;
  options: SandboxOptions;
  sent: Fields;
  access: Access;
  /** A guest of the same address becomes the user. */
  convertGuest: boolean;
}

export function createUser({ context, options, sent, access, convertGuest }: Creation): Work {
  checkNewUser(context, options, sent);
  const address = (textOf(sent, 'primaryEmail') ?? '').toLowerCase();
  if (context.guests.has(address) && !convertGuest) {
    // The true text is not known.
    throw invalidData(`The address ${address} belongs to a guest user of context ${context.id}`);
  }
  checkAccess(access);
  return new Work(() => {
    checkStorable(context, context.upcomingId, sent, true);
    const name = textOf(sent, 'name') ?? '';
    if (context.userByName(name) !== undefined) throw storageFault(`User ${name} already exists in this context`);
    checks.checkFolderName(context, options, textOf(sent, 'display_name') ?? '');
    const user = storeNewUser(context, context.guests.get(address) ?? context.nextId(), sent, access);
    context.guests.delete(address);
    return createdUser(user, sent);
  }, context);
}

export function changeUser(context: OxContext, options: SandboxOptions, user: User, sent: Fields): Work {
  const name = textOf(sent, 'name');
  if (name !== undefined && name !== userName(user)) checkRename(context, options, name);
  checks.checkLanguage(textOf(sent, 'language'), 'Language must contain an underscore, e.g. en_US.');
  checks.checkTimezone(textOf(sent, 'timezone'));
  const mech = textOf(sent, 'passwordMech');
  if (mech && !textOf(sent, 'password')) {
    throw invalidData('When changing password mechanism, the password string must also be supplied');
  }
  checks.checkPasswordMech(mech);
  const display = textOf(sent, 'display_name');
  if (display) checks.checkDisplayName(context, options, display, user);
  checks.checkMails(sent);
  if (user.id !== ADMIN || options.adminMailChecks) checks.checkAddresses(context, options, user, sent);
  checks.checkFolderMode(sent);
  checkFilestore(context, options, user, sent);
  checkPrimaryAccount(context, user, sent);

  return userWork(context, user, () => {
    checkStorable(context, user.id, sent, false);
    const fields: Fields = { ...stored(sent), ...settled(sent) };
    const aliases = textsOf(sent, 'aliases');
    if (aliases !== undefined) fields.aliases = [...new Set(aliases)];
    if (fieldsOf(sent, 'userAttributes') !== undefined) {
      fields.userAttributes = mergedAttributes(user.fields.userAttributes ?? null, fieldsOf(sent, 'userAttributes'));
    }
    if (numberOf(sent, 'maxQuota') !== undefined) fields.maxQuota = numberOf(sent, 'maxQuota');
    context.updateUser(user, fields);
  });
}

export function changeAccess(context: OxContext, user: User, access: Access): Work {
  if (user.id !== ADMIN) checkAccess(access);
  return userWork(context, user, () => {
    user.access = access;
  });
}

/** Public folders of the context are its admin's. */
function checkAccess(access: Access): void {
  if (access.publicFolderEditable !== true) return;
  throw codedFault('FLD-0089', 'PERMISSION_DENIED', 'Operation may only be performed for context administrator.');
}

/** Another call may have removed the user since the checks. */
function userWork(context: OxContext, user: User, act: () => void): Work {
  return new Work(() => {
    if (context.users.get(user.id) !== user) {
      throw fault('NoSuchUserException', `No such user ${user.id} in context ${context.id}`);
    }
    act();
    return undefined;
  }, context);
}

/** What only the database, or a reader of pictures or of URLs, objects to. */
function checkStorable(context: OxContext, id: number, sent: Fields, creating: boolean): void {
  for (const kind of ['imap', 'smtp'] as const) {
    const server = textOf(sent, `${kind}Server`);
    if (!server) continue;
    const url = serverUrl(kind, server, numberOf(sent, `${kind}Port`));
    if (/\s/.test(url)) {
      throw storageFault(`java.net.URISyntaxException: Illegal character in authority at index 7: ${url}`);
    }
    checkServerLength(url);
  }
  checkUserLengths(sent, creating);
  checks.checkAliasRows(context, id, sent);
  checkPicture(sent, creating);
}

/** Empty counts as another name. */
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
  const quota = numberOf(sent, 'maxQuota');
  if (quota === undefined || quota === -1 || user.hasFilestore || options.allowQuota) return;
  throw storageFault(
    `Quota cannot be changed for user ${user.id} in context ${context.id} since that user has no file storage set. ` +
      'See "ALLOW_CHANGING_QUOTA_IF_NO_FILESTORE_SET".',
  );
}

function checkPrimaryAccount(context: OxContext, user: User, sent: Fields): void {
  if (!user.primaryAccountRemoved) return;
  if (!['primaryEmail', 'imapServer', 'smtpServer'].some((name) => textOf(sent, name))) return;
  const text = `Cannot find mail account with identifier 0 for user ${user.id} in context ${context.id}.`;
  throw codedFault('ACC-0002', 'ERROR', text);
}
