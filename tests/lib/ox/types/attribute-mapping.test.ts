/** AttributeMapping.json takes the place of the default mapping (docs/behaviour.md, "Users"). */
import { DEFAULT_MAPPING } from '../../../../lib/ox/mapping/mapping.ts';
import { entry, NEEDED, writeMapping } from '../../../harness/mapping.ts';
import { aGroup, anAccount, aUser, changed, deleted } from '../../../harness/objects.ts';
import { JPEG } from '../../../harness/picture.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

const write = (content: unknown): void => writeMapping(site.place.data, content);

it('the own address may come from another property: nobody is moved to where it is taken, and who has it is known by it', async () => {
  write({ ...NEEDED, email1: entry('oxEmail2') });
  const of = (name: string, oxEmail2: string, more = {}) => aUser(name, { oxEmail2, ...more });
  await site.apply(of('bert', 'Shared@example.org', { oxContext: 20 }), of('anna', 'shared@example.org'));
  const { failure, calls } = await site.stopsAt(of('anna', 'shared@example.org', { oxContext: 20 }));
  expect(failure.message).toContain('the address shared@example.org in context 20 belongs to uid=bert,');
  expect(calls).not.toContain('OXUserCopyService.copyUser');

  // As mailPrimaryAddress it is of no account.
  site.place.clearQueue();
  await site.apply(of('carl', 'carl@other.org', { mailPrimaryAddress: 'shared@example.org' }));
  await site.apply(of('carl', 'carl@other.org', { mailPrimaryAddress: 'shared@example.org', oxContext: 20 }));
  expect(await site.user('carl', 20)).toMatchObject({ primaryEmail: 'carl@other.org' });
});

