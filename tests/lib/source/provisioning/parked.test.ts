/** Messages that were set aside, read anew. */
import { existsSync } from 'node:fs';
import { openInbox } from '../../../../lib/queue/inbox.ts';
import { openParking } from '../../../../lib/queue/parking.ts';
import { asParked, reread } from '../../../../lib/source/provisioning/parked.ts';
import { envelopeMistakes } from '../../../../lib/validate/envelope.ts';
import { aUser } from '../../../harness/objects.ts';
import { freshFolder } from '../../../harness/temporary.ts';
import { live } from '../../../sandbox/provisioning/objects.ts';

const folder = freshFolder();
const anna = aUser('anna');
const inbox = () => openInbox(folder(), envelopeMistakes);

function reading(message: object) {
  const parking = openParking(inbox());
  const name = parking.keep(JSON.stringify(asParked({ ...message, sequence_number: 7 }, 'a prefill')), 'why');
  return { isBack: reread(inbox(), parking, name), isParked: existsSync(parking.path(name)) };
}

it('is a file of the queue where it can be used by now, with the prefill that it is of', () => {
  expect(reading(live(null, anna))).toEqual({ isBack: true, isParked: false });
  const [name = ''] = inbox().list();
  expect(inbox().read(name)).toMatchObject({ id: anna.id, provisioning: { prefill: 'a prefill' } });
});

it.each<[string, object]>([
  ['still has no object', { ...live(null, anna), body: { old: {}, new: {} } }],
  [
    'is too large for a file of the queue',
    live(null, { ...anna, object: { ...anna.object, note: 'x'.repeat(17 * 1024 * 1024) } }),
  ],
])('stays where it %s', (_, message) => {
  expect(reading(message)).toEqual({ isBack: false, isParked: true });
  expect(inbox().list()).toEqual([]);
});
