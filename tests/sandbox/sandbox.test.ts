/** The sandbox behaves as the facts about OX say: one table per part of them. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADMIN_10, MASTER, makeCertificates, type Sandbox, startSandbox } from './client.ts';
import {
  envelope,
  headersOf,
  type Raw,
  type RawClient,
  type Reply,
  rawClient,
  requestXml,
  textIn,
  textsIn,
  type Who,
} from './raw.ts';

const CTX = { id: 10 };
const USER = 'OXUserService';
const GROUP = 'OXGroupService';
const CONTEXT = 'OXContextService';
const RESOURCE = 'OXResourceService';
const ACCOUNT = 'OXSecondaryAccountService';
const COPY = 'OXUserCopyService';

let sandbox: Sandbox;
let ox: RawClient;

beforeAll(async () => {
  sandbox = await startSandbox({ options: { checkAnswers: true } });
  ox = rawClient(sandbox.url, ADMIN_10, MASTER);
});

afterAll(() => sandbox.stop());

beforeEach(async () => {
  await sandbox.reset();
  await sandbox.seed({
    contexts: {
      '10': {
        users: [
          { name: 'anna', display_name: 'Anna A', primaryEmail: 'anna@example.com', password: 'annas' },
          { name: 'bert', display_name: 'Bert B', primaryEmail: 'bert@example.com', aliases: ['b@example.com'] },
        ],
        groups: [{ name: 'staff', displayname: 'Staff', members: ['anna'] }],
        resources: [{ name: 'room', displayname: 'Room', email: 'room@example.com' }],
      },
    },
  });
});

/** Ids after the seed: anna 3, bert 4, staff 5, room 6. */
const ANNA = 3;
const BERT = 4;
const STAFF = 5;
const ROOM = 6;

/** In schema order, as every careful client writes it. */
function aUser(changes: { [name: string]: Raw } = {}): { [name: string]: Raw } {
  const fields: { [name: string]: Raw } = {
    display_name: 'Carl C',
    email1: 'carl@example.com',
    given_name: 'Carl',
    name: 'carl',
    password: 'secret',
    primaryEmail: 'carl@example.com',
    sur_name: 'C',
    ...changes,
  };
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
}

async function userNamed(name: string) {
  const { users } = (await sandbox.state()).contexts['10'] ?? { users: [] };
  return users.find((user) => user.name === name);
}

async function membersOf(name: string): Promise<number[] | undefined> {
  return (await sandbox.state()).contexts['10']?.groups.find((group) => group.name === name)?.members;
}

async function noViolations(): Promise<void> {
  expect(await sandbox.violations()).toEqual([]);
}

