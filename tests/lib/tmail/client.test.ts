/** What an answer of WebAdmin means, in words, and what to do about it. */
import type { ServerResponse } from 'node:http';
import { type Call, createTmailClient } from '../../../lib/tmail/client.ts';
import { rename } from '../../../lib/tmail/web-admin/rename.ts';
import { finallyDo, serve } from '../../harness/serving.ts';

const CALL: Call = { method: 'PUT', path: '/users/anna', object: 'account anna@example.org' };

type Secret = NonNullable<Parameters<typeof createTmailClient>[0]['secret']>;

function clientTo(port: number, secret: Secret = { kind: 'token', value: 'secret-token' }, timeout = 5) {
  const client = createTmailClient({
    url: `http://127.0.0.1:${port}`,
    timeout,
    secret,
    connections: 1,
    readCertificates: () => '',
    pauseMilliseconds: 1,
  });
  finallyDo(() => client.close());
  return client;
}

const send = (status: number, text: string) => (response: ServerResponse) =>
  void response.writeHead(status, { 'Content-Type': 'application/json' }).end(text);
const says = (message: string, details = '') => JSON.stringify({ statusCode: 0, type: 'x', message, details });

const REACH =
  'Check that the server is running, that server.url is the address of its WebAdmin, and the proxies in between. The next run goes on from here.';

it.each<[number, string, string, RegExp, string]>([
  [
    401,
    says('No Authorization header.'),
    'TMAIL_CREDENTIALS',
    /^the server refuses the token or password \(PUT \/users\/anna: 401 No Authorization header\.\)$/,
    'Put a valid token (JWT, admin: true, not expired) or password into the file that server.token_file or server.password_file names.',
  ],
  [
    403,
    says('Forbidden'),
    'TMAIL_CREDENTIALS',
    /^the server refuses the change: the password may only read, or not delete \(PUT/,
    'Take the password that may change everything.',
  ],
  [302, '', 'TMAIL_UNREACHABLE', /cannot be used: it answers 302 \(PUT \/users\/anna\)$/, REACH],
  [503, '<html>', 'TMAIL_UNREACHABLE', /it answers 503 a page of HTML/, REACH],
  [429, 'slow down', 'TMAIL_UNREACHABLE', /it answers 429 slow down/, REACH],
  // A proxy that has nobody behind it.
  [404, 'default backend - 404', 'TMAIL_UNREACHABLE', /it answers 404 default backend - 404/, REACH],
  [404, '<html>', 'TMAIL_UNREACHABLE', /it answers 404 a page of HTML/, REACH],
  [404, '{"message":"no Route matched"}', 'TMAIL_UNREACHABLE', /it answers 404 no Route matched/, REACH],
  [404, '', 'TMAIL_REFUSED', /: 404$/, 'The server has no account of this address: its creation comes first.'],
  [
    409,
    says('WARNING', 'anna@example.org already have associated mappings: alias:x'),
    'TMAIL_REFUSED',
    /^the server refuses account anna@example\.org: 409 WARNING: anna@example\.org already have associated mappings/,
    'The address is the source of an alias, forward, group or mapping, which the answer names: remove that first, or give the person another address.',
  ],
  [
    409,
    says('Loop detected'),
    'TMAIL_REFUSED',
    /409 Loop detected$/,
    'Forwards, aliases or mappings lead back to where they start: remove one of them.',
  ],
  [
    409,
    says('taken'),
    'TMAIL_REFUSED',
    /409 taken$/,
    'Another object on the server has the address: remove it there, or take another address.',
  ],
  [
    400,
    says('Invalid', "Domain 'x.example' does not exist"),
    'TMAIL_REFUSED',
    /400 Invalid: Domain 'x\.example' does not exist$/,
    'The server does not have the domain: add it (PUT /domains/NAME), or correct the address.',
  ],
  [
    404,
    says('GET /x can not be found'),
    'TMAIL_REFUSED',
    /404 GET/,
    'The server does not know this kind of thing: an Apache James has no domain contacts; take "contact" out of facets.',
  ],
  [
    404,
    says('user not there'),
    'TMAIL_REFUSED',
    /404 user/,
    'The server has no account of this address: its creation comes first.',
  ],
  [
    500,
    says('boom'),
    'TMAIL_REFUSED',
    /500 boom$/,
    'Where forwards, aliases or mappings that mail would go on to form a circle (listener_trigger check names it), remove one of them: James fails ' +
      "over every value that leads there. Else look into the server's own log.",
  ],
  [422, 'no', 'TMAIL_REFUSED', /422 no$/, 'Correct the value in the directory; the next run tries it again.'],
])('%i %s: %s', async (status, text, code, message, remedy) => {
  const serving = await serve(send(status, text));
  await expect(clientTo(serving.port).call(CALL)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
    remedy,
    fields: { operation: 'PUT /users/anna', object: 'account anna@example.org' },
  });
  expect(serving.requests).toHaveLength(status >= 500 ? 3 : 1);
});

it.each<[Secret, string, string]>([
  [{ kind: 'token', value: 'x.y' }, 'authorization', 'Bearer x.y'],
  [{ kind: 'password', value: 'a static one' }, 'password', 'a static one'],
])('sends the secret as the server wants it: %j', async (secret, header, value) => {
  const serving = await serve(send(200, '[]'));
  await clientTo(serving.port, secret).call(CALL);
  const headers = serving.requests[0]?.headers ?? {};
  expect(headers[header]).toBe(value);
  expect(['authorization', 'password'].filter((name) => name in headers)).toEqual([header]);
});

it('an answer that is no JSON is none of the server', async () => {
  const serving = await serve(send(200, '<html>'));
  const answer = await clientTo(serving.port).call({ ...CALL, method: 'GET' });
  expect(() => answer.json()).toThrow(/cannot be used: the answer is no JSON \(GET \/users\/anna\)$/);
});

it('waits for the task of a rename as long as the server does by itself', async () => {
  const serving = await serve((response, n) => {
    setTimeout(() => send(200, JSON.stringify({ taskId: 't', status: 'completed' }))(response), n === 1 ? 0 : 1500);
  });
  await rename(clientTo(serving.port, undefined, 1), 'a@x.example', 'b@x.example');
  expect(serving.requests).toHaveLength(2);
});

it('says so where the task of a rename fails', async () => {
  const serving = await serve((response, n) =>
    send(
      200,
      JSON.stringify(n === 1 ? { taskId: 't' } : { status: 'failed', additionalInformation: { why: 'x' } }),
    )(response),
  );
  await expect(rename(clientTo(serving.port), 'a@x.example', 'b@x.example')).rejects.toMatchObject({
    code: 'TMAIL_REFUSED',
    message:
      'the server could not carry out the rename of a@x.example to b@x.example: its task is failed ({"why":"x"})',
    remedy: "Look into the server's own log. The next run tries it again.",
  });
});

it.each([400, 404, 409, 418, 500])('%i to what nothing goes without is an outage', async (status) => {
  const serving = await serve(send(status, says('no')));
  await expect(clientTo(serving.port).call({ ...CALL, method: 'GET', vital: true })).rejects.toMatchObject({
    code: 'TMAIL_UNREACHABLE',
    message: expect.stringContaining(`it answers ${status} no`),
  });
});
