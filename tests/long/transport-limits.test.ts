/** Requests to a real server: how long an answer is waited for, how large it may be, how long a connection is kept. */
import type { ServerResponse } from 'node:http';
import { createServer as createRawServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { MAX_ANSWER_BYTES } from '../../lib/http/transport.ts';
import { listen, serve } from '../harness/serving.ts';
import { ok, READ, transportTo, WRITE } from '../harness/transport.ts';

it('does not use a connection again that has idled for long: the server may be closing it', async () => {
  const serving = await serve(ok);
  const transport = transportTo(`http://127.0.0.1:${serving.port}`);
  await transport.send(WRITE);
  await sleep(2300);
  await transport.send(WRITE);
  expect(serving.sockets.size).toBe(2);
});

it('does so too when the process was busy all the time, so that no timer ran', async () => {
  const serving = await serve(ok);
  const transport = transportTo(`http://127.0.0.1:${serving.port}`);
  await transport.send(WRITE);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2300);
  await transport.send(WRITE);
  expect(serving.sockets.size).toBe(2);
});

it.each<[string, (response: ServerResponse) => void]>([
  ['never', () => undefined],
  ['in part', (response) => void response.writeHead(200, { 'Content-Length': 100 }).write('<half')],
  [
    'drop by drop',
    (response) => {
      const drip = setInterval(() => response.write('x'), 100);
      response.on('close', () => clearInterval(drip));
    },
  ],
])('gives up after the time limit on a server that answers %s, and does not repeat', async (_how, answer) => {
  const serving = await serve(answer);
  const started = performance.now();
  await expect(transportTo(`http://127.0.0.1:${serving.port}`, { timeout: 1 }).send(READ)).rejects.toMatchObject({
    failure: 'timeout',
    message: 'no complete answer within 1 seconds (OX_SOAP_TIMEOUT)',
  });
  expect(performance.now() - started).toBeLessThan(3000);
  expect(serving.requests).toHaveLength(1);
});

it('gives up on a server that does not go on with TLS', async () => {
  const { port } = await listen(createRawServer());
  await expect(transportTo(`https://127.0.0.1:${port}`, { timeout: 1 }).send(READ)).rejects.toMatchObject({
    failure: 'timeout',
  });
});

describe('the limit on the size of an answer', () => {
  const zeros = (size: number): Buffer => Buffer.alloc(size);

  it.each<[string, (response: ServerResponse, size: number) => void]>([
    ['plain', (response, size) => void response.writeHead(200, { 'Content-Length': size }).end(zeros(size))],
    ['in chunks', (response, size) => void response.end(zeros(size))],
    [
      'compressed',
      (response, size) =>
        void response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(zeros(size), { level: 1 })),
    ],
  ])('holds for one that comes %s', async (_how, send) => {
    const serving = await serve((response, n) => send(response, n === 1 ? MAX_ANSWER_BYTES : MAX_ANSWER_BYTES + 1));
    const transport = transportTo(`http://127.0.0.1:${serving.port}`);
    expect((await transport.send(READ)).body?.length).toBe(MAX_ANSWER_BYTES);
    await expect(transport.send(READ)).rejects.toMatchObject({
      failure: 'large',
      message: 'the answer is larger than 64 MiB',
    });
    expect(serving.requests).toHaveLength(2);
  });

  it('holds for one that is taken piece by piece: nothing beyond it is handed on', async () => {
    const serving = await serve((response) => void response.writeHead(200).end(zeros(MAX_ANSWER_BYTES + 1)));
    let taken = 0;
    const takeBody = (piece: Buffer): void => {
      taken += piece.length;
    };
    const sent = transportTo(`http://127.0.0.1:${serving.port}`).send({ ...READ, takeBody });
    await expect(sent).rejects.toMatchObject({ failure: 'large' });
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
  });
});