describe('the wire', () => {
  const EXISTS = { ctx: CTX, user: { name: 'anna' } };

  it('answers booleans, empty Bodies, empty lists and nil fields', async () => {
    expect(textIn((await ox.call(USER, 'exists', EXISTS)).body, 'return')).toBe('true');
    const changed = await ox.call(USER, 'change', { ctx: CTX, usrdata: { id: ANNA, nickname: 'An' } });
    expect(changed.body).toContain('<soap:Body></soap:Body>');
    const none = await ox.call(GROUP, 'list', { ctx: CTX, pattern: 'nothing*' });
    expect(none.body).toMatch(/<ns4:listResponse [^>]*\/>/);
    const data = await ox.call(USER, 'getData', { ctx: CTX, user: { id: ANNA } });
    expect(data.body).toContain('<password xsi:nil="true"/>');
    await noViolations();
  });

  it.each<[string, string, string, RegExp]>([
    [
      'an unknown operation',
      envelope('<x xmlns="http://soap.admin.openexchange.com"/>'),
      'soap:Client',
      /NO_PART_FOUND/,
    ],
    [
      'SOAP 1.2',
      envelope('<x/>', 'http://www.w3.org/2003/05/soap-envelope'),
      'soap:VersionMismatch',
      /^A SOAP 1.2 message/,
    ],
    ['a DOCTYPE', `<!DOCTYPE x>${envelope('<x/>').slice(38)}`, 'soap:Client', /DTD/],
    ['broken XML', '<a><b></a>', 'soap:Client', /XMLStreamReader/],
  ])('refuses %s', async (_what, body, code, text) => {
    const reply = await ox.post(USER, body);

    expect(reply.status).toBe(500);
    expect(textIn(reply.body, 'faultcode')).toBe(code);
    expect(reply.fault).toMatch(text);
    expect(await sandbox.violations()).not.toEqual([]);
  });

  it('names unknown elements in two ways', async () => {
    const read = await ox.call(USER, 'exists', { ctx: CTX, user: { name: 'anna', shoe: '1' } });
    const write = await ox.call(USER, 'change', { ctx: CTX, usrdata: { id: ANNA, shoe: '1' } });

    expect(read.fault).toBe(
      'Unexpected element "shoe" (URI="http://dataobjects.soap.admin.openexchange.com/xsd"). Please remove that element from SOAP request.',
    );
    expect(write.fault).toMatch(
      /^Unmarshalling Error: unexpected element \(uri:".*", local:"shoe"\)\. Expected elements are /,
    );
  });

  it('takes elements in any order, but notes it', async () => {
    const reply = await ox.call(USER, 'exists', { user: { name: 'anna' }, ctx: CTX });

    expect(textIn(reply.body, 'return')).toBe('true');
    expect((await sandbox.violations()).map((violation) => violation.message)).toEqual([
      expect.stringMatching(/^not valid:/),
    ]);
  });

  it('reads ISO-8859-1 where the charset is missing', async () => {
    const xml = requestXml(USER, 'change', { ctx: CTX, usrdata: { id: ANNA, nickname: 'Änne' } }, ADMIN_10);
    await ox.post(USER, xml, { ...headersOf('change'), 'Content-Type': 'text/xml' });

    expect(await userNamed('anna')).toMatchObject({ nickname: 'Ã\u0084nne' });
    expect((await sandbox.violations())[0]?.message).toMatch(/Content-Type/);
  });

  it('carries every character XML can', async () => {
    const note = 'ä&amp;&lt;"\']]&gt; 😀 &#13;&#10;<![CDATA[<b>&]]>';
    await ox.call(USER, 'change', { ctx: CTX, usrdata: { id: ANNA, note } });

    expect(await userNamed('anna')).toMatchObject({ note: 'ä&<"\']]> 😀 \r\n<b>&' });
    const data = await ox.call(USER, 'getData', { ctx: CTX, user: { id: ANNA } });
    expect(textIn(data.body, 'note')).toBe("ä&amp;&lt;&quot;']]&gt; 😀 &#xd;\n&lt;b&gt;&amp;");
    await noViolations();
  });

  it('masks passwords in violations and notes a wrong SOAPAction', async () => {
    await ox.post(USER, requestXml(USER, 'exists', EXISTS, ADMIN_10), headersOf('other'));

    const [violation] = await sandbox.violations();
    expect(violation?.message).toMatch(/SOAPAction/);
    expect(violation?.body).toContain('<r:password>***</r:password>');
  });

  it('answers unknown services with HTML and gives the contract', async () => {
    expect((await ox.post('OXNothing', '')).status).toBe(404);
    const wsdl = await fetch(`${sandbox.url}/webservices/OXGroupService?wsdl`);
    expect(await wsdl.text()).toContain('<wsdl:definitions');
    expect((await fetch(`${sandbox.url}/webservices/OXGroupService`)).status).toBe(500);
  });

  it.each<[string, { [name: string]: Raw }, RegExp]>([
    ['an empty date', { id: ANNA, birthday: '' }, /^Unmarshalling Error/],
    ['a bad date', { id: ANNA, birthday: '2001-02-30' }, /^Unmarshalling Error/],
  ])('refuses %s', async (_what, usrdata, text) => {
    expect((await ox.call(USER, 'change', { ctx: CTX, usrdata })).fault).toMatch(text);
  });
});

