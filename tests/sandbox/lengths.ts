/**
 * How long texts may be, in characters; the database refuses one more with words of its own (docs/ox.md, "Lengths").
 */

import { storageFault } from './faults.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from './values.ts';

const BYTES = 65_535;

const USER: Readonly<Record<string, number>> = {
  ...same(1024, 'categories'),
  ...same(512, 'company'),
  ...same(320, 'display_name'),
  ...same(256, 'email2 email3 street_business street_home street_other imapLogin mail_folder_archive_full_name'),
  ...same(256, 'primaryAccountName'),
  ...same(255, 'primaryEmail email1 defaultSenderAddress'),
  ...same(128, 'given_name sur_name middle_name position department city_business tax_id telephone_business2 url'),
  ...same(191, 'name'),
  ...same(10, 'language'),
};
const ALIAS = 255;
const OTHER = 64;
const ATTRIBUTE = 128;

/** Without such a limit, or checked elsewhere. */
const FREE = new Set(
  (
    'password passwordMech timezone image1 image1ContentType imapServer smtpServer imapServerString smtpServerString ' +
    'imapSchema smtpSchema filestore_name drive_user_folder_mode drive_folder_mode note info'
  ).split(' '),
);

/** Columns whose names were seen; which number the others have is not known. */
const COLUMNS: Readonly<Record<string, string>> = {
  name: 'uid',
  aliases: 'alias',
  display_name: 'displayName',
  given_name: 'field03',
  company: 'field18',
};

const ACCOUNT = { ...same(256, 'name login primaryAddress replyTo'), ...same(OTHER, 'personal') };
const NAMED = same(128, 'name displayname');

export function checkUserLengths(sent: Fields, creating: boolean): void {
  const long = longUserField(sent);
  if (long === null) return;
  if (!creating) throw tooLong(COLUMNS[long] ?? 'field99');
  if (/^mail_folder_.*_name$/.test(long)) throw storageFault('Problem storing the primary mail account.');
  throw storageFault(`Data too long for underlying storage!Error field(s): ${COLUMNS[long] ?? 'field99'}`);
}

export function checkGroupLengths(sent: Fields): void {
  checkTexts(sent, NAMED);
}

export function checkResourceLengths(sent: Fields): void {
  checkTexts(sent, { ...NAMED, ...same(256, 'email') });
  if (Buffer.byteLength(textOf(sent, 'description') ?? '') > BYTES) throw tooLong('description');
}

export function checkAccountLengths(sent: Fields): void {
  checkTexts(sent, ACCOUNT);
}

export function checkContextLengths(name: string | undefined, mappings: readonly string[]): void {
  if (lengthOf(name ?? '') > 128) throw tooLong('name');
  if (mappings.some((mapping) => lengthOf(mapping) > 255)) throw tooLong('login_info');
}

/** Host, scheme and port together. */
export function checkServerLength(url: string): void {
  if (lengthOf(url) > 128) throw tooLong('url');
}

function longUserField(sent: Fields): string | null {
  for (const [name, value] of Object.entries(sent)) {
    if (typeof value !== 'string' || FREE.has(name)) continue;
    if (lengthOf(value) > (USER[name] ?? OTHER)) return name;
  }
  if (['note', 'info'].some((name) => Buffer.byteLength(textOf(sent, name) ?? '') > BYTES)) return 'note';
  if (listOf(sent, 'aliases')?.some((alias) => lengthOf(String(alias ?? '')) > ALIAS)) return 'aliases';
  return attributeNames(sent).some((name) => lengthOf(name) > ATTRIBUTE) ? 'userAttributes' : null;
}

/** Namespace, slash and key. */
function attributeNames(sent: Fields): string[] {
  const spaces = listOf(fieldsOf(sent, 'userAttributes') ?? {}, 'entries')?.filter(isFields) ?? [];
  return spaces.flatMap((space) =>
    (listOf(fieldsOf(space, 'value') ?? {}, 'entries')?.filter(isFields) ?? []).map(
      (entry) => `${textOf(space, 'key') ?? ''}/${textOf(entry, 'key') ?? ''}`,
    ),
  );
}

function checkTexts(sent: Fields, most: Readonly<Record<string, number>>): void {
  for (const [name, length] of Object.entries(most)) {
    if (lengthOf(textOf(sent, name) ?? '') > length) throw tooLong(name);
  }
}

function tooLong(column: string): Error {
  return storageFault(
    `com.mysql.cj.jdbc.exceptions.MysqlDataTruncation: Data truncation: Data too long for column '${column}' at row 1`,
  );
}

/** An emoji is one character. */
function lengthOf(text: string): number {
  return text.length <= OTHER ? text.length : [...text].length;
}

function same(length: number, names: string): Record<string, number> {
  return Object.fromEntries(names.split(' ').map((name) => [name, length]));
}
