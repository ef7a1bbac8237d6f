/** Compares what a user should be with what OX has, without inventing differences. No effects. */

import { describeService } from '../ox/contract.ts';
import type { ModuleAccess, OxUser } from '../ox/ox.ts';
import { diffFields, type FieldChange } from '../plan/field-changes.ts';
import type { UserWanted } from '../provisioners/user-wanted.ts';

/**
 * OX quirk: pictures come back scaled, and the quota used as counted. Seen: docs/ox.md, "Reading users". So: not
 * compared.
 */
const NOT_TOLD = new Set(['image1', 'image1ContentType', 'usedQuota']);

const DATES: ReadonlySet<string> = new Set(
  (describeService('OXUserService').types.User ?? []).flatMap(([name, , type]) => (type === 'date' ? [name] : [])),
);

/** OX's values before, ours after. */
export function userDifferences(wanted: UserWanted, found: OxUser): FieldChange[] {
  const empty = Object.fromEntries(wanted.cleared.map((field) => [field, '']));
  const compared = Object.entries<unknown>({ ...empty, ...wanted.fields }).filter(
    ([field]) => !NOT_TOLD.has(field) && !wanted.createOnly.includes(field),
  );
  const ours = compared.map(([field, value]) => [field, comparable(field, value)]);
  const theirs = compared.map(([field]) => [field, comparable(field, told(found, field))]);
  return diffFields(Object.fromEntries(theirs), Object.fromEntries(ours));
}

export function accessDifferences(wanted: ModuleAccess, found: ModuleAccess): FieldChange[] {
  const flags = (access: ModuleAccess): Record<string, unknown> =>
    Object.fromEntries(Object.keys(wanted).map((flag) => [flag, access[flag as keyof ModuleAccess] === true]));
  return diffFields(flags(found), flags(wanted));
}

/** A server is sent as one URL, and told in parts or as `imapServerString`. */
function told(found: OxUser, field: string): unknown {
  if (field === 'imapServer') {
    return found.imapServer ? (found.imapServerString ?? `imap://${found.imapServer}:${found.imapPort}`) : '';
  }
  if (field === 'smtpServer') {
    return found.smtpServer ? (found.smtpServerString ?? `smtp://${found.smtpServer}:${found.smtpPort}`) : '';
  }
  return (found as Readonly<Record<string, unknown>>)[field];
}

function comparable(field: string, value: unknown): unknown {
  if (field === 'aliases' && Array.isArray(value)) {
    return [...new Set(value.map((each) => String(each).toLowerCase()))];
  }
  // With the offset of the server's zone, or a time: only the day counts.
  if (DATES.has(field) && typeof value === 'string') {
    return value.slice(0, '2000-12-31'.length);
  }
  return value === false ? '' : value;
}