describe('credentials', () => {
  const WRONG: Who = { login: 'oxadmin', password: 'wrong' };
  const user = { name: 'anna' };

  it.each<[string, string, string, { [name: string]: Raw }, Who, string | null, string]>([
    [
      'wrong password',
      USER,
      'exists',
      { ctx: CTX, user },
      WRONG,
      'InvalidCredentialsException',
      'Authentication failed',
    ],
    [
      'unknown context',
      USER,
      'exists',
      { ctx: { id: 77 }, user },
      ADMIN_10,
      'InvalidCredentialsException',
      'Authentication failed',
    ],
    [
      'unknown context, change',
      USER,
      'change',
      { ctx: { id: 77 }, usrdata: user },
      ADMIN_10,
      'NoSuchContextException',
      'The context 77 does not exist!',
    ],
    [
      'unknown context, getData',
      USER,
      'getData',
      { ctx: { id: 77 }, user },
      ADMIN_10,
      'NoSuchContextException',
      'Context 77 does not exist',
    ],
    [
      'context by name',
      USER,
      'exists',
      { ctx: { name: 'context10' }, user },
      ADMIN_10,
      'InvalidCredentialsException',
      'Client sent invalid context data object',
    ],
    ['no context, getData', USER, 'getData', { ctx: {}, user }, ADMIN_10, 'InvalidDataException', 'Context invalid'],
    [
      'unknown login, change',
      USER,
      'change',
      { ctx: CTX, usrdata: user },
      { login: 'no', password: 'x' },
      'NoSuchUserException',
      'No such user no in context 10',
    ],
    [
      'unknown login, getData',
      USER,
      'getData',
      { ctx: CTX, user },
      { login: 'no', password: 'x' },
      'StorageException',
      'No such user no in context 10',
    ],
    [
      'own wrong password',
      USER,
      'change',
      { ctx: CTX, usrdata: user },
      { login: 'anna', password: 'x' },
      'InvalidCredentialsException',
      'Authentication failed for user anna',
    ],
    [
      'another user',
      USER,
      'change',
      { ctx: CTX, usrdata: { name: 'bert' } },
      { login: 'anna', password: 'annas' },
      'InvalidCredentialsException',
      'Permission denied',
    ],
    [
      'a plain user elsewhere',
      GROUP,
      'listAll',
      { ctx: CTX },
      { login: 'anna', password: 'annas' },
      'InvalidCredentialsException',
      'Authentication failed',
    ],
    [
      'unknown context, master',
      CONTEXT,
      'getData',
      { ctx: { id: 77 } },
      MASTER,
      'NoSuchContextException',
      'Context 77 does not exist',
    ],
  ])('%s', async (_what, service, operation, args, who, exception, text) => {
    expect(await ox.call(service, operation, args, who)).toMatchObject({ status: 500, exception, fault: text });
    await noViolations();
  });

  it('lets users change themselves and context admins read their context', async () => {
    const own = { login: 'anna', password: 'annas' };
    expect((await ox.call(USER, 'change', { ctx: CTX, usrdata: { name: 'anna', title: 'Dr' } }, own)).status).toBe(200);
    expect((await ox.call(CONTEXT, 'getData', { ctx: CTX }, ADMIN_10)).status).toBe(200);
  });

  it('notes credentials sent to the wrong kind of service', async () => {
    await ox.call(USER, 'listAll', { ctx: CTX }, MASTER);
    await ox.call(CONTEXT, 'listAll', {}, ADMIN_10);

    expect((await sandbox.violations()).map(({ message }) => message)).toEqual([
      'credentials of the master admin sent to a context operation',
      'credentials of a context admin sent to a master operation',
    ]);
  });
});

describe('creating users', () => {
  it('gives the user as sent, with id, defaults and the password in clear', async () => {
    const { body } = await ox.call(USER, 'create', { ctx: CTX, usrdata: aUser({ aliases: ['c@example.com'] }) });

    expect(textIn(body, 'password')).toBe('secret');
    expect(textsIn(body, 'aliases')).toEqual(['c@example.com', 'carl@example.com']);
    expect(textIn(body, 'id')).toBe('7');
    const { moduleAccess, ...carl } = (await userNamed('carl')) ?? { moduleAccess: {} };
    expect(carl).toMatchObject({
      id: 7,
      language: 'en_US',
      mailenabled: true,
      defaultSenderAddress: 'carl@example.com',
    });
    expect(moduleAccess).toMatchObject({ webmail: true, publicFolderEditable: false });
    expect(await membersOf('users')).toEqual([2, ANNA, BERT, 7]);
    await noViolations();
  });

  it.each<[{ [name: string]: Raw }, string]>([
    [{ language: 'de', timezone: 'x', name: '' }, 'language must contain an underscore, e.g. en_US'],
    [{ timezone: 'Mars/Base', passwordMech: 'x' }, 'The given timezone is invalid'],
    [
      { passwordMech: 'x', password: '' },
      'Invalid PasswordMech: x. Use one of the following: CRYPT, SHA, SHA-1, SHA-256, SHA-512, BCRYPT',
    ],
    [{ password: '', name: '' }, 'Empty password is not allowed.'],
    [{ name: '', sur_name: '', display_name: 'Anna A' }, 'Mandatory fields not set: [name, sur_name]'],
    [{ display_name: 'Anna A', name: 'a b' }, 'The displayname is already used'],
    [{ name: 'a b', email2: 'x' }, 'Illegal chars: " "'],
    [{ email2: 'x', email1: 'y@example.com' }, 'Invalid email address: x'],
    [{ email1: 'y@example.com', name: 'anna' }, 'primarymail must have the same value as email1'],
    [
      { aliases: ['c@example.com'], defaultSenderAddress: 'd@example.com', name: 'anna' },
      'primaryMail, Email1 and defaultSenderAddress must be present in set of aliases.',
    ],
    [
      { name: 'anna', email1: 'anna@example.com', primaryEmail: 'anna@example.com' },
      'User anna already exists in this context',
    ],
    [
      { email1: 'ANNA@example.com', primaryEmail: 'ANNA@example.com' },
      'Primary mail address "ANNA@example.com" already exists in context 10 (Already assigned to user 3).',
    ],
  ])('checks in order: %j', async (changes, text) => {
    const reply = await ox.call(USER, 'create', { ctx: CTX, usrdata: aUser(changes) });

    expect(reply).toMatchObject({ status: 500, exception: 'InvalidDataException', fault: text });
  });

  it('does not mind aliases of others, or another case of a display name', async () => {
    const usrdata = aUser({ display_name: 'ANNA A', email1: 'b@example.com', primaryEmail: 'b@example.com' });
    expect((await ox.call(USER, 'create', { ctx: CTX, usrdata })).fault).toBeNull();
  });

  it('takes absent access flags for their defaults', async () => {
    const access = { calendar: false, publication: false };
    await ox.call(USER, 'createByModuleAccess', { ctx: CTX, usrdata: aUser(), access });

    expect((await userNamed('carl'))?.moduleAccess).toMatchObject({
      calendar: false,
      webmail: true,
      deniedPortal: false,
      publication: true,
    });
  });
});

