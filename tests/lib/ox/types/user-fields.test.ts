/**
 * Every field of the default mapping: from UDM into OX, cleared again, and refused where it is not what it should be
 * (docs/behaviour.md, "Users").
 */
import { DEFAULT_MAPPING } from '../../../../lib/ox/mapping/mapping.ts';
import { describeService } from '../../../../lib/ox/soap/contract.ts';
import userSchema from '../../../../schemas/user.schema.json' with { type: 'json' };
import { aUser, changed } from '../../../harness/objects.ts';
import { JPEG } from '../../../harness/picture.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

const upper = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
const address = (place: string): [string, string][] =>
  ['street', 'postal_code', 'city', 'state', 'country'].map((field) => [
    `${field}_${place}`,
    `ox${field.split('_').map(upper).join('')}${upper(place)}`,
  ]);
const userfields = Array.from({ length: 20 }, (_, at): [string, string] => {
  const number = String(at + 1).padStart(2, '0');
  return [`userfield${number}`, `oxUserfield${number}`];
});

/** The table of docs/attributes.md: text fields that come from one property. */
const TEXTS: readonly [field: string, property: string][] = [
  ['given_name', 'firstname'],
  ['sur_name', 'lastname'],
  ['middle_name', 'oxMiddleName'],
  ['nickname', 'oxNickName'],
  ['suffix', 'oxSuffix'],
  ['title', 'title'],
  ['company', 'organisation'],
  ['department', 'oxDepartment'],
  ['position', 'oxPosition'],
  ['profession', 'oxProfession'],
  ['employeeType', 'employeeType'],
  ['number_of_employee', 'employeeNumber'],
  ['room_number', 'roomNumber'],
  ['manager_name', 'oxManagerName'],
  ['branches', 'oxBranches'],
  ['tax_id', 'oxTaxId'],
  ['commercial_register', 'oxCommercialRegister'],
  ['sales_volume', 'oxSalesVolume'],
  ['marital_status', 'oxMarialStatus'],
  ['spouse_name', 'oxSpouseName'],
  ['number_of_children', 'oxNumOfChildren'],
  ['note', 'oxNote'],
  ['url', 'oxUrl'],
  ['instant_messenger1', 'oxInstantMessenger1'],
  ['instant_messenger2', 'oxInstantMessenger2'],
  ['street_business', 'street'],
  ['postal_code_business', 'postcode'],
  ['city_business', 'city'],
  ['state_business', 'oxStateBusiness'],
  ['country_business', 'oxCountryBusiness'],
  ...address('home'),
  ...address('other'),
  ['cellular_telephone1', 'oxMobileBusiness'],
  ['cellular_telephone2', 'mobileTelephoneNumber'],
  ['telephone_pager', 'pagerTelephoneNumber'],
  ['telephone_assistant', 'oxTelephoneAssistant'],
  ['telephone_car', 'oxTelephoneCar'],
  ['telephone_company', 'oxTelephoneCompany'],
  ['telephone_ip', 'oxTelephoneIp'],
  ['telephone_other', 'oxTelephoneOther'],
  ['telephone_telex', 'oxTelephoneTelex'],
  ['telephone_ttytdd', 'oxTelephoneTtydd'],
  ['fax_business', 'oxFaxBusiness'],
  ['fax_home', 'oxFaxHome'],
  ['fax_other', 'oxFaxOther'],
  ...userfields,
];

