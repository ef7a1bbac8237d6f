/** What OX is to hold of a user, by its properties (docs/attributes.md). No effects. */

import { appliedIn } from '../../model/claims.ts';
import { type Properties, readInteger, readText, readTexts } from '../../model/udm.ts';
import type { AccessProfiles } from '../access-profiles.ts';
import type { OxUser } from '../services/ox.ts';
import { imapLogin } from './login-template.ts';
import type { UserSettings } from './registry.ts';
import { propertyInvalid } from './sendable.ts';
import { type WantedAccess, wantedAccess } from './user-access.ts';
import { appliedText, emptyAlready, mappedText, UNLIMITED, unclearable, userFields } from './user-fields.ts';

export interface UserWanted extends WantedAccess {
  readonly fields: OxUser & { readonly name: string };
  /** Names of `fields` that are left out of a change. */
  readonly createOnly: readonly string[];
  /** Text fields that are to be empty. */
  readonly cleared: readonly string[];
  /** Those of them that are emptied only where OX is seen to have something. */
  readonly emptyAlready: readonly string[];
  readonly primaryMail: string;
  /** All addresses, the primary one first. */
  readonly addresses: readonly string[];
  /** The mapping leaves aliases alone: those that OX has are the user's own. */
  readonly keepsAliases: boolean;
  /** The primary mail so far and whether an address goes away; null: the previous state is not known. */
  readonly mailBefore: { readonly primary: string; readonly lost: boolean } | null;
}

export function wantedUser(
  dn: string,
  name: string,
  after: Properties,
  before: Properties | null,
  settings: UserSettings,
  profiles: AccessProfiles,
  warnings: string[],
): UserWanted {
  const { set, cleared, ignored } = userFields(settings, after, dn);
  const primaryMail = set.email1;
  if (!primaryMail) {
    const property = settings.mapping.email1?.ldap_attribute ?? 'email1';
    const message = `the property ${property} of ${dn} is empty, but every OX user needs a primary mail address`;
    throw propertyInvalid(dn, property, message, `Set ${property} in UDM, or clear isOxUser.`);
  }
  warnings.push(...ignored.map((what) => `ignored: ${what}`));
  const lost = before === null ? [] : unclearable(settings, before, after);
  if (lost.length > 0) {
    warnings.push(
      `OX cannot clear what came from ${lost.join(', ')}: the old value stays until it is removed in OX by hand`,
    );
  }
  const addresses = distinct([primaryMail, ...(set.aliases ?? [])]);
  const oxAccess = readText(after.oxAccess);
  const quotas = quota(set, after, before, settings);
  const keepsAliases = settings.mapping.aliases === undefined;
  return {
    fields: {
      ...set,
      name,
      email1: primaryMail,
      primaryEmail: primaryMail,
      aliases: addresses,
      imapLogin: imapLogin(settings.imapLogin, after, primaryMail, dn),
      mailenabled: oxAccess !== null && oxAccess !== 'none',
      gui_spam_filter_enabled: true,
      ...quotas.fields,
    },
    createOnly: [...quotas.createOnly, ...(keepsAliases ? ['aliases'] : [])],
    cleared,
    emptyAlready: emptyAlready(cleared, settings, before),
    ...wantedAccess(after, before, profiles, warnings),
    primaryMail,
    addresses,
    keepsAliases,
    mailBefore: mailBefore(before, settings, addresses),
  };
}

/**
 * OX quirk: a quota sent in a change is refused for users without a file storage of their own. Seen:
 * docs/ox.md, "Changing users". So: "unlimited", which is the same as none, is sent in a change only where another
 * quota has to be taken back.
 */
function quota(
  set: OxUser,
  after: Properties,
  before: Properties | null,
  settings: UserSettings,
): { fields: Pick<OxUser, 'maxQuota'>; createOnly: string[] } {
  const { mapping } = settings;
  if (mapping.maxQuota?.ldap_attribute === null) {
    return { fields: {}, createOnly: ['usedQuota'] };
  }
  if (set.maxQuota === undefined && mappedText(mapping, 'maxQuota', after) !== null) {
    // It says something that is no quota: what is in OX stays.
    return { fields: {}, createOnly: [] };
  }
  const formerly = before && appliedText(mapping, 'maxQuota', before);
  const wasUnlimited = formerly === null || readInteger(formerly) === UNLIMITED;
  const isLimited = (set.maxQuota ?? UNLIMITED) !== UNLIMITED;
  if (isLimited || wasUnlimited) {
    return { fields: {}, createOnly: isLimited ? [] : ['maxQuota', 'usedQuota'] };
  }
  return { fields: { maxQuota: UNLIMITED }, createOnly: ['usedQuota'] };
}

function mailBefore(
  before: Properties | null,
  settings: UserSettings,
  addresses: readonly string[],
): UserWanted['mailBefore'] {
  if (before === null) {
    return null;
  }
  const primary = appliedText(settings.mapping, 'email1', before);
  if (primary === null) {
    return null;
  }
  const now = new Set(addresses.map(lower));
  // Which aliases OX has is not remembered.
  const isUnsure = appliedIn(before) !== null;
  const lost = [primary, ...readTexts(before[settings.mapping.aliases?.ldap_attribute ?? ''])].some(
    (address) => !now.has(lower(address)),
  );
  return { primary, lost: lost || isUnsure };
}

export function lower(text: string): string {
  return text.toLowerCase();
}

/** Without regard to case; the first spelling stays. */
export function distinct(texts: readonly string[]): string[] {
  return [...new Map(texts.toReversed().map((text) => [lower(text), text])).values()].reverse();
}
