/**
 * User fields whose values have a form of their own: dates, quota, picture, mail servers
 * (docs/attributes.md, "Forms of values").
 */

import { entry, NEEDED, writeMapping } from '../../../harness/mapping.ts';
import { aContext, anAccount, aUser, changed, deleted } from '../../../harness/objects.ts';
import { JPEG, jpegBytes } from '../../../harness/picture.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

describe('dates', () => {
  it.each([
    ['1980-02-29', '1980-02-29'],
    ['29.02.1980', '1980-02-29'],
    ['01.12.2001', '2001-12-01'],
    ['1899-12-31', '1899-12-31'],
    ['19800229', '1980-02-29'],
    ['2010-6-1', '2010-06-01'],
    ['29.02.84', '1984-02-29'],
  ])('arrive: %s', async (given, expected) => {
    await site.apply(aUser('anna', { birthday: given, oxAnniversary: given }));
    expect(await site.user('anna')).toMatchObject({ birthday: expected, anniversary: expected });
  });

  it.each([
    '29.02.1981',
    '1981-02-29',
    '2001-13-01',
    '02/29/1980',
    '1980',
    '1980-02',
    'soon',
    '1980-02-29T00:00:00Z',
    '0',
  ])('%s is no day: left alone with a warning that names the property, at creation and at a change', async (given) => {
    const warnings = [
      `ignored: birthday is "${given}", which is no day`,
      `ignored: oxAnniversary is "${given}", which is no day`,
    ];
    const unclear = { birthday: given, oxAnniversary: given };
    expect((await site.apply(aUser('bert', unclear))).warnings).toEqual(warnings);
    expect(await site.user('bert')).not.toHaveProperty('birthday');

    await site.apply(aUser('anna', { birthday: '1980-02-29', oxAnniversary: '2001-12-01' }));
    expect((await site.apply(aUser('anna', { ...unclear, title: 'Dr.' }))).warnings).toEqual(warnings);
    expect(await site.user('anna')).toMatchObject({ birthday: '1980-02-29', anniversary: '2001-12-01', title: 'Dr.' });
  });
});

describe('quota: maxQuota and usedQuota ← oxUserQuota', () => {
  it.each([500, '500'])('%j at creation', async (oxUserQuota) => {
    await site.apply(aUser('anna', { oxUserQuota }));
    const [body] = await site.bodies('createByModuleAccess');
    expect(body).toMatch(/maxQuota>500</);
    expect(body).toMatch(/usedQuota>500</);
    expect(await site.user('anna')).toHaveProperty('maxQuota', 500);
  });

  it('at a change', async () => {
    await site.ox.options({ allowQuota: true });
    await site.apply(aUser('anna', { oxUserQuota: 500 }));
    await site.apply(aUser('anna', { oxUserQuota: '700' }));
    expect(await site.user('anna')).toHaveProperty('maxQuota', 700);
  });

  it.each([null, '', '-1', -1])('taken back with %j: unlimited', async (oxUserQuota) => {
    await site.ox.options({ allowQuota: true });
    await site.apply(aUser('anna', { oxUserQuota: 500 }));
    await site.apply(aUser('anna', { oxUserQuota }));
    expect(await site.user('anna')).toHaveProperty('maxQuota', -1);
  });

  it('that is not an integer is refused', async () => {
    const { failure, calls } = await site.stopsAt(aUser('anna', { oxUserQuota: 'lots' }));
    expect(failure.message).toContain('oxUserQuota');
    expect(failure.exitCode).toBe(65);
    expect(calls).toEqual([]);
  });

  it.each(['1234567890123456', 2 ** 53, 1e21, '-1234567890123456'])(
    '%j is too large to be kept exactly: refused, neither rounded nor unlimited',
    async (quota) => {
      for (const file of [aUser('anna', { oxUserQuota: quota }), aContext(30, { oxQuota: quota })]) {
        const { failure, calls } = await site.stopsAt(file);
        expect(failure.exitCode).toBe(65);
        expect(failure.message).toMatch(/Quota: found .*, expected an integer of at most 15 digits/);
        expect(calls).toEqual([]);
        site.place.clearQueue();
      }
    },
  );
});

const NO_JPEG = 'jpegPhoto is not a JPEG picture in base64';
const CUT_OFF = 'jpegPhoto is a JPEG picture that is cut off';

