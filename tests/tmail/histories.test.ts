/** Random histories of a directory, with runs cut off here and there, against a small model of what must come out. */
import fc from 'fast-check';
import { type PersonEntry, type TestServer, World } from '../harness/tmail/world.ts';
import { type StandIn, startStandIn } from '../sandbox/tmail/stand-in.ts';

let standIn: StandIn;

beforeAll(async () => {
  standIn = await startStandIn({ token: 'a-token' });
});
afterAll(() => standIn.stop());

const NAMES = ['a', 'b', 'c', 'd'] as const;
const ADDRESSES = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

/** One change of the directory, or what happens to a run. */
type Event =
  | { readonly kind: 'put'; readonly uid: string; readonly entry: PersonEntry }
  | { readonly kind: 'drop'; readonly uid: string }
  | { readonly kind: 'mail'; readonly uid: string }
  | { readonly kind: 'run'; readonly cutAt: number | null; readonly clean: boolean };

const subset = (...values: string[]): fc.Arbitrary<string[]> => fc.subarray(values);

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      uid: fc.constantFrom(...NAMES),
      entry: fc.record({
        mail: fc.constantFrom(...ADDRESSES),
        alias: subset('x', 'y', 'z', 'e', 'f'),
        forward: subset('p@other.example', 'q@other.example', 'a', 'b'),
        quota: fc.constantFrom('1', '2'),
        last: fc.constantFrom('One', 'Two'),
      }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), uid: fc.constantFrom(...NAMES) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('mail' as const), uid: fc.constantFrom(...NAMES) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      cutAt: fc.option(fc.integer({ min: 1, max: 40 })),
      clean: fc.boolean(),
    }),
  },
);

/** Whose mailbox (by the mail that was put into it) is where, and nothing is lost. */
class Mail {
  /** Marker → who owns it. */
  readonly owners = new Map<string, string>();
}

async function play(events: readonly Event[]): Promise<void> {
  const server: TestServer = { url: standIn.url, token: 'a-token', hasContacts: true };
  const world = await new World(server, 'history').open();
  world.file = { max_deletions: 100 };
  const mail = new Mail();
  let markers = 0;
  try {
    for (const each of events) {
      if (each.kind === 'put') {
        world.put(each.uid, { id: each.uid, ...each.entry });
      } else if (each.kind === 'drop') {
        world.drop(each.uid);
      } else if (each.kind === 'mail') {
        markers += 1;
        await deliver(world, each.uid, `m${markers}`, mail);
      } else {
        await run(world, each.cutAt, each.clean);
      }
      checkMail(world, mail);
    }
    if (world.people.size === 0) {
      return;
    }
    await run(world, null, true);
    await run(world, null, true);
    checkMail(world, mail);
    await checkEnd(world);
  } finally {
    world.close();
  }
}

async function run(world: World, cutAt: number | null, clean: boolean): Promise<void> {
  let n = 0;
  standIn.fault = () => {
    n += 1;
    return cutAt !== null && n >= cutAt ? 'before' : null;
  };
  try {
    await (clean ? world.clean() : world.run());
  } catch (error) {
    expect((error as { code: string }).code).toMatch(
      cutAt === null ? /^DIRECTORY_EMPTY$/ : /^(TMAIL_UNREACHABLE|DIRECTORY_EMPTY)$/,
    );
  } finally {
    standIn.fault = null;
  }
}

/** Into the mailbox of a person that is in step: its address, as it was applied last. */
async function deliver(world: World, uid: string, marker: string, mail: Mail): Promise<void> {
  const memory = world.remembered();
  const address = [...memory].find(([, { id, renaming }]) => id === uid && renaming === undefined)?.[0];
  if (address !== undefined && standIn.state.users.has(address)) {
    standIn.state.mailboxes.set(address, new Set([...(standIn.state.mailboxes.get(address) ?? []), marker]));
    mail.owners.set(marker, uid);
  }
}

/** No mail is lost, and none is in the mailbox of somebody else. */
function checkMail(world: World, mail: Mail): void {
  const memory = world.remembered();
  for (const [marker, owner] of mail.owners) {
    const places = [...standIn.state.mailboxes].filter(
      ([address, boxes]) => address.endsWith(world.domain) && boxes.has(marker),
    );
    expect({ marker, owner, places: places.length }).toEqual({ marker, owner, places: 1 });
    const [address = ''] = places[0] ?? [];
    const holder = standIn.state.users.has(address) ? (memory.get(address)?.id ?? null) : null;
    const isOnItsWay = [...memory.values()].some(({ id, renaming }) => id === owner && renaming === address);
    if (holder !== null && holder !== owner && !isOnItsWay) {
      throw new Error(`the mail ${marker} of ${owner} is in the mailbox ${address} of ${holder}`);
    }
  }
}

/** Who is not refused is as in the directory. */
async function checkEnd(world: World): Promise<void> {
  const bad = new Set(world.refused.map(({ dn }) => dn));
  const holds = await world.holds();
  for (const [uid, { mail = uid, alias = [], forward = [], quota }] of world.people) {
    if (!bad.has(`uid=${uid},ou=people`)) {
      const address = String(mail);
      expect({ uid, ...holds[address], name: null, contact: null }).toEqual({
        uid,
        aliases: alias.filter((each) => each !== address).sort(),
        forwards: forward.filter((each) => each !== address).sort(),
        quota: quota ?? null,
        name: null,
        contact: null,
      });
    }
  }
}

it('keeps mail where it belongs, and brings everybody who is not refused in step', async () => {
  const runs = Number(process.env.TMAIL_HISTORIES ?? 150);
  await fc.assert(fc.asyncProperty(fc.array(event, { minLength: 4, maxLength: 24 }), play), {
    numRuns: runs,
    ...(process.env.TMAIL_SEED ? { seed: Number(process.env.TMAIL_SEED) } : { seed: 1 }),
  });
}, 600_000);
