/** The version of OX: from its web interface, else from OXUtilService, whichever admin it takes. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkServices } from '../../../lib/check/services.ts';
import { createClient, type OxClient } from '../../../lib/ox/client.ts';
import { createOx } from '../../../lib/ox/ox.ts';

let server: Server;
let client: OxClient;
/** The logins that getVersion was asked with. */
let logins: string[];
let web: string | null;
let accepted: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://ox');
    const service = url.pathname.replace('/webservices/', '');
    if (url.pathname === '/appsuite/api/version') {
      response.writeHead(web === null ? 404 : 200).end(web);
    } else if (request.method === 'GET') {
      response.end(readFileSync(`schemas/soap/${service}.wsdl`));
    } else {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const login = /login>([^<]*)</.exec(Buffer.concat(chunks).toString())?.[1] ?? '';
        logins.push(login);
        response.writeHead(login === accepted ? 200 : 500, { 'Content-Type': 'text/xml;charset=UTF-8' });
        response.end(envelope(login === accepted ? VERSION : REFUSAL));
      });
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(() => new Promise((done) => server.close(done)));
beforeEach(() => {
  logins = [];
  web = null;
});
afterEach(() => client.close());

const MAIN = 'http://soap.admin.openexchange.com';
const VERSION = `<getVersionResponse xmlns="${MAIN}"><return>8.37.69</return></getVersionResponse>`;
const REFUSAL =
  '<soap:Fault><faultcode>soap:Server</faultcode><faultstring>Authentication failed; exceptionId -1-2</faultstring>' +
  `<detail><InvalidCredentialsException xmlns="${MAIN}"/></detail></soap:Fault>`;

function envelope(content: string): string {
  return `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${content}</soap:Body></soap:Envelope>`;
}

async function versions(): Promise<string[]> {
  const { port } = server.address() as AddressInfo;
  const address = { soapServer: `http://127.0.0.1:${port}`, timeout: 5, readCertificates: () => '' };
  client = createClient({ ...address, secrets: () => [], connections: 1 });
  const ox = createOx(client, {
    ofContext: () => ({ adminuser: 'oxadmin', adminpass: 'secret10' }),
    ofMaster: () => ({ adminuser: 'master', adminpass: 'masterpw' }),
  });
  const findings = await checkServices(address, (admin) => ox.version(admin), [10, null], new Date());
  return findings.filter(({ kind }) => kind === 'version').map(({ message }) => message);
}

it('is what the web interface says', async () => {
  web = '{"data":{"version":"8.19.0"}}';

  expect(await versions()).toEqual(['OX is of version 8.19.0']);
  expect(logins).toEqual([]);
});

it.each([
  ['the admin of a context', 'oxadmin', ['oxadmin'], 'OX is of version 8.37.69'],
  ['the master admin', 'master', ['oxadmin', 'master'], 'OX is of version 8.37.69'],
  ['nobody', '', ['oxadmin', 'master'], 'OX is of version 8.35.276 or newer: it has getVersion'],
])('is what getVersion says to %s', async (_, login, asked, expected) => {
  accepted = login;

  expect(await versions()).toEqual([expected]);
  expect(logins).toEqual(asked);
});
