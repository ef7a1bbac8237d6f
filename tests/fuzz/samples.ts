/** What the fuzzer mutates: a settled directory, a queue that changes all of it, credentials and a mapping. */
import { entry } from '../harness/mapping.ts';
import {
  aContext,
  aGroup,
  anAccount,
  aProfile,
  aResource,
  aUser,
  changed,
  deleted,
  type QueueFile,
} from '../harness/objects.ts';
import { JPEG } from '../harness/picture.ts';

/** Base64 of the start of a JPEG picture: a secret as far as the log is concerned. */

const anna = aUser('anna', {
  password: '{crypt}$6$salt$geheim',
  jpegPhoto: JPEG,
  birthday: '1990-01-31',
  phone: ['+49 1', '+49 2'],
  groups: ['cn=sales,cn=groups,dc=example,dc=org'],
  oxUserQuota: '-1',
});
const bert = aUser('bert');
const carl = aUser('carl', { isOxUser: 'Not' });
const sales = aGroup('sales', ['anna', 'bert']);
const info = anAccount('info', ['anna']);
const beamer = aResource('beamer');
const second = aContext(20);
const premium = aProfile('premium', ['webmail', 'calendar']);

export const FIRST_FILES: readonly QueueFile[] = [second, premium, anna, bert, carl, sales, info, beamer];

export const SECOND_FILES: readonly QueueFile[] = [
  changed(anna, {
    mailPrimaryAddress: 'anna2@example.org',
    mailAlternativeAddress: ['anna@example.org'],
    oxContext: '20',
  }),
  changed(bert, { username: 'bertram', password: '{crypt}$6$salt$geheim', jpegPhoto: JPEG }),
  changed(carl, { isOxUser: 'OK' }),
  changed(sales, { users: ['UID=anna, cn=users,dc=example,dc=org', 'uid=carl,cn=users,dc=example,dc=org'] }),
  changed(info, { mailPrimaryAddress: 'info2@example.org' }),
  deleted(beamer),
  changed(second, { oxQuota: '-1' }),
  changed(premium, { name: 'premium 2', usm: 'TRUE' }),
  aContext(30),
  aUser('dora', { oxContext: 30, password: '{crypt}$6$salt$geheim' }),
];

export const CREDENTIALS = {
  master: { adminuser: 'oxadminmaster', adminpass: 'masterpw' },
  10: { adminuser: 'oxadmin', adminpass: 'secret10' },
  99: { adminuser: 'nobody', adminpass: 'spare-passwort', remark: 'kept' },
};

export const MAPPING = {
  display_name: entry('oxDisplayName', { alternative_attributes: ['displayName'] }),
  given_name: entry('firstname'),
  sur_name: entry('lastname'),
  email1: entry('mailPrimaryAddress', { nillable: false }),
  aliases: entry('mailAlternativeAddress', { multi_value: true }),
  telephone_business2: entry('phone', { position: 1 }),
  birthday: entry('birthday', { special_handling: 'DATE' }),
  image1: entry('jpegPhoto', { special_handling: 'IMAGE' }),
  imapServer: entry('mailHomeServer', { special_handling: 'IMAP_URL' }),
  tax_id: entry(null),
};
