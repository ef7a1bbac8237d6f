/** What OX makes of a user's values, beyond the checks that it announces (docs/ox.md, "Values of fields"). */

import type { Raw, Reply } from './raw.ts';
import { textIn, textsIn } from './raw.ts';
import { ANNA, aUser, BERT, CTX, USER, useOx } from './trial.ts';

const ox = useOx();

type Data = { [name: string]: Raw };

const create = (changes: Data): Promise<Reply> => ox.call(USER, 'create', { ctx: CTX, usrdata: aUser(changes) });
const change = (usrdata: Data): Promise<Reply> => ox.call(USER, 'change', { ctx: CTX, usrdata });

describe('create: display names by case', () => {
  it.each(['ANNA A', 'Anna A '])('refuses %j at creation with FLD-0075', async (display_name) => {
    expect(await create({ display_name })).toMatchObject({
      exception: 'StorageException',
      fault: expect.stringMatching(/^FLD-0075 Categories=PERMISSION_DENIED .*named "anna a ?" already exists below/i),
    });
    expect(await ox.userNamed('carl')).toBeUndefined();
  });

  it('accepts them at a change, and refuses the very same', async () => {
    expect((await change({ display_name: 'ANNA A', id: BERT })).fault).toBeNull();
    expect((await change({ display_name: 'Anna A', id: BERT })).fault).toBe('The displayname is already used');
  });

  it('both are allowed without the check', async () => {
    await ox.sandbox.options({ uniqueDisplayName: false });
    expect((await create({ display_name: 'anna a' })).fault).toBeNull();
  });
});

describe('exists: id literally, name with case, display name without', () => {
  it.each<[Data, string]>([
    [{ id: ANNA }, 'true'],
    [{ id: 0, name: 'anna' }, 'false'],
    [{ name: 'ANNA' }, 'false'],
    [{ display_name: 'anna a' }, 'true'],
    [{ display_name: 'nobody' }, 'false'],
  ])('%j: %s', async (user, answer) => {
    expect(textIn((await ox.call(USER, 'exists', { ctx: CTX, user })).body, 'return')).toBe(answer);
  });

  it('getData takes id 0 literally too, change takes it for none', async () => {
    const user = { id: 0, name: 'anna' };
    expect((await ox.call(USER, 'getData', { ctx: CTX, user })).fault).toBe('No such user anna in context 10');
    expect((await change({ ...user, title: 'Dr' })).fault).toBeNull();
  });
});

describe('addresses', () => {
  it.each([
    ['nobody', true],
    ['x@müller.example', true],
    ['müller@example.com', false],
    ['a b@example.com', false],
  ])('%s: accepted %s', async (email2, accepted) => {
    expect((await change({ email2, id: ANNA })).fault).toBe(accepted ? null : `Invalid email address: ${email2}`);
  });

  it('aliases that differ in case only are a duplicate entry', async () => {
    const aliases = ['anna@example.com', 'x1@e.org', 'X1@e.org'];
    expect((await change({ aliases, id: ANNA })).fault).toBe(
      "java.sql.SQLIntegrityConstraintViolationException: Duplicate entry '10-3-X1@e.org' for key 'PRIMARY'",
    );
  });

  it("an unchanged primary address is not checked, though it is another's too", async () => {
    await ox.sandbox.drift({ setUser: { context: 10, name: 'bert', fields: { primaryEmail: 'anna@example.com' } } });
    const mail = 'anna@example.com';
    const all = { aliases: [mail], defaultSenderAddress: mail, email1: mail, id: ANNA, primaryEmail: mail };
    expect((await change(all)).fault).toBeNull();
  });
});

describe("change: ''", () => {
  it('does nothing to password and mail servers', async () => {
    await change({ id: ANNA, imapLogin: 'al', imapServer: 'imaps://mail:993', smtpServer: 'smtp' });
    const before = await ox.userNamed('anna');
    expect((await change({ id: ANNA, imapLogin: '', imapServer: '', password: '', smtpServer: '' })).fault).toBeNull();
    expect(await ox.userNamed('anna')).toEqual(before);
    expect(before).toMatchObject({ imapLogin: 'al', imapServer: 'imaps://mail:993', password: 'annas' });
  });

  it('clears display and other names', async () => {
    expect((await change({ display_name: '', given_name: '', id: ANNA, sur_name: '' })).fault).toBeNull();
    expect(await ox.userNamed('anna')).toMatchObject({ display_name: '', given_name: '', sur_name: '' });
  });

  it.each<[string, RegExp]>([
    ['passwordMech', /^Invalid PasswordMech: \./],
    ['primaryEmail', /must be present in set of aliases/],
    ['email1', /must be present in set of aliases/],
    ['defaultSenderAddress', /must be present in set of aliases/],
  ])('is refused in %s', async (name, text) => {
    expect((await change({ [name]: '', id: ANNA })).fault).toMatch(text);
  });

  it('is another name where names do not change', async () => {
    await ox.sandbox.options({ usernameChangeable: false });
    expect((await change({ id: ANNA, name: '' })).fault).toBe('Changing username is disabled!');
  });

  it('a port beside the server takes the scheme away', async () => {
    await change({ id: ANNA, imapPort: 5, imapServer: 'imaps://mail:993' });
    expect(await ox.userNamed('anna')).toMatchObject({ imapServer: 'imap://mail:5' });
  });

  it('a blank in the mail host is no URI', async () => {
    expect((await change({ id: ANNA, imapServer: 'a b' })).fault).toMatch(
      /^java\.net\.URISyntaxException: Illegal character in authority/,
    );
  });
});