describe('changing users', () => {
  async function change(usrdata: { [name: string]: Raw }): Promise<Reply> {
    return ox.call(USER, 'change', { ctx: CTX, usrdata });
  }

  it('keeps absent and nil fields, clears by empty text', async () => {
    await change({ birthday: '1990-05-17', city_home: 'Rome', id: ANNA, title: 'Dr' });
    await change({ birthday: null, city_home: null, id: ANNA, title: '' });

    expect(await userNamed('anna')).toMatchObject({ birthday: '1990-05-17', city_home: 'Rome', title: '' });
    await noViolations();
  });

  it('ignores some empty values and unsets others', async () => {
    await change({ id: ANNA, imapServer: 'imaps://mail:993', imapLogin: 'al' });
    await change({ id: ANNA, imapServer: '', imapLogin: '', password: '', primaryEmail: '' });

    expect(await userNamed('anna')).toMatchObject({ password: 'annas', primaryEmail: 'anna@example.com' });
    expect(await userNamed('anna')).not.toHaveProperty('imapServer');
    expect(await userNamed('anna')).not.toHaveProperty('imapLogin');
  });

  it('reads scheme and port of servers out of the URL', async () => {
    await change({ id: ANNA, imapPort: 5, imapServer: 'imaps://mail:993' });
    const { body } = await ox.call(USER, 'getData', { ctx: CTX, user: { id: ANNA } });

    expect([textIn(body, 'imapServer'), textIn(body, 'imapPort'), textIn(body, 'imapServerString')]).toEqual([
      'mail',
      '993',
      'imaps://mail:993',
    ]);
  });

  it.each<[{ [name: string]: Raw }, string]>([
    [{ id: ANNA, language: '' }, 'Language must contain an underscore, e.g. en_US.'],
    [{ id: ANNA, timezone: '' }, 'The given timezone is invalid'],
    [{ id: ANNA, image1: 'AAAA' }, 'imageContentType must not be null'],
    [{ id: ANNA, passwordMech: 'SHA' }, 'When changing password mechanism, the password string must also be supplied'],
    [{ display_name: 'Bert B', id: ANNA }, 'The displayname is already used'],
    [
      { id: ANNA, maxQuota: 5 },
      'Quota cannot be changed for user 3 in context 10 since that user has no file storage set. See "ALLOW_CHANGING_QUOTA_IF_NO_FILESTORE_SET".',
    ],
    [{ filestoreId: 0, id: ANNA }, 'No such filestore with id 0'],
    [{ id: 42 }, 'No such user 42 in context 10'],
    [{ title: 'x' }, 'One userobject has no userid or username'],
    [{ id: ANNA, name: 'bert' }, 'User bert already exists in this context'],
    [{ email1: 'x@example.com', id: ANNA, primaryEmail: 'y@example.com' }, 'email1 not equal with primarymail!'],
    [
      { email1: 'bert@example.com', id: ANNA, primaryEmail: 'bert@example.com' },
      'Primary mail address "bert@example.com" already exists in context 10 (Already assigned to user 4).',
    ],
    [
      { aliases: ['new@example.com'], email1: 'new@example.com', id: ANNA, primaryEmail: 'new@example.com' },
      'primaryMail, Email1 and defaultSenderAddress must be present in set of aliases.',
    ],
    [
      { aliases: ['x@example.com'], id: ANNA },
      'primaryMail, Email1 and defaultSenderAddress must be present in set of aliases.',
    ],
    [{ id: ANNA, primaryEmail: 'anna@example.com' }, 'email1 not sent but required!'],
  ])('refuses %j', async (usrdata, text) => {
    expect(await change(usrdata)).toMatchObject({ status: 500, fault: text });
  });

  it('moves to a new primary address when all four are sent', async () => {
    const mail = 'new@example.com';
    const reply = await change({
      aliases: [mail],
      defaultSenderAddress: mail,
      email1: mail,
      id: ANNA,
      primaryEmail: mail,
    });

    expect(reply.fault).toBeNull();
    expect(await userNamed('anna')).toMatchObject({ aliases: [mail], defaultSenderAddress: mail });
  });

  it('renames by id only, and only where that is allowed', async () => {
    expect((await change({ id: ANNA, name: 'anne' })).fault).toBeNull();
    await sandbox.options({ usernameChangeable: false });
    expect((await change({ id: ANNA, name: 'anna' })).fault).toBe('Changing username is disabled!');
    expect((await change({ id: ANNA, name: 'anne' })).fault).toBeNull();
  });

  it('wraps the fault for an unknown name', async () => {
    expect((await change({ name: 'foo' })).fault).toMatch(
      /^com\.openexchange\S+NoSuchObjectException: com\.openexchange\S+NoSuchUserException: No such user foo in context 10$/,
    );
  });

  it('changes module access on its own', async () => {
    const args = { ctx: CTX, user: { id: ANNA, title: 'x' }, moduleAccess: { webmail: false } };
    await ox.call(USER, 'changeByModuleAccess', args);

    const anna = await userNamed('anna');
    expect(anna?.moduleAccess).toMatchObject({ webmail: false, calendar: true });
    expect(anna).not.toHaveProperty('title');
    const pim = { ...args, moduleAccess: { globalAddressBookDisabled: true } };
    expect((await ox.call(USER, 'changeByModuleAccess', pim)).fault).toMatch(/^Global address book/);
  });
});

