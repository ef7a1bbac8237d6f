/** The rules of `sync` against the stand-in. */
import { describeSyncRules } from '../../harness/tmail/sync-rules.ts';
import { type TestServer, World } from '../../harness/tmail/world.ts';
import { type StandIn, startStandIn } from '../../sandbox/tmail/stand-in.ts';

let standIn: StandIn;

beforeAll(async () => {
  standIn = await startStandIn({ token: 'a-token' });
});
afterAll(() => standIn.stop());

describeSyncRules((): TestServer => ({ url: standIn.url, token: 'a-token', hasContacts: true }));

it('an Apache James without domain contacts is told once, and the rest is done', async () => {
  const james = await startStandIn({ token: 'a-token', hasContacts: false });
  const world = await new World({ url: james.url, token: 'a-token', hasContacts: false }).open();
  world.file = { facets: ['account', 'aliases', 'contact'] };
  world.put('anna', { alias: ['info'] });
  world.put('bert');

  await world.run();

  expect(world.reasons()).toBe(
    'the server has no domain contacts: it is an Apache James, not a TMail: Take "contact" out of facets.',
  );
  expect((await world.mailbox('anna')).aliases).toEqual(['info']);
  world.close();
  await james.stop();
});
