/** OXUserService. */

import { type Raw, type Reply, textIn, textsIn } from './raw.ts';
import { ANNA, aUser, BERT, CTX, USER, useOx } from './trial.ts';

const ox = useOx();

describe('creating users', () => {
  it('gives the user as sent, with id, defaults and the password in clear', async () => {
    const { body } = await ox.call(USER, 'create', { ctx: CTX, usrdata: aUser({ aliases: ['c@example.com'] }) });

    expect(textIn(body, 'password')).toBe('secret');
    expect(textsIn(body, 'aliases')).toEqual(['c@example.com', 'carl@example.com']);
    expect(textIn(body, 'id')).toBe('7');
    const { moduleAccess, ...carl } = (await ox.userNamed('carl')) ?? { moduleAccess: {} };
    expect(carl).toMatchObject({
      id: 7,
      language: 'en_US',
      mailenabled: true,
      defaultSenderAddress: 'carl@example.com',
    });
    expect(moduleAccess).toMatchObject({ webmail: true, publicFolderEditable: false });
    expect(await ox.membersOf('users')).toEqual([2, ANNA, BERT, 7]);
    await ox.noViolations();
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
    [{ name: 'a b', email2: 'ü@x' }, 'Illegal chars: " "'],
    [{ email2: 'ü@x', email1: 'y@example.com' }, 'Invalid email address: ü@x'],
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

  it('does not mind aliases of others', async () => {
    const usrdata = aUser({ email1: 'b@example.com', primaryEmail: 'b@example.com' });
    expect((await ox.call(USER, 'create', { ctx: CTX, usrdata })).fault).toBeNull();
  });

  it('takes absent access flags for their defaults', async () => {
    const access = { calendar: false, publication: false };
    await ox.call(USER, 'createByModuleAccess', { ctx: CTX, usrdata: aUser(), access });

    expect((await ox.userNamed('carl'))?.moduleAccess).toMatchObject({
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

    expect(await ox.userNamed('anna')).toMatchObject({ birthday: '1990-05-17', city_home: 'Rome', title: '' });
    await ox.noViolations();
  });

  it('reads scheme and port of servers out of the URL', async () => {
    await change({ id: ANNA, imapServer: 'imaps://mail:993' });
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
    expect(await ox.userNamed('anna')).toMatchObject({ aliases: [mail], defaultSenderAddress: mail });
  });

  it('renames by id only, and only where that is allowed', async () => {
    expect((await change({ id: ANNA, name: 'anne' })).fault).toBeNull();
    await ox.sandbox.options({ usernameChangeable: false });
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

    const anna = await ox.userNamed('anna');
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
    expect(await ox.membersOf('staff')).toEqual([]);
    expect(await ox.membersOf('users')).toEqual([2, BERT]);
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