describe('deleting and finding users', () => {
  it.each<[Raw, string]>([
    [{ id: 42 }, 'No such user(s) 42 in context 10'],
    [{ id: 2 }, 'Admin delete not supported'],
    [[{ id: ANNA }, { name: 'anna' }], 'User 3 is contained multiple times in delete request.'],
  ])('refuses to delete %j', async (users, text) => {
    expect((await ox.call(USER, 'deleteMultiple', { ctx: CTX, users })).fault).toBe(text);
  });

  it('breaks without a list, and takes users out of groups', async () => {
    expect(await ox.call(USER, 'deleteMultiple', { ctx: CTX })).toMatchObject({ status: 500, exception: null });
    await ox.call(USER, 'delete', { ctx: CTX, user: { name: 'anna' } });
    expect(await membersOf('staff')).toEqual([]);
    expect(await membersOf('users')).toEqual([2, BERT]);
  });

  it.each<[string | null, string[]]>([
    ['*', ['2', '3', '4']],
    [null, ['2', '3', '4']],
    ['a*', ['3']],
    ['_er_', ['4']],
    ['Bert*', ['4']],
    ['BERT', []],
  ])('lists %j', async (pattern, ids) => {
    const args: { [name: string]: Raw } = pattern === null ? { ctx: CTX } : { ctx: CTX, search_pattern: pattern };
    expect(textsIn((await ox.call(USER, 'list', args)).body, 'id')).toEqual(ids);
  });
});

describe('contexts', () => {
  function aContext(ctx: { [name: string]: Raw }, admin: { [name: string]: Raw } = {}): { [name: string]: Raw } {
    return { ctx, admin_user: aUser(admin) };
  }

  it('creates, changes, reads and deletes one', async () => {
    const created = await ox.call(CONTEXT, 'create', aContext({ id: 11, loginMappings: ['eleven'], maxQuota: -1 }));
    expect(textsIn(created.body, 'loginMappings')).toEqual(['11', 'eleven']);
    await ox.call(CONTEXT, 'change', { ctx: { id: 11, loginMappings: ['xi'], name: 'xi-name' } });
    const data = await ox.call(CONTEXT, 'getData', { ctx: { name: 'xi-name' } });
    expect(textsIn(data.body, 'loginMappings')).toEqual(['xi-name', 'xi']);
    expect(data.body).toContain('maxQuota xsi:nil="true"');
    expect(textIn((await ox.call(CONTEXT, 'getAdminId', { ctx: { id: 11 } })).body, 'return')).toBe('2');
    await ox.call(CONTEXT, 'delete', { ctx: { id: 11 } });
    expect(textIn((await ox.call(CONTEXT, 'exists', { ctx: { id: 11 } })).body, 'return')).toBe('false');
    await noViolations();
  });

  it.each<[{ [name: string]: Raw }, { [name: string]: Raw }, string, string]>([
    [{ id: 10, maxQuota: 1 }, {}, 'ContextExistsException', 'Context 10 already exists!'],
    [{ id: 11, maxQuota: 1, name: 'context10' }, {}, 'ContextExistsException', 'Context context10 already exists!'],
    [{ id: 11 }, {}, 'InvalidDataException', 'Mandatory fields in context not set: [maxQuota]'],
    [{ maxQuota: 1 }, {}, 'InvalidDataException', 'There must be a context identifier!'],
    [{ id: 11, maxQuota: 1 }, { name: '' }, 'InvalidDataException', 'Mandatory fields in admin user not set: [name]'],
    [
      { id: 11, maxQuota: 1 },
      { language: 'x' },
      'StorageException',
      'com.openexchange.admin.rmi.exceptions.InvalidDataException: language must contain an underscore, e.g. en_US',
    ],
    [
      { id: 11, loginMappings: ['a@b'], maxQuota: 1 },
      {},
      'InvalidDataException',
      'Illegal chars: "@" in login mapping',
    ],
    [
      { id: 11, loginMappings: ['context10'], maxQuota: 1 },
      {},
      'StorageException',
      "Cannot map 'context10' to the newly created context. This mapping is already in use.",
    ],
  ])('refuses to create %j %j', async (ctx, admin, exception, text) => {
    expect(await ox.call(CONTEXT, 'create', aContext(ctx, admin))).toMatchObject({ exception, fault: text });
  });
});

