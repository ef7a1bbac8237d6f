/** Requests to a real server: kept-alive connections, and what is sent twice. */
import { getEventListeners, once } from 'node:events';
import { connect, createServer as createRawServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { HttpRequest } from '../../../lib/http/transport.ts';
import { finallyDo, listen, serve } from '../../harness/serving.ts';
import { ok, READ, transportTo, WRITE } from '../../harness/transport.ts';

it('sends UTF-8 with the headers given and the length, below the path of the server', async () => {
  const serving = await serve(ok);
  const answer = await transportTo(`http://127.0.0.1:${serving.port}/ox/`).send(READ);
  expect(answer).toMatchObject({ status: 200, contentType: 'text/xml;charset=UTF-8' });
  expect(answer.body?.toString()).toBe('<ok/>');
  expect(serving.requests).toEqual([
    {
      method: 'POST',
      url: '/ox/webservices/OXUserService',
      body: '<ä/>',
      headers: expect.objectContaining({
        'content-type': 'text/xml; charset=utf-8',
        'content-length': '5',
        soapaction: '"urn:getData"',
        connection: 'keep-alive',
      }),
    },
  ]);
});

it('tells those who look on how each request ended, and nothing of what was said', async () => {
  const serving = await serve(ok);
  const seen: unknown[] = [];
  const url = `http://127.0.0.1:${serving.port}`;
  const transport = transportTo(url, { onExchange: (exchange) => seen.push(exchange) });
  await transport.send(READ);
  await transport.send({ ...WRITE, about: { service: 'S', operation: 'o', object: 'x' }, takeBody: () => undefined });
  const taken = transport.send({
    ...READ,
    takeBody: () => {
      throw new Error('not mine');
    },
  });
  await expect(taken).rejects.toThrow('not mine');
  transport.close();
  const away = transportTo('http://127.0.0.1:9', { onExchange: (exchange) => seen.push(exchange) });
  await expect(away.send(READ)).rejects.toThrow();

  const milliseconds = expect.any(Number);
  const about = { operation: 'POST /webservices/OXUserService' };
  expect(seen).toEqual([
    { about, result: 200, milliseconds, bytes: 5 },
    { about: { service: 'S', operation: 'o', object: 'x' }, result: 200, milliseconds, bytes: 5 },
    { about, result: 'invalid', milliseconds, bytes: 0 },
    { about, result: 'unreachable', milliseconds, bytes: 0 },
  ]);
});

it('uses one connection for call after call', async () => {
  const serving = await serve(ok);
  const transport = transportTo(`http://127.0.0.1:${serving.port}`);
  for (let n = 0; n < 5; n += 1) {
    await transport.send(n % 2 === 0 ? READ : WRITE);
  }
  expect([serving.requests.length, serving.sockets.size]).toEqual([5, 1]);
});

it.each([1, 3])('opens at most %d connections', async (connections) => {
  const serving = await serve((response) => void setTimeout(() => ok(response), 20));
  const transport = transportTo(`http://127.0.0.1:${serving.port}`, { connections });
  await Promise.all(Array.from({ length: 6 }, () => transport.send(READ)));
  expect(serving.sockets.size).toBe(connections);
});

it('opens a new connection in place of one that the server has closed meanwhile', async () => {
  const serving = await serve(ok);
  const transport = transportTo(`http://127.0.0.1:${serving.port}`);
  await transport.send(WRITE);
  for (const socket of serving.sockets) {
    socket.end();
  }
  await sleep(50);
  await transport.send(WRITE);
  expect(serving.requests).toHaveLength(2);
});

describe('when a kept connection breaks after a request was sent', () => {
  const breakAt = (...broken: number[]) =>
    serve((response, n) => (broken.includes(n) ? void response.socket?.resetAndDestroy() : ok(response)));

  it('repeats a read, once', async () => {
    const serving = await breakAt(2);
    const transport = transportTo(`http://127.0.0.1:${serving.port}`);
    await transport.send(READ);
    expect((await transport.send(READ)).status).toBe(200);
    expect(serving.requests).toHaveLength(3);
  });

  it('gives up when the repetition fails too', async () => {
    const serving = await breakAt(2, 3);
    const transport = transportTo(`http://127.0.0.1:${serving.port}`);
    await transport.send(READ);
    await expect(transport.send(READ)).rejects.toMatchObject({ name: 'TransportError', failure: 'unreachable' });
    expect(serving.requests).toHaveLength(3);
  });

  it('never repeats a write', async () => {
    const serving = await breakAt(2);
    const transport = transportTo(`http://127.0.0.1:${serving.port}`);
    await transport.send(WRITE);
    await expect(transport.send(WRITE)).rejects.toMatchObject({ name: 'TransportError', failure: 'unreachable' });
    expect(serving.requests).toHaveLength(2);
  });

  it('repeats nothing on a new connection', async () => {
    const serving = await breakAt(1);
    await expect(transportTo(`http://127.0.0.1:${serving.port}`).send(READ)).rejects.toMatchObject({
      failure: 'unreachable',
    });
    expect(serving.requests).toHaveLength(1);
  });

  it('repeats nothing when a part of the answer has come', async () => {
    const serving = await serve((response, n) => {
      if (n === 1) {
        ok(response);
        return;
      }
      response.writeHead(200, { 'Content-Length': 100 }).write('<half', () => response.socket?.destroy());
    });
    const transport = transportTo(`http://127.0.0.1:${serving.port}`);
    await transport.send(READ);
    await expect(transport.send(READ)).rejects.toMatchObject({
      failure: 'invalid',
      message: expect.stringMatching(/^the answer broke off: /),
    });
    expect(serving.requests).toHaveLength(2);
  });
});

it('says so where nobody listens', async () => {
  const server = createRawServer();
  const { port } = await listen(server);
  await new Promise((closed) => server.close(closed));
  await expect(transportTo(`http://127.0.0.1:${port}`).send(WRITE)).rejects.toMatchObject({
    failure: 'unreachable',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

it('says so where the connection is not taken: that is no slow answer', async () => {
  // Listens, takes two connections for its queue, and never looks at them.
  const code = `const { parentPort } = require('node:worker_threads');
    const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000);
    });`;
  const worker = new Worker(code, { eval: true });
  finallyDo(() => void worker.terminate());
  const [port] = (await once(worker, 'message')) as [number];
  const waiting = [1, 2, 3].map(() => connect(port, '127.0.0.1').on('error', () => undefined));
  finallyDo(() => waiting.forEach((socket) => void socket.destroy()));
  await Promise.all(waiting.slice(0, 2).map((socket) => once(socket, 'connect')));

  await expect(transportTo(`http://127.0.0.1:${port}`, { timeout: 0.3 }).send(READ)).rejects.toMatchObject({
    failure: 'unreachable',
    message: 'no connection within 0.3 seconds',
  });
});

it('names a host that nobody knows', async () => {
  await expect(transportTo('http://no-such-host.invalid').send(READ)).rejects.toMatchObject({
    failure: 'unreachable',
    message: expect.stringContaining('no-such-host.invalid'),
  });
});

it.each<[string, string]>([
  ['no HTTP', 'SSH-2.0-OpenSSH\r\n'],
  ['a broken header', 'HTTP/1.1 200 OK\r\nno colon\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
])('refuses an answer with %s', async (_what, bytes) => {
  const serving = await listen(createRawServer((socket) => void socket.on('error', () => undefined).end(bytes)));
  await expect(transportTo(`http://127.0.0.1:${serving.port}`).send(READ)).rejects.toMatchObject({
    failure: 'invalid',
  });
});

it('follows no redirect', async () => {
  const other = await serve(ok);
  const serving = await serve(
    (response) => void response.writeHead(307, { Location: `http://127.0.0.1:${other.port}/` }).end(),
  );
  const answer = await transportTo(`http://127.0.0.1:${serving.port}`).send(READ);
  expect(answer.status).toBe(307);
  expect(other.requests).toEqual([]);
});

it('hands on whatever status and content type', async () => {
  const serving = await serve((response) => void response.writeHead(503, { 'Content-Type': 'text/html' }).end('<p>'));
  expect(await transportTo(`http://127.0.0.1:${serving.port}`).send(READ)).toMatchObject({
    status: 503,
    contentType: 'text/html',
  });
});

it.each<[HttpRequest['method'], string | undefined, string | undefined]>([
  ['GET', undefined, undefined],
  ['HEAD', undefined, undefined],
  ['DELETE', undefined, '0'],
  ['PUT', undefined, '0'],
  ['PATCH', '{"a":1}', '7'],
])('sends %s with the length that belongs to it', async (method, body, length) => {
  const serving = await serve((response) => void response.end());
  const { status } = await transportTo(`http://127.0.0.1:${serving.port}`).send({
    ...READ,
    method,
    body: body ?? null,
  });
  expect(status).toBe(200);
  expect(serving.requests).toMatchObject([{ method, body: body ?? '' }]);
  expect(serving.requests[0]?.headers['content-length']).toBe(length);
});

it('hands on the headers of the answer', async () => {
  const serving = await serve((response) => void response.writeHead(200, { 'X-Request-ID': 'abc' }).end());
  const { headers } = await transportTo(`http://127.0.0.1:${serving.port}`).send(READ);
  expect(headers['x-request-id']).toBe('abc');
});

it('takes a time limit for one request', async () => {
  const serving = await serve(() => undefined);
  const send = transportTo(`http://127.0.0.1:${serving.port}`).send({ ...READ, timeout: 0.2 });
  await expect(send).rejects.toMatchObject({ failure: 'timeout', message: expect.stringContaining('0.2 seconds') });
});

describe('a request that is broken off', () => {
  it('ends at once, is not repeated, and leaves the next one undisturbed', async () => {
    const serving = await serve((response, n) => (n === 2 ? undefined : ok(response)));
    const transport = transportTo(`http://127.0.0.1:${serving.port}`);
    await transport.send(READ);
    const stop = new AbortController();
    const started = performance.now();
    const polled = transport.send({ ...READ, signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    await expect(polled).rejects.toMatchObject({
      name: 'TransportError',
      failure: 'aborted',
      message: 'the request was broken off',
    });
    expect(performance.now() - started).toBeLessThan(1000);
    expect((await transport.send(READ)).status).toBe(200);
    expect(serving.requests).toHaveLength(3);
  });

  it('is not sent when that was asked before', async () => {
    const serving = await serve(ok);
    const send = transportTo(`http://127.0.0.1:${serving.port}`).send({ ...READ, signal: AbortSignal.abort() });
    await expect(send).rejects.toMatchObject({ failure: 'aborted' });
    expect(serving.requests).toEqual([]);
  });

  it('leaves no listener behind, however many requests one signal is given to', async () => {
    const serving = await serve(ok);
    const transport = transportTo(`http://127.0.0.1:${serving.port}`);
    const { signal } = new AbortController();
    for (let n = 0; n < 20; n += 1) {
      await transport.send({ ...READ, signal });
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
