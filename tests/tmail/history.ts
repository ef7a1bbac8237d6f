/** Random histories of people, in a directory or in UDM, and a small model of what must come out: where whose mail is, and what everybody has. */
import fc from 'fast-check';
import { MailRoutes } from '../../lib/tmail/circles.ts';
import type { Mailbox, PersonEntry, World } from '../harness/tmail/world.ts';
import type { StandIn } from '../sandbox/tmail/stand-in.ts';

const NAMES = ['a', 'b', 'c', 'd'] as const;
const ADDRESSES = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

/** One change of what is wished, mail that comes in, a memory that is lost (of the queue alone), or what happens to a run. */
export type Event =
  | { readonly kind: 'put'; readonly uid: string; readonly entry: PersonEntry }
  | { readonly kind: 'drop'; readonly uid: string }
  | { readonly kind: 'mail'; readonly uid: string }
  | { readonly kind: 'forget' }
  | { readonly kind: 'run'; readonly cutAt: number | null; readonly clean: boolean };

const subset = (...values: string[]): fc.Arbitrary<string[]> => fc.subarray(values);
const somebody = fc.constantFrom(...NAMES);

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      uid: somebody,
      entry: fc.record({
        mail: fc.constantFrom(...ADDRESSES),
        alias: subset('x', 'y', 'z', 'e', 'f'),
        forward: subset('p@other.example', 'q@other.example', 'a', 'b'),
        quota: fc.constantFrom('1', '2'),
        last: fc.constantFrom('One', 'Two'),
      }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), uid: somebody }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('mail' as const), uid: somebody }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      cutAt: fc.option(fc.integer({ min: 1, max: 40 })),
      clean: fc.boolean(),
    }),
  },
);

export const history: fc.Arbitrary<Event[]> = fc.array(event, { minLength: 4, maxLength: 24 });

/** What `act` asks for is cut off at the `cutAt`th request. */
export async function cutOff(standIn: StandIn, cutAt: number | null, act: () => Promise<unknown>): Promise<void> {
  let n = 0;
  standIn.fault = () => {
    n += 1;
    return cutAt !== null && n >= cutAt ? 'before' : null;
  };
  try {
    await act();
  } finally {
    standIn.fault = null;
  }
}

/** The mail of one world: a marker for each that came in. */
export class Mail {
  /** Marker → whose it is. */
  readonly #owners = new Map<string, string>();
  readonly #world: World;
  readonly #standIn: StandIn;

  constructor(world: World, standIn: StandIn) {
    this.#world = world;
    this.#standIn = standIn;
  }

  /** Into the mailbox of a person that is in step: its address, as it was applied last. */
  deliver(uid: string): void {
    const id = this.#world.idOf(uid);
    const isIts = ([, each]: readonly [string, { id: string | null; renaming?: string }]): boolean =>
      each.id === id && each.renaming === undefined;
    const address = [...this.#world.remembered()].find(isIts)?.[0];
    const { users, mailboxes } = this.#standIn.state;
    if (address !== undefined && users.has(address)) {
      const marker = `m${this.#owners.size + 1}`;
      mailboxes.set(address, new Set([...(mailboxes.get(address) ?? []), marker]));
      this.#owners.set(marker, id);
    }
  }

  /** None is lost, and none is in the mailbox of somebody else. */
  check(): void {
    const memory = this.#world.remembered();
    const { users, mailboxes } = this.#standIn.state;
    for (const [marker, owner] of this.#owners) {
      const places = [...mailboxes].filter(
        ([address, boxes]) => address.endsWith(this.#world.domain) && boxes.has(marker),
      );
      expect({ marker, owner, places: places.length }).toEqual({ marker, owner, places: 1 });
      const [address = ''] = places[0] ?? [];
      const holder = users.has(address) ? (memory.get(address)?.id ?? null) : null;
      const isOnItsWay = [...memory.values()].some(({ id, renaming }) => id === owner && renaming === address);
      if (holder !== null && holder !== owner && !isOnItsWay) {
        throw new Error(`the mail ${marker} of ${owner} is in the mailbox ${address} of ${holder}`);
      }
    }
  }
}

/** Who is not refused has what is wished; whoever never was away has its name too. `quotaOf`: as the server has it. */
export async function checkEnd(
  world: World,
  events: readonly Event[],
  isRefused: (uid: string) => boolean,
  quotaOf: (quota: string) => string = (quota) => quota,
): Promise<void> {
  const holds = await world.holds();
  expect(circlesOf(holds)).toEqual([]);
  for (const [uid, { mail = uid, alias = [], forward = [], quota, last = '' }] of world.people) {
    if (!isRefused(uid)) {
      const address = String(mail);
      const wasAway = events.some((each) => each.kind === 'drop' && each.uid === uid);
      const name = holds[address]?.name;
      expect({ uid, ...holds[address], name: wasAway ? last : name }).toEqual({
        uid,
        aliases: alias.filter((each) => each !== address).sort(),
        forwards: forward.filter((each) => each !== address).sort(),
        quota: quota === undefined ? null : quotaOf(quota),
        name: last,
        contact: last,
      });
    }
  }
}

function circlesOf(holds: Readonly<Record<string, Mailbox>>): string[][] {
  const routes = new MailRoutes();
  for (const [address, { aliases, forwards }] of Object.entries(holds)) {
    for (const alias of aliases) {
      routes.add(alias, address);
    }
    for (const target of forwards) {
      routes.add(address, target);
    }
  }
  return routes.circles();
}
