/** The copies in memory that a plan works on say of all that it has changed what the real ones would. */
import { openParts } from '../../../bin/parts.ts';
import { openMemoryForLooking } from '../../../lib/memory/memory.ts';
import type { Envelope } from '../../../lib/model/change.ts';
import { dryLastStates } from '../../../lib/plan/dry-run.ts';
import { readSettings } from '../../../lib/settings/settings.ts';
import { aUser, idOf, userDn } from '../../harness/objects.ts';
import { useSite } from '../../harness/site.ts';

const site = useSite();

it('last states that were made are still known after a look-up of a DN that nobody has', async () => {
  await site.apply(aUser('anna'), aUser('bert'));
  const settings = readSettings({ OX_SOAP_SERVER: site.ox.url }, site.place.data);
  const parts = openParts(settings, site.place.queue);
  const states = dryLastStates(parts.lastStates);
  const memory = openMemoryForLooking(states);

  memory.put(aUser('clara') as Envelope);
  memory.remove(idOf('user', 'bert'));
  expect(memory.byDn(userDn('nobody'))).toBeNull();

  expect(['anna', 'bert', 'clara'].map((name) => memory.byDn(userDn(name)) !== null)).toEqual([true, false, true]);
  expect(states.ids().sort()).toEqual([idOf('user', 'anna'), idOf('user', 'clara')].sort());
  memory.close();
  parts.client.close();
});
