/** Values that do not fit the field to which AttributeMapping.json leads them: refused, or left out with a warning. */
import { entry, NEEDED, writeMapping } from '../../../harness/mapping.ts';
import { aUser } from '../../../harness/objects.ts';
import { JPEG } from '../../../harness/picture.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

const write = (content: unknown): void => writeMapping(site.place.data, content);

it.each([
  [{ a: 1 }, 'an object'],
  [[['a']], 'a list of lists'],
])('a value that is no text is refused, and named: %j', async (custom, found) => {
  write({ ...NEEDED, title: entry('custom') });
  const { failure } = await site.stopsAt(aUser('anna', { custom }));
  expect(failure).toMatchObject({
    code: 'PROPERTY_INVALID',
    message: `the property custom of ${aUser('anna').dn} is ${found}, expected text`,
    remedy: 'Correct custom in UDM; the change of the object then comes into the queue by itself.',
  });
});

it('a quota that is no number leaves the one in OX as it is, until it is taken back', async () => {
  write({ ...NEEDED, maxQuota: entry('custom') });
  await site.ox.options({ allowQuota: true });
  const quotas: unknown[] = [];
  for (const custom of ['500', 'lots', 'more', '']) {
    await site.apply(aUser('anna', { custom }));
    quotas.push((await site.user('anna'))?.maxQuota);
  }
  expect(quotas).toEqual([500, 500, 500, -1]);
});

it.each([
  ['a day', { birthday: entry('custom') }, '31.12.1999', { birthday: '1999-12-31' }, []],
  ['text for a day', { birthday: entry('custom') }, 'soon', { birthday: undefined }, ['is "soon", which is no day']],
  ['text for a picture', { image1: entry('custom') }, 'x', { image1: undefined }, ['is not a JPEG picture in base64']],
  ['a picture', { image1: entry('custom') }, JPEG, { image1ContentType: 'image/jpeg' }, []],
  ['text for an integer', { imapPort: entry('custom') }, 'x', {}, ['is "x", which is no integer']],
  ['text for a quota', { maxQuota: entry('custom') }, 'x', {}, ['is "x", which is no integer']],
  [
    'a host for an integer',
    { smtpPort: entry('custom', { special_handling: 'SMTP_URL' }) },
    's.test',
    {},
    ['is "s.test", which is no integer'],
  ],
  [
    'text for a boolean',
    { load_remote_mail_content_by_default: entry('custom') },
    'x',
    {},
    ['is "x", which is no boolean'],
  ],
  [
    'a boolean',
    { load_remote_mail_content_by_default: entry('custom') },
    'TRUE',
    { load_remote_mail_content_by_default: true },
    [],
  ],
  ['a day as text', { note: entry('custom', { special_handling: 'DATE' }) }, '1.2.2003', { note: '2003-02-01' }, []],
])('the type in OX decides: %s', async (_, mapping, custom, fields, warnings) => {
  write({ ...NEEDED, ...mapping });
  const made = await site.apply(aUser('anna', { custom }));
  const again = await site.apply(aUser('anna', { custom, city: 'Kiel' }));

  for (const run of [made, again]) {
    expect(run.warnings).toEqual(warnings.map((each) => `ignored: custom ${each}`));
  }
  const user = await site.user('anna');
  for (const [field, value] of Object.entries(fields)) {
    expect(user?.[field]).toEqual(value);
  }
});

it.each([
  ['imapPort', '2147483648'],
  ['smtpPort', -2147483649],
  ['maxQuota', '1234567890123456'],
  ['uploadFileSizeLimit', 2 ** 53],
  ['maxQuota', 1e21],
])('an integer that %s cannot keep exactly is refused: %j', async (field, custom) => {
  write({ ...NEEDED, [field]: entry('custom') });
  const { failure, calls } = await site.stopsAt(aUser('anna', { custom }));
  expect(failure).toMatchObject({ code: 'PROPERTY_INVALID', fields: { property: 'custom' } });
  expect(failure.message).toMatch(/^the property custom of .* is "[-+\de]+", a number too large to be kept exactly$/);
  expect(calls).toEqual([]);
});

it('a mail server, a number or a boolean that goes away stays in OX, with a warning', async () => {
  write({ ...NEEDED, imapServer: entry('a'), imapPort: entry('b'), load_remote_mail_content_by_default: entry('c') });
  await site.apply(aUser('anna', { a: 'imap://i.test:143', b: '143', c: 'TRUE' }));
  const { warnings } = await site.apply(aUser('anna', { a: '', b: '', c: '' }));
  expect(warnings).toEqual([
    'OX cannot clear what came from a, b, c: the old value stays until it is removed in OX by hand',
  ]);
  expect(await site.user('anna')).toMatchObject({ imapServer: 'imap://i.test:143' });
});
