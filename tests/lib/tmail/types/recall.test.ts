/** Where the memory is lost the last states tell whose mailbox is whose. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { QueueWorld } from '../../../harness/tmail/queue-world.ts';
import { type StandIn, startStandIn } from '../../../sandbox/tmail/stand-in.ts';

let standIn: StandIn;
let world: QueueWorld;

beforeAll(async () => {
  standIn = await startStandIn({ token: 'a-token' });
});
afterAll(() => standIn.stop());
beforeEach(async () => {
  world = await new QueueWorld({ url: standIn.url, token: 'a-token', hasContacts: true }, 'recall').open();
});
afterEach(() => world.close());

const forget = (): void => rmSync(join(world.data, 'tmail', 'mailboxes.jsonl'));

it('also of a user that has another id than when it was known first', async () => {
  world.put('anna', { id: 'entry', alias: ['info', 'x'] });
  await world.drain();
  await world.admin.putMail(world.at('anna'));
  // The site goes over to another kind of ids: the same DN.
  world.put('anna', { id: 'uoi', alias: ['info', 'x'] });
  await world.drain();
  forget();

  world.put('anna', { id: 'uoi', alias: ['info'] });
  await world.drain();
  expect((await world.mailbox('anna')).aliases).toEqual(['info']);

  forget();
  world.put('anna', { id: 'uoi', mail: 'berg' });
  await world.drain();
  expect(Object.keys(await world.holds())).toEqual(['berg']);
  expect(await world.admin.mailboxes(world.at('berg'))).toBe(1);

  forget();
  world.drop('anna');
  await world.drain();
  expect(await world.holds()).toEqual({});
});
