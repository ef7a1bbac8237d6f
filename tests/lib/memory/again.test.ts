/** What is put into the queue again, and what need not be since it waits. */
import { waitingIds } from '../../../lib/memory/again.ts';
import { openInbox } from '../../../lib/queue/inbox.ts';
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
import { aUser, deleted } from '../../harness/objects.ts';
import { useSite } from '../../harness/site.ts';

const site = useSite();

it('who waits is provisioned anyway, but for whom a prefill tells of and what cannot be read', () => {
  const { place } = site;
  const prefilled = { publisher_name: 'udm-pre-fill', sequence_number: 1, ts: '2026-01-01T00:00:00Z', prefill: null };
  const [anna, bert, clara] = [aUser('anna'), aUser('bert'), aUser('clara')];
  place.drop({ ...anna, id: anna.id.toUpperCase() }, deleted(bert));
  place.drop({ ...clara, ...{ provisioning: prefilled } });
  place.dropRaw('broken.json', JSON.stringify({ id: clara.id }));
  expect(waitingIds(openInbox(place.queue, envelopeMistakes))).toEqual(new Set([anna.id, bert.id]));
  place.drop({ ...clara, ...{ provisioning: { ...prefilled, resync: true } } });
  expect(waitingIds(openInbox(place.queue, envelopeMistakes))).toContain(clara.id);
});
