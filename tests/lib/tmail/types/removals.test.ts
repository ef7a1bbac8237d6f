/** Mailboxes go only where somebody wished it, and not more of them than expected. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openMemory } from '../../../../lib/tmail/memory.ts';
import { QueueWorld } from '../../../harness/tmail/queue-world.ts';
import { type StandIn, startStandIn } from '../../../sandbox/tmail/stand-in.ts';

let standIn: StandIn;
let world: QueueWorld;

beforeAll(async () => {
  standIn = await startStandIn({ token: 'a-token' });
});
afterAll(() => standIn.stop());
beforeEach(async () => {
  world = await new QueueWorld({ url: standIn.url, token: 'a-token', hasContacts: true }, 'removals').open();
  for (const name of ['a', 'b', 'c']) {
    world.put(name);
  }
  await world.drain();
});
afterEach(() => {
  standIn.fault = null;
  world.close();
});

const names = async (): Promise<string[]> => Object.keys(await world.holds());

/** While a is removed, b and c are deleted too. */
function alsoDropped(): void {
  standIn.fault = ({ method, path }) => {
    if (method === 'DELETE' && path.startsWith('/users/a@') && world.waiting().length === 1) {
      world.drop('b');
      world.drop('c');
    }
    return null;
  };
}

it.each([
  ['a domain that is ours no more', { domains: ['other.example'] }],
  ['an address to be kept', { keep: ['a@*'] }],
])('%s keeps its mailbox, whatever becomes of the user', async (_, file) => {
  world.file = file;
  world.put('a', { alias: ['x'] });
  await world.drain();
  world.drop('a');
  await world.drain();

  expect(await names()).toEqual(['a', 'b', 'c']);
});

it('an address given up for one that is not ours is a removal, and counts as one', async () => {
  world.file = { max_deletions: 0 };
  world.put('a', { mail: 'a@elsewhere.example' });
  await expect(world.drain()).rejects.toMatchObject({
    code: 'TOO_MANY_DELETIONS',
    message: expect.stringMatching(/^1 of 3 mailboxes would be removed, at most 0 may: nothing was done\. They are a@/),
    remedy: 'See listener_trigger plan and queue list. If they are to go: "max_deletions": 1 in tmail.json.',
  });
  expect(await names()).toEqual(['a', 'b', 'c']);

  world.file = { max_deletions: 1 };
  await world.drain();
  expect(await names()).toEqual(['b', 'c']);
});

it('users whose last states are lost count as well: the memory knows their mailboxes', async () => {
  world.file = { max_deletions: 1 };
  rmSync(join(world.queue, 'old'), { recursive: true });
  world.drop('a');
  world.drop('b');
  world.put('c', { alias: ['x'] });

  await expect(world.drain()).rejects.toMatchObject({ code: 'TOO_MANY_DELETIONS' });

  expect(await names()).toEqual(['a', 'b', 'c']);
  expect((await world.mailbox('c')).aliases).toEqual([]);
});

it('users that are deleted under other ids than they are known by count as well: their DNs are known', async () => {
  world.file = { max_deletions: 1 };
  for (const name of ['a', 'b', 'nobody']) {
    world.people.set(name, { id: `other-${name}` });
    world.drop(name);
  }
  world.put('c', { alias: ['x'] });

  await expect(world.drain()).rejects.toMatchObject({
    code: 'TOO_MANY_DELETIONS',
    message: expect.stringMatching(/^2 of 3 mailboxes would be removed, at most 1 may: nothing was done/),
  });
  expect(await names()).toEqual(['a', 'b', 'c']);

  world.file = { max_deletions: 2 };
  await world.drain();
  expect(await names()).toEqual(['c']);
});

it('but not who is deleted under an id that it had before: nothing is done about that', async () => {
  world.file = { max_deletions: 0 };
  world.put('a', { id: 'newer', mail: 'a' });
  await world.drain();
  world.people.set('a', { id: 'a' });
  world.drop('a');

  await world.drain();

  expect(await names()).toEqual(['a', 'b', 'c']);
});

it('a user that is deleted and made again counts: what the user set up goes', async () => {
  world.file = { max_deletions: 0 };
  world.drop('a');
  world.put('a', { mail: 'a' });

  await expect(world.drain()).rejects.toMatchObject({ code: 'TOO_MANY_DELETIONS' });
  expect(await names()).toEqual(['a', 'b', 'c']);
});

it('what comes into the queue while the run goes on counts too', async () => {
  world.file = { max_deletions: 1 };
  world.drop('a');
  alsoDropped();

  await expect(world.drain()).rejects.toMatchObject({
    cause: {
      code: 'TOO_MANY_DELETIONS',
      message: expect.stringContaining('the run ends here, more would go than waited at its beginning'),
    },
  });

  expect(await names()).toEqual(['b', 'c']);
});

it('what a run removed before it came to its limit counts in the one that goes on with it', async () => {
  world.file = { max_deletions: 2 };
  world.drop('a');
  alsoDropped();
  await expect(world.drain()).rejects.toMatchObject({ cause: { code: 'TOO_MANY_DELETIONS' } });
  expect(await names()).toEqual(['c']);

  for (let n = 0; n < 2; n += 1) {
    await expect(world.drain()).rejects.toMatchObject({
      code: 'TOO_MANY_DELETIONS',
      message: expect.stringContaining('at most 2 may: nothing was done, 2 of them went in the run before'),
    });
  }
  expect(await names()).toEqual(['c']);

  world.file = { max_deletions: 3 };
  await world.drain();
  expect(await names()).toEqual([]);

  world.file = { max_deletions: 1 };
  world.put('a');
  await world.drain();
  world.drop('a');
  await world.drain();
  expect(await names()).toEqual([]);
});

it('a run that ends with a refusal is a run of its own: the next one counts anew', async () => {
  world.file = { max_deletions: 1 };
  world.drop('a');
  world.put('x', { mail: 'ä' });
  await expect(world.drain()).rejects.toMatchObject({ nature: 'object' });
  expect(await names()).toEqual(['b', 'c']);
  world.put('x');
  world.drop('b');
  await world.drain();
  expect(await names()).toEqual(['c', 'x']);
});

it.each([
  ['a minute', 60_000, 'TOO_MANY_DELETIONS'],
  ['a day', 86_400_000, 'done'],
])('what a run removed that was cut off %s ago counts, or does not any more', async (_, milliseconds, end) => {
  world.file = { max_deletions: 1 };
  const memory = openMemory(world.data, { mayWrite: true });
  memory.countedRemovals.put(world.at('gone'), { since: new Date(Date.now() - milliseconds).toISOString() });
  memory.close();
  world.drop('a');

  expect(
    await world.drain().then(
      () => 'done',
      ({ code }: { code: string }) => code,
    ),
  ).toBe(end);
  // A run that came to its limit is none of those that nobody goes on with.
  const later = openMemory(world.data, { mayWrite: false });
  expect([...later.countedRemovals.entries()]).toEqual(end === 'done' ? [] : [[world.at('gone'), {}]]);
  later.close();
});
