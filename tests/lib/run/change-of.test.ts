/** What a file of the queue says, beside what the object was: checked before anything is planned. */
import type { Envelope } from '../../../lib/model/change.ts';
import { changeOf } from '../../../lib/run/change-of.ts';
import { aGroup, aUser, changed, deleted, type QueueFile, userDn } from '../../harness/objects.ts';
import { thrownBy } from '../../harness/temporary.ts';

const PATH = '/queue/1.json';
const anna = aUser('anna');
const was = { ...aUser('anna', { oxDbId: 7 }), dn: userDn('anne') };
const ofFile = (file: QueueFile, before: QueueFile | null, mistakes: readonly string[] = []) =>
  changeOf(file as Envelope, before as Envelope | null, { path: PATH, writtenIn: '1.json' }, () => mistakes);

it('is from what the object was, and where, to what it is to be, of which nothing is learnt', () => {
  expect(ofFile(changed(anna, { oxDbId: 4711, title: 'Dr.' }), was)).toEqual({
    id: anna.id,
    type: 'users/user',
    dn: anna.dn,
    before: was.object,
    formerDn: userDn('anne'),
    after: { ...anna.object, title: 'Dr.' },
    writtenIn: '1.json',
  });
});

it('has nothing before a creation and nothing after a deletion, whose properties nobody has to check', () => {
  expect(ofFile(anna, null)).toMatchObject({ before: null, formerDn: null, after: anna.object });
  expect(ofFile(deleted(anna), was, ['wrong'])).toMatchObject({ before: was.object, after: null });
});

it.each([
  ['mistakes in the object', null, ['/oxContext: found "ten"'], '/oxContext: found "ten"'],
  [
    'an id that belongs to an object of another type',
    { ...aGroup('anna', []), id: anna.id },
    [],
    '/udm_object_type: found users/user, but this id belongs to a groups/group',
  ],
])('refuses %s, and says how to go on', (_, before, mistakes, said) => {
  expect(thrownBy(() => ofFile(anna, before, mistakes))).toMatchObject({
    code: 'QUEUE_FILE_INVALID',
    message: expect.stringContaining(said),
    remedy: 'Correct the object in UDM and save it: the newer file takes the place of this one. Or correct the file.',
  });
});
