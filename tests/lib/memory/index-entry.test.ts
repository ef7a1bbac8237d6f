/** What the index keeps of a last state is what others ask about. */
import { entryOf } from '../../../lib/memory/index-entry.ts';
import type { Envelope } from '../../../lib/model/change.ts';
import { claimKeys, DEFAULT_IDENTIFIERS } from '../../../lib/model/claims.ts';
import { dnKey } from '../../../lib/model/dn.ts';
import { aGroup, aUser, type QueueFile, userDn } from '../../harness/objects.ts';

const of = (file: QueueFile) => entryOf(file.id, file as Envelope, DEFAULT_IDENTIFIERS);
const KNOWN = { oxDbId: 7, oxDbUsername: 'anna', oxDbContext: 10 };

it('of a user: where it is, what it claims, what it waits for, and which ids it had', () => {
  const entry = of(aUser('anna', { ...KNOWN, oxDbSkipped: [20], oxDbFormerIds: ['ABC'] }));
  expect(entry).toMatchObject({
    dn: dnKey(userDn('anna')),
    type: 'users/user',
    isOx: true,
    context: 10,
    oxId: 7,
    awaited: ['login:20'],
    formers: ['abc'],
    references: [],
  });
  expect(entry.claims).toEqual(
    expect.arrayContaining([
      claimKeys.user(10, 'anna'),
      claimKeys.userId(10, 7),
      claimKeys.mail(10, 'anna@example.org'),
    ]),
  );
});

it('of a group: whom it names, as DNs compare', () => {
  expect(of(aGroup('sales', ['ANNA', 'bert']))).toMatchObject({
    references: [userDn('anna'), userDn('bert')].map(dnKey),
  });
});

it.each([
  ['of one that waits to be removed: nobody finds it by its DN, and it names nobody', { oxDbDeletion: true }, ''],
  ['of one whose DN another has by now: nobody finds it by it', { oxDbDnLost: true }, ''],
])('%s', (_, note, dn) => {
  const entry = of(aGroup('sales', ['anna'], note));
  expect(entry.dn).toBe(dn);
  expect(entry.references).toHaveLength('oxDbDeletion' in note ? 0 : 1);
});

it('of one that has given its DN up: it is found, but not by who names that', () => {
  const entry = of(aUser('anna', { oxDbGivenUp: '1.json' }));
  expect(entry.dn).not.toBe(dnKey(userDn('anna')));
  expect(entry.dn).toContain(dnKey(userDn('anna')));
});

it('notes in short what need not be written again, and nothing where references are many', () => {
  const first = of(aUser('anna', KNOWN));
  expect(first.notes).not.toBe('');
  expect(of(aUser('anna', { ...KNOWN, title: 'Dr.' })).notes).toBe(first.notes);
  expect(of(aUser('anna', { ...KNOWN, oxDbUsername: 'anne' })).notes).not.toBe(first.notes);
  expect(of(aGroup('sales', ['anna'])).notes).toBe('');
});
