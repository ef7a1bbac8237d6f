/** What the dry server foresees, against the stand-in. */
import { createTmailClient } from '../../../lib/tmail/client.ts';
import { createDryServer } from '../../../lib/tmail/dry-server.ts';
import type { TmailServer } from '../../../lib/tmail/server.ts';
import { createServer } from '../../../lib/tmail/web-admin/server.ts';
import { finallyDo } from '../../harness/serving.ts';
import { describeDryRules } from '../../harness/tmail/dry-rules.ts';
import type { TestServer } from '../../harness/tmail/world.ts';
import { type StandIn, startStandIn } from '../../sandbox/tmail/stand-in.ts';

let standIn: StandIn;

beforeAll(async () => {
  standIn = await startStandIn({ token: 'a-token' });
});
afterAll(() => standIn.stop());

describeDryRules((): TestServer => ({ url: standIn.url, token: 'a-token', hasContacts: true }));

it.each<[string, (server: TmailServer) => Promise<unknown>, string]>([
  [
    'the account x@no.example: its domain does not exist: no.example',
    (server) => server.createUser('x@no.example', 'x'),
    'The server does not have the domain: add it (PUT /domains/NAME), or correct the address.',
  ],
  [
    'alias x@no.example of a@a.example: its domain does not exist: no.example',
    (server) => server.add('aliases', 'a@a.example', 'x@no.example'),
    'The server does not have the domain: add it (PUT /domains/NAME), or correct the address.',
  ],
  [
    'contact x@no.example: its domain does not exist: no.example',
    (server) => server.setContact('x@no.example', 'x', 'y'),
    'The server does not have the domain: add it (PUT /domains/NAME), or correct the address.',
  ],
  [
    'mapping of x@no.example to a@a.example: its domain does not exist: no.example',
    (server) => server.add('mappings', 'x@no.example', 'a@a.example'),
    'The server does not have the domain: add it (PUT /domains/NAME), or correct the address.',
  ],
  [
    'forward of x@a.example to y@b.example: there is no account x@a.example',
    (server) => server.add('forwards', 'x@a.example', 'y@b.example'),
    'The server has no account of this address: its creation comes first.',
  ],
  [
    'quota 5 of x@a.example: there is no account x@a.example',
    (server) => server.setQuota('x@a.example', '5'),
    'The server has no account of this address: its creation comes first.',
  ],
  [
    "the account i@a.example: 'i@a.example' already have associated mappings: alias:a@a.example",
    async (server) => {
      await server.add('aliases', 'a@a.example', 'i@a.example');
      await server.createUser('i@a.example', 'x');
    },
    'The address is the source of an alias, forward, group or mapping, which the answer names: remove that first, or give the person another address.',
  ],
  [
    'alias a@a.example of b@a.example: a@a.example has forward:x@b.example already',
    async (server) => {
      await server.createUser('a@a.example', 'x');
      await server.add('forwards', 'a@a.example', 'x@b.example');
      await server.add('aliases', 'b@a.example', 'a@a.example');
    },
    'Another object on the server has the address: remove it there, or take another address.',
  ],
  [
    'mapping of b@a.example to a@a.example: it would lead to a loop, by way of a@a.example',
    async (server) => {
      await server.add('mappings', 'a@a.example', 'b@a.example');
      await server.add('mappings', 'b@a.example', 'a@a.example');
    },
    'Forwards, aliases or mappings lead back to where they start: remove one of them.',
  ],
  [
    'the rename of c@a.example to b@a.example: it would lead to a loop, by way of a@a.example',
    async (server) => {
      for (const name of ['a@a.example', 'b@a.example', 'c@a.example']) {
        await server.createUser(name, 'x');
      }
      await server.add('forwards', 'c@a.example', 'a@a.example');
      await server.add('forwards', 'a@a.example', 'b@a.example');
      await server.rename('c@a.example', 'b@a.example');
    },
    'Forwards, aliases or mappings lead back to where they start: remove one of them.',
  ],
])('the server will refuse %s', async (words, ask, remedy) => {
  const client = createTmailClient({
    url: standIn.url,
    secret: { kind: 'token', value: 'a-token' },
    timeout: 30,
    connections: 1,
    readCertificates: () => '',
  });
  finallyDo(() => client.close());
  await client.call({ method: 'PUT', path: '/domains/a.example', object: 'a domain' });

  await expect(ask(createDryServer(createServer(client)))).rejects.toMatchObject({
    code: 'TMAIL_REFUSED',
    message: `the server will refuse ${words}`,
    remedy,
  });
});