describe('quotas', () => {
  it('a quota at creation gives a file storage, whose quota can be changed', async () => {
    const body = (await create({ maxQuota: 5 })).body;
    const id = Number(textIn(body, 'id'));
    expect((await change({ id, maxQuota: 7 })).fault).toBeNull();
    expect(await ox.userNamed('carl')).toMatchObject({ maxQuota: 7 });
  });

  it.each<[Data]>([[{}], [{ maxQuota: -1 }]])('created with %j it accepts only -1 later', async (quota) => {
    const id = Number(textIn((await create(quota)).body, 'id'));
    expect((await change({ id, maxQuota: -1 })).fault).toBeNull();
    expect((await change({ id, maxQuota: 7 })).fault).toMatch(/^Quota cannot be changed for user 7 in context 10/);
  });
});

describe('Pictures', () => {
  const JPEG = 'ffd8ffe0';
  const picture = (start: string, size: number): string => {
    const bytes = Buffer.alloc(size);
    bytes.write(start, 'hex');
    return bytes.toString('base64');
  };
  const sent = (image1: string, image1ContentType = 'image/jpeg'): Data => ({ id: ANNA, image1, image1ContentType });

  it.each(['ffd8ffe0', '89504e47', '47494638', '424d0000', '49492a00', '4d4d002a', '00000100'])(
    'takes what begins with %s, cut off as well, whatever its type is called',
    async (start) => {
      expect((await change(sent(picture(start, 10), 'text/plain'))).fault).toBeNull();
      expect(await ox.userNamed('anna')).toMatchObject({ image1ContentType: 'text/plain' });
    },
  );

  it('takes 4,194,304 bytes at a change and one more only at creation', async () => {
    await ox.sandbox.options({ validate: false, checkAnswers: false });
    expect((await change(sent(picture(JPEG, 4_194_304)))).fault).toBeNull();
    const { id: _id, ...large } = sent(picture(JPEG, 4_194_305));
    expect((await change({ id: ANNA, ...large })).fault).toMatch(
      /^CON-0172 Categories=USER_INPUT Message='Image size too large\. Image size: 4194305\. Max\. size: 4194304\.'/,
    );
    expect((await create(large)).fault).toBeNull();
  });

  it('refuses others, and the whole call with them', async () => {
    const usrdata = { ...sent(Buffer.from('RIFFxxxxWEBP').toString('base64'), 'image/webp'), title: 'Dr' };
    expect((await change(usrdata)).fault).toBe(
      'com.openexchange.imagetransformation.NoSuchImageReader: No image reader available for format image/webp',
    );
    expect(await ox.userNamed('anna')).not.toHaveProperty('title');
  });

  it('wants a type, and gives the picture back', async () => {
    const image1 = picture(JPEG, 12);
    expect((await change({ id: ANNA, image1 })).fault).toBe('imageContentType must not be null');
    await change(sent(image1));
    expect(textIn((await ox.call(USER, 'getData', { ctx: CTX, user: { id: ANNA } })).body, 'image1')).toBe(image1);
  });

  it('makes one smaller that is larger than 600 × 800, in its proportions, and keeps the others byte by byte', async () => {
    const frame = (width: number, height: number): string => {
      const bytes = Buffer.from('ffd8ffe00004abcdffc00011080000000003012200021101031101ffd9', 'hex');
      bytes.writeUInt16BE(height, 13);
      bytes.writeUInt16BE(width, 15);
      return bytes.toString('base64');
    };
    const stored = async (image1: string): Promise<string | null> => {
      await change(sent(image1));
      return textIn((await ox.call(USER, 'getData', { ctx: CTX, user: { id: ANNA } })).body, 'image1');
    };
    expect(await stored(frame(600, 800))).toBe(frame(600, 800));
    const smaller = Buffer.from((await stored(frame(2400, 800))) ?? '', 'base64');
    expect([smaller.readUInt16BE(9), smaller.readUInt16BE(7)]).toEqual([600, 200]);
  });

  it.each(['', 'no base64!'])('does nothing with %j', async (image1) => {
    await ox.sandbox.options({ validate: false });
    expect((await change(sent(image1))).fault).toBeNull();
    expect(await ox.userNamed('anna')).not.toHaveProperty('image1');
  });
});

