/** The change that provisions a last state once more. */

import type { Envelope } from '../../../../lib/model/change.ts';
import { unchanged } from '../../../../lib/ox/check/deps.ts';
import { aUser, type QueueFile } from '../../../harness/objects.ts';

const of = (file: QueueFile) => unchanged(file as Envelope);

it('is to what the object is to be, from that with all that was learnt', () => {
  const anna = aUser('anna', { oxDbId: 7 });
  expect(of(anna)).toMatchObject({
    id: anna.id,
    type: 'users/user',
    dn: anna.dn,
    formerDn: anna.dn,
    before: anna.object,
    after: aUser('anna').object,
  });
});

it('is the deletion of one that waits to be removed', () => {
  expect(of(aUser('anna', { oxDbDeletion: true })).after).toBeNull();
});