describe('groups', () => {
  it('creates one with members; members are replaced, absent ones as well', async () => {
    const created = await ox.call(GROUP, 'create', {
      ctx: CTX,
      grp: { displayname: 'New', members: [ANNA, BERT], name: 'new one' },
    });
    expect(textIn(created.body, 'id')).toBe('7');
    expect(await membersOf('new one')).toEqual([ANNA, BERT]);
    await ox.call(GROUP, 'change', { ctx: CTX, grp: { displayname: 'Newer', id: 7 } });
    expect(await membersOf('new one')).toEqual([]);
    await noViolations();
  });

  it.each<[string, { [name: string]: Raw }, string]>([
    ['create', { displayname: 'x' }, 'Mandatory fields not set: [name]'],
    ['create', { displayname: 'x', name: 'STAFF' }, 'Group already exists!'],
    ['create', { displayname: 'x', name: 'a/b' }, 'Illegal chars: "/"'],
    ['create', { displayname: 'x', members: [99], name: 'x' }, 'No such user'],
    ['change', { id: STAFF, members: [ANNA, ANNA] }, 'No such user'],
    ['change', { id: STAFF, members: [''] }, 'No such user'],
    ['change', { id: 99 }, 'No such group'],
    ['change', { id: STAFF, name: 'users' }, 'Group users already exists in this context'],
    ['delete', { id: 1 }, 'Group with id 1 cannot be deleted'],
    ['getData', { name: 'none' }, 'No such group none'],
  ])('%s refuses %j', async (operation, grp, text) => {
    expect((await ox.call(GROUP, operation, { ctx: CTX, grp })).fault).toBe(text);
    expect(await membersOf('staff')).toEqual([ANNA]);
  });

  it('adds and removes members, and breaks on nil ones', async () => {
    const staff = { ctx: CTX, grp: { id: STAFF } };
    expect((await ox.call(GROUP, 'addMember', { ...staff, members: [{ id: ANNA }] })).fault).toBe(
      'Member already exists in group',
    );
    await ox.call(GROUP, 'addMember', { ...staff, members: [{ name: 'bert' }] });
    expect(textsIn((await ox.call(GROUP, 'getMembers', staff)).body, 'id')).toEqual(['3', '4']);
    const { body } = await ox.call(GROUP, 'listGroupsForUser', { ctx: CTX, usr: { name: 'bert' } });
    expect(textsIn(body, 'name')).toEqual(['users', 'staff']);
    await ox.call(GROUP, 'removeMember', { ...staff, members: [{ id: ANNA }, { id: BERT }] });
    expect(await membersOf('staff')).toEqual([]);
    await noViolations();
    expect((await ox.call(GROUP, 'change', { ctx: CTX, grp: { id: STAFF, members: null } })).exception).toBeNull();
    expect((await sandbox.violations()).length).toBe(1);
  });
});