/** Fields with a value of their own kind: the value in UDM, and in OX. */
const OTHERS: readonly [field: string, property: string, value: unknown, inOx: unknown][] = [
  ['display_name', 'oxDisplayName', 'Anna A.', 'Anna A.'],
  ['email1', 'mailPrimaryAddress', 'a@example.org', 'a@example.org'],
  ['email2', 'oxEmail2', 'a2@example.net', 'a2@example.net'],
  ['email3', 'oxEmail3', 'a3@example.net', 'a3@example.net'],
  ['aliases', 'mailAlternativeAddress', ['a@x.org'], ['a@x.org', 'anna@example.org']],
  ['telephone_business1', 'phone', ['1', '2', '3'], '1'],
  ['telephone_business2', 'phone', ['1', '2', '3'], '2'],
  ['telephone_home1', 'homeTelephoneNumber', ['1', '2', '3'], '1'],
  ['telephone_home2', 'homeTelephoneNumber', ['1', '2', '3'], '2'],
  ['birthday', 'birthday', '1980-02-29', '1980-02-29'],
  ['anniversary', 'oxAnniversary', '2011-11-11', '2011-11-11'],
  ['maxQuota', 'oxUserQuota', '500', 500],
  ['image1', 'jpegPhoto', JPEG, expect.stringMatching(/^sha256:/)],
  ['imapServer', 'mailHomeServer', 'mail.test', 'imap://mail.test:143'],
  ['smtpServer', 'mailHomeServer', 'mail.test', 'smtp://mail.test:587'],
];

const ALL = [
  ...TEXTS.map(([field, property]) => [field, property, `<${property}> & "Ä"`, `<${property}> & "Ä"`] as const),
  ...OTHERS,
];

describe('the default mapping', () => {
  it('has the fields of the table, and no others', () => {
    // usedQuota is sent but not stored: see the test of the quota.
    expect(Object.keys(DEFAULT_MAPPING).sort()).toEqual([...ALL.map(([field]) => field), 'usedQuota'].sort());
  });

  it.each(Object.entries(DEFAULT_MAPPING))(
    '%s is a field of the contract and its properties are in the schema',
    (field, entry) => {
      const fields = describeService('OXUserService').types.User?.map(([name]) => name);
      expect(fields).toContain(field);
      for (const property of [entry.ldap_attribute ?? '', ...(entry.alternative_attributes ?? [])]) {
        expect(Object.keys(userSchema.properties)).toContain(property);
      }
    },
  );

  it.each(ALL)('%s ← %s at creation', async (field, property, value, inOx) => {
    await site.ox.options({ allowQuota: true });
    await site.apply(aUser('anna', { [property]: value }));
    expect(await site.user('anna')).toHaveProperty(field, inOx);
  });

  it.each(ALL)('%s ← %s at a change', async (field, property, value, inOx) => {
    await site.ox.options({ allowQuota: true });
    await site.apply(aUser('anna'));
    await site.apply(aUser('anna', { [property]: value }));
    expect(await site.user('anna')).toHaveProperty(field, inOx);
  });
});

