/** A new user with the address of a guest: the guest becomes the user where the running server can do that. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOx, type Ox } from '../../../../lib/ox/services/ox.ts';
import { createClient, type OxClient } from '../../../../lib/ox/soap/client.ts';
import { openOffers } from '../../../../lib/ox/soap/description.ts';
import { OxFault } from '../../../../lib/ox/soap/fault.ts';

const MAIN = 'http://soap.admin.openexchange.com';
const OBJECTS = 'http://dataobjects.soap.admin.openexchange.com/xsd';
const GUEST = 'A guest with the mail address anna@example.com already exists in context 10';
const ACCESS = { webmail: true };
const LOGIN = { adminuser: 'oxadmin', adminpass: 'secret10' };

let server: Server;
let client: OxClient;
let ox: Ox;
/** Each operation, marked where it is to convert a guest; descriptions as `wsdl`. */
let calls: string[];
let knowing: readonly string[];
let refusal: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.method === 'GET') {
      calls.push('wsdl');
      const types = knowing.map(
        (name) =>
          `<xs:element name="${name}"><xs:complexType><xs:element name="convertguest"/></xs:complexType></xs:element>`,
      );
      response.end(`<wsdl:definitions>${types.join('')}</wsdl:definitions>`);
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const operation = /<soap:Body><n\d+:(\w+)>/.exec(body)?.[1] ?? '?';
      const converts = /convertguest>true</.test(body);
      calls.push(converts ? `${operation} convertguest` : operation);
      response.setHeader('Content-Type', 'text/xml;charset=UTF-8');
      if (operation.startsWith('create') && !converts) {
        response.statusCode = 500;
        response.end(envelope(fault(refusal)));
      } else {
        response.end(envelope(operation.startsWith('create') ? created(operation) : ''));
      }
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(() => new Promise((done) => server.close(done)));

beforeEach(() => {
  calls = [];
  refusal = GUEST;
  const { port } = server.address() as AddressInfo;
  const address = { soapServer: `http://127.0.0.1:${port}`, timeout: 5, readCertificates: () => '' };
  client = createClient({ ...address, secrets: () => [], connections: 1 });
  ox = createOx(client, { ofContext: () => LOGIN, ofMaster: () => LOGIN }, openOffers(address));
});
afterEach(() => client.close());

function envelope(content: string): string {
  return `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${content}</soap:Body></soap:Envelope>`;
}

function fault(text: string): string {
  const inner = '<InvalidDataException/>';
  return (
    `<soap:Fault><faultcode>soap:Server</faultcode><faultstring>${text}; exceptionId -1-2</faultstring>` +
    `<detail><InvalidDataException xmlns="${MAIN}">${inner}</InvalidDataException></detail></soap:Fault>`
  );
}

function created(operation: string): string {
  return `<${operation}Response xmlns="${MAIN}"><return><o:id xmlns:o="${OBJECTS}">7</o:id></return></${operation}Response>`;
}

it.each([
  ['without rights', null, ['create'], ['create', 'wsdl', 'create convertguest']],
  [
    'with rights',
    ACCESS,
    ['create', 'createByModuleAccess'],
    ['createByModuleAccess', 'wsdl', 'createByModuleAccess convertguest'],
  ],
  [
    'with rights, where only create can',
    ACCESS,
    ['create'],
    ['createByModuleAccess', 'wsdl', 'create convertguest', 'changeByModuleAccess'],
  ],
])('the guest becomes the user: %s', async (_, access, known, expected) => {
  knowing = known;

  expect(await ox.users.create(10, { name: 'anna' }, access)).toBe(7);
  expect(calls).toEqual(expected);
});

it.each([
  ['does not know the parameter', GUEST, ['create', 'wsdl']],
  ['has another reason', 'User guest already exists in this context', ['create']],
])('is refused where OX %s', async (_, text, expected) => {
  knowing = text === GUEST ? [] : ['create'];
  refusal = text;

  await expect(ox.users.create(10, { name: 'guest' }, null)).rejects.toThrow(text);
  expect(calls).toEqual(expected);
});

it.each<[string, string, boolean]>([
  [GUEST, 'InvalidDataException', true],
  ['Guest user has this address', 'StorageException', true],
  [
    'Primary mail address "guest@a" already exists in context 10 (Already assigned to user 3).',
    'InvalidDataException',
    false,
  ],
  ["FLD-0075 An infostore folder named 'GUEST' already exists", 'StorageException', false],
  ['Cannot add guest user to group', 'InvalidDataException', false],
  ['Authentication failed for guest', 'InvalidCredentialsException', false],
])('takes %j for a refusal because of a guest: %s', (text, exception, isAboutGuest) => {
  expect(new OxFault(text, exception).isAboutGuest).toBe(isAboutGuest);
});
