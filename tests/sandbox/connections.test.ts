/** How connections are kept and ended (docs/ox.md, "Connections"). */

import { Agent, type IncomingMessage, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { ADMIN_10 } from './client.ts';
import { headersOf, requestXml, textIn } from './raw.ts';
import { CTX, USER, useOx } from './trial.ts';

const ox = useOx();
let agent: Agent;

beforeEach(() => {
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
});
afterEach(() => agent.destroy());

function post(name: string, headers = {}, path = `/webservices/${USER}`, pack = (xml: string): string | Buffer => xml) {
  const body = pack(requestXml(USER, 'exists', { ctx: CTX, user: name === '' ? {} : { name } }, ADMIN_10));
  const length = { 'Content-Length': Buffer.byteLength(body) };
  return new Promise<IncomingMessage & { body: string }>((done, failed) => {
    request(
      `${ox.sandbox.url}${path}`,
      { agent, method: 'POST', headers: { ...headersOf('exists'), ...length, ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => done(Object.assign(response, { body: text })));
      },
    )
      .on('error', failed)
      .end(body);
  });
}

it('answers are chunked, not compressed, and say nothing about the connection', async () => {
  const { headers } = await post('anna', { 'Accept-Encoding': 'gzip' });

  expect(headers).toMatchObject({ 'content-type': 'text/xml;charset=UTF-8', 'transfer-encoding': 'chunked' });
  expect(headers).not.toHaveProperty('connection');
  expect(headers).not.toHaveProperty('content-encoding');
});

it('every fault ends the connection', async () => {
  expect((await post('')).headers.connection).toBe('close');
});

it('answer 257 ends the connection', async () => {
  await ox.sandbox.options({ validate: false, checkAnswers: false });
  const closing: number[] = [];
  for (let n = 1; n <= 258; n++) if ((await post('anna')).headers.connection === 'close') closing.push(n);

  expect(closing).toEqual([257]);
});

it('a slash at the end of the path works', async () => {
  expect(textIn((await post('anna', {}, `/webservices/${USER}/`)).body, 'return')).toBe('true');
});

it('a compressed request is refused', async () => {
  const { body } = await post('anna', { 'Content-Encoding': 'gzip' }, undefined, (xml) => gzipSync(xml));

  expect(textIn(body, 'faultstring')).toBe("Couldn't parse stream.");
});

it('an unknown service is 404 and HTML', async () => {
  const { statusCode, headers, body } = await post('anna', {}, '/webservices/OXNothing');

  expect([statusCode, headers['content-type'], body]).toEqual([
    404,
    'text/html',
    '<html><body>No service was found.</body></html>',
  ]);
});