describe('resources', () => {
  it.each<[string, { [name: string]: Raw }, string]>([
    ['create', { displayname: 'x', name: 'x' }, 'Mandatory fields not set: [email]'],
    [
      'create',
      { displayname: 'x', email: 'x@example.com', name: 'ROOM' },
      'Resource ROOM already exists in this context',
    ],
    [
      'create',
      { displayname: 'x', email: 'room@example.com', name: 'x' },
      'Resource with this email address already exists',
    ],
    [
      'create',
      { displayname: 'x', email: 'anna@example.com', name: 'x' },
      'Primary mail address "anna@example.com" already exists in context 10 (Already assigned to user 3).',
    ],
    ['change', { id: 99 }, 'Resource with this id does not exists'],
    ['delete', { id: 99 }, 'Resource with this id does not exist'],
    ['getData', { id: 99 }, 'resource with with this id does not exist'],
  ])('%s refuses %j', async (operation, res, text) => {
    expect((await ox.call(RESOURCE, operation, { ctx: CTX, res })).fault).toBe(text);
  });

  it('changes partially and lists', async () => {
    await ox.call(RESOURCE, 'change', { ctx: CTX, res: { description: '', id: ROOM, name: 'hall' } });
    const { body } = await ox.call(RESOURCE, 'list', { ctx: CTX, pattern: 'ha*' });

    expect([textIn(body, 'displayname'), textIn(body, 'description')]).toEqual(['Room', '']);
    expect((await ox.call(RESOURCE, 'list', { ctx: CTX, pattern: '' })).fault).toBe('Invalid pattern!');
    await noViolations();
  });
});

describe('secondary accounts', () => {
  const DATA = { login: 'info', name: 'Info', primaryAddress: 'info@example.com', mailEndpointSource: 'primary' };

  function create(users: number[], changes: { [name: string]: Raw } = {}): Promise<Reply> {
    const accountDataOnCreate = { ...DATA, ...changes };
    return ox.call(ACCOUNT, 'create', { accountDataOnCreate, context: CTX, users: users.map((id) => ({ id })) });
  }

  it('creates all or none, updates, lists and deletes by address', async () => {
    expect((await create([ANNA])).body).toContain('<soap:Body></soap:Body>');
    expect((await create([BERT, ANNA])).fault).toBe('Duplicate mail account for user 3 in context 10.');
    const update = { primaryAddress: 'info@example.com', accountDataUpdate: { name: 'New' }, context: CTX };
    expect(textIn((await ox.call(ACCOUNT, 'update', { ...update, users: [{ id: ANNA }] })).body, 'return')).toBe(
      'true',
    );
    const list = await ox.call(ACCOUNT, 'list', { context: CTX });
    expect([textsIn(list.body, 'userId'), textsIn(list.body, 'name')]).toEqual([['3'], ['New']]);
    const remove = { primaryAddress: 'INFO@example.com', context: CTX, groups: [{ id: 0 }] };
    expect(textIn((await ox.call(ACCOUNT, 'delete', remove)).body, 'return')).toBe('true');
    expect(textIn((await ox.call(ACCOUNT, 'delete', remove)).body, 'return')).toBe('false');
    await noViolations();
  });

  it.each<[{ [name: string]: Raw }, number[], RegExp]>([
    [{ primaryAddress: 'anna@example.com' }, [ANNA], /Duplicate mail account for user 3 in context 10/],
    [{ mailEndpointSource: 'none' }, [ANNA], /^Missing mail end-point data/],
    [{ primaryAddress: '' }, [ANNA], /^Primary address is empty\.$/],
    [{}, [], /^Missing users\/groups in account data$/],
    [{}, [99], /^No such user 99 in context 10$/],
  ])('refuses %j for %j', async (changes, users, text) => {
    expect((await create(users, changes)).fault).toMatch(text);
  });

  it('deletes even a primary account, and notes it', async () => {
    await ox.call(ACCOUNT, 'delete', { primaryAddress: 'anna@example.com', context: CTX, users: [{ id: ANNA }] });

    expect(await userNamed('anna')).toMatchObject({ primaryAccountRemoved: true });
    expect((await sandbox.violations())[0]?.message).toMatch(/removes the primary account of user 3/);
  });
});

describe('copying users', () => {
  it('copies without groups, once', async () => {
    await sandbox.seed({ contexts: { '11': {} } });
    const args = { user: { id: ANNA }, src: CTX, dest: { id: 11 } };
    const { body } = await ox.call(COPY, 'copyUser', args);
    expect(textIn(body, 'id')).toBe('3');
    const { contexts } = await sandbox.state();
    expect(contexts['11']?.users[0]).toMatchObject({ name: 'anna', password: 'annas' });
    expect(contexts['11']?.groups[0]?.members).toEqual([2]);
    expect(contexts['10']?.users).toHaveLength(2);

    expect((await ox.call(COPY, 'copyUser', args)).exception).toBe('StorageException');
    const named = { ...args, user: { id: ANNA, name: 'anna' } };
    expect((await ox.call(COPY, 'copyUser', named)).fault).toBe('User anna already exists in context 11');
    expect((await ox.call(COPY, 'copyUser', { ...args, dest: { id: 77 } })).fault).toBe(
      'The context 77 does not exist!',
    );
    await noViolations();
  });
});

