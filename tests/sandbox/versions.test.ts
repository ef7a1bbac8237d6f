/** Which services and elements an OX has, and how it tells (docs/ox.md, "Versions"). */

import { ADMIN_10 } from './client.ts';
import { textIn } from './raw.ts';
import { aUser, CTX, USER, UTIL, useOx } from './trial.ts';

const ox = useOx();

const wsdl = (service: string, headers = {}): Promise<Response> =>
  fetch(`${ox.sandbox.url}/webservices/${service}?wsdl`, { headers });

describe('?wsdl', () => {
  it('404 and HTML where a service is not installed, for calls too', async () => {
    expect((await wsdl('OXUserCopyService')).status).toBe(200);
    await ox.sandbox.options({ absentServices: ['OXUserCopyService'] });
    const answer = await wsdl('OXUserCopyService');
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      404,
      'text/html',
      '<html><body>No service was found.</body></html>',
    ]);
    expect((await ox.call('OXUserCopyService', 'copyUser', {})).status).toBe(404);
  });

  it('says nothing while OX starts', async () => {
    await ox.sandbox.options({ wsdlStatus: 503 });
    expect((await wsdl(USER)).status).toBe(503);
  });

  it('leaves out elements that this OX does not know', async () => {
    expect(await (await wsdl('OXResourceService')).text()).toContain('name="permissions"');
    await ox.sandbox.options({ unknownElements: ['permissions'] });
    expect(await (await wsdl('OXResourceService')).text()).not.toContain('name="permissions"');
  });

  it('soap:address repeats the Host, or what a proxy says', async () => {
    const address = async (headers = {}) =>
      /<soap:address location="([^"]*)"/.exec(await (await wsdl(USER, headers)).text())?.[1];
    expect(await address()).toBe(`${ox.sandbox.url}/webservices/OXUserService`);
    const proxy = { 'X-Forwarded-Proto': 'https' };
    expect(await address(proxy)).toBe('https://127.0.0.1:443/webservices/OXUserService');
    expect(await address({ ...proxy, 'X-Forwarded-Port': '8443' })).toMatch(/^https:\/\/127\.0\.0\.1:8443\//);
  });
});

describe('the version', () => {
  const version = () => ox.call(UTIL, 'getVersion', {}, ADMIN_10);

  it('is told by getVersion from 8.35.276 on', async () => {
    expect((await version()).fault).toBe('NO_PART_FOUND');
    expect(await (await wsdl(UTIL)).text()).not.toMatch(/getVersion"/);
    await ox.sandbox.options({ version: '8.37.69' });
    expect(textIn((await version()).body, 'return')).toBe('8.37.69');
    expect(await (await wsdl(UTIL)).text()).toMatch(/<wsdl:operation name="getVersion">/);
  });

  it('is told without a session', async () => {
    const answer = await fetch(`${ox.sandbox.url}/appsuite/api/version?action=version`);
    expect(await answer.json()).toEqual({ data: { version: '8.19.0' } });
  });
});

describe('convertguest', () => {
  const create = (convertguest?: boolean) =>
    ox.call(USER, 'create', {
      ctx: CTX,
      usrdata: aUser(),
      ...(convertguest === undefined ? {} : { convertguest }),
    });

  beforeEach(() => ox.sandbox.seed({ contexts: { '10': { guests: ['Carl@example.com'] } } }));

  it('is unknown to an older OX, where a guest refuses the creation for good', async () => {
    expect((await create()).fault).toMatch(/guest/);
    expect((await create(true)).fault).toMatch(/^Unexpected element "convertguest"/);
    expect(await (await wsdl(USER)).text()).not.toContain('convertguest');
  });

  it('makes the guest the user', async () => {
    await ox.sandbox.options({ convertGuest: true });
    expect(await (await wsdl(USER)).text()).toContain('convertguest');
    expect((await create()).fault).toMatch(/guest/);
    expect((await create(false)).fault).toMatch(/guest/);
    expect((await create(true)).fault).toBeNull();
    expect(await ox.userNamed('carl')).toMatchObject({ id: 7 });
    await ox.noViolations();
  });
});
