/**
 * What administrators are told to do about the failures they meet most
 * (docs/troubleshooting.md, "What to do about it").
 */
import { type ErrorCode, EXIT_CODES } from '../../../lib/errors/connector-error.ts';
import { remedyFor } from '../../../lib/errors/remedies.ts';

it.each<[ErrorCode, string, readonly string[]]>([
  [
    'OX_REFUSED',
    'The displayname is already used',
    [
      'com.openexchange.user.enforceUniqueDisplayName=false',
      'com.openexchange.folderstorage.database.preferDisplayName=false',
      'user.properties',
    ],
  ],
  ['OX_REFUSED', 'Changing username is disabled!', ['AdminUser.properties', 'USERNAME_CHANGEABLE=true']],
  ['OX_REFUSED', 'Illegal chars: "ä"', ['Group.properties', 'CHECK_GROUP_UID_FOR_NOT_ALLOWED_CHARS=false']],
  ['OX_CREDENTIALS', 'Authentication failed', ['"10"', 'contexts.json', 'does not exist']],
  ['OX_REFUSED', 'Schema "x" from database is locked or is now being updated, please try again later', ['wait']],
  [
    'OX_REFUSED',
    'Mandatory fields not set: [sur_name]',
    ['sur_name lastname', 'Fill in the properties behind the fields OX names'],
  ],
  [
    'OX_REFUSED',
    'Primary mail address "a@b.c" already exists in context 10 (Already assigned to user 3).',
    ['mailPrimaryAddress'],
  ],
  ['OX_REFUSED', 'primary mail must not be changed', ['PRIMARY_MAIL_UNCHANGEABLE=false']],
  ['OX_REFUSED', 'Quota cannot be changed', ['ALLOW_CHANGING_QUOTA_IF_NO_FILESTORE_SET=true']],
  ['OX_REFUSED', 'Global address book can not be disabled', ['globaladdressbookdisabled']],
  ['OX_REFUSED', 'User anna already exists in this context', ['another object of this name']],
  ['OX_REFUSED', 'Context context20 already exists', ['name of one of them']],
  ['OX_REFUSED', 'A mapping with login info "x" already exists', ['Another context of OX uses the login mapping']],
  ['OX_REFUSED', 'ACC-0017 Duplicate mail account', ['remove it in OX, or the user from the account']],
  ['OX_REFUSED', 'No such user 7 in context 10', ['update-ox-db-cache --build-cache']],
  ['OX_REFUSED', 'Unexpected element "gabMode" (URI=…)', ['Update OX']],
  ['OX_REFUSED', 'anything else', ['Correct the object in UDM', 'log']],
  ['OX_HTTP', 'redirect', ['OX_SOAP_SERVER']],
  ['OX_HTTP', 'http 404', ['OXUserService', 'OX_SOAP_SERVER']],
  ['OX_HTTP', 'http 503', ['proxy']],
  ['OX_HTTP', 'http 418', ['OX_SOAP_SERVER']],
  ['OX_UNREACHABLE', 'unreachable', ['running', 'OX_SOAP_SERVER']],
  ['OX_TLS', 'tls', ['OX_SOAP_CA_FILE']],
  ['OX_TIMEOUT', 'timeout', ['OX_SOAP_TIMEOUT']],
  ['OX_ANSWER_INVALID', 'invalid', ['OX_SOAP_SERVER', 'proxies']],
])('%s "%s"', (code, text, advice) => {
  const remedy = remedyFor(code, text, { service: 'OXUserService', login: '10' });
  for (const part of advice) {
    expect(remedy).toContain(part);
  }
});

it.each<[string, string, readonly string[]]>([
  ['OXUserService', 'FLD-0075 Categories=PERMISSION_DENIED', ['capitals', 'preferDisplayName=false']],
  [
    'OXContextService',
    'Illegal chars: "a b" in login mapping',
    ['plugin/hosting.properties', 'CHECK_CONTEXT_LOGIN_MAPPING_REGEXP'],
  ],
  ['OXResourceService', 'Illegal chars: "ä"', ['Resource.properties', 'CHECK_RES_UID_FOR_NOT_ALLOWED_CHARS=false']],
  ['OXUserService', 'Data too long for underlying storage!Error field(s): field03', ['Shorten', 'docs/attributes.md']],
  ['OXUserService', "Data truncation: Data too long for column 'field18'", ['Shorten']],
  ['OXUserService', 'javax.imageio.IIOException: x', ['jpegPhoto', '4 MiB']],
  ['OXUserService', 'No image reader: com.openexchange.imagetransformation.NoSuchImageReader', ['jpegPhoto']],
  ['OXUserService', 'CON-0172 Categories=USER_INPUT', ['jpegPhoto']],
  ['OXUserService', 'java.net.URISyntaxException: Illegal character', ['mailHomeServer']],
  ['OXUserService', 'FLD-0089 Categories=PERMISSION_DENIED', ['publicfoldereditable']],
  ['OXUserService', "SQLIntegrityConstraintViolationException: Duplicate entry '1'", ['capitals only']],
  ['OXUserService', 'Problem storing the primary mail account.', ['mail folder']],
  ['OXUserService', 'ACC-0002 Cannot find mail account', ['clear isOxUser']],
  ['OXUserCopyService', 'UCP-0011 A user named x already exists in destination context 10.', ['moves to']],
  ['OXUserService', 'CAL-4060', ['calendar']],
  ['OXUserService', 'User update conflict: Another process', ['next run repeats']],
  ['OXUserService', 'Lock wait timeout exceeded', ['next run repeats']],
  ['OXResourceService', 'Mandatory fields not set: [email]', ['resourceMailAddress']],
  [
    'OXResourceService',
    'Resource with this email address already exists',
    ['resourceMailAddress', 'mailPrimaryAddress'],
  ],
  ['OXResourceService', 'Primary mail address "x" already exists in context 10', ['resourceMailAddress']],
])('of %s "%s"', (service, text, advice) => {
  const remedy = remedyFor('OX_REFUSED', text, { service });
  for (const part of advice) {
    expect(remedy).toContain(part);
  }
});

it('names setting and entry where the login of the master admin is refused', () => {
  const remedy = remedyFor('OX_CREDENTIALS', 'Authentication failed', { login: 'master' });
  expect(remedy).toBe(
    'Correct the entry "master" in contexts.json (listener_trigger credentials set master) or, where there is none, OX_MASTER_ADMIN and OX_MASTER_PASSWORD.',
  );
});

it('a login mapping gets no advice for groups', () => {
  const remedy = remedyFor('OX_REFUSED', 'Illegal chars: "ä" in login mapping', { service: 'OXContextService' });
  expect(remedy).not.toContain('GROUP');
});

it('has advice for every failure of OX', () => {
  const codes = (Object.keys(EXIT_CODES) as ErrorCode[]).filter((code) => code.startsWith('OX_'));
  expect(codes.filter((code) => remedyFor(code, 'anything', {}) === '')).toEqual([]);
});
