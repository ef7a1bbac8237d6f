/**
 * How long a text may be that OX is to store. Asked before anything is sent, since OX names neither property nor limit, and
 * a user that changes its context would be in both when the last step is refused.
 */
import { isList, typeOf } from '../mapping/fields.ts';

/** Characters, an emoji is one; or bytes of UTF-8. */
export type Limit = { readonly characters: number } | { readonly bytes: number };

/** Seen: OX 8.19, the same at creation and change; one more is refused, and nothing of the call stays. */
export const LIMITS = {
  userName: { characters: 191 },
  name: { characters: 128 },
  resourceAddress: { characters: 256 },
  description: { bytes: 65_535 },
  account: { characters: 256 },
  login: { characters: 256 },
  personal: { characters: 64 },
} as const satisfies Record<string, Limit>;

/** Fields of users; all other texts: 64. */
const OF_USERS: readonly (readonly [limit: Limit, fields: readonly string[]])[] = [
  [{ bytes: 65_535 }, ['note', 'info']],
  [{ characters: 1024 }, ['categories']],
  [{ characters: 512 }, ['company']],
  [{ characters: 320 }, ['display_name']],
  [
    { characters: 256 },
    [
      'email2',
      'email3',
      'street_business',
      'street_home',
      'street_other',
      'mail_folder_archive_full_name',
      'primaryAccountName',
    ],
  ],
  [{ characters: 255 }, ['email1', 'aliases']],
  [
    { characters: 128 },
    [
      'given_name',
      'sur_name',
      'middle_name',
      'position',
      'department',
      'city_business',
      'tax_id',
      'telephone_business2',
      'url',
    ],
  ],
];

const BY_FIELD: ReadonlyMap<string, Limit> = new Map(
  OF_USERS.flatMap(([limit, fields]) => fields.map((field) => [field, limit] as const)),
);

/** Made of several parts, or none of the contact: their limits are others. */
const NOT_CHECKED: ReadonlySet<string> = new Set([
  'imapServer',
  'smtpServer',
  'imapServerString',
  'smtpServerString',
  'imapSchema',
  'smtpSchema',
  'drive_user_folder_mode',
  'drive_folder_mode',
]);

/** null: none is known. */
export function limitOf(field: string): Limit | null {
  const isText = typeOf(field) === 'string' && !NOT_CHECKED.has(field);
  return BY_FIELD.get(field) ?? (isText && !isList(field) ? { characters: 64 } : null);
}

/** How much of what a text that OX could not store has, and what it may have at most; null: it fits. */
export function excess(text: string, limit: Limit): { has: number; most: number; unit: string } | null {
  const [most, unit] = 'bytes' in limit ? [limit.bytes, 'bytes'] : [limit.characters, 'characters'];
  // No text has more characters than code units, and most are far shorter.
  const isShort = text.length * (unit === 'bytes' ? 3 : 1) <= most;
  const has = isShort ? 0 : unit === 'bytes' ? Buffer.byteLength(text) : [...text].length;
  return has > most ? { has, most, unit } : null;
}
