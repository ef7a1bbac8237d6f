/** What `check` finds in a directory or in last states, and that it changes nothing. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../../lib/check/finding.ts';
import { openLastStates } from '../../../lib/memory/last-state.ts';
import { checkDirectory, checkLastStates } from '../../../lib/tmail/check.ts';
import { createTmailClient } from '../../../lib/tmail/client.ts';
import { createDryServer } from '../../../lib/tmail/dry-server.ts';
import { openMemory } from '../../../lib/tmail/memory.ts';
import { createServer } from '../../../lib/tmail/web-admin/server.ts';
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
import { QueueWorld } from '../../harness/tmail/queue-world.ts';
import { type TestServer, World } from '../../harness/tmail/world.ts';
import { type StandIn, startStandIn } from '../../sandbox/tmail/stand-in.ts';

let standIn: StandIn;

beforeAll(async () => {
  standIn = await startStandIn({ token: 'a-token' });
});
afterAll(() => standIn.stop());

const server = (): TestServer => ({ url: standIn.url, token: 'a-token', hasContacts: true });

const remedies = new Set<string>();
const remedyOf: Partial<Record<Finding['kind'], string>> = {};
beforeEach(() => remedies.clear());

/** Without the domain, which each test has of its own. */
async function found(world: World): Promise<string[]> {
  const configuration = world.configuration();
  const client = createTmailClient({ ...configuration.server, connections: 1, readCertificates: () => '' });
  const memory = openMemory(world.data, { mayWrite: false });
  const dry = createDryServer(createServer(client));
  const common = { configuration, memory, server: dry };
  const findings: AsyncIterable<Finding> =
    world instanceof QueueWorld
      ? checkLastStates(openLastStates(world.queue, envelopeMistakes), {
          ...common,
          randomPassword: () => '',
          beforeRemoval: async () => undefined,
        })
      : checkDirectory({
          ...common,
          entries: () => world.entries(),
          progress: () => undefined,
          isStopped: () => false,
        });
  const lines: string[] = [];
  try {
    for await (const { severity, kind, message, remedy } of findings) {
      lines.push(`${severity} ${kind}: ${message}`.replaceAll(`@${world.domain}`, ''));
      remedyOf[kind] = remedy;
      if (kind === 'differs' || message.includes('domain')) {
        remedies.add(remedy ?? '');
      }
    }
  } finally {
    memory.close();
    client.close();
  }
  return lines;
}

async function fill<Kind extends World>(world: Kind): Promise<Kind> {
  await world.open();
  world.put('anna', { alias: ['info'], forward: ['bert', 'x@other.example'] });
  world.put('bert', { alias: ['info', 'bert.b'] });
  world.put('carl', { alias: ['c.c'] });
  return world;
}

/** As users can set them themselves. */
async function forwardBack(world: World): Promise<void> {
  await world.admin.addForward(world.at('bert'), 'y@other.example');
  await world.admin.addForward(world.at('bert'), world.at('c.c'));
  await world.admin.addForward(world.at('carl'), 'z@other.example');
  await world.admin.addForward(world.at('carl'), world.at('anna'));
}

const SHARED = /^info alias-shared: mail to info goes to uid=\w+,\S+ and uid=\w+,\S+$/;
const CIRCLE = 'error forward-loop: mail goes in a circle: anna → bert → c.c → carl → anna';

it('a directory in step: circles that only the server knows of, and aliases of several', async () => {
  const world = await fill(new World(server(), 'check'));
  await world.run();
  expect(await found(world)).toEqual([expect.stringMatching(SHARED)]);
  await forwardBack(world);

  expect(await found(world)).toEqual([expect.stringMatching(SHARED), CIRCLE]);

  world.put('anna', { alias: ['info'], forward: ['x@other.example'] });
  expect(await found(world)).toEqual([
    expect.stringMatching(SHARED),
    'warning differs: not in step: forward to bert removed',
  ]);
  expect([...remedies]).toEqual(['Run listener_trigger sync (with --clean where something is to be removed).']);
  world.close();
});

it('a directory: addresses claimed by two, circles and missing domains each once, and not as refusals again', async () => {
  const world = await fill(new World(server(), 'check'));
  world.put('bert', { alias: ['info'], forward: ['c.c'] });
  world.put('carl', { alias: ['c.c', 'anna', 'c@missing.example'], forward: ['anna'] });
  world.put('dora', { mail: 'd' });
  world.put('dirk', { mail: 'd' });
  world.put('ünal', { mail: 'ünal', alias: ['info'] });

  const lines = await found(world);

  expect(lines.filter((line) => !line.startsWith('warning differs'))).toEqual([
    'error refused: the server does not have the domain missing.example',
    'error address-claimed: anna is the address of uid=anna,ou=people and an alias of uid=carl,ou=people',
    'error address-claimed: d is the address of uid=dora,ou=people and the address of uid=dirk,ou=people',
    'info alias-shared: mail to info goes to uid=anna,ou=people and uid=bert,ou=people',
    CIRCLE,
    expect.stringMatching(/^error refused: the address ünal cannot be used/),
  ]);
  expect(remedyOf).toMatchObject({
    'address-claimed': 'Give each of them an address of its own, or take the alias away.',
    'forward-loop': 'Take one of these forwards (aliases, mappings) away, in the directory or on the server.',
  });
  expect([...remedies]).toContain('Add the domain on the server (PUT /domains/NAME), or correct the addresses.');
  expect(await world.holds()).toEqual({});
  world.close();
});

it('last states: the same', async () => {
  const world = await fill(new QueueWorld(server(), 'check'));
  await world.drain();
  expect(await found(world)).toEqual([expect.stringMatching(SHARED)]);
  await forwardBack(world);
  world.remember('dora', { alias: ['bert'] });

  expect(await found(world)).toEqual([
    expect.stringMatching(/^error refused: dora: aliases bert: bert is somebody's mailbox/),
    'error address-claimed: bert is the address of uid=bert,cn=users and an alias of uid=dora,cn=users',
    expect.stringMatching(SHARED),
    CIRCLE,
  ]);
  expect(Object.keys(await world.holds())).toEqual(['anna', 'bert', 'carl']);

  world.remember('carl', { alias: ['c.c', 'new'] });
  expect(await found(world)).toContainEqual(
    'error refused: carl: aliases new: the server will refuse alias new of carl: mail to carl goes in a circle',
  );
  world.remember('dora', { alias: ['new'] });
  expect(await found(world)).toContainEqual(
    expect.stringMatching(/^warning differs: not in step: account created, alias new added/),
  );
  expect([...remedies]).toEqual(['Provision the object again: listener_trigger reprovision DN.']);
  world.close();
});

it('last states: an address that no server can carry is named, also where its domain is none, and what is damaged holds nothing up', async () => {
  const world = await new QueueWorld(server(), 'check').open();
  world.file = { domains: [world.domain, 'ä.example', 'none.example'] };
  world.remember('ännchen', { mail: 'anna@ä.example' });
  world.remember('bert', { mail: 'bert@none.example' });
  world.remember('broken');
  const damaged = join(world.queue, 'old', `${world.idOf('broken')}.json`);
  expect(existsSync(damaged)).toBe(true);
  writeFileSync(damaged, '{');
  expect((await found(world)).sort()).toEqual([
    expect.stringMatching(/^error damaged: the last state is damaged: /),
    expect.stringMatching(/^error refused: the address anna@ä\.example cannot be used/),
    'error refused: the server does not have the domain none.example',
  ]);
  world.close();
});