describe('the control side', () => {
  const RENAME = { ctx: CTX, usrdata: { id: ANNA, nickname: 'An' } };

  it.each<[string, object, boolean, RegExp]>([
    ['a fault', { fault: { exception: 'StorageException', text: 'Boo' } }, false, /<faultstring>Boo; exceptionId/],
    ['an applied fault', { fault: { text: 'Boo' }, applied: true }, true, /<faultstring>Boo</],
    ['a status', { status: 502, body: '<html>no</html>' }, false, /^<html>no<\/html>$/],
    ['garbage', { garbage: 'hello' }, false, /^hello$/],
    ['another operation', { wrongOperation: true }, false, /Response/],
    ['a DOCTYPE', { doctype: true }, true, /^<!DOCTYPE/],
    ['gzip', { gzip: true }, true, /^<soap:Envelope/],
    ['a huge answer', { huge: 300_000 }, false, /^.{300000}$/s],
    [
      'a huge list',
      { hugeList: 300_000 },
      false,
      /^<soap:Envelope.*(?:<return><a>a{4000}<.a><.return>){75}<.*Envelope>$/,
    ],
    ['a delay', { delay: 5 }, true, /<soap:Body><\/soap:Body>/],
  ])('strikes with %s', async (_what, action, applied, body) => {
    await sandbox.rules([{ match: { operation: 'change', object: ANNA }, action }]);

    expect((await ox.call(USER, 'change', RENAME)).body).toMatch(body);
    expect((await userNamed('anna'))?.nickname).toBe(applied ? 'An' : undefined);
    expect((await ox.call(USER, 'change', RENAME)).fault).toBeNull();
  });

  it.each<[string, object, boolean]>([
    ['a reset before', { reset: 'before' }, false],
    ['a reset after', { reset: 'after' }, true],
    ['a truncated answer', { truncate: 20, applied: true }, true],
  ])('cuts the connection: %s', async (_what, action, applied) => {
    await sandbox.rules([{ match: { nth: 2 }, action }]);
    await ox.call(USER, 'listAll', { ctx: CTX });

    await expect(ox.call(USER, 'change', RENAME)).rejects.toThrow();
    expect((await userNamed('anna'))?.nickname).toBe(applied ? 'An' : undefined);
    expect((await sandbox.calls())[1]?.outcome).toMatch(applied ? /\(applied\)$/ : /\(not applied\)$/);
  });

  it('records calls, counts and connections', async () => {
    await ox.call(USER, 'change', RENAME);
    await ox.call(USER, 'change', { ctx: CTX, usrdata: { id: 42 } });

    expect(await sandbox.calls({ operation: 'change' })).toMatchObject([
      { n: 1, service: USER, context: 10, object: ANNA, outcome: 'ok', body: expect.stringContaining('nickname') },
      { n: 2, outcome: 'fault: No such user 42 in context 10' },
    ]);
    expect(await sandbox.counts()).toMatchObject({ total: 2, byOperation: { 'OXUserService.change': 2 } });
    expect((await sandbox.connections()).soap).toBeGreaterThan(0);
  });

  it('drifts, and compares states without ids', async () => {
    const before = await sandbox.canonicalState();
    await sandbox.drift({ renumber: { context: 10 } });
    expect(await sandbox.canonicalState()).toEqual(before);
    expect((await userNamed('anna'))?.id).toBe(7);
    expect(await membersOf('staff')).toEqual([7]);

    await sandbox.drift([
      { setUser: { context: 10, name: 'bert', fields: { title: 'Sir' } } },
      { deleteUser: { context: 10, name: 'anna' } },
      { deleteGroup: { context: 10, name: 'staff' } },
      { deleteResource: { context: 10, name: 'room' } },
    ]);
    expect((await sandbox.canonicalState()).contexts['10']).toMatchObject({
      users: [{ name: 'bert', title: 'Sir' }],
      groups: [{ name: 'users', members: ['bert', 'oxadmin'] }],
      resources: [],
    });
    await expect(sandbox.drift({ deleteUser: { context: 10, name: 'anna' } })).rejects.toThrow('no anna');
  });

  it('speaks HTTPS with certificates made for it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
    const certificates = makeCertificates(folder);
    const secure = await startSandbox({ lean: true, tls: certificates.good });
    const ca = readFileSync(certificates.ca);
    try {
      const status = await new Promise((done, failed) => {
        request(`${secure.url}/sandbox/`, { ca, agent: false }, (response) => done(response.resume().statusCode))
          .on('error', failed)
          .end();
      });
      expect(status).toBe(200);
      expect(await secure.violations()).toEqual([]);
    } finally {
      await secure.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
