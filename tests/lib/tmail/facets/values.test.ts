/** The name of the default identity, where the run that set it was cut off. */
import { QueueWorld } from '../../../harness/tmail/queue-world.ts';
import { World } from '../../../harness/tmail/world.ts';
import { type StandIn, startStandIn } from '../../../sandbox/tmail/stand-in.ts';

let standIn: StandIn;

beforeAll(async () => {
  standIn = await startStandIn({ token: 'a-token' });
});
afterAll(() => standIn.stop());

it.each([
  ['a directory', World, (world: World) => world.run()],
  ['the queue', QueueWorld, (world: World) => (world as QueueWorld).drain()],
] as const)('follows a name that changes again before the run is repeated: %s', async (_, Kind, run) => {
  const world = await new Kind({ url: standIn.url, token: 'a-token', hasContacts: true }, 'identity').open();
  world.put('anna', { last: 'Berg' });
  await run(world);
  world.put('anna', { last: 'Daum' });
  let isOver = false;
  standIn.fault = ({ method, path }) => {
    const isIt = method === 'PUT' && path.includes('/identities/');
    const fault = isOver ? 'before' : isIt ? 'after' : null;
    isOver ||= isIt;
    return fault;
  };
  await expect(run(world)).rejects.toThrow();
  standIn.fault = null;
  expect((await world.mailbox('anna')).name).toBe('Daum');

  world.put('anna', { last: 'Ebel' });
  await run(world);

  expect((await world.mailbox('anna')).name).toBe('Ebel');
  world.close();
});