describe('a cleared property is cleared in OX', () => {
  const filled = aUser('anna', Object.fromEntries(TEXTS.map(([, property]) => [property, 'x'])));
  const clearable = [...TEXTS, ['email2', 'oxEmail2'], ['email3', 'oxEmail3']] as const;

  it.each([
    ['an empty text', ''],
    ['null', null],
    ['an empty list', []],
  ])('by %s: every text field', async (_, nothing) => {
    const mails = { oxEmail2: 'a2@example.net', oxEmail3: 'a3@example.net' };
    await site.apply(changed(filled, mails));

    await site.apply(changed(filled, Object.fromEntries(clearable.map(([, property]) => [property, nothing]))));

    const user = await site.user('anna');
    expect(Object.fromEntries(clearable.map(([field]) => [field, user?.[field]]))).toEqual(
      Object.fromEntries(clearable.map(([field]) => [field, ''])),
    );
  });

  it('by leaving it out: every text field', async () => {
    await site.apply(filled);
    await site.apply(aUser('anna', { firstname: undefined, lastname: undefined }));

    const user = await site.user('anna');
    expect(TEXTS.filter(([field]) => user?.[field] !== '')).toEqual([]);
  });

  it.each([
    ['phone', ['1', '2'], ['1'], { telephone_business1: '1', telephone_business2: '' }],
    ['phone', ['1', '2'], [], { telephone_business1: '', telephone_business2: '' }],
    ['homeTelephoneNumber', ['1', '2'], ['2'], { telephone_home1: '2', telephone_home2: '' }],
    ['homeTelephoneNumber', ['1', '2'], '3', { telephone_home1: '3', telephone_home2: '' }],
    ['mailAlternativeAddress', ['x@x.org', 'y@x.org'], ['y@x.org'], { aliases: ['anna@example.org', 'y@x.org'] }],
    ['mailAlternativeAddress', ['x@x.org'], [], { aliases: ['anna@example.org'] }],
    ['oxDisplayName', 'Anna A.', '', { display_name: 'anna Example' }],
    ['mailHomeServer', 'mail.test', '', { imapServer: 'imap://localhost:143', smtpServer: 'smtp://localhost:587' }],
  ])('%s: %j becomes %j', async (property, before, after, fields) => {
    await site.apply(aUser('anna', { [property]: before }));
    await site.apply(aUser('anna', { [property]: after }));
    expect(await site.user('anna')).toMatchObject(fields);
  });

  it('an address that was never there is not emptied by a change', async () => {
    await site.apply(aUser('anna'));
    await site.apply(aUser('anna', { title: 'Dr.' }));
    expect((await site.bodies('change')).join()).not.toMatch(/email[23]/);
  });

  it('is cleared too when the previous state is not known', async () => {
    await site.ox.seed({ contexts: { 10: { users: [{ name: 'anna', title: 'Dr.', email2: 'old@example.org' }] } } });
    await site.apply(aUser('anna'));
    expect(await site.user('anna')).toMatchObject({ title: '', email2: '' });
  });

  it.each([
    ['birthday', '1980-02-29', { birthday: '1980-02-29' }],
    ['oxAnniversary', '1980-02-29', { anniversary: '1980-02-29' }],
    ['jpegPhoto', JPEG, { image1: expect.any(String) }],
  ])('%s, which OX cannot clear, is warned of once per change', async (property, value, kept) => {
    await site.apply(aUser('anna', { [property]: value }));

    const cleared = await site.apply(aUser('anna', { [property]: '' }));
    const later = await site.apply(aUser('anna', { [property]: '', title: 'Dr.' }));

    expect(cleared.warnings).toEqual([expect.stringMatching(new RegExp(`cannot clear.*${property}`))]);
    expect(later.warnings).toEqual([]);
    expect(await site.user('anna')).toMatchObject({ ...kept, title: 'Dr.' });
  });
});

describe('names and lists', () => {
  it.each([
    ['oxDisplayName', { oxDisplayName: 'A', displayName: 'B' }, 'A'],
    ['else displayName', { oxDisplayName: '', displayName: 'B' }, 'B'],
  ])('display_name ← %s', async (_, properties, expected) => {
    await site.apply(aUser('anna', properties));
    expect(await site.user('anna')).toHaveProperty('display_name', expected);
  });

  it('a list given for a single-valued field is its first value', async () => {
    await site.apply(
      aUser('anna', { title: ['Dr.', 'Prof.'], oxNote: ['only'], mailPrimaryAddress: ['anna@example.org'] }),
    );
    expect(await site.user('anna')).toMatchObject({ title: 'Dr.', note: 'only', primaryEmail: 'anna@example.org' });
  });

  it('email1 ← mailPrimaryAddress is required', async () => {
    const { failure, calls } = await site.stopsAt(aUser('anna', { mailPrimaryAddress: '' }));
    expect(failure.code).toBe('PROPERTY_INVALID');
    expect(failure.message).toMatch(
      /^the property mailPrimaryAddress of uid=anna,.* is empty, but every OX user needs a primary mail address$/,
    );
    expect(failure.remedy).toBe('Set mailPrimaryAddress in UDM, or clear isOxUser.');
    expect(calls).toEqual([]);
    expect(site.place.waiting()).toHaveLength(1);
  });
});
