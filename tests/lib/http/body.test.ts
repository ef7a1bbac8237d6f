/** The body of an answer: piece by piece or as a whole, decompressed. */
import type { ServerResponse } from 'node:http';
import { deflateSync, gzipSync } from 'node:zlib';
import { serve } from '../../harness/serving.ts';
import { READ, transportTo } from '../../harness/transport.ts';

describe('gives a body piece by piece to who takes it', () => {
  async function take(respond: (response: ServerResponse) => void) {
    const serving = await serve(respond);
    const pieces: string[] = [];
    const takeBody = (piece: Buffer): void => void pieces.push(piece.toString());
    const { body } = await transportTo(`http://127.0.0.1:${serving.port}`).send({ ...READ, takeBody });
    return { pieces, body: body?.toString() };
  }

  it('as it comes', async () => {
    const taken = await take((response) => {
      response.writeHead(200, { 'Content-Type': 'text/xml;charset=UTF-8' }).write('one');
      setTimeout(() => response.end('two'), 20);
    });
    expect(taken).toEqual({ pieces: ['one', 'two'], body: undefined });
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['no success', (response) => void response.writeHead(500).end('whole')],
    ['compressed', (response) => void response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('whole'))],
    [
      'in another charset',
      (response) => void response.writeHead(200, { 'Content-Type': 'text/xml; charset=iso-8859-1' }).end('whole'),
    ],
  ])('but not one that is %s', async (_what, respond) => {
    expect(await take(respond)).toEqual({ pieces: [], body: 'whole' });
  });

  it('and ends with what the taker throws, without waiting for the rest', async () => {
    const serving = await serve((response) => void response.writeHead(200).write('a beginning'));
    const takeBody = (): never => {
      throw new RangeError('enough');
    };
    const posted = transportTo(`http://127.0.0.1:${serving.port}`).send({ ...READ, takeBody });
    await expect(posted).rejects.toEqual(new RangeError('enough'));
  });
});

it.each<[string, (xml: string) => Buffer]>([
  ['gzip', gzipSync],
  ['GZIP', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['identity', Buffer.from],
])('reads an answer in %s', async (encoding, compress) => {
  const serving = await serve(
    (response) => void response.writeHead(200, { 'Content-Encoding': encoding }).end(compress('<ök/>')),
  );
  expect((await transportTo(`http://127.0.0.1:${serving.port}`).send(READ)).body?.toString()).toBe('<ök/>');
});

it.each<[string, Buffer, string]>([
  ['br', Buffer.from('x'), 'the answer is encoded as br, which was not asked for'],
  ['gzip', Buffer.from('no gzip'), 'the answer cannot be decompressed'],
  ['gzip', gzipSync('x'.repeat(1000)).subarray(0, 20), 'the answer cannot be decompressed'],
])('refuses an answer in %s that cannot be read', async (encoding, body, message) => {
  const serving = await serve((response) => void response.writeHead(200, { 'Content-Encoding': encoding }).end(body));
  await expect(transportTo(`http://127.0.0.1:${serving.port}`).send(READ)).rejects.toMatchObject({
    failure: 'invalid',
    message,
  });
});
