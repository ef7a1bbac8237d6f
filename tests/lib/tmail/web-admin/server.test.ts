/** What is told of a refusal names what was asked of the server. */
import { createTmailClient } from '../../../../lib/tmail/client.ts';
import type { TmailServer } from '../../../../lib/tmail/server.ts';
import { createServer } from '../../../../lib/tmail/web-admin/server.ts';
import { finallyDo, serve } from '../../../harness/serving.ts';

const A = 'a@x.example';
const B = 'b@x.example';

const ASKED: readonly (readonly [string, (server: TmailServer) => Promise<unknown>])[] = [
  [`account ${A}`, (server) => server.hasUser(A)],
  [`the account ${A}`, (server) => server.createUser(A, 'x')],
  [`the removal of account ${A}`, (server) => server.removeUser(A)],
  [`the rename of ${A} to ${B}`, (server) => server.rename(A, B)],
  [`mailboxes of ${A}`, (server) => server.mailboxes(A)],
  [`the removal of the mail of ${A}`, (server) => server.removeMailboxes(A)],
  [`aliases of ${A}`, (server) => server.aliasesOf(A)],
  [`mappings of ${A}`, (server) => server.mappingsOf(A)],
  [`alias ${B} of ${A}`, (server) => server.add('aliases', A, B)],
  [`the removal of alias ${B} of ${A}`, (server) => server.remove('aliases', A, B)],
  [`forward of ${A} to ${B}`, (server) => server.add('forwards', A, B)],
  [`the removal of the forward of ${A} to ${B}`, (server) => server.remove('forwards', A, B)],
  [`mapping of ${A} to ${B}`, (server) => server.add('mappings', A, B)],
  [`the removal of the mapping of ${A} to ${B}`, (server) => server.remove('mappings', A, B)],
  [`quota of ${A}`, (server) => server.ownQuota(A)],
  [`quota 5 of ${A}`, (server) => server.setQuota(A, '5')],
  [`the removal of the quota of ${A}`, (server) => server.clearQuota(A)],
  [`identity of ${A}`, (server) => server.defaultIdentity(A)],
  [`a new identity of ${A}`, (server) => server.createIdentity(A, 'x')],
  [`the name of the identity of ${A}`, (server) => server.renameIdentity(A, 'id', 'x')],
  ['the list of contacts', (server) => server.hasContacts()],
  [`contact ${A}`, (server) => server.contact(A)],
  [`a new value of contact ${A}`, (server) => server.setContact(A, 'x', 'y')],
  [`the removal of contact ${A}`, (server) => server.removeContact(A)],
  ['the question how it decodes paths', (server) => server.aliasesOf(`x+${A}`)],
];

it.each(ASKED)('%s', async (object, ask) => {
  const { port } = await serve((response) => void response.writeHead(418).end('no'));
  const settings = { url: `http://127.0.0.1:${port}`, timeout: 5, secret: null, connections: 1 };
  const client = createTmailClient({ ...settings, readCertificates: () => '' });
  finallyDo(() => client.close());

  await expect(ask(createServer(client))).rejects.toMatchObject({
    code: 'TMAIL_REFUSED',
    message: expect.stringContaining(`the server refuses ${object}: 418`),
    fields: { object },
  });
});

it.each<[string, (server: TmailServer) => Promise<unknown>]>([
  ['/users', (server) => server.users()],
  ['/mappings', (server) => server.mappings()],
  ['/quota/users', (server) => server.quotas()],
  ['/domains', (server) => server.domains()],
])('where %s is answered by something else than WebAdmin nothing goes on', async (path, ask) => {
  for (const text of ['{"message":"welcome"}', '<html>', '"x"', 'null', '5']) {
    const { port } = await serve((response) => void response.writeHead(200).end(text));
    const settings = { url: `http://127.0.0.1:${port}`, timeout: 5, secret: null, connections: 1 };
    const client = createTmailClient({ ...settings, readCertificates: () => '' });
    finallyDo(() => client.close());
    await expect(ask(createServer(client))).rejects.toMatchObject({
      code: 'TMAIL_UNREACHABLE',
      message: expect.stringMatching(new RegExp(`the answer is (?:no JSON|not the one of WebAdmin) \\(GET ${path}`)),
    });
  }
});

it('a server that fails over everybody’s quota is out of order: it is not asked for each of them', async () => {
  const serving = await serve((response) => void response.writeHead(500).end('{}'));
  const settings = { url: `http://127.0.0.1:${serving.port}`, timeout: 5, secret: null, connections: 1 };
  const client = createTmailClient({ ...settings, readCertificates: () => '', pauseMilliseconds: 0 });
  finallyDo(() => client.close());

  await expect(createServer(client).quotas()).rejects.toMatchObject({ code: 'TMAIL_UNREACHABLE' });

  expect(serving.requests.length).toBeLessThan(200);
});
