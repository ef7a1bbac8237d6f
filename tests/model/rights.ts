/**
 * The rights of access profiles: UDM's spelling → OX's flag (docs/behaviour.md, "Access profiles"), copied by hand so
 * that the tests are independent.
 */

export const FLAGS: Readonly<Record<string, string>> = {
  usm: 'USM',
  activesync: 'activeSync',
  calendar: 'calendar',
  collectemailaddresses: 'collectEmailAddresses',
  contacts: 'contacts',
  delegatetask: 'delegateTask',
  deniedportal: 'deniedPortal',
  editgroup: 'editGroup',
  editpassword: 'editPassword',
  editpublicfolders: 'editPublicFolders',
  editresource: 'editResource',
  globaladdressbookdisabled: 'globalAddressBookDisabled',
  ical: 'ical',
  infostore: 'infostore',
  multiplemailaccounts: 'multipleMailAccounts',
  readcreatesharedfolders: 'readCreateSharedFolders',
  subscription: 'subscription',
  syncml: 'syncml',
  tasks: 'tasks',
  vcard: 'vcard',
  webdav: 'webdav',
  webdavxml: 'webdavXml',
  webmail: 'webmail',
};

export const ALL_FLAGS: ReadonlySet<string> = new Set(Object.values(FLAGS));

/** Those that a profile of the tests may grant: OX refuses most combinations with the one left out. */
export const RIGHTS = Object.keys(FLAGS).filter((right) => right !== 'globaladdressbookdisabled');
