/** A run that is cut off at any request, or meets any fault there, and is run again: the same end as undisturbed. */
import type { Mailbox, World } from '../harness/tmail/world.ts';
import type { Fault, StandIn } from '../sandbox/tmail/stand-in.ts';
import { everyNth } from './campaign.ts';

/** How the wishes of a world get to the server. */
export interface Way<Kind extends World> {
  open(): Promise<Kind>;
  run(world: Kind): Promise<unknown>;
  /** Of what a run threw. */
  codeOf(error: unknown): string;
  /** After the run that was not disturbed, and after the one that repeated another. */
  expectSettled(world: Kind): Promise<void>;
}

const FAULTS: readonly (readonly [string, (k: number, n: number) => Fault | null])[] = [
  ['is cut off before request k', (k, n) => (n >= k ? 'before' : null)],
  ['is cut off after request k', (k, n) => (n === k ? 'after' : n > k ? 'before' : null)],
  ['loses the answer of request k', (k, n) => (n === k ? 'after' : null)],
  ['meets a 500 at request k', (k, n) => (n === k ? 500 : null)],
  ['meets a 503 at request k and after', (k, n) => (n >= k ? 503 : null)],
  ['meets 500 at request k and its repetitions', (k, n) => (n >= k && n < k + 3 ? 500 : null)],
  ['meets a 401 at request k', (k, n) => (n === k ? 401 : null)],
  ['is refused request k', (k, n) => (n === k ? 400 : null)],
];

export function describeInterruptions<Kind extends World>(standIn: () => StandIn, way: Way<Kind>): void {
  /** What was applied, and is to become something else. */
  async function prepare(): Promise<Kind> {
    const world = await way.open();
    world.file = { facets: ['account', 'aliases', 'forwards', 'mappings', 'quota', 'identity', 'contact'] };
    world.put('anna', {
      alias: ['info', 'anna.a', 'sales'],
      forward: ['f@other.example', 'g@other.example'],
      quota: '5',
      last: 'A',
    });
    world.put('bert', { alias: ['bert.b'], mapping: ['m@other.example'], last: 'B' });
    world.put('chain', { alias: ['c.c'], last: 'C' });
    world.put('leaver', { alias: ['l.l'], forward: ['x@other.example'], quota: '9', last: 'L' });
    world.put('mailed', { last: 'M' });
    world.put('empty', { id: 'former', alias: ['e.e'], forward: ['y@other.example'], last: 'Former', quota: '3' });
    await way.run(world);
    for (const name of ['anna', 'chain', 'mailed']) {
      await world.admin.putMail(world.at(name));
    }
    await world.admin.addForward(world.at('anna'), 'own@other.example');
    // Anna moves to an address that another gives up, who goes on to a third one.
    world.put('anna', {
      mail: 'chain',
      alias: ['anna', 'anna.a'],
      forward: ['g@other.example', 'h@other.example'],
      quota: '6',
      last: 'Andere',
    });
    world.put('chain', { mail: 'link', alias: ['c.c', 'info'], last: 'C' });
    world.put('bert', { alias: ['bert.b', 'l.l'], mapping: ['n@other.example'], last: 'Berg' });
    world.drop('leaver');
    world.drop('mailed');
    world.put('sales', { last: 'New', forward: ['bert'], quota: '1' });
    world.drop('empty');
    world.put('empty', { id: 'newer', alias: ['n.n'], last: 'Newer' });
    return world;
  }

  function counting(fault: (n: number) => Fault | null): void {
    let n = 0;
    standIn().fault = () => {
      n += 1;
      return fault(n);
    };
  }

  async function undisturbed(): Promise<{ end: End; requests: number }> {
    const world = await prepare();
    let requests = 0;
    counting((n) => {
      requests = n;
      return null;
    });
    await way.run(world);
    standIn().fault = null;
    const end = await endOf(world);
    await way.expectSettled(world);
    world.close();
    return { end, requests };
  }

  it('the undisturbed run does what the story says', async () => {
    const { end } = await undisturbed();

    expect(Object.keys(end.boxes)).toEqual(['bert', 'chain', 'empty', 'link', 'sales']);
    expect(end.boxes.chain).toMatchObject({
      aliases: ['anna', 'anna.a'],
      forwards: ['g@other.example', 'h@other.example', 'own@other.example'],
      name: 'Andere',
      contact: 'Andere',
    });
    expect(end.boxes.link?.aliases).toEqual(['c.c', 'info']);
    expect(end.boxes.bert).toMatchObject({ aliases: ['bert.b', 'l.l'], name: 'Berg' });
    expect(end.boxes.empty).toEqual({ aliases: ['n.n'], forwards: [], quota: null, name: 'Newer', contact: 'Newer' });
    expect(end.mail).toMatchObject({ anna: 0, chain: 1, link: 1 });
  });

  it.each(FAULTS)(
    'a run that %s, and is run again, has the same end',
    async (_, fault) => {
      const { end, requests } = await undisturbed();

      for (const k of everyNth(requests, 15)) {
        const world = await prepare();
        counting((n) => fault(k, n));
        await way.run(world).catch((error: unknown) => {
          expect({ k, code: way.codeOf(error) }).toEqual({ k, code: expect.stringMatching(/^TMAIL_/) });
        });
        standIn().fault = null;

        const again = await way.run(world).then(() => 'done', String);
        expect({ k, again, ...(await endOf(world)) }).toEqual({ k, again: 'done', ...end });
        await way.expectSettled(world);
        world.close();
      }
    },
    1_800_000,
  );
}

interface End {
  readonly boxes: Record<string, Mailbox>;
  readonly mail: Record<string, number>;
}

async function endOf(world: World): Promise<End> {
  const boxes = await world.holds();
  const mail: Record<string, number> = {};
  for (const name of ['anna', ...Object.keys(boxes)]) {
    mail[name] = await world.admin.mailboxes(world.at(name));
  }
  return { boxes, mail };
}
