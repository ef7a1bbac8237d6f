/** User fields whose values have a form of their own: dates, quota, picture, mail servers (SPEC 7.3). */
import { aUser } from '../../harness/objects.ts';
import { useSite } from '../../harness/site.ts';

const site = useSite();

describe('SPEC 7.3 dates', () => {
  it.each([
    ['1980-02-29', '1980-02-29'],
    ['29.02.1980', '1980-02-29'],
    ['01.12.2001', '2001-12-01'],
    ['1899-12-31', '1899-12-31'],
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
    'soon',
    '1980-02-29T00:00:00Z',
    '31.12.99',
    '0',
  ])('%s is an error that names the property', async (given) => {
    for (const property of ['birthday', 'oxAnniversary']) {
      const { failure, calls } = await site.stopsAt(aUser('anna', { [property]: given }));
      expect(failure).toMatchObject({ code: 'PROPERTY_INVALID', fields: { property } });
      expect(calls).toEqual([]);
      site.place.clearQueue();
    }
  });
});

describe('SPEC 7.3 quota: maxQuota and usedQuota ← oxUserQuota', () => {
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
});

describe('SPEC 7.3 picture', () => {
  it('image1 comes with image1ContentType image/jpeg', async () => {
    await site.apply(aUser('anna', { jpegPhoto: '/9j/4AAQ' }));
    expect(await site.user('anna')).toMatchObject({ image1ContentType: 'image/jpeg' });
  });

  it.each([
    ['a PNG', 'iVBORw0KGgo='],
    ['no base64', '/9j/ not base64!'],
    ['a path', '/var/lib/photo.jpg'],
  ])('%s is ignored with a warning, and the rest arrives', async (_, jpegPhoto) => {
    const { warnings } = await site.apply(aUser('anna', { jpegPhoto, title: 'Dr.' }));

    expect(warnings).toEqual([expect.stringContaining('jpegPhoto')]);
    expect(await site.user('anna')).toMatchObject({ title: 'Dr.' });
    expect(await site.user('anna')).not.toHaveProperty('image1');
  });
});

describe('SPEC 7.3 servers', () => {
  const servers = { OX_IMAP_SERVER: 'imaps://imap.test:993', OX_SMTP_SERVER: 'smtps://smtp.test:465' };

  it.each([
    ['mailHomeServer', 'home.test', 'imaps://home.test:993', 'smtps://home.test:465'],
    ['else the host of the setting', '', 'imaps://imap.test:993', 'smtps://smtp.test:465'],
  ])('%s, with scheme and port from the setting', async (_, mailHomeServer, imapServer, smtpServer) => {
    site.set(servers);
    await site.apply(aUser('anna', { mailHomeServer }));
    expect(await site.user('anna')).toMatchObject({ imapServer, smtpServer });
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
