/** The rules of `sync` against the stand-in. */
import { FACETS } from '../../../lib/tmail/facet-names.ts';
import { finallyDo } from '../../harness/serving.ts';
import { describeSyncRules } from '../../harness/tmail/sync-rules.ts';
import { type TestServer, World } from '../../harness/tmail/world.ts';
import { type StandIn, startStandIn } from '../../sandbox/tmail/stand-in.ts';

let standIn: StandIn;

beforeAll(async () => {
  standIn = await startStandIn({ token: 'a-token' });
});
afterAll(() => standIn.stop());

describeSyncRules((): TestServer => ({ url: standIn.url, token: 'a-token', hasContacts: true }));

it('an Apache James without domain contacts has everything else, nobody is refused or changed for want of one, and asked once', async () => {
  const james = await startStandIn({ token: 'a-token', hasContacts: false });
  finallyDo(() => james.stop());
  const world = await new World({ url: james.url, token: 'a-token', hasContacts: false }).open();
  finallyDo(() => world.close());
  world.file = { facets: ['account', 'aliases', 'contact'] };
  world.put('anna', { id: 'anna', alias: ['info'] });
  world.put('bert');

  expect(await world.run()).toMatchObject({ created: 2, refused: [] });
  expect((await world.mailbox('anna')).aliases).toEqual(['info']);
  expect(await world.run()).toMatchObject({ unchanged: 2, refused: [], requests: 2 });
  expect(await world.run({ full: true })).toMatchObject({ changed: 0, refused: [] });
  world.put('anna', { id: 'anna', mail: 'berg' });
  world.drop('bert');
  expect(await world.clean({ allowedDeletions: 1 })).toMatchObject({ renamed: 1, removed: 1, refused: [] });
  expect(await world.holds()).toEqual({ berg: { aliases: [], forwards: [], quota: null, name: null } });
});

it('a James in whose place there is a TMail now gets the contacts, and the other way round they are left out', async () => {
  const [james, tmail] = [await startStandIn({ token: 'a-token', hasContacts: false }), standIn];
  finallyDo(() => james.stop());
  const world = await new World({ url: james.url, token: 'a-token', hasContacts: true }).open();
  finallyDo(() => world.close());
  const moveTo = (to: StandIn): void => {
    to.state.domains.add(world.domain);
    world.file = { facets: ['account', 'contact'], server: { url: to.url } };
  };
  moveTo(james);
  world.put('anna', { last: 'Old' });
  await world.run();

  moveTo(tmail);
  expect(await world.run()).toMatchObject({ changed: 1, refused: [] });
  expect(tmail.state.contacts.get(world.at('anna'))?.surname).toBe('Old');

  moveTo(james);
  world.put('anna', { last: 'New' });
  world.put('bert');
  james.requests.length = 0;
  expect(await world.run()).toMatchObject({ created: 1, refused: [] });
  expect(james.requests.filter(({ path }) => path.includes('contacts')).length).toBeLessThanOrEqual(3);

  moveTo(tmail);
  await world.run();
  expect(tmail.state.contacts.get(world.at('anna'))?.surname).toBe('New');
});

const told = (world: World): string[] =>
  world.did.flatMap(({ actions }) => actions.map((each) => each.replaceAll(`@${world.domain}`, '')));

it('tells what it did for each mailbox', async () => {
  const world = await new World({ url: standIn.url, token: 'a-token', hasContacts: true }, 'told').open();
  world.file = { facets: FACETS, deleted_mail: 'remove' };
  const anna = { id: 'anna', alias: ['info'], forward: ['f@other.example'], mapping: ['m@other.example'], quota: '5' };
  world.put('anna', anna);
  world.put('bert');
  await world.run();
  const made = told(world);
  world.put('anna', { id: 'anna', last: 'New', alias: ['x'] });
  await world.run({ allowedDeletions: 1 });
  const changed = told(world);
  world.put('anna', { id: 'anna', mail: 'berg', last: 'New', alias: ['x'] });
  await world.run();
  const renamed = told(world);
  await world.admin.putMail(world.at('berg'));
  world.drop('anna');
  await world.clean();

  expect({ made, changed, renamed, removed: told(world) }).toEqual({
    made: [
      'account created',
      'account created',
      'alias info added',
      'forward to f@other.example added',
      'mapping to m@other.example added',
      'quota set to 5',
      'identity created',
      'contact set',
      'no quota of its own',
      'identity created',
      'contact set',
    ],
    changed: [
      'alias info removed',
      'forward to f@other.example removed',
      'mapping to m@other.example removed',
      'alias x added',
      'quota removed',
      'identity renamed',
      'contact set',
    ],
    renamed: [
      'account created',
      'renamed from anna',
      'forward to berg removed',
      'alias x moved',
      'alias x removed',
      'contact removed',
      'account removed',
      'identity created',
      'contact set',
    ],
    removed: ['contact removed', 'alias x removed', 'mail removed', 'account removed'],
  });
  world.close();
});

it('sets one of two mappings that form a circle, and says why', async () => {
  const world = await new World({ url: standIn.url, token: 'a-token', hasContacts: true }, 'mappings').open();
  world.file = { facets: ['account', 'mappings'] };
  world.put('anna', { mapping: ['bert'] });
  world.put('bert', { mapping: ['anna'] });

  await world.run();

  expect(world.reasons()).toBe(
    'mail to anna comes to bert already: it would go in a circle: Correct the value in the directory, or the one it collides with.',
  );
  world.close();
});

it('a run without the job account gives nobody the mailbox of somebody else', async () => {
  const world = await new World({ url: standIn.url, token: 'a-token', hasContacts: true }, 'jobs').open();
  world.put('anna', { id: 'former' });
  world.put('bert');
  await world.run();
  world.file = { facets: ['aliases'] };
  world.put('anna', { id: 'newer', alias: ['info'] });

  await world.run();

  expect(world.reasons()).toBe(
    'anna is remembered as the mailbox of somebody else: A run with the job account decides whether this person gets it.',
  );
  expect((await world.mailbox('anna')).aliases).toEqual([]);
  world.close();
});

it('what the server does not give up at the first run goes at the next one', async () => {
  const world = await new World({ url: standIn.url, token: 'a-token', hasContacts: true }).open();
  finallyDo(() => world.close());
  await world.admin.createUser(world.at('anna'));
  await world.admin.addAlias(world.at('anna'), world.at('extra'));
  world.put('anna', { alias: ['a'] });
  standIn.fault = ({ method, path }) => (method === 'DELETE' && path.includes('/aliases/') ? 400 : null);
  await world.run().finally(() => {
    standIn.fault = null;
  });
  expect(world.refusals()).toEqual(['anna: aliases extra']);

  expect(await world.run()).toMatchObject({ refused: [] });

  expect((await world.mailbox('anna')).aliases).toEqual(['a']);
});