describe('AttributeMapping.json replaces the default', () => {
  it('what it does not name is left alone', async () => {
    write({ ...NEEDED, note: entry('title') });

    await site.apply(aUser('anna', { title: 'Dr.', oxNote: 'x', phone: ['1'], mailAlternativeAddress: ['a@x.org'] }));

    const user = await site.user('anna');
    expect(user).toMatchObject({ note: 'Dr.', aliases: ['anna@example.org'] });
    for (const field of ['title', 'telephone_business1', 'imapServer', 'userfield01']) {
      expect(user).not.toHaveProperty(field);
    }
  });

  describe('aliases that it does not name are the user’s own', () => {
    const own = ['anna@example.org', 'own@example.org'];
    beforeEach(async () => {
      await site.apply(aUser('anna', { mailAlternativeAddress: ['own@example.org'] }), anAccount('info', ['anna']));
      write(NEEDED);
    });

    it('at a change, also one that OX was asked to look at before', async () => {
      await site.apply(aUser('anna', { title: 'Dr.', mailAlternativeAddress: [] }));
      expect(await site.user('anna')).toMatchObject({ aliases: own });
      await site.apply(aUser('anna', { username: 'hanna' }));
      expect(await site.user('hanna')).toMatchObject({ aliases: own, defaultSenderAddress: 'anna@example.org' });
    });

    it('and a new primary address comes to them', async () => {
      await site.apply(aUser('anna', { mailPrimaryAddress: 'new@example.org' }));
      expect(await site.user('anna')).toMatchObject({
        primaryEmail: 'new@example.org',
        aliases: ['anna@example.org', 'new@example.org', 'own@example.org'],
        defaultSenderAddress: 'new@example.org',
      });
    });

    it('also where OX has another primary address than is known', async () => {
      await site.ox.drift({ setUser: { context: 10, name: 'anna', fields: { primaryEmail: 'own@example.org' } } });
      await site.apply(aUser('anna', { title: 'Dr.' }));
      expect(await site.user('anna')).toMatchObject({ primaryEmail: 'anna@example.org', aliases: own });
    });

    it('in another context too, where it was called otherwise for a while', async () => {
      await site.apply(aUser('bert'), anAccount('shared', ['bert'], { mailPrimaryAddress: 'b@x.org' }));
      const bert = aUser('bert', { mailPrimaryAddress: 'b@x.org' });
      await site.apply(bert);
      await site.ox.drift({ setUser: { context: 10, name: 'bert', fields: { aliases: ['b@x.org'] } } });
      await site.apply(aUser('anna', { oxContext: 20 }), changed(bert, { oxContext: 20 }));
      expect((await site.bodies('change')).join()).toContain('moving-20-');
      expect(await site.user('anna', 20)).toMatchObject({ aliases: own, primaryEmail: 'anna@example.org' });
      expect(await site.user('bert', 20)).toMatchObject({ primaryEmail: 'b@x.org', aliases: ['b@x.org'] });
      expect(JSON.stringify(await site.context(20))).not.toContain('moving-');
    });
  });

  it('the default, written out, changes nothing', async () => {
    const properties = { title: 'Dr.', phone: ['1', '2'], birthday: '01.02.2003', mailHomeServer: 'mail.test' };
    await site.apply(aUser('anna', properties));
    const before = await site.ox.state();
    write(DEFAULT_MAPPING);
    await site.apply(aUser('anna', properties));
    expect(await site.ox.state()).toEqual(before);
  });

  it.each([
    ['ldap_attribute', { note: entry('custom') }, { custom: 'x' }, { note: 'x' }],
    ['position', { note: entry('phone', { position: 2 }) }, { phone: ['1', '2', '3'] }, { note: '3' }],
    ['position beyond the end', { note: entry('phone', { position: 2 }) }, { phone: ['1'] }, { note: '' }],
    [
      'alternative_attributes',
      { note: entry('a', { alternative_attributes: ['b', 'c'] }) },
      { b: '', c: 'x' },
      { note: 'x' },
    ],
    [
      'multi_value',
      { aliases: entry('other', { multi_value: true }) },
      { other: ['x@x.org'] },
      { aliases: ['anna@example.org', 'x@x.org'] },
    ],
    [
      'DATE',
      { birthday: entry('custom', { special_handling: 'DATE' }) },
      { custom: '31.12.1999' },
      { birthday: '1999-12-31' },
    ],
    [
      'IMAGE',
      { image1: entry('custom', { special_handling: 'IMAGE' }) },
      { custom: JPEG },
      { image1ContentType: 'image/jpeg' },
    ],
    [
      'IMAP_URL',
      { imapServer: entry('custom', { special_handling: 'IMAP_URL' }) },
      { custom: 'i.test' },
      { imapServer: 'imap://i.test:143' },
    ],
    [
      'SMTP_URL',
      { smtpServer: entry('custom', { special_handling: 'SMTP_URL' }) },
      { custom: 's.test' },
      { smtpServer: 'smtp://s.test:587' },
    ],
  ])('%s', async (_, mapping, properties, fields) => {
    write({ ...NEEDED, ...mapping });
    await site.apply(aUser('anna', properties));
    const user = await site.user('anna');
    for (const [field, value] of Object.entries(fields)) {
      expect(user?.[field]).toEqual(value);
    }
  });

  it('ldap_attribute null empties the field at every change, and says once a run what OX cannot clear', async () => {
    await site.ox.options({ allowQuota: true });
    const full = {
      oxNote: 'x',
      oxEmail2: 'a2@x.org',
      mailAlternativeAddress: ['a@x.org'],
      oxUserQuota: 500,
      birthday: '1980-02-29',
      jpegPhoto: JPEG,
      employeeType: 'x',
    };
    await site.apply(aUser('anna', full), aUser('bert'));
    await site.ox.options({ allowQuota: false });
    write({
      ...NEEDED,
      note: entry(null),
      email2: entry(null),
      aliases: entry(null, { multi_value: true }),
      max_quota: entry(null),
      employee_type: entry(null, { nillable: false }),
      birthday: entry(null, { special_handling: 'DATE' }),
      image1: entry(null, { special_handling: 'IMAGE' }),
      imap_server: entry(null, { special_handling: 'IMAP_URL' }),
      language: entry(null),
    });

    const { warnings } = await site.apply(aUser('anna', full), aUser('bert'), aUser('carl', { oxUserQuota: 7 }));

    expect(warnings).toEqual([
      'AttributeMapping.json empties birthday, image1, imapServer, which OX cannot clear: what is in OX stays until it is removed there by hand',
    ]);
    expect(await site.user('anna')).toMatchObject({
      note: '',
      email2: '',
      aliases: ['anna@example.org'],
      maxQuota: -1,
      employeeType: '',
      birthday: '1980-02-29',
      imapServer: 'imap://localhost:143',
      language: 'de_DE',
    });
    expect((await site.user('carl'))?.maxQuota ?? -1).toBe(-1);
    await site.apply(aUser('anna', { ...full, oxNote: 'y' }));
    expect(await site.user('anna')).toMatchObject({ note: '' });
  });

  it.each([
    [true, ''],
    [false, 'x'],
  ])('nillable %s: a value that goes away leaves %j', async (nillable, left) => {
    write({ ...NEEDED, note: entry('custom', { nillable }) });
    await site.apply(aUser('anna', { custom: 'x' }));
    await site.apply(aUser('anna', { custom: '' }));
    expect((await site.user('anna'))?.note).toBe(left);
  });

  it('also where the primary mail is: the address follows, as with the default', async () => {
    write({ ...NEEDED, email1: entry('custom'), aliases: entry('others', { multi_value: true }) });
    await site.apply(aUser('anna', { custom: 'one@x.org', others: ['two@x.org'] }));
    await site.apply(aUser('anna', { custom: 'new@x.org', others: [] }));
    expect(await site.user('anna')).toMatchObject({
      primaryEmail: 'new@x.org',
      defaultSenderAddress: 'new@x.org',
      aliases: ['new@x.org'],
    });
  });

  it('never a field that has a rule of its own', async () => {
    const own = [
      'contextadmin',
      'name',
      'language',
      'timezone',
      'mailenabled',
      'password',
      'imapLogin',
      'default_group',
    ];
    write({ ...NEEDED, ...Object.fromEntries(own.map((field) => [field, entry('custom')])) });
    await site.apply(aUser('anna', { custom: '1' }));
    expect(await site.user('anna')).toMatchObject({
      language: 'de_DE',
      mailenabled: true,
      imapLogin: 'anna@example.org',
    });
    expect((await site.bodies('createByModuleAccess'))[0]).not.toMatch(/contextadmin|default_group|>1</);
  });
});

