/** What to do about the failures administrators meet most: one table, searched from the top. */
import type { ErrorCode, ErrorFields } from './connector-error.ts';

export interface Remedy {
  /** Matched against OX's own text, or the kind of failure. */
  readonly text?: RegExp;
  readonly code?: ErrorCode;
  /** Only for calls of this service. */
  readonly service?: string;
  /** Only for calls with this entry of contexts.json. */
  readonly login?: string;
  readonly advice: string | ((fields: ErrorFields) => string);
}

export const REMEDIES: readonly Remedy[] = [
  {
    text: /displayname is already used/i,
    advice:
      'Give one of the two users another display name, or allow equal ones in OX: in user.properties set ' +
      'com.openexchange.user.enforceUniqueDisplayName=false and com.openexchange.folderstorage.database.preferDisplayName=false.',
  },
  {
    text: /Changing username is disabled/i,
    advice: 'Allow it in OX: in AdminUser.properties set USERNAME_CHANGEABLE=true. Or give the user the old name back.',
  },
  {
    text: /FLD-0075/,
    advice:
      'OX keeps a folder of this display name: another user of the context has it but for capitals or a blank at its end. Give one of them ' +
      'another display name, or allow it in OX: in user.properties set com.openexchange.user.enforceUniqueDisplayName=false and ' +
      'com.openexchange.folderstorage.database.preferDisplayName=false.',
  },
  {
    text: /Illegal chars: .* in login mapping/i,
    advice:
      'OX makes the name of the context a login mapping. Change the name in UDM, or allow its characters in OX: in plugin/hosting.properties ' +
      'set CHECK_CONTEXT_LOGIN_MAPPING_REGEXP.',
  },
  {
    text: /Illegal chars/i,
    service: 'OXResourceService',
    advice:
      'Change the name of the resource in UDM, or allow it in OX: in Resource.properties set CHECK_RES_UID_FOR_NOT_ALLOWED_CHARS=false.',
  },
  {
    text: /Illegal chars/i,
    advice:
      'Change the name in UDM. For group names OX can be told to allow them: in Group.properties set ' +
      'CHECK_GROUP_UID_FOR_NOT_ALLOWED_CHARS=false (for user names: CHECK_USER_UID_REGEXP in AdminUser.properties says which are allowed).',
  },
  {
    text: /Data too long|Data truncation/i,
    advice:
      'A text is longer than OX can store. Shorten it in UDM: docs/attributes.md has the most that each field takes (names 128 ' +
      'characters, most other fields 64).',
  },
  {
    text: /IIOException|NoSuchImageReader|CON-0172|imageContentType/,
    advice: 'OX cannot use the picture (jpegPhoto): replace it by a JPEG of at most 4 MiB in UDM, or remove it there.',
  },
  {
    text: /URISyntaxException/,
    advice:
      'The name of a mail server is none: correct mailHomeServer in UDM (no blanks), or OX_IMAP_SERVER and OX_SMTP_SERVER.',
  },
  {
    text: /FLD-0089/,
    advice:
      'Only the admin of a context may have the right to edit public folders: remove publicfoldereditable from the access profile.',
  },
  {
    text: /SQLIntegrityConstraintViolationException: Duplicate entry/,
    advice: 'Two addresses of the user differ in capitals only: remove one of them in UDM.',
  },
  {
    text: /Problem storing the primary mail account/,
    advice:
      'A name of a mail folder is too long: OX takes 64 characters. Shorten the property behind mail_folder_…_name in UDM.',
  },
  {
    text: /ACC-0002/,
    advice:
      'The user has lost its own mail account in OX, and nothing gives it back: save what the user has in OX, then clear isOxUser, let ' +
      'that be applied, and set it again.',
  },
  {
    text: /UCP-0011/,
    advice:
      'The context that the user moves to has another user of this name: rename or remove that one, the move then goes on by itself.',
  },
  {
    text: /CAL-4060/,
    advice: "The user's calendar hinders the deletion: look into OX's own log for the event, and remove it in OX.",
  },
  {
    code: 'OX_CREDENTIALS',
    login: 'master',
    advice:
      'Correct the entry "master" in contexts.json (listener_trigger credentials set master) or, where there is none, OX_MASTER_ADMIN and OX_MASTER_PASSWORD.',
  },
  {
    code: 'OX_CREDENTIALS',
    advice: ({ login }) =>
      `Correct the entry "${login ?? ''}" in contexts.json (listener_trigger credentials set). OX gives the same answer when ` +
      'the context does not exist, as after its creation was refused and dropped: remove the entry then, and its objects wait for it without holding up others.',
  },
  {
    text: /locked or is now being updated|DatabaseUpdateException/i,
    advice: 'OX is updating its database schema: wait until it is done, the next run goes on from here.',
  },
  {
    text: /User update conflict|CommunicationsException|\bDBP-\d|Lock wait timeout|Deadlock found|read-only/i,
    advice:
      'OX is busy or its database is in trouble, the object is all right: look into its log. The next run repeats the step.',
  },
  {
    text: /Mandatory fields .*not set: .*email/i,
    service: 'OXResourceService',
    advice: 'OX has no resource without a mail address: set resourceMailAddress in UDM.',
  },
  {
    text: /Resource with this email address already exists|Primary mail address .* already exists/i,
    service: 'OXResourceService',
    advice:
      'Another resource or a user of this context has the address: give one of them another one (resourceMailAddress, mailPrimaryAddress).',
  },
  {
    text: /Mandatory fields .*not set/i,
    advice:
      'Fill in the properties behind the fields OX names: given_name is firstname, sur_name lastname, display_name oxDisplayName or displayName. An AttributeMapping.json has to name all of them.',
  },
  {
    text: /Primary mail address .* already exists|Primary mail address .* is already/i,
    advice: 'Another user or resource of this context has the address: give one of them another mailPrimaryAddress.',
  },
  {
    text: /primary mail must not be changed/i,
    advice: 'Allow it in OX: in AdminUser.properties set PRIMARY_MAIL_UNCHANGEABLE=false.',
  },
  {
    text: /Quota cannot be changed/i,
    advice:
      'Allow it in OX: in AdminUser.properties set ALLOW_CHANGING_QUOTA_IF_NO_FILESTORE_SET=true. Or set oxUserQuota to -1.',
  },
  {
    text: /Global address book can not be disabled/i,
    advice:
      'The access profile has globaladdressbookdisabled together with editpublicfolders, readcreatesharedfolders, webdavxml or ' +
      'delegatetask: change the profile, then provision the user again.',
  },
  {
    text: /mapping is already in use|mapping with login info/i,
    advice:
      'Another context of OX uses the login mapping: remove it there, or give this context another name or number.',
  },
  {
    text: /Context .* already exists/i,
    advice: 'Another context of OX has this name: change the name of one of them.',
  },
  {
    text: /Duplicate mail account|ACC-0017/i,
    advice:
      'A user of the functional account has a mail account with this address already: remove it in OX, or the user from the account.',
  },
  {
    text: /No such user/i,
    advice:
      'OX does not know a user that the last states name: provision the users again, or rebuild the ids with update-ox-db-cache --build-cache.',
  },
  { text: /already exists/i, advice: 'OX has another object of this name: rename or remove one of them.' },
  {
    text: /Unexpected element|Unmarshalling Error/i,
    advice: 'This OX does not know an element that was sent: it is older than what the connector needs. Update OX.',
  },
  {
    text: /^redirect$/,
    advice: 'Set OX_SOAP_SERVER to the address that OX itself answers at: credentials are sent to no other address.',
  },
  {
    text: /^http 404$/,
    advice: ({ service }) =>
      `OX_SOAP_SERVER is not an OX (its address goes without /webservices), or the package with ${service ?? 'the service'} is not installed or not started there.`,
  },
  { text: /^http 50[234]$/, advice: 'The proxy in front of OX does not reach it: check that OX is running.' },
  { code: 'OX_HTTP', advice: "Look into OX's own log, and check that OX_SOAP_SERVER is the address of OX." },
  {
    code: 'OX_UNREACHABLE',
    advice: 'Check that OX is running and that OX_SOAP_SERVER is right. The next run goes on from here.',
  },
  {
    code: 'OX_TLS',
    advice:
      'Check that the port in OX_SOAP_SERVER is one for https, the certificate of OX, and that its CA is in OX_SOAP_CA_FILE or a .crt file of DATA/conf/ca-certificates. Verification cannot be switched off.',
  },
  {
    code: 'OX_TIMEOUT',
    advice:
      'OX is too slow or hangs: look into its log. OX_SOAP_TIMEOUT sets the limit. The next run repeats the step.',
  },
  {
    code: 'OX_ANSWER_INVALID',
    advice:
      'What answered may not be OX: check OX_SOAP_SERVER and the proxies in between. The next run repeats the step.',
  },
  {
    code: 'OX_REFUSED',
    advice:
      "Correct the object in UDM, or look into OX's own log for the reason. To go on without this change: listener_trigger queue drop.",
  },
];

export function remedyFor(code: ErrorCode, text: string, fields: ErrorFields): string {
  const found = REMEDIES.find(
    (remedy) =>
      (remedy.code === undefined || remedy.code === code) &&
      (remedy.service === undefined || remedy.service === fields.service) &&
      (remedy.login === undefined || remedy.login === fields.login) &&
      (remedy.text === undefined || remedy.text.test(text)),
  );
  return typeof found?.advice === 'function' ? found.advice(fields) : (found?.advice ?? '');
}
