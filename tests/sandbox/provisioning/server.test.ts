/** The sandbox answers as the service was seen to do (docs/provisioning-api.md). */
import { connect } from 'node:net';
import { aUser } from '../../harness/objects.ts';
import { live, prefilled } from './objects.ts';
import type { Subscription } from './queue.ts';
import { ProvisioningSandbox } from './server.ts';
import { ADMIN } from './service.ts';

const ACK_WAIT = 200;
const TOPICS = [
  { realm: 'udm', topic: 'users/user' },
  { realm: 'udm', topic: 'groups/group' },
];
const anna = aUser('anna');
const bert = aUser('bert');

let service: ProvisioningSandbox;
let own: Subscription;
beforeEach(async () => {
  service = await new ProvisioningSandbox({ ackWait: ACK_WAIT, refusalTakes: 100, idle: 300 }).start();
  own = service.subscribe('ox', 'secret', ['users/user']);
});
afterEach(() => service.stop());

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function call(method: string, path: string, body?: unknown, login = 'ox:secret'): Promise<Answer> {
  const response = await fetch(`${service.url}${path}`, {
    method,
    redirect: 'manual',
    headers: { Authorization: `Basic ${Buffer.from(login).toString('base64')}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

const admin = `${ADMIN.username}:${ADMIN.password}`;
const next = async (timeout = 0.1) =>
  (await call('GET', `/v1/subscriptions/ox/messages/next?timeout=${timeout}`)).body as Record<string, unknown> | null;
const acknowledge = (number: number) =>
  call('PATCH', `/v1/subscriptions/ox/messages/${number}/status`, { status: 'ok' });

describe('a subscription', () => {
  const wish = { name: 'new', realms_topics: TOPICS, request_prefill: false, password: 'p' };
  const create = (more: object = {}) => call('POST', '/v1/subscriptions', { ...wish, ...more }, admin);

  it('is made once, and is the same only with the same topics in the same order, prefill and password', async () => {
    expect([(await create()).status, (await create()).status]).toEqual([201, 200]);
    for (const more of [
      { realms_topics: [...TOPICS].reverse() },
      { realms_topics: TOPICS.slice(1) },
      { request_prefill: true },
      { password: 'q' },
    ]) {
      expect((await create(more)).status).toBe(409);
    }
    expect([(await create({ name: 'a.b' })).status, (await create({ name: undefined })).status]).toEqual([500, 422]);
    expect((await call('POST', '/v1/subscriptions', wish)).status).toBe(401);
  });

  it('is shown to itself alone, and can be deleted by itself or the administrator', async () => {
    expect(await call('GET', '/v1/subscriptions/ox')).toMatchObject({ body: { prefill_queue_status: 'done' } });
    expect((await call('GET', '/v1/subscriptions/ox', undefined, admin)).status).toBe(401);
    await create();
    expect((await call('DELETE', '/v1/subscriptions/new')).status).toBe(401);
    expect((await call('DELETE', '/v1/subscriptions/new', undefined, admin)).status).toBe(200);
    expect((await call('DELETE', '/v1/subscriptions/new', undefined, admin)).status).toBe(404);
    expect((await call('DELETE', '/v1/subscriptions/ox')).status).toBe(200);
    expect((await call('DELETE', '/v1/subscriptions/ox')).status).toBe(401);
  });

  it('counts from one again when it is made anew', async () => {
    service.publish(live(null, anna));
    service.publish(live(null, bert));
    service.subscribe('ox', 'secret', ['users/user']);
    service.publish(live(null, bert));
    expect(await next()).toMatchObject({ sequence_number: 1, body: { new: { dn: bert.dn } } });
  });

  it('refuses a wrong password slowly', async () => {
    const started = performance.now();
    expect((await call('GET', '/v1/subscriptions/ox', undefined, 'ox:wrong')).status).toBe(401);
    expect(performance.now() - started).toBeGreaterThan(95);
  });
});

describe('messages', () => {
  it('come in order, one at a time; one that is not acknowledged comes again after a while', async () => {
    service.publish(live(null, anna));
    own.skipNumbers(3);
    service.publish(live(anna, bert));
    expect(await next()).toMatchObject({ sequence_number: 1, num_delivered: 1 });
    expect(await next()).toBeNull();
    expect(await next(5)).toMatchObject({ sequence_number: 1, num_delivered: 2 });
    expect((await acknowledge(1)).status).toBe(200);
    expect(await next()).toMatchObject({ sequence_number: 5, num_delivered: 1 });
  });

  it('are deleted by their number, also those that were never delivered', async () => {
    service.publish(live(null, anna));
    service.publish(live(null, bert));
    expect([(await acknowledge(2)).status, (await acknowledge(2)).status]).toEqual([200, 404]);
    expect([own.lost, own.size]).toEqual([[2], 1]);
  });

  it('end a poll when they come', async () => {
    const started = performance.now();
    const polled = next(10);
    setTimeout(() => service.publish(live(null, anna)), 50);
    expect(await polled).toMatchObject({ sequence_number: 1 });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('go to the subscriptions that have exactly this topic', () => {
    service.subscribe('pattern', 'p', ['users/.*']);
    expect(service.publish(live(null, anna))).toEqual([1]);
    expect([own.size, service.subscription('pattern').size]).toEqual([1, 0]);
  });
});

describe('a prefill', () => {
  it('holds everything back until it is done, and for good when it has failed', async () => {
    own = service.subscribe('ox', 'secret', ['users/user'], true);
    service.publish(prefilled(anna));
    service.publish(live(null, bert));
    for (const status of ['running', 'failed'] as const) {
      own.setPrefill(status);
      expect(await next()).toBeNull();
    }
    own.setPrefill('done');
    expect(await next()).toMatchObject({ publisher_name: 'udm-pre-fill' });
  });

  it('holds nothing back where the service has done one before', async () => {
    own = service.subscribe('ox', 'secret', ['users/user'], true);
    own.isGateOpen = true;
    service.publish(prefilled(anna));
    expect(await next()).toMatchObject({ sequence_number: 1 });
  });
});

it('redirects where the path ends with a slash, and knows no other paths', async () => {
  expect((await call('GET', '/v1/subscriptions/ox/')).status).toBe(307);
  expect((await call('GET', '/healthz')).status).toBe(404);
});

it.each([
  ['after a while without a request', false],
  ['after an error of the server', true],
])('closes the connection %s', async (_, hasFailed) => {
  if (hasFailed) {
    own.isInconsistent = true;
  }
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
  const closed = new Promise((done) => socket.once('close', done));
  let answer = '';
  socket.on('data', (chunk) => {
    answer += String(chunk);
  });
  const authorization = `Basic ${Buffer.from('ox:secret').toString('base64')}`;
  socket.write(
    `GET /v1/subscriptions/ox/messages/next?timeout=0.1 HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`,
  );
  const started = performance.now();
  await closed;
  expect(answer).toMatch(hasFailed ? /^HTTP\/1\.1 500 / : /^HTTP\/1\.1 200 /);
  expect(answer).not.toMatch(/connection: close/i);
  const took = performance.now() - started;
  expect(took > 290).toBe(!hasFailed);
});
