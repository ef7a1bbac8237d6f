/** How many objects are with OX at once (docs/behaviour.md, "Several at once"). */
import { aResource, aUser, type QueueFile } from '../../../harness/objects.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

/** Connections that the run needed: as many as there were calls at once. What the test itself asks takes some too. */
async function atOnce(...files: readonly QueueFile[]): Promise<number> {
  const own = await connectionsOf();
  return (await connectionsOf(...files)) - own;
}

async function connectionsOf(...files: readonly QueueFile[]): Promise<number> {
  await site.ox.options({ latencyMs: 30 });
  const { accepted } = await site.ox.connections();
  const { failure } = await site.apply(...files);
  const after = await site.ox.connections();
  await site.ox.options({ latencyMs: 0 });
  expect(failure).toBeNull();
  return after.accepted - accepted;
}

const rooms = (count: number, contexts: readonly number[]): QueueFile[] =>
  Array.from({ length: count }, (_, at) =>
    aResource(`room${at}`, { oxContext: contexts[at % contexts.length], resourceMailAddress: `room${at}@example.org` }),
  );

it.each([
  ['3', [10], 3],
  ['8', [10], 4],
  ['8', [10, 20], 8],
] as const)(
  'with %s at once objects of the contexts %j need %i connections',
  async (concurrency, contexts, expected) => {
    site.set({ OX_CONNECTOR_CONCURRENCY: concurrency });
    expect(await atOnce(...rooms(40, contexts))).toBe(expected);
  },
);

it.each([
  [[10], 1],
  [[10, 20], 2],
] as const)('users of the contexts %j need %i, whatever is allowed', async (contexts, expected) => {
  site.set({ OX_CONNECTOR_CONCURRENCY: '8' });
  const users = Array.from({ length: 12 }, (_, at) => aUser(`u${at}`, { oxContext: contexts[at % contexts.length] }));
  expect(await atOnce(...users)).toBe(expected);
});