/** With another JPEG in a segment of its head, as cameras have it. */
function withPreview(picture: Buffer): Buffer {
  const inside = jpegBytes();
  const segment = Buffer.from([0xff, 0xe1, 0, inside.length + 2]);
  return Buffer.concat([picture.subarray(0, 2), segment, inside, picture.subarray(2)]);
}

describe('picture', () => {
  it.each([
    ['of the largest size', jpegBytes(4_194_304)],
    ['with a small picture inside', withPreview(jpegBytes())],
    ['with bytes behind its end', Buffer.concat([jpegBytes(), Buffer.from('more')])],
  ])('%s arrives', async (_, picture) => {
    expect((await site.apply(aUser('anna', { jpegPhoto: picture.toString('base64') }))).warnings).toEqual([]);
    expect(await site.user('anna')).toHaveProperty('image1');
  });

  it('image1 comes with image1ContentType image/jpeg', async () => {
    await site.apply(aUser('anna', { jpegPhoto: JPEG }));
    expect(await site.user('anna')).toMatchObject({ image1ContentType: 'image/jpeg' });
  });

  it.each([
    ['a PNG', 'iVBORw0KGgo='],
    ['no base64', '/9j/ not base64!'],
    ['a path', '/var/lib/photo.jpg'],
    ['a JPEG without its end', jpegBytes().subarray(0, -2).toString('base64'), CUT_OFF],
    ['a JPEG that ends in its head', JPEG.slice(0, 40), CUT_OFF],
    [
      'a JPEG whose small picture inside is all there',
      withPreview(jpegBytes()).subarray(0, -2).toString('base64'),
      CUT_OFF,
    ],
    ['no more than the first bytes', '/9j/4AAQ', CUT_OFF],
    [
      'a JPEG of one byte too many',
      jpegBytes(4_194_305).toString('base64'),
      'jpegPhoto is a picture of 4194305 bytes, OX takes 4194304',
    ],
  ])('%s is ignored with a warning, and the rest arrives', async (_, jpegPhoto, why = NO_JPEG) => {
    const { warnings } = await site.apply(aUser('anna', { jpegPhoto, title: 'Dr.' }));

    expect(warnings).toEqual([`ignored: ${why}`]);
    expect(await site.user('anna')).toMatchObject({ title: 'Dr.' });
    expect(await site.user('anna')).not.toHaveProperty('image1');
  });
});

describe('texts that are longer than OX can store', () => {
  it.each([
    ['title', 'characters', 64],
    ['oxUserfield20', 'characters', 64],
    ['mobileTelephoneNumber', 'characters', 64],
    ['firstname', 'characters', 128],
    ['oxUrl', 'characters', 128],
    ['street', 'characters', 256],
    ['oxEmail2', 'characters', 256],
    ['mailAlternativeAddress', 'characters', 255],
    ['oxDisplayName', 'characters', 320],
    ['organisation', 'characters', 512],
    ['oxNote', 'bytes', 65_535],
    ['username', 'characters', 191],
  ])('%s: the longest arrives, one more is refused with its length', async (property, unit, most) => {
    const isMail = /mail/i.test(property);
    const text = (length: number): string => 'x'.repeat(length - (isMail ? 6 : 0)) + (isMail ? '@x.org' : '');
    expect((await site.apply(aUser('anna', { [property]: text(most) }))).failure).toBeNull();

    const { failure, calls } = await site.stopsAt(aUser('bert', { [property]: text(most + 1) }));

    expect(failure).toMatchObject({ code: 'PROPERTY_INVALID', fields: { property } });
    expect(failure.message).toContain(`has ${most + 1} ${unit}, OX stores at most ${most}`);
    expect(failure.remedy).toBe(
      `Shorten ${property} in UDM; the change of the object then comes into the queue by itself.`,
    );
    expect(calls).toEqual([]);
  });

  it('an emoji is one character, and four bytes', async () => {
    await site.apply(aUser('anna', { title: '😀'.repeat(64) }));
    expect((await site.stopsAt(aUser('bert', { oxNote: '😀'.repeat(16_384) }))).failure.message).toContain(
      '65536 bytes',
    );
  });
});

