/** Module access: the flags, what an absent one means, and the named combinations (docs/ox.md, "Module access"). */

import type { Access } from './context.ts';
import { invalidData, storageFault } from './faults.ts';
import { booleanOf, type Fields } from './values.ts';

const DEFAULTS: Readonly<Access> = {
  OLOX20: true,
  USM: true,
  activeSync: true,
  calendar: true,
  collectEmailAddresses: true,
  contacts: true,
  delegateTask: true,
  deniedPortal: false,
  editGroup: true,
  editPassword: true,
  editPublicFolders: true,
  editResource: true,
  globalAddressBookDisabled: false,
  ical: true,
  infostore: true,
  multipleMailAccounts: true,
  publicFolderEditable: false,
  publication: true,
  readCreateSharedFolders: true,
  subscription: true,
  syncml: true,
  tasks: true,
  vcard: true,
  webdav: true,
  webdavXml: true,
  webmail: true,
};

const WEBMAIL = 'webmail contacts globalAddressBookDisabled collectEmailAddresses editPassword';
const WEBMAIL_PLUS = `${WEBMAIL} infostore webdav multipleMailAccounts subscription`;
const PIM = `${WEBMAIL} calendar tasks multipleMailAccounts subscription`;
const GROUPWARE =
  'webmail contacts calendar tasks infostore webdav ical vcard collectEmailAddresses multipleMailAccounts subscription ' +
  'editPassword readCreateSharedFolders delegateTask editPublicFolders editGroup editResource';

/** The shipped names; what each of them holds is close to, but not copied from, the shipped file. */
const COMBINATIONS: Readonly<Record<string, string>> = {
  webmail: WEBMAIL,
  webmail_plus: WEBMAIL_PLUS,
  pim: PIM,
  pim_infostore: `${PIM} infostore webdav`,
  pim_mobility: `${PIM} syncml USM activeSync`,
  pim_plus: `${PIM} infostore webdav syncml USM activeSync`,
  groupware: `${GROUPWARE} webdavXml`,
  groupware_standard: GROUPWARE,
  groupware_plus: `${GROUPWARE} syncml USM activeSync`,
  groupware_premium: `${GROUPWARE} webdavXml syncml USM activeSync OLOX20`,
  premium: `${GROUPWARE} webdavXml syncml USM activeSync`,
  drive: 'infostore contacts webdav globalAddressBookDisabled editPassword',
  all: Object.keys(DEFAULTS)
    .filter((flag) => DEFAULTS[flag] === true)
    .join(' '),
};

export const NEW_CONTEXT_ACCESS = 'webmail_plus';
const NEEDS_ADDRESS_BOOK = ['editPublicFolders', 'readCreateSharedFolders', 'webdavXml', 'delegateTask'];

/** An absent flag is not "keep" but its default; `publication` is never read. */
export function accessFrom(fields: Fields): Access {
  const access: Access = {};
  for (const [flag, otherwise] of Object.entries(DEFAULTS)) {
    access[flag] = flag === 'publication' ? otherwise : (booleanOf(fields, flag) ?? otherwise);
  }
  return checkedAccess(access);
}

export function combination(name: string | undefined): Access {
  if (name === undefined || name.trim() === '') throw invalidData('Invalid access combination name');
  const flags = Object.hasOwn(COMBINATIONS, name) ? COMBINATIONS[name] : undefined;
  if (flags === undefined) throw invalidData(`No such access combination name "${name}"`);
  const set = new Set(flags.split(' '));
  return Object.fromEntries(Object.keys(DEFAULTS).map((flag) => [flag, flag === 'publication' || set.has(flag)]));
}

/** Null if no combination fits exactly. */
export function combinationName(access: Access): string | null {
  for (const name of Object.keys(COMBINATIONS)) {
    const candidate = combination(name);
    if (Object.keys(DEFAULTS).every((flag) => candidate[flag] === access[flag])) return name;
  }
  return null;
}

function checkedAccess(access: Access): Access {
  if (access.globalAddressBookDisabled === true && NEEDS_ADDRESS_BOOK.some((flag) => access[flag] === true)) {
    throw storageFault('Global address book can not be disabled for non-PIM users.');
  }
  return access;
}
