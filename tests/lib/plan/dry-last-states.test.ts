/** Last states that a plan would write: they are read again from the queue, and say what was written. */
import { readFileSync, writeFileSync } from 'node:fs';
import { openLastStates } from '../../../lib/memory/last-state.ts';
import type { Envelope } from '../../../lib/model/change.ts';
import { dryLastStates } from '../../../lib/plan/dry-last-states.ts';
import { dryInbox } from '../../../lib/plan/dry-run.ts';
import { openInbox } from '../../../lib/queue/inbox.ts';
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
import { aUser, deleted, idOf } from '../../harness/objects.ts';
import { temporaryFolder } from '../../harness/temporary.ts';
import { makeWorkplace, type Workplace } from '../../harness/workplace.ts';

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace('http://127.0.0.1:1', temporaryFolder());
});
afterEach(() => place.remove());

const ANNA = idOf('user', 'anna');

function open() {
  const inbox = dryInbox(openInbox(place.queue, envelopeMistakes));
  return { inbox, states: dryLastStates(openLastStates(place.queue, envelopeMistakes), inbox) };
}

/** As a run makes it of a file: without what must not come from there, with what it has learnt. */
function learntFrom({ object, ...rest }: Envelope): Envelope {
  const { oxDbUsername: _, ...told } = object ?? {};
  return { ...rest, object: { ...told, title: 'Dr.', oxDbId: 7, oxDbContext: 10 } };
}

it('says what was written, whatever it took from the file', () => {
  const [name = ''] = place.drop(aUser('anna', { title: 'Prof.', oxDbUsername: 'eve' }));
  const { inbox, states } = open();
  const state = learntFrom(inbox.read(name) as Envelope);
  states.write(state);
  expect(states.read(ANNA.toUpperCase())).toEqual(state);
  expect([states.has(ANNA), states.ids()]).toEqual([true, [ANNA]]);
  states.remove(ANNA);
  expect([states.read(ANNA), states.has(ANNA), states.ids()]).toEqual([null, false, []]);
});

it('is read anew from its file, and holds nothing of what that says', () => {
  const [name = ''] = place.drop(aUser('anna'));
  const { inbox, states } = open();
  states.write(learntFrom(inbox.read(name) as Envelope));
  writeFileSync(inbox.path(name), readFileSync(inbox.path(name), 'utf8').replace('"ANNA"', '"Anne"'));
  expect(states.read(ANNA)?.object).toMatchObject({ firstname: 'Anne', title: 'Dr.', oxDbId: 7 });
});

it('is what a run beside it has made of the file, once that is gone or says something else', () => {
  const [name = ''] = place.drop(aUser('anna'));
  const { inbox, states } = open();
  states.write(learntFrom(inbox.read(name) as Envelope));
  const done = aUser('anna', { title: 'by the run' });
  openLastStates(place.queue, envelopeMistakes).write(done as Envelope);
  for (const content of [JSON.stringify(aUser('bert')), JSON.stringify(deleted(aUser('anna'))), '{']) {
    writeFileSync(inbox.path(name), content);
    expect(states.read(ANNA)).toEqual(done);
  }
  openInbox(place.queue, envelopeMistakes).remove(name);
  expect(states.read(ANNA)).toEqual(done);
});

it('is kept whole where no file tells it, under the id that the object has now', () => {
  const [name = ''] = place.drop(aUser('bert'));
  const { inbox, states } = open();
  const bert = inbox.read(name) as Envelope;
  const state = { ...(aUser('anna') as Envelope), object: { ...aUser('anna').object, oxDbId: 7 } };
  states.write(state);
  states.move(ANNA, { ...state, id: bert.id });
  expect([states.read(ANNA), states.read(bert.id)]).toEqual([null, { ...state, id: bert.id }]);
});
