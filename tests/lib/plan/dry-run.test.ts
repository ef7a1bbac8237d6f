/** The copies in memory that a plan works on say of all that it has changed what the real ones would. */
import { openParts } from '../../../bin/parts.ts';
import { openMemoryForLooking } from '../../../lib/memory/memory.ts';
import { type Envelope, keysOf } from '../../../lib/model/change.ts';
import { dryLastStates } from '../../../lib/plan/dry-last-states.ts';
import { dryInbox, dryParking } from '../../../lib/plan/dry-run.ts';
import { openInbox } from '../../../lib/queue/inbox.ts';
import { openParking } from '../../../lib/queue/parking.ts';
import { readSettings } from '../../../lib/settings/settings.ts';
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
import { aUser, idOf, userDn } from '../../harness/objects.ts';
import { useSite } from '../../harness/site.ts';

const site = useSite();

it('last states that were made are still known after a look-up of a DN that nobody has', async () => {
  await site.apply(aUser('anna'), aUser('bert'));
  const settings = readSettings({ OX_SOAP_SERVER: site.ox.url }, site.place.data);
  const parts = openParts(settings, site.place.queue);
  const states = dryLastStates(parts.lastStates, dryInbox(parts.inbox));
  const memory = openMemoryForLooking(states);

  memory.put(aUser('clara') as Envelope);
  memory.remove(idOf('user', 'bert'));
  expect(memory.byDn(userDn('nobody'))).toBeNull();

  expect(['anna', 'bert', 'clara'].map((name) => memory.byDn(userDn(name)) !== null)).toEqual([true, false, true]);
  expect(states.ids().sort()).toEqual([idOf('user', 'anna'), idOf('user', 'clara')].sort());
  memory.close();
  parts.client.close();
});

it('what is parked, and would be, is known until news of it would take it away; nothing is moved', () => {
  const real = openInbox(site.place.queue, envelopeMistakes);
  const [anna, bert] = [aUser('anna'), aUser('bert')].map((file) => file as unknown as Envelope) as [
    Envelope,
    Envelope,
  ];
  const [first = '', second = ''] = site.place.drop(aUser('anna'), aUser('bert'));
  openParking(real).park(first, anna, 'refused');
  const inbox = dryInbox(real);
  const parking = dryParking(inbox, openParking(real));
  parking.park(second, bert, 'refused too');

  const held = () => [anna, bert].map(({ id }) => parking.holds(id));
  expect([held(), inbox.list()]).toEqual([[true, true], []]);
  parking.clear('2026-11-21-08-00-00.json', keysOf(anna.id, anna.dn), () => true);
  expect(held()).toEqual([false, true]);
  expect([site.place.parked(), site.place.waiting()]).toEqual([[first], [second]]);
});
