/** The calls against a real server: what each answer means, and what is never done. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createProvisioningClient, type ProvisioningClient } from '../../../../lib/source/provisioning/client.ts';
import { aUser } from '../../../harness/objects.ts';
import { finallyDo, serve } from '../../../harness/serving.ts';
import { freshFolder } from '../../../harness/temporary.ts';
import { makeCertificates } from '../../../sandbox/certificates.ts';
import type { FaultKind } from '../../../sandbox/provisioning/faults.ts';
import { live } from '../../../sandbox/provisioning/objects.ts';
import { ProvisioningSandbox } from '../../../sandbox/provisioning/server.ts';
import { ADMIN } from '../../../sandbox/provisioning/service.ts';

const folder = freshFolder();
const anna = aUser('anna');
let service: ProvisioningSandbox;

beforeEach(async () => {
  service = await new ProvisioningSandbox({ idle: 300 }).start();
  service.subscribe('ox', 'secret', ['users/user']);
});
afterEach(() => service.stop());

function client(password = 'secret', baseUrl = service.url): ProvisioningClient {
  const made = createProvisioningClient(
    () => ({ baseUrl, username: 'ox', password }),
    () => '',
  );
  finallyDo(() => made.close());
  return made;
}

it('receives a message and acknowledges it', async () => {
  service.publish(live(null, anna));
  const received = await client().next(1);
  expect(received).toMatchObject({ sequence_number: 1, topic: 'users/user' });
  await client().acknowledge(1);
  expect(service.subscription('ox').acknowledged).toEqual([1]);
});

it('takes it for acknowledged where the service knows no such message any more', async () => {
  await expect(client().acknowledge(7)).resolves.toBeUndefined();
});

it.each<[string, number, string, string]>([
  ['404 of a proxy', 404, 'default backend - 404', 'it answers 404 default backend - 404'],
  ['404 of a gateway', 404, '{"message":"no Route matched"}', 'it answers 404'],
  ['page of a proxy', 200, '<html>', 'the answer is a page of HTML'],
])(
  'takes no %s for an acknowledgement, nor for a subscription that was made or removed',
  async (_, status, text, said) => {
    const serving = await serve((response) => void response.writeHead(status).end(text));
    const one = client('secret', `http://127.0.0.1:${serving.port}`);
    for (const asked of [one.acknowledge(1), one.create(ADMIN, []), one.remove(ADMIN)]) {
      await expect(asked).rejects.toMatchObject({
        code: 'PROVISIONING_ANSWER_INVALID',
        message: `the Provisioning API cannot be used: ${said}`,
      });
    }
  },
);

it('waits for a message as long as it is told', async () => {
  const polled = client().next(5);
  await sleep(100);
  service.publish(live(null, anna));
  expect(await polled).toMatchObject({ sequence_number: 1 });
  await client().acknowledge(1);
  expect(await client().next(0.2)).toBeNull();
});

it('breaks a poll off at once', async () => {
  const stop = new AbortController();
  const polled = client().next(60, stop.signal);
  setTimeout(() => stop.abort(), 50);
  await expect(polled).rejects.toMatchObject({ failure: 'aborted' });
});

it('does not stumble over a connection that the service has closed meanwhile', async () => {
  const one = client();
  service.publish(live(null, anna));
  for (let n = 0; n < 4; n += 1) {
    await one.subscription();
    await sleep(290 + n * 10);
  }
  await one.next(0.1);
  await sleep(310);
  await one.acknowledge(1);
  expect(service.subscription('ox').acknowledged).toEqual([1]);
});

it('does not stumble over the connection that a 500 has closed', async () => {
  service.fail({ operation: 'next', kind: 'nats down' });
  const one = client();
  await expect(one.next(1)).rejects.toMatchObject({ code: 'PROVISIONING_UNREACHABLE' });
  expect(await one.next(0.1)).toBeNull();
});

const REACH =
  'Check PROVISIONING_API_BASE_URL, that the Provisioning Service and its NATS are running, and the proxies in between. ' +
  'Nothing is lost: the messages wait there.';
const UNUSABLE = `Nothing was acknowledged. ${REACH}`;

it.each<[FaultKind, string, RegExp, string]>([
  ['nats down', 'PROVISIONING_UNREACHABLE', /: it answers 500 Internal server error/, REACH],
  [
    'inconsistent',
    'PROVISIONING_BROKEN',
    /: it answers 500 Inconsistent message queue state/,
    'The queue of the subscription is gone in NATS. Make it anew with listener_trigger subscribe --recreate, which asks for a prefill; what waited in it is lost, deletions too.',
  ],
  ['bad gateway', 'PROVISIONING_UNREACHABLE', /: it answers 502 a page of HTML$/, REACH],
  ['html', 'PROVISIONING_ANSWER_INVALID', /: the answer is a page of HTML$/, UNUSABLE],
  ['cut off', 'PROVISIONING_ANSWER_INVALID', /: the answer broke off: /, UNUSABLE],
  ['no number', 'PROVISIONING_ANSWER_INVALID', /: the answer is no message: it has no sequence_number$/, UNUSABLE],
  [
    'redirect',
    'PROVISIONING_ANSWER_INVALID',
    /: it redirects \(302\)$/,
    'Set PROVISIONING_API_BASE_URL to the address itself: a password goes to no other one.',
  ],
  [
    'unauthorized',
    'PROVISIONING_CREDENTIALS',
    /: ox is not let in \(Incorrect username or password\)$/,
    'The password is wrong, or there is no such subscription: the service answers the same to both. Correct PROVISIONING_API_USERNAME and ' +
      'PROVISIONING_API_PASSWORD (of the administrator for subscribe), or make the subscription with listener_trigger subscribe.',
  ],
])('has a name and a remedy for %s', async (kind, code, message, remedy) => {
  service.publish(live(null, anna));
  service.fail({ operation: 'next', kind, times: 2 });
  const error = await client()
    .next(1)
    .then(
      () => null,
      (thrown: unknown) => thrown,
    );
  expect(error).toMatchObject({ code, message: expect.stringMatching(message), remedy });
  expect((error as Error).message).toMatch(/^the Provisioning API cannot be used: /);
});

it('gives the CA as what is missing where the certificate is not known', async () => {
  const { good } = makeCertificates(folder());
  const { port } = await serve((response) => void response.end(), good);
  await expect(client('secret', `https://127.0.0.1:${port}`).next(1)).rejects.toMatchObject({
    code: 'PROVISIONING_UNREACHABLE',
    remedy: 'Give the CA certificate of the server: OX_SOAP_CA_FILE, or a file in DATA/conf/ca-certificates.',
  });
});

it('reads password and certificates anew where they were refused: they are exchanged while it goes on', async () => {
  const { ca, good } = makeCertificates(folder());
  const serving = await serve((response) => {
    const isRight = serving.requests.at(-1)?.headers.authorization === `Basic ${btoa('ox:new')}`;
    response.writeHead(isRight ? 200 : 401).end('null');
  }, good);
  let [password, certificates] = ['old', ''];
  const one = createProvisioningClient(
    () => ({ baseUrl: `https://127.0.0.1:${serving.port}`, username: 'ox', password }),
    () => certificates,
  );
  finallyDo(() => one.close());
  await expect(one.next(1)).rejects.toMatchObject({ code: 'PROVISIONING_UNREACHABLE' });
  certificates = readFileSync(ca, 'utf8');
  await expect(one.next(1)).rejects.toMatchObject({ code: 'PROVISIONING_CREDENTIALS' });
  password = 'new';
  expect(await one.next(1)).toBeNull();
});

it('tells a wrong password by one request', async () => {
  await expect(client('wrong').next(1)).rejects.toMatchObject({ exitCode: 77 });
  expect(service.requests).toHaveLength(1);
});

it('names the service where nobody listens', async () => {
  await service.stop();
  await expect(client().next(1)).rejects.toMatchObject({
    code: 'PROVISIONING_UNREACHABLE',
    message: expect.stringContaining('ECONNREFUSED'),
  });
  await service.start();
});

it('gives the id of the request that failed, and nothing of what a 422 repeats', async () => {
  const serving = await serve(
    (response) =>
      void response
        .writeHead(422, { 'X-Request-ID': 'abc-1' })
        .end(JSON.stringify({ status_code: 422, message: 'password secret in /app/main.py', data: null })),
  );
  const error = await client('secret', `http://127.0.0.1:${serving.port}`)
    .acknowledge(1)
    .then(
      () => null,
      (e: unknown) => e,
    );
  expect(error).toMatchObject({
    message: 'the Provisioning API cannot be used: it answers 422 the request is not as it expects',
    code: 'PROVISIONING_ANSWER_INVALID',
    fields: { requestId: 'abc-1', status: 422 },
  });
  expect(String(error)).not.toMatch(/secret|main\.py/);
});

it('takes no answer for a subscription that is none', async () => {
  const serving = await serve((response) => void response.end('{"prefill_queue_status":"soon"}'));
  await expect(client('secret', `http://127.0.0.1:${serving.port}`).subscription()).rejects.toMatchObject({
    code: 'PROVISIONING_ANSWER_INVALID',
    message: expect.stringMatching(/: the answer does not describe a subscription$/),
  });
});

it('takes no text for a message', async () => {
  const serving = await serve((response) => void response.end('hello'));
  await expect(client('secret', `http://127.0.0.1:${serving.port}`).next(1)).rejects.toMatchObject({
    message: 'the Provisioning API cannot be used: the answer is no JSON',
  });
});

it('receives a message of 10 MB', async () => {
  service.publish(live(null, { ...anna, object: { ...anna.object, note: 'x'.repeat(10_000_000) } }));
  expect(await client().next(5)).toMatchObject({ sequence_number: 1 });
});

it('makes a subscription, finds it there, and tells one that differs', async () => {
  const topics = [{ realm: 'udm', topic: 'groups/group' }];
  const login = { baseUrl: service.url, username: 'new', password: 'x' };
  const other = createProvisioningClient(
    () => login,
    () => '',
  );
  finallyDo(() => other.close());
  const create = (wish = topics) => other.create(ADMIN, wish);
  expect([await create(), await create(), await create([...topics, ...topics])]).toEqual([true, false, null]);
  expect([await other.remove(ADMIN), await other.remove(ADMIN)]).toEqual([true, false]);
});
