/** What differs between what OX has and what it is to have, in whatever form OX tells it. */
import { compareFields, compareGroup, compareUser } from '../../../../lib/ox/types/compare.ts';

it.each<[string, object, object]>([
  ['nothing and an empty text', {}, { title: '' }],
  ['nothing and false', { mailenabled: null }, { mailenabled: false }],
  ['no quota and an unlimited one', { maxQuota: null }, { maxQuota: -1 }],
  ['a day, told with the zone of the server', { birthday: '1990-02-03+02:00' }, { birthday: '1990-02-03' }],
  ['a server, told in parts', { imapServer: 'mx', imapPort: 143 }, { imapServer: 'imap://mx:143' }],
  [
    'a server, told as it was sent',
    { imapServer: 'mx', imapServerString: 'imaps://mx:993' },
    { imapServer: 'imaps://mx:993' },
  ],
  ['aliases in another order and case', { aliases: ['B@x', 'a@x'] }, { aliases: ['a@x', 'b@x', 'A@x'] }],
])('%s are the same', (_what, found, wanted) => {
  expect(compareFields(found, wanted)).toEqual([]);
});

it('tells each field that differs, as OX has it and as it is to be', () => {
  const found = { name: 'anna', webmail: true, title: 'Dr.', imapServer: 'mx', imapPort: 143 };
  const wanted = { name: 'anna', webmail: false, title: '', imapServer: 'imap://other:143' };
  expect(compareFields(found, wanted)).toEqual([
    { field: 'webmail', before: 'true', after: 'false' },
    { field: 'title', before: 'Dr.', after: '' },
    { field: 'imapServer', before: 'imap://mx:143', after: 'imap://other:143' },
  ]);
});

it('tells all of what is not there yet, no secret, and a picture by its size', () => {
  const wanted = { name: 'anna', password: 'geheim', webmail: false, note: '', image1: 'QUJD' };
  expect(compareFields(null, wanted).map(({ field, before, after }) => [field, before, after])).toEqual([
    ['name', '', 'anna'],
    ['password', '', '(a password)'],
    ['webmail', '', 'false'],
    ['image1', '', '(a picture of 3 bytes)'],
  ]);
});

it('leaves out of a user what OX tells otherwise or a change does not bring, not what is to be empty', () => {
  const wanted = {
    fields: { name: 'anna', image1: 'QUJD', maxQuota: 7 },
    createOnly: ['maxQuota'],
    cleared: ['title'],
    access: null,
    accessBefore: null,
    isRepeated: false,
    primaryMail: 'anna@example.org',
    addresses: ['anna@example.org'],
    keepsAliases: false,
    emptyAlready: [],
    mailBefore: null,
  };
  expect(compareUser(wanted, { name: 'anna', title: 'Dr.', maxQuota: 9, image1: 'x' })).toEqual([
    { field: 'title', before: 'Dr.', after: '' },
  ]);
});

it('names the members that are to come and those that are to go', () => {
  const nameOf = (id: number): string => ['', 'anna', 'bert', 'cora'][id] ?? `user ${id}`;
  const found = { name: 'sales', members: [3, 4] };
  expect(compareGroup({ name: 'sales', members: [3, 2, 1] }, found, nameOf)).toEqual([
    { field: 'members added', before: '', after: 'anna, bert' },
    { field: 'members removed', before: 'user 4', after: '' },
  ]);
  expect(compareGroup({ name: 'sales', members: [4, 3] }, found, nameOf)).toEqual([]);
});
