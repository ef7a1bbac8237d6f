/** What a plan would do to OX is noted, and nothing of it is done. */
import { openParts } from '../../../bin/parts.ts';
import { createOx } from '../../../lib/ox/ox.ts';
import { createRecordingClient } from '../../../lib/plan/recording-client.ts';
import { bringUser, joinDefaultGroup } from '../../../lib/provisioners/user-move.ts';
import { readSettings } from '../../../lib/settings/settings.ts';
import { anAccount, aUser } from '../../harness/objects.ts';
import { useSite } from '../../harness/site.ts';

const site = useSite();

it('a user with an account changes its context', async () => {
  const anna = aUser('anna');
  await site.apply(anna, anAccount('info', ['anna']), aUser('bert', { oxContext: 20, displayName: 'ANNA example' }));
  const before = await site.ox.state();
  const settings = readSettings({ OX_SOAP_SERVER: site.ox.url, OX_MASTER_PASSWORD: 'masterpw' }, site.place.data);
  const { client, credentials } = openParts(settings, site.place.queue);
  const recording = createRecordingClient(client);
  const ox = createOx(recording, credentials);
  const place = {
    context: 20,
    name: 'anna',
    formerName: null,
    id: null,
    movesFrom: { context: 10, name: 'anna', oxId: null },
    owner: anna,
  };
  const wanted = {
    fields: { name: 'anna', display_name: 'anna Example' },
    createOnly: [],
    cleared: [],
    access: null,
    accessBefore: null,
    isRepeated: false,
    primaryMail: 'anna@example.org',
    addresses: ['anna@example.org'],
    mailBefore: null,
  };

  const copy = await bringUser(place, wanted, {
    ox,
    find: ({ context, name }) => ox.users.find(context, { name }),
    nameMustBeFree: () => undefined,
    lookAgain: async () => null,
    nameOf: () => null,
    rememberPlace: () => undefined,
    ownership: {
      others: () => [],
      isOwn: () => true,
      isClaimed: () => false,
      mustBeFree: () => undefined,
      mustBeAdoptable: () => undefined,
      standsForOther: () => null,
      refuse: () => {
        throw new Error('nothing is refused');
      },
    },
  });
  await joinDefaultGroup(ox, 20, copy?.id ?? 0);

  client.close();
  expect(recording.take().map(({ operation }) => operation)).toEqual(['copyUser', 'delete', 'create', 'addMember']);
  expect(await site.ox.state()).toEqual(before);
});
