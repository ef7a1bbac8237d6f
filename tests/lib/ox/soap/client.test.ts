/** Calls: what OX says becomes one error with service, operation, object, code and remedy, and never a secret. */
import type { ServerResponse } from 'node:http';
import type { ErrorCode } from '../../../../lib/errors/connector-error.ts';
import { createClient, faultOf, type OxClient } from '../../../../lib/ox/soap/client.ts';
import { finallyDo, serve } from '../../../harness/serving.ts';

const SUBJECT = { object: 'user "anna" in context 10', login: '10' };
const INPUT = {
  ctx: { id: 10 },
  usrdata: { name: 'anna', password: 'geheim1' },
  auth: { login: 'oxadmin', password: 'geheim2' },
};

const envelope = (body: string): string =>
  `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${body}</soap:Body></soap:Envelope>`;
const fault = (text: string, exception: string): string =>
  envelope(
    `<soap:Fault><faultstring>${text}; exceptionId 1-1</faultstring><detail><${exception}/></detail></soap:Fault>`,
  );

const XML = 'text/xml;charset=UTF-8';
const send =
  (status: number, contentType: string, body: string | Buffer) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, { 'Content-Type': contentType }).end(body);

async function clientOf(answer: (response: ServerResponse) => void): Promise<OxClient> {
  const { port } = await serve(answer);
  const client = createClient({
    soapServer: `http://127.0.0.1:${port}`,
    timeout: 1,
    connections: 1,
    readCertificates: () => '',
    secrets: () => ['geheim3', 'of'],
  });
  finallyDo(() => client.close());
  return client;
}

it('answers the result', async () => {
  const client = await clientOf(send(200, XML, envelope('<existsResponse><return>true</return></existsResponse>')));
  expect(await client.call('OXUserService', 'exists', { user: { name: 'anna' } }, SUBJECT)).toBe(true);
});

it.each([
  [
    'ISO-8859-1',
    'text/xml; charset=ISO-8859-1',
    Buffer.from(envelope('<getDataResponse><return><name>ä</name></return></getDataResponse>')),
    'Ã¤',
  ],
  [
    'UTF-8',
    'text/xml; charset="utf-8"',
    Buffer.from(envelope('<getDataResponse><return><name>ä</name></return></getDataResponse>')),
    'ä',
  ],
  [
    'none',
    'text/xml',
    Buffer.from(envelope('<getDataResponse><return><name>ä</name></return></getDataResponse>')),
    'ä',
  ],
])('decodes an answer by its charset: %s', async (_charset, contentType, body, name) => {
  const client = await clientOf(send(200, contentType, body));
  expect(await client.call('OXUserService', 'getData', {}, SUBJECT)).toEqual({ name });
});

const CREATED = envelope('<createResponse/>');

it.each<[string, (response: ServerResponse) => void, ErrorCode, RegExp, RegExp]>([
  [
    'refuses',
    send(500, XML, fault('The displayname is already used', 'InvalidDataException')),
    'OX_REFUSED',
    /was refused: The displayname is already used \(InvalidDataException\)$/,
    /enforceUniqueDisplayName/,
  ],
  [
    'refuses without a word',
    send(500, XML, fault('', 'InvalidDataException')),
    'OX_REFUSED',
    / was refused: no reason given \(InvalidDataException\)$/,
    /log/,
  ],
  [
    'refuses with status 200',
    send(200, XML, fault('no', 'InvalidDataException')),
    'OX_REFUSED',
    /was refused: no/,
    /UDM/,
  ],
  [
    'repeats secrets',
    send(500, XML, fault('bad password geheim1 of geheim2, not geheim3', 'X')),
    'OX_REFUSED',
    /bad password … of …, not …/,
    /UDM/,
  ],
  [
    'refuses the login',
    send(500, XML, fault('Authentication failed', 'InvalidCredentialsException')),
    'OX_CREDENTIALS',
    /Authentication failed/,
    /entry "10" in contexts.json/,
  ],
  [
    'is not OX',
    send(404, 'text/html', '<p>'),
    'OX_HTTP',
    / was answered with HTTP 404$/,
    /OXUserService is not installed/,
  ],
  ['is down behind a proxy', send(503, 'text/html', '<p>'), 'OX_HTTP', /HTTP 503/, /proxy/],
  ['has a broken proxy', send(500, 'text/html', '<p>'), 'OX_HTTP', /HTTP 500/, /OX_SOAP_SERVER/],
  ['redirects', send(302, 'text/html', ''), 'OX_HTTP', / was redirected \(HTTP 302\)$/, /no other address/],
  ['wants another login', send(401, 'text/html', ''), 'OX_HTTP', /HTTP 401/, /OX_SOAP_SERVER/],
  [
    'sends a 500 that is no fault',
    send(500, XML, CREATED),
    'OX_ANSWER_INVALID',
    /no fault, but createResponse/,
    /proxies/,
  ],
  [
    'sends HTML',
    send(200, 'text/html', '<html><body/></html>'),
    'OX_ANSWER_INVALID',
    /not a SOAP envelope/,
    /OX_SOAP_SERVER/,
  ],
  ['sends half', send(200, XML, CREATED.slice(0, 80)), 'OX_ANSWER_INVALID', /not well-formed/, /proxies/],
  [
    'sends no UTF-8',
    send(200, XML, Buffer.from(`${CREATED}ä`, 'latin1')),
    'OX_ANSWER_INVALID',
    / failed: the answer is not valid utf-8$/,
    /proxies/,
  ],
  [
    'sends an unheard charset',
    send(200, 'text/xml; charset=klingon', CREATED),
    'OX_ANSWER_INVALID',
    / failed: the answer is not valid klingon$/,
    /proxies/,
  ],
  [
    'hangs',
    () => undefined,
    'OX_TIMEOUT',
    / failed: no complete answer within 1 seconds \(OX_SOAP_TIMEOUT\)$/,
    /OX_SOAP_TIMEOUT/,
  ],
  [
    'hangs up',
    (response) => void response.socket?.resetAndDestroy(),
    'OX_UNREACHABLE',
    /ECONNRESET|hang up/,
    /running/,
  ],
])('says what is wrong with a server that %s', async (what, answer, code, message, remedy) => {
  const client = await clientOf(answer);
  const error = await client.call('OXUserService', 'create', INPUT, SUBJECT).then(
    () => null,
    (cause: unknown) => cause as Error,
  );
  expect(error).toMatchObject({
    code,
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(remedy),
    fields: expect.objectContaining({ service: 'OXUserService', operation: 'create', object: SUBJECT.object }),
  });
  expect(error?.message).toMatch(/^OXUserService\.create for user "anna" in context 10 /);
  expect(error?.message).not.toContain('geheim');
  expect(faultOf(error) !== null).toBe(/refuse|repeats/.test(what));
});
