/** Interruptions of `sync`, and of a run of the queue. */
import { asConnectorError } from '../../lib/errors/connector-error.ts';
import { ItemFailure } from '../../lib/run/item-failure.ts';
import type { SyncReport } from '../../lib/tmail/sync/report.ts';
import { QueueWorld } from '../harness/tmail/queue-world.ts';
import { type TestServer, World } from '../harness/tmail/world.ts';
import { type StandIn, startStandIn } from '../sandbox/tmail/stand-in.ts';
import { describeInterruptions } from './interruptions.ts';

let standIn: StandIn;

beforeAll(async () => {
  standIn = await startStandIn({ token: 'a-token' });
});
afterAll(() => standIn.stop());

const server = (): TestServer => ({ url: standIn.url, token: 'a-token', hasContacts: true });
describe.each([1, 4])('sync, %i at once', (concurrency) => {
  const clean = (world: World): Promise<SyncReport> => world.clean({ allowedDeletions: 10, concurrency });

  describeInterruptions(() => standIn, {
    open: () => new World(server(), 'cut').open(),
    run: clean,
    codeOf: (error) => asConnectorError(error).code,
    async expectSettled(world) {
      expect(world.refusals()).toEqual([]);
      expect(await clean(world)).toMatchObject({ changed: 0, removed: 0, refused: [] });
    },
  });
});

describe.each([1, 4])('the queue, %i at once', (concurrency) => {
  describeInterruptions(() => standIn, {
    open: () => new QueueWorld(server(), 'cut').open(),
    run: (world) => world.drain({ concurrency }),
    codeOf: (error) => asConnectorError(error instanceof ItemFailure ? error.cause : error).code,
    expectSettled: async (world) => expect(world.waiting()).toEqual([]),
  });
});