describe('a broken one is an error, not a silent fallback', () => {
  it.each([
    ['no JSON', '{"display_name": '],
    ['empty', ''],
    ['a list', []],
    ['null', 'null'],
    ['an unknown OX field', { ...NEEDED, no_such_field: entry('title') }],
    ['an unknown special_handling', { ...NEEDED, note: entry('title', { special_handling: 'MAGIC' }) }],
    ['a negative position', { ...NEEDED, note: entry('phone', { position: -1 }) }],
    ['a text as position', { ...NEEDED, note: entry('phone', { position: '1' }) }],
    ['a number as ldap_attribute', { ...NEEDED, note: { ...entry('x'), ldap_attribute: 5 } }],
    ['no ldap_attribute', { ...NEEDED, note: { nillable: true } }],
    ['a text as alternative_attributes', { ...NEEDED, note: entry('title', { alternative_attributes: 'x' }) }],
    ['a text as nillable', { ...NEEDED, note: entry('title', { nillable: 'yes' }) }],
    ['an unknown key', { ...NEEDED, note: entry('title', { nilable: true }) }],
  ])('%s', async (_, content) => {
    write(content);

    const { failure, calls } = await site.stopsAt(aUser('anna'));

    expect([failure.code, failure.exitCode]).toEqual(['MAPPING_BROKEN', 78]);
    expect(failure.message).toContain('AttributeMapping.json');
    expect(calls).toEqual([]);
    expect(site.place.waiting()).toHaveLength(1);
  });

  it('is no matter for what needs no mapping', async () => {
    await site.apply(aUser('anna'));
    write('{');
    expect((await site.apply(aGroup('sales', ['anna']), deleted(aUser('nobody')))).failure).toBeNull();
    expect(await site.group('sales')).toMatchObject({ members: ['anna'] });
  });
});
