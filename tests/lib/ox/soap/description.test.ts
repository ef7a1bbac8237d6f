/** What OX says of itself, asked over real connections: which parameters the running server knows, and its version. */

import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  fetchVersion,
  fetchWsdl,
  hasOperation,
  hasParameter,
  openOffers,
} from '../../../../lib/ox/soap/description.ts';

let server: Server;
let asked: string[];
let answer: RequestListener;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((done) => server.close(done));
});
beforeEach(() => {
  asked = [];
});

function address(path = '') {
  const { port } = server.address() as AddressInfo;
  return { soapServer: `http://127.0.0.1:${port}${path}`, timeout: 5, readCertificates: () => '' };
}

function says(status: number, text: string): void {
  answer = (_, response) => {
    response.writeHead(status).end(text);
  };
}

const INLINE = readFileSync('schemas/soap/OXUserService.wsdl', 'utf8').replace(
  /(<xs:element name="create">.*?)(<xs:element name="auth")/s,
  '$1<xs:element name="convertguest" type="xs:boolean" minOccurs="0"/>$2',
);
const NAMED =
  '<xs:element name="create" type="tns:create"/><xs:complexType name="create"><xs:sequence>' +
  "<xs:element minOccurs='0' name='convertguest' type='xs:boolean'/></xs:sequence></xs:complexType>" +
  '<xs:complexType name="createByModuleAccess"><xs:sequence/></xs:complexType>';

it.each([
  ['with types in the elements', INLINE],
  ['with types of their own', NAMED],
])('finds a parameter in a WSDL %s, and only in the operation that has it', (_, wsdl) => {
  expect(hasParameter(wsdl, 'create', 'convertguest')).toBe(true);
  expect(hasParameter(wsdl, 'createByModuleAccess', 'convertguest')).toBe(false);
  expect(hasParameter(wsdl, 'create', 'convertguests')).toBe(false);
});

it('finds operations', () => {
  const wsdl = readFileSync('schemas/soap/OXUtilService.wsdl', 'utf8');

  expect(hasOperation(wsdl, 'getVersion')).toBe(true);
  expect(hasOperation(wsdl.replace(/<wsdl:operation name="getVersion">/g, ''), 'getVersion')).toBe(false);
});

it('fetches each description once, and asks again for one that did not come', async () => {
  const offers = openOffers(address('/ox/'));
  const ask = (): Promise<boolean> => offers('OXUserService', 'create', 'convertguest');
  says(503, INLINE);
  expect(await ask()).toBe(false);
  says(200, INLINE);
  expect(await ask()).toBe(true);
  says(404, '');
  expect(await ask()).toBe(true);
  expect(asked).toEqual(Array(2).fill('/ox/webservices/OXUserService?wsdl'));
});

it('offers nothing where nobody answers', async () => {
  const { soapServer, ...rest } = address();
  const offers = openOffers({ ...rest, soapServer: soapServer.replace(/:\d+$/, ':9') });

  expect(await offers('OXUserService', 'create', 'convertguest')).toBe(false);
});

it.each<[string, number, RequestListener]>([
  ['no complete answer within 0.1 seconds', 0.1, () => undefined],
  ['the answer is larger than 4 MiB', 5, (_, response) => void response.end('x'.repeat(4 * 1024 * 1024 + 1))],
])('says so where there is none: %s', async (said, timeout, listener) => {
  answer = listener;

  await expect(fetchWsdl({ ...address(), timeout }, 'OXUserService')).rejects.toThrow(said);
});

it.each<[number, string, string | null]>([
  [200, '{"data":{"version":"8.19.0"}}', '8.19.0'],
  [200, '{"error":"no"}', null],
  [200, '<html>"version":"8"</html>', null],
  [404, '{"data":{"version":"8.19.0"}}', null],
])('reads the version out of %d %s', async (status, text, version) => {
  says(status, text);

  expect(await fetchVersion(address())).toBe(version);
  expect(asked).toEqual(['/appsuite/api/version?action=version']);
});
