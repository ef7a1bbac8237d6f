/** Which objects are meant by what an administrator asks for, the file that provisions one of them again, and what waits anyway. */

import { addAgain, findObjects, type Wish, waitingIds } from '../../../lib/memory/again.ts';
import { type LastStateFiles, openLastStates } from '../../../lib/memory/last-state.ts';
import type { Envelope } from '../../../lib/model/change.ts';
import { type Inbox, openInbox } from '../../../lib/queue/inbox.ts';
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
import { aGroup, aUser, deleted, userDn } from '../../harness/objects.ts';
import { freshFolder, temporaryFolder } from '../../harness/temporary.ts';
import { makeWorkplace } from '../../harness/workplace.ts';

const folder = freshFolder();
const anna = aUser('anna', { oxDbId: 7, oxDbUsername: 'Anna' });
const bert = aUser('bert', { oxDbSkipped: 20, mailPrimaryAddress: 'b@example.org' });
const sales = aGroup('sales', ['anna']);

let states: LastStateFiles;
let inbox: Inbox;
beforeEach(() => {
  states = openLastStates(folder(), envelopeMistakes);
  inbox = openInbox(folder(), envelopeMistakes);
  for (const file of [anna, bert, sales]) {
    states.write(file as Envelope);
  }
});

const find = (wish: Partial<Wish>) =>
  findObjects(states, { objects: [], type: null, all: false, skipped: false, ...wish });

it.each<[string, Partial<Wish>, readonly { readonly id: string }[]]>([
  ['nothing that was not asked for', {}, []],
  ['all', { all: true }, [anna, bert, sales]],
  ['a type', { type: 'groups/group' }, [sales]],
  ['what was skipped', { skipped: true }, [bert]],
  ['skipped ones of a type that has none', { skipped: true, type: 'groups/group' }, []],
  ['an id, in whatever case', { objects: [anna.id.toUpperCase()] }, [anna]],
  ['a DN, as DNs compare', { objects: [userDn('ANNA').replace(',', ', ')] }, [anna]],
  ['a name, in whatever case', { objects: ['SALES'] }, [sales]],
  ['a name that it has in OX', { objects: ['Anna'] }, [anna]],
  ['a mail address', { objects: ['b@example.org'] }, [bert]],
  ['a name among those of a type only', { objects: ['anna'], type: 'groups/group' }, []],
])('finds %s', (_, wish, expected) => {
  expect(find(wish).ids).toEqual(expected.map(({ id }) => id).sort());
});

it('says what of it nobody has', () => {
  expect(find({ objects: ['anna', 'nobody'] })).toEqual({ ids: [anna.id], unknown: ['nobody'] });
});

it('adds a mark of what was last provisioned, without what was learnt', () => {
  const name = addAgain(inbox, states, anna.id, { oxConnectorForgetId: true }) ?? '';
  expect(inbox.list()).toEqual([name]);
  expect(inbox.read(name)).toEqual({ ...aUser('anna'), oxConnectorReprovision: true, oxConnectorForgetId: true });
});

it('adds none of an object that is not remembered', () => {
  expect(addAgain(inbox, states, aUser('nobody').id)).toBeNull();
  expect(inbox.list()).toEqual([]);
});

it('who waits is provisioned anyway, but for whom a prefill tells of and what cannot be read', () => {
  const place = makeWorkplace('http://127.0.0.1:1', temporaryFolder());
  const prefilled = { publisher_name: 'udm-pre-fill', sequence_number: 1, ts: '2026-01-01T00:00:00Z', prefill: null };
  const [one, two, clara] = [aUser('anna'), aUser('bert'), aUser('clara')];
  const waiting = (): ReadonlyMap<string, boolean> => waitingIds(openInbox(place.queue, envelopeMistakes));
  place.drop({ ...one, id: one.id.toUpperCase() }, deleted(two));
  place.drop({ ...clara, ...{ provisioning: prefilled } });
  place.dropRaw('broken.json', JSON.stringify({ id: clara.id }));
  expect(waiting()).toEqual(new Map([one, two].map(({ id }) => [id, false])));
  place.drop({ ...clara, ...{ provisioning: { ...prefilled, resync: true } } });
  expect(waiting().has(clara.id)).toBe(true);
  place.drop({ ...one, ...{ oxConnectorReprovision: true, oxConnectorForgetId: true } }, one);
  expect([one, two, clara].map(({ id }) => waiting().get(id))).toEqual([true, false, false]);
  place.remove();
});