describe('servers', () => {
  const servers = { OX_IMAP_SERVER: 'imaps://imap.test:993', OX_SMTP_SERVER: 'smtps://smtp.test:465' };

  it.each([
    ['mailHomeServer', 'home.test', 'imaps://home.test:993', 'smtps://home.test:465'],
    ['else the host of the setting', '', 'imaps://imap.test:993', 'smtps://smtp.test:465'],
    // One property for both servers: only the host in it can be meant for both.
    ['of a URL the host', 'imap://Home.test:143/', 'imaps://Home.test:993', 'smtps://Home.test:465'],
    ['without the port', 'home.test:143', 'imaps://home.test:993', 'smtps://home.test:465'],
    ['an IPv4 address', '192.0.2.1', 'imaps://192.0.2.1:993', 'smtps://192.0.2.1:465'],
    ['an IPv6 address', '2001:DB8::1', 'imaps://[2001:DB8::1]:993', 'smtps://[2001:DB8::1]:465'],
    ['one in brackets', '[::1]', 'imaps://[::1]:993', 'smtps://[::1]:465'],
    ['and with a port', 'imaps://[::1]:1993', 'imaps://[::1]:993', 'smtps://[::1]:465'],
  ])('%s, with scheme and port from the setting', async (_, mailHomeServer, imapServer, smtpServer) => {
    site.set(servers);
    await site.apply(aUser('anna', { mailHomeServer }));
    expect(await site.user('anna')).toMatchObject({ imapServer, smtpServer });
  });

  it('what is no host is for OX to refuse', async () => {
    const { failure } = await site.stopsAt(aUser('anna', { mailHomeServer: 'home test' }));
    expect(failure.message).toContain('URISyntaxException');
    expect(failure.remedy).toContain('mailHomeServer');
  });

  it('imapSchema and smtpSchema, which OX never reads, are not sent', async () => {
    await site.apply(aUser('anna'));
    expect((await site.bodies('createByModuleAccess'))[0]).not.toMatch(/Schema>/);
  });

  it.each([
    ['{}', 'anna@example.org'],
    ['{username}', 'anna'],
    ['{username}*master', 'anna*master'],
    ['{employeeNumber}', '4711'],
    ['everybody', 'everybody'],
  ])('imapLogin from the template %s', async (template, imapLogin) => {
    site.set({ OX_IMAP_LOGIN: template });
    await site.apply(aUser('anna', { employeeNumber: 4711 }));
    expect(await site.user('anna')).toHaveProperty('imapLogin', imapLogin);
  });

  it('imapLogin follows the primary mail', async () => {
    await site.apply(aUser('anna'));
    await site.apply(aUser('anna', { mailPrimaryAddress: 'new@example.org' }));
    expect(await site.user('anna')).toHaveProperty('imapLogin', 'new@example.org');
  });

  it.each(['{nothing}', '{title}'])('the template %s that has no value is an error that names it', async (template) => {
    site.set({ OX_IMAP_LOGIN: template });
    const { failure, calls } = await site.stopsAt(aUser('anna', { title: '' }));
    expect(failure.code).toBe('PROPERTY_INVALID');
    expect(failure.message).toContain(template.slice(1, -1));
    expect(calls).toEqual([]);
  });
});

it('a picture in OX that is larger than OX takes by now hinders neither a look at its user nor the removal of its account', async () => {
  const image1 = jpegBytes(9_000_000).toString('base64');
  const user = { name: 'anna', image1, image1ContentType: 'image/jpeg' };
  await site.ox.seed({ contexts: { 10: { users: [user, { name: 'bert', email1: 'bert@other.org' }] } } });
  const picture = (await site.user('anna'))?.image1;

  await site.apply(aUser('anna'), anAccount('info', ['anna']));
  await site.apply(changed(aUser('anna'), { username: 'anne' }), deleted(anAccount('info', ['anna'])));

  expect(picture).toMatch(/^sha256:/);
  expect((await site.user('anne'))?.image1).toBe(picture);
  expect(await site.accounts('anne')).toEqual([]);
});

it.each([
  ['employeeNumber', 'employeeNumber'],
  ['a property that only the mapping knows', 'staffNumber'],
])('a number that JSON has rounded is refused as a text too: %s', async (_what, property) => {
  writeMapping(site.place.data, { ...NEEDED, number_of_employee: entry(property) });
  const { failure } = await site.stopsAt(aUser('anna', { [property]: 2 ** 53 }));
  expect(failure).toMatchObject({ exitCode: 65, message: expect.stringContaining(property) });
  await site.apply(aUser('anna', { [property]: 2 ** 53 - 1 }));
  expect(await site.user('anna')).toMatchObject({ number_of_employee: '9007199254740991' });
});
