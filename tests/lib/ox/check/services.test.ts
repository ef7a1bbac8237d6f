/** What OX offers, its certificate, and its version: from its web interface, else from OXUtilService, whichever admin it takes. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkServices, judgeCertificate, judgeServices } from '../../../../lib/ox/check/services.ts';
import { createOx } from '../../../../lib/ox/services/ox.ts';
import { createClient, type OxClient } from '../../../../lib/ox/soap/client.ts';
import type { Description } from '../../../../lib/ox/soap/description.ts';

describe('the version', () => {
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
});

const NOW = new Date('2026-11-20T12:00:00Z');

it.each([
  [null, []],
  ['2027-11-20T12:00:00Z', ['certificate: the certificate of OX is valid for 365 more days, until 2027-11-20']],
  ['2026-12-20T12:00:00Z', ['certificate: the certificate of OX is valid for 30 more days, until 2026-12-20']],
  [
    '2026-12-20T11:00:00Z',
    [
      'certificate-expires: the certificate of OX is valid for 29 more days, until 2026-12-20: ' +
        "Renew the certificate of OX's web server in time.",
    ],
  ],
  ['2026-11-21T13:00:00Z', [expect.stringContaining('is valid for 1 more day, until 2026-11-21')]],
])('judges a certificate that ends at %s', (end, expected) => {
  const findings = judgeCertificate(end === null ? null : new Date(end), NOW);

  expect(findings.map(({ kind, message, remedy }) => `${kind}: ${message}${remedy && `: ${remedy}`}`)).toEqual(
    expected,
  );
});

const NAMES = ['Context', 'User', 'Group', 'Resource', 'SecondaryAccount', 'UserCopy', 'Util'].map(
  (name) => `OX${name}Service`,
);

function offering(changes: Readonly<Record<string, Partial<Description>>>): Map<string, Description> {
  const plain = { status: 200, text: '<wsdl:definitions/>', certificateEnd: null };
  return new Map(NAMES.map((name) => [name, { ...plain, ...changes[name] }]));
}

const NO_ACCOUNTS = { OXSecondaryAccountService: { status: 404, text: '' } };
const GUESTS = '<xs:element name="create"><xs:complexType><xs:element name="convertguest"/></xs:complexType>';

it.each<[string, Readonly<Record<string, Partial<Description>>>, string]>([
  ['8.36.36', { OXUserService: { text: GUESTS } }, 'version 8.36.36 or newer: it has convertguest'],
  ['8.35.276', { OXUtilService: { text: '<wsdl:operation name="getVersion">' } }, 'version 8.35.276 or newer'],
  ['8.10', { OXResourceService: { text: 'name="permissions"' } }, 'version 8.10 or newer'],
  ['7.10.6', {}, 'version 7.10.6 or newer'],
  ['7.10.4', { ...NO_ACCOUNTS, OXContextService: { text: 'name="gabMode"' } }, 'version 7.10.4 or newer'],
])('concludes the version %s from what is there, where OX does not tell it', (_, changes, expected) => {
  const versions = judgeServices(offering(changes), null).filter(({ kind }) => kind === 'version');

  expect(versions.map(({ message }) => message)).toEqual([expect.stringContaining(expected)]);
});

it('says the version that OX tells, and what it has and has not', () => {
  const findings = judgeServices(
    offering({ ...NO_ACCOUNTS, OXResourceService: { text: 'name="permissions"' } }),
    '8.19.0',
  );

  expect(findings.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
    'service-missing: OX does not offer OXSecondaryAccountService',
    'version: OX is of version 8.19.0',
    'feature: OX does not have convertguest of new users (version 8.36.36 or newer)',
    'feature: OX does not have getVersion (version 8.35.276 or newer)',
    'feature: OX has permissions of resources (version 8.10 or newer)',
    'feature: OX does not have functional accounts (version 7.10.6 or newer)',
    'feature: OX does not have gabMode of contexts (version 7.10.4 or newer)',
  ]);
});

it.each([403, 503])('takes nothing for missing where the descriptions are answered with %d', (status) => {
  const findings = judgeServices(offering(Object.fromEntries(NAMES.map((name) => [name, { status }]))), null);

  expect(findings.map(({ kind, severity, object }) => [kind, severity, object])).toEqual(
    NAMES.filter((name) => name !== 'OXUtilService').map((name) => ['service-unknown', 'info', name]),
  );
  expect(findings[0]?.message).toBe(
    `whether OX offers OXContextService is not known: it answers with HTTP ${status} for its description`,
  );
  expect(findings[0]?.remedy).toBe(
    'Ask again when OX has started; a proxy before OX may hide the descriptions (?wsdl).',
  );
});
