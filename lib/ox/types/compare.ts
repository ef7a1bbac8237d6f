/**
 * What OX has and what it is to have, field by field, in a form that may be shown: `plan` and `check` tell nothing else. No
 * difference is invented, whatever the form in which OX tells a value. Runs need none of this.
 */

import type { FieldChange } from '../../target/outcome.ts';
import type { OxGroup, OxUser } from '../services/ox.ts';
import { describeService } from '../soap/contract.ts';
import type { UserWanted } from './user-wanted.ts';

type Fields = Readonly<Record<string, unknown>>;

const SECRET = /^password$/i;

const DATES: ReadonlySet<string> = new Set(
  (describeService('OXUserService').types.User ?? []).flatMap(([name, , type]) => (type === 'date' ? [name] : [])),
);

/**
 * `found` null: it is not there. Fields that do not differ are left out; nothing, an empty text and false are the same where
 * it is there.
 */
export function compareFields(found: object | null, wanted: object): FieldChange[] {
  const there: Fields = { ...found };
  return Object.entries(wanted).flatMap(([field, value]) => {
    const before = told(there, field);
    const isSame = found === null ? shown(field, value) === '' : comparable(field, before) === comparable(field, value);
    return isSame ? [] : [{ field, before: shown(field, before), after: shown(field, value) }];
  });
}

/**
 * OX quirk: pictures come back scaled, and the quota used as counted. Seen: docs/ox.md, "Reading users". So: not compared.
 */
const NOT_TOLD = new Set(['image1', 'image1ContentType', 'usedQuota']);

export function compareUser({ cleared, fields, createOnly }: UserWanted, found: OxUser): FieldChange[] {
  const all: Fields = { ...Object.fromEntries(cleared.map((field) => [field, ''])), ...fields };
  const told = Object.entries(all).filter(([field]) => !NOT_TOLD.has(field) && !createOnly.includes(field));
  return compareFields(found, Object.fromEntries(told));
}

/** Members by name: those that are to come, and those that are to go. */
export function compareGroup(
  { members: wanted, ...fields }: OxGroup,
  found: OxGroup | null,
  nameOf: (id: number) => string,
): FieldChange[] {
  return [...compareFields(found, fields), ...compareMembers(found?.members ?? [], wanted ?? [], nameOf)];
}

function compareMembers(
  found: readonly number[],
  wanted: readonly number[],
  nameOf: (id: number) => string,
): FieldChange[] {
  const named = (ids: readonly number[], except: readonly number[]): string => {
    const others = new Set(except);
    return ids
      .filter((id) => !others.has(id))
      .map(nameOf)
      .sort()
      .join(', ');
  };
  const [added, removed] = [named(wanted, found), named(found, wanted)];
  return [
    ...(added === '' ? [] : [{ field: 'members added', before: '', after: added }]),
    ...(removed === '' ? [] : [{ field: 'members removed', before: removed, after: '' }]),
  ];
}

/** What OX has in a field, in the form in which it is sent. */
function told(found: Fields, field: string): unknown {
  const value = found[field];
  if (DATES.has(field) && typeof value === 'string') {
    // With the offset of the server's zone, or a time: only the day counts.
    return value.slice(0, '2000-12-31'.length);
  }
  const protocol = { imapServer: 'imap', smtpServer: 'smtp' }[field];
  // OX gives the host alone here, and the URL in a field of its own.
  return protocol === undefined || !value || String(value).includes('://')
    ? value
    : (found[`${field}String`] ?? `${protocol}://${value}:${found[`${protocol}Port`]}`);
}

function comparable(field: string, value: unknown): string {
  if (field === 'aliases' && Array.isArray(value)) {
    return [...new Set(value.map((each) => String(each).toLowerCase()))].sort().join();
  }
  return value === false ? '' : shown(field, value);
}

function shown(field: string, value: unknown): string {
  if (value === undefined || value === null || value === '') {
    return '';
  }
  // Unlimited is the same as none, and comes back as nil.
  if (value === -1 && /Quota$/.test(field)) {
    return '';
  }
  if (SECRET.test(field)) {
    return '(a password)';
  }
  if (field === 'image1') {
    return `(a picture of ${Math.round((String(value).length * 3) / 4)} bytes)`;
  }
  if (Array.isArray(value)) {
    return [...value]
      .map((each) => shown('', each))
      .sort()
      .join(', ');
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
