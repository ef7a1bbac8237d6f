/** What is about people goes out of texts, what explains a failure stays. */
import { Masker } from '../../../lib/support/masker.ts';

const masker = new Masker(new Set(['anna', 'example', 'müller', 'user']), ['hush', 'x']);
const M = '«[0-9a-f]{6}»';

it.each([
  ['a DN', 'for uid=anna,cn=users,dc=a,dc=b it failed', `for uid=${M},cn=${M},dc=${M},dc=${M} it failed`],
  ['a DN with escapes', 'at cn=M\\, A,dc=x.', `at cn=${M},dc=${M}`],
  ['an address', 'to <bert.x@mail.example>: no', `to <${M}@${M}>: no`],
  ['a name in quotes', 'user "Zoë B" in context 10', `user "${M}" in context 10`],
  [
    'a name in quotes in a field',
    'object="user \\"zoe\\" in context 10" result=500',
    `object="user \\\\"${M}\\\\" in context 10" result=500`,
  ],
  [
    'a name beside a code',
    'reason="FLD-0075 of \\"zoe\\" (x.StorageException)"',
    `reason="FLD-0075 of \\\\"${M}\\\\" \\(x.StorageException\\)"`,
  ],
  ['an id', 'old/b2f13544-e3cb-1037-810e-23ad4765aade.json', `old/${M}.json`],
  ['words that are known', 'Displayname of Anna Müller is taken', `Displayname of ${M} ${M} is taken`],
  ['a number', 'telephone 1234567', `telephone ${M}`],
  ['a secret', 'said hushhush', 'said \\(a secret\\)\\(a secret\\)'],
])('masks %s', (_, text, expected) => {
  expect(masker.text(text)).toMatch(new RegExp(`^${expected}`));
});

it.each([
  '2026-11-28T12:00:00.123Z INFO    provisioned file=/d/listener/2026-11-28-12-00-00-123456.json type=users/user duration=12ms',
  'OXUserService.create was refused (com.openexchange.admin.rmi.exceptions.StorageException), ACC-0017',
  'another user of context 10 has it: set USERNAME_CHANGEABLE=true in AdminUser.properties',
])('leaves alone what tells nothing of anybody: %s', (text) => {
  expect(masker.text(text)).toBe(text);
});

it('has one mark for one value, whatever its case, and others in another archive', () => {
  expect(masker.mark('Anna')).toBe(masker.mark('anna'));
  expect(masker.mark('anna')).not.toBe(masker.mark('bert'));
  expect(new Masker(new Set(), []).mark('anna')).not.toBe(masker.mark('anna'));
  expect(masker.text('Anna')).toBe(masker.mark('anna'));
});

it('is not misled by characters that it uses itself', () => {
  expect(masker.text('\ue000\ue001 «abcdef» anna')).toBe(`?? «abcdef» ${masker.mark('anna')}`);
});

it('tells of a file its properties and the shape of their values', () => {
  const object = {
    isOxUser: 'OK',
    oxContext: 10,
    firstname: ' Zoë',
    phone: ['1'],
    size: 7,
    none: null,
    empty: '',
    on: true,
    bell: 'a\u0007',
    map: { zoe: 'b' },
  };
  const mark = (value: string): string => masker.mark(value);
  expect(masker.file({ id: 'i', udm_object_type: 'users/user', object })).toEqual({
    id: `${mark('i')} 1 characters`,
    udm_object_type: 'users/user',
    object: {
      isOxUser: 'OK',
      oxContext: 10,
      firstname: `${mark(' zoë')} 4 characters, not only ASCII, blanks around it`,
      phone: [`${mark('1')} 1 characters`],
      size: `${mark('7')} 1 characters, a number`,
      none: null,
      empty: '',
      on: true,
      bell: `${mark('a\u0007')} 2 characters, control characters`,
      map: { [`key 1 ${mark('zoe')}`]: `${mark('b')} 1 characters` },
    },
  });
});

it('masks the answer of a program text by text, and values as a whole', () => {
  const found = {
    kind: 'differs',
    object: 'zoe',
    message: 'title of "zoe"',
    fields: [{ field: 'title', before: 'Dr. Z', after: '' }],
  };
  expect(masker.answer(found)).toEqual({
    kind: 'differs',
    object: masker.mark('zoe'),
    message: `title of "${masker.mark('zoe')}"`,
    fields: [{ field: 'title', before: `${masker.mark('Dr. Z')} 5 characters`, after: '' }],
  });
});

it('takes a line of the log in JSON apart', () => {
  expect(masker.line('{"level":"info","message":"provisioned","dn":"uid=zoe,dc=x"}')).toMatch(
    new RegExp(`^\\{"level":"info","message":"provisioned","dn":"uid=${M},dc=${M}"\\}$`),
  );
  expect(masker.line('{broken "zoe"')).toBe(`{broken "${masker.mark('zoe')}"`);
});
