/** What a run that was cut off had taken away is set again where it is wished again by the time of the next one. */
import { aMailbox, type TestServer, World } from '../../harness/tmail/world.ts';
import { type StandIn, startStandIn } from '../../sandbox/tmail/stand-in.ts';

let standIn: StandIn;
let world: World;

beforeAll(async () => {
  standIn = await startStandIn({ token: 'a-token' });
});
afterAll(() => standIn.stop());
const server = (): TestServer => ({ url: standIn.url, token: 'a-token', hasContacts: true });
const FULL = { alias: ['info', 'x'], forward: ['f@other.example'], quota: '1000' };

beforeEach(async () => {
  world = await new World(server(), 'mailbox').open();
  world.put('anna', FULL);
  world.put('bert');
  await world.run();
});
afterEach(() => {
  standIn.fault = null;
  world.close();
});

/** From the first removal (or other request) of this kind on, which arrives, the server is out of reach. */
function endsAfter(path: string, method = 'DELETE'): void {
  let isOver = false;
  standIn.fault = (request) => {
    const fault = isOver ? 'before' : request.method === method && request.path.includes(path) ? 'after' : null;
    isOver ||= fault === 'after';
    return fault;
  };
}

it.each(['/aliases/', '/forwards/', '/quota/'])('a value, %s', async (path) => {
  world.put('anna', {});
  endsAfter(path);
  await expect(world.run()).rejects.toMatchObject({ code: 'TMAIL_UNREACHABLE' });
  standIn.fault = null;

  world.put('anna', FULL);
  await world.run();

  const { alias: aliases, forward: forwards, quota } = FULL;
  expect(await world.mailbox('anna')).toEqual(aMailbox(server(), { aliases, forwards, quota }));
});

it.each(['/contacts/', '/aliases/', '/forwards/', '/quota/', '/users/'])('a mailbox, %s', async (path) => {
  world.drop('anna');
  endsAfter(path);
  await expect(world.clean()).rejects.toMatchObject({ code: 'TMAIL_UNREACHABLE' });
  standIn.fault = null;

  world.put('anna', FULL);
  await world.clean();

  const { alias: aliases, forward: forwards, quota } = FULL;
  expect(await world.mailbox('anna')).toEqual(aMailbox(server(), { aliases, forwards, quota }));
});

it('a mailbox, of which the server gave up a part only', async () => {
  world.drop('anna');
  standIn.fault = ({ method, path }) => (method === 'DELETE' && path.startsWith('/users/') ? 400 : null);
  await world.clean();
  standIn.fault = null;

  world.put('anna', FULL);
  await world.clean();

  const { alias: aliases, forward: forwards, quota } = FULL;
  expect(await world.mailbox('anna')).toEqual(aMailbox(server(), { aliases, forwards, quota }));
});

it.each(['/identities/', '/contacts/'])('a name, %s', async (path) => {
  world.put('bert', { last: 'New' });
  endsAfter(path, 'PUT');
  await expect(world.run()).rejects.toMatchObject({ code: 'TMAIL_UNREACHABLE' });
  standIn.fault = null;

  world.put('bert');
  await world.run();

  expect(await world.mailbox('bert')).toEqual(aMailbox(server()));
  expect(await world.run()).toMatchObject({ unchanged: 2 });
});

it('a mailbox whose owner comes back with another name', async () => {
  world.drop('anna');
  endsAfter('/quota/');
  await expect(world.clean()).rejects.toMatchObject({ code: 'TMAIL_UNREACHABLE' });
  standIn.fault = null;

  world.put('anna', { ...FULL, last: 'New' });
  await world.clean();

  expect(await world.mailbox('anna')).toMatchObject({ name: 'New', contact: 'New', quota: '1000' });
});

it('a mailbox that was there before, whose owner comes back: no mail is left at the address, which is free when it gets another one', async () => {
  await world.admin.createUser(world.at('dora'));
  world.put('dora', FULL);
  await world.run();
  await world.admin.putMail(world.at('dora'));
  world.drop('dora');
  endsAfter('/quota/');
  await expect(world.clean()).rejects.toMatchObject({ code: 'TMAIL_UNREACHABLE' });
  standIn.fault = null;
  world.put('dora', FULL);
  await world.clean();
  world.put('dora', { ...FULL, mail: 'berg' });
  await world.clean();

  world.put('carl', { mail: 'dora' });
  await world.clean();

  expect(world.refusals()).toEqual([]);
  expect(Object.keys(await world.holds())).toEqual(['anna', 'berg', 'bert', 'dora']);
});