describe('Lengths', () => {
  it.each([
    ['categories', 1024],
    ['company', 512],
    ['display_name', 320],
    ['email3', 256],
    ['given_name', 128],
    ['title', 64],
    ['userfield20', 64],
  ])('%s: %i characters, an emoji is one', async (name, most) => {
    const text = (length: number): string => `${'a'.repeat(length - 1)}😀`;
    const mail = (length: number): string => `${'a'.repeat(length - 4)}@e.o`;
    const of = name.startsWith('email') ? mail : text;
    expect((await change({ [name]: of(most), id: ANNA })).fault).toBeNull();
    const refused = await change({ id: ANNA, [name]: of(most + 1) });
    expect(refused).toMatchObject({
      exception: 'StorageException',
      fault: expect.stringMatching(/^com\.mysql\.cj\.jdbc\.exceptions\.MysqlDataTruncation: Data truncation: Data too/),
    });
    expect(await ox.userNamed('anna')).toMatchObject({ [name]: of(most) });
  });

  it('note: 65,535 bytes of UTF-8', async () => {
    expect((await change({ id: ANNA, note: 'a'.repeat(65_535) })).fault).toBeNull();
    expect((await change({ id: ANNA, note: 'ä'.repeat(32_768) })).fault).toMatch(/Data too long/);
  });

  it('at creation in other words, and differently for folder names', async () => {
    expect((await create({ given_name: 'a'.repeat(129) })).fault).toBe(
      'Data too long for underlying storage!Error field(s): field03',
    );
    expect((await create({ mail_folder_sent_name: 'a'.repeat(65) })).fault).toBe(
      'Problem storing the primary mail account.',
    );
    expect(await ox.userNamed('carl')).toBeUndefined();
  });

  it('namespace, slash and key of an attribute: 128 together', async () => {
    const attribute = (key: string): Raw => ({
      entries: [{ key: 'space', value: { entries: [{ key, value: 'x' }] } }],
    });
    expect((await change({ id: ANNA, userAttributes: attribute('k'.repeat(122)) })).fault).toBeNull();
    expect((await change({ id: ANNA, userAttributes: attribute('k'.repeat(123)) })).fault).toMatch(/Data too long/);
  });
});

describe('Module access', () => {
  const ACCESS = { publicFolderEditable: true };

  it('publicFolderEditable is for the admin of the context', async () => {
    const args = { ctx: CTX, user: { id: ANNA }, moduleAccess: ACCESS };
    expect((await ox.call(USER, 'changeByModuleAccess', args)).fault).toMatch(/^FLD-0089 /);
    expect((await ox.call(USER, 'changeByModuleAccess', { ...args, user: { id: 2 } })).fault).toBeNull();
    const created = await ox.call(USER, 'createByModuleAccess', { ctx: CTX, usrdata: aUser(), access: ACCESS });
    expect(created).toMatchObject({ exception: 'StorageException', fault: expect.stringMatching(/^FLD-0089 /) });
  });

  it('changeModuleAccessGlobal reaches every context, and knows its combinations', async () => {
    await ox.sandbox.seed({ contexts: { '11': { users: [{ name: 'cora' }] } } });
    const master = { login: 'oxadminmaster', password: 'masterpw' };
    const global = (args: Data): Promise<Reply> => ox.call(USER, 'changeModuleAccessGlobal', args, master);
    expect((await global({ removeAccess: { webmail: true } })).fault).toBeNull();
    expect((await ox.userNamed('cora', 11))?.moduleAccess).toMatchObject({ webmail: false, infostore: true });
    expect((await global({ filter: 'none', addAccess: {} })).fault).toBe('No such access combination name "none"');
  });
});

describe('list: length and offset', () => {
  it.each<[Data, string[]]>([
    [{ length: 2 }, ['2', '3']],
    [{ length: 2, offset: 2 }, ['4']],
    [{ length: 0, offset: 0 }, []],
    [{ offset: 2 }, ['2', '3', '4']],
  ])('%j', async (part, ids) => {
    const { body } = await ox.call(USER, 'list', { ctx: CTX, auth: null, ...part });
    expect(textsIn(body, 'id')).toEqual(ids);
  });

  it('listAll knows neither', async () => {
    const { fault } = await ox.call(USER, 'listAll', { ctx: CTX, auth: null, length: 2 });
    expect(fault).toMatch(/^Unexpected element "length"/);
  });
});

describe('delete', () => {
  it('names all ids of a request in which one is unknown', async () => {
    const users = [{ id: ANNA }, { id: 42 }];
    expect((await ox.call(USER, 'deleteMultiple', { ctx: CTX, users })).fault).toBe(
      'No such user(s) 3, 42 in context 10',
    );
  });

  it.each<[number, RegExp | null]>([
    [0, null],
    [BERT, null],
    [42, /^The reassign user with id 42 does not exist in context 10\./],
    [ANNA, /^It is not allowed to reassign/],
  ])('reassigns to %i', async (reassign, text) => {
    const { fault } = await ox.call(USER, 'delete', { ctx: CTX, user: { id: ANNA }, auth: null, reassign });
    if (text === null) expect(fault).toBeNull();
    else expect(fault).toMatch(text);
  });
});
