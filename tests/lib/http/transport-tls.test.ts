/** Requests over TLS: only to a server that proves who it is. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport, type HttpRequest, type TransportSettings } from '../../../lib/http/transport.ts';
import { finallyDo, type Serving, serve } from '../../harness/serving.ts';
import { type Certificates, makeCertificates } from '../../sandbox/certificates.ts';

const READ: HttpRequest = { method: 'POST', path: '/', headers: {}, body: '<x/>', isRepeatable: true };
let folder: string;
let certificates: Certificates;
let others: Certificates;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ox-connector-'));
  certificates = makeCertificates(join(folder, 'ours'));
  others = makeCertificates(join(folder, 'others'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const ok = (response: { end(text: string): unknown }): void => void response.end('<ok/>');

function transportTo(serving: Serving, readCertificates: TransportSettings['readCertificates']) {
  const url = `https://127.0.0.1:${serving.port}`;
  const transport = createTransport({ url, timeout: 5, connections: 1, readCertificates });
  finallyDo(() => transport.close());
  return transport;
}
const trusting = (ca: string) => () => readFileSync(ca, 'utf8');

it('talks to a server whose certificate is right, reading the CA once', async () => {
  const serving = await serve(ok, certificates.good);
  let reads = 0;
  const transport = transportTo(serving, () => {
    reads += 1;
    return readFileSync(certificates.ca, 'utf8');
  });
  await transport.send(READ);
  await transport.send(READ);
  expect([reads, serving.sockets.size, serving.requests.length]).toEqual([1, 1, 2]);
});

it('says of a server that speaks plain HTTP that it does, not what OpenSSL says', async () => {
  const serving = await serve(ok);
  const transport = transportTo(serving, trusting(certificates.ca));
  await expect(transport.send(READ)).rejects.toMatchObject({
    failure: 'tls',
    message: 'what answers does not speak TLS (EPROTO)',
  });
});

it.each<[string, 'good' | 'expired' | 'otherHost', boolean]>([
  ['untrusted', 'good', false],
  ['expired', 'expired', true],
  ['for another host', 'otherHost', true],
])(
  'sends nothing to a server whose certificate is %s, whatever the environment says',
  async (_what, which, isTrusted) => {
    const serving = await serve(ok, certificates[which]);
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      const transport = transportTo(serving, trusting(isTrusted ? certificates.ca : others.ca));
      await expect(transport.send(READ)).rejects.toMatchObject({
        failure: 'tls',
        message: expect.not.stringMatching(/node|--/i),
      });
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
    expect(serving.requests).toEqual([]);
  },
);

it('does not take a server without TLS for one', async () => {
  const serving = await serve(ok);
  await expect(transportTo(serving, trusting(certificates.ca)).send(READ)).rejects.toMatchObject({ failure: 'tls' });
});
