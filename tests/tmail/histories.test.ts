/** Random histories, with runs cut off here and there: of a directory, of the queue, and that both ways have the same end. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { asConnectorError } from '../../lib/errors/connector-error.ts';
import { ItemFailure } from '../../lib/run/item-failure.ts';
import { bytesOf, QueueWorld } from '../harness/tmail/queue-world.ts';
import { type TestServer, World } from '../harness/tmail/world.ts';
import { type StandIn, startStandIn } from '../sandbox/tmail/stand-in.ts';
import type { Saved } from '../sandbox/tmail/state.ts';
import { randomRuns } from './campaign.ts';
import { checkEnd, cutOff, type Event, history, Mail } from './history.ts';

let standIn: StandIn;
let empty: Saved;

beforeAll(async () => {
  standIn = await startStandIn({ token: 'a-token' });
  empty = standIn.state.save();
});
afterAll(() => standIn.stop());

/** What others left behind would be read in every run of this one: a thousand of them would take hours. */
function begin(): void {
  standIn.state.restore(empty);
  standIn.requests.length = 0;
}

const server = (): TestServer => ({ url: standIn.url, token: 'a-token', hasContacts: true });

interface Played<Kind extends World> {
  readonly world: Kind;
  /** A person that is refused something to the end. */
  readonly isRefused: (uid: string) => boolean;
}

async function playDirectory(events: readonly Event[]): Promise<Played<World>> {
  const world = await new World(server(), 'history').open();
  world.file = { max_deletions: 100 };
  const mail = new Mail(world, standIn);
  const run = (cutAt: number | null, clean: boolean): Promise<void> =>
    cutOff(standIn, cutAt, () => (clean ? world.clean() : world.run())).catch((error: unknown) => {
      const allowed = cutAt === null ? /^DIRECTORY_EMPTY$/ : /^(TMAIL_UNREACHABLE|DIRECTORY_EMPTY)$/;
      expect(asConnectorError(error).code).toMatch(allowed);
    });
  for (const each of events) {
    if (each.kind === 'put') {
      const { quota = '0', ...entry } = each.entry;
      world.put(each.uid, { id: each.uid, ...entry, quota: bytesOf(quota) });
    } else if (each.kind === 'drop') {
      world.drop(each.uid);
    } else if (each.kind === 'mail') {
      mail.deliver(each.uid);
    } else if (each.kind === 'run') {
      await run(each.cutAt, each.clean);
    }
    mail.check();
  }
  if (world.people.size > 0) {
    await run(null, true);
    await run(null, true);
  }
  mail.check();
  const bad = new Set(world.refused.map(({ dn }) => dn));
  return { world, isRefused: (uid) => bad.has(`uid=${uid},ou=people`) };
}

async function playQueue(events: readonly Event[], concurrency: number): Promise<Played<QueueWorld>> {
  const world = await new QueueWorld(server(), 'history').open();
  world.file = { max_deletions: 100 };
  const mail = new Mail(world, standIn);
  const run = (cutAt: number | null): Promise<void> =>
    cutOff(standIn, cutAt, () => world.drain({ stopOnError: false, concurrency })).catch((error: unknown) => {
      const { code } = asConnectorError(error instanceof ItemFailure ? error.cause : error);
      expect({ cutAt, code }).toEqual({ cutAt: expect.any(Number), code: 'TMAIL_UNREACHABLE' });
    });
  for (const each of events) {
    if (each.kind === 'put') {
      world.put(each.uid, { id: each.uid, ...each.entry });
    } else if (each.kind === 'drop') {
      world.drop(each.uid);
    } else if (each.kind === 'mail') {
      mail.deliver(each.uid);
    } else if (each.kind === 'run') {
      await run(each.cutAt);
    } else if (world.waiting().length === 0 && world.parking().list().length === 0) {
      rmSync(join(world.data, 'tmail', 'mailboxes.jsonl'), { force: true });
    }
    mail.check();
  }
  await run(null);
  // What waited for others that were parked as well.
  for (let n = 0; n < 4; n += 1) {
    const parking = world.parking();
    parking.names().forEach(parking.retry);
    await run(null);
  }
  mail.check();
  expect(world.waiting()).toEqual([]);
  const parking = world.parking();
  const bad = new Set(parking.names().map((name) => parking.read(name)?.dn));
  return { world, isRefused: (uid) => bad.has(`uid=${uid},cn=users`) };
}

it('a directory: mail stays where it belongs, and everybody who is not refused comes in step', async () => {
  const play = async (events: readonly Event[]): Promise<void> => {
    begin();
    const { world, isRefused } = await playDirectory(events);
    await checkEnd(world, events, isRefused);
    world.close();
  };
  await fc.assert(fc.asyncProperty(history, play), randomRuns(100, 2000));
}, 3_600_000);

it.each([1, 4])(
  'the queue, %i at once: the same, and the end is the one of a directory',
  async (concurrency) => {
    const play = async (events: readonly Event[]): Promise<void> => {
      begin();
      const { world, isRefused } = await playQueue(events, concurrency);
      await checkEnd(world, events, isRefused, bytesOf);
      const other = await playDirectory(events);
      const [here, there] = [await world.holds(), await other.world.holds()];
      for (const [uid, { mail = uid }] of world.people) {
        if (!isRefused(uid) && !other.isRefused(uid)) {
          expect({ uid, ...here[String(mail)], name: null }).toEqual({ uid, ...there[String(mail)], name: null });
        }
      }
      world.close();
      other.world.close();
    };
    await fc.assert(fc.asyncProperty(history, play), randomRuns(40, 1000));
  },
  3_600_000,
);

it('the queue: a plan says what the run does, however its files build on each other, and changes nothing', async () => {
  const play = async (events: readonly Event[]): Promise<void> => {
    begin();
    const world = await new QueueWorld(server(), 'plan').open();
    world.file = { max_deletions: 100 };
    const mail = new Mail(world, standIn);
    const compare = async (): Promise<void> => {
      const before = await world.holds();
      const planned = await ended(world, true);
      expect(await world.holds()).toEqual(before);
      expect(planned).toEqual(await ended(world, false));
      await world.drain({ stopOnError: false });
    };
    for (const each of events) {
      if (each.kind === 'put') {
        world.put(each.uid, { id: each.uid, ...each.entry });
      } else if (each.kind === 'drop') {
        world.drop(each.uid);
      } else if (each.kind === 'mail') {
        mail.deliver(each.uid);
      } else if (each.kind === 'run' && each.clean) {
        await compare();
      }
    }
    await compare();
    world.close();
  };
  await fc.assert(fc.asyncProperty(history, play), randomRuns(40, 1000));
}, 3_600_000);

/** The server names aliases and forwards in an order of its own. */
async function ended(world: QueueWorld, dry: boolean): Promise<{ told: string[]; isThrough: boolean }> {
  const isThrough = await world.drain({ dry }).then(
    () => true,
    () => false,
  );
  return { told: world.told.map((line) => line.split(/: |, /).sort().join(', ')), isThrough };
}
