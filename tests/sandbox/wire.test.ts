/** What travels: envelopes, faults, connections, contracts (docs/ox.md, "On the wire"). */

import { ADMIN_10 } from './client.ts';
import { envelope, headersOf, type Raw, requestXml, textIn } from './raw.ts';
import { ANNA, CTX, GROUP, USER, useOx } from './trial.ts';

const ox = useOx();

describe('the wire', () => {
  const EXISTS = { ctx: CTX, user: { name: 'anna' } };

  it('answers booleans, empty Bodies, empty lists and nil fields', async () => {
    expect(textIn((await ox.call(USER, 'exists', EXISTS)).body, 'return')).toBe('true');
    const changed = await ox.call(USER, 'change', { ctx: CTX, usrdata: { id: ANNA, nickname: 'An' } });
    expect(changed.body).toContain('<soap:Body></soap:Body>');
    const none = await ox.call(GROUP, 'list', { ctx: CTX, pattern: 'nothing*' });
    expect(none.body).toMatch(/<ns4:listResponse [^>]*\/>/);
    const data = await ox.call(USER, 'getData', { ctx: CTX, user: { id: ANNA } });
    expect(data.body).toContain('<password xsi:nil="true"/>');
    await ox.noViolations();
  });

  it.each<[string, string, string, RegExp]>([
    [
      'an unknown operation',
      envelope('<x xmlns="http://soap.admin.openexchange.com"/>'),
      'soap:Client',
      /NO_PART_FOUND/,
    ],
    [
      'SOAP 1.2',
      envelope('<x/>', 'http://www.w3.org/2003/05/soap-envelope'),
      'soap:VersionMismatch',
      /^A SOAP 1.2 message/,
    ],
    ['a DOCTYPE', `<!DOCTYPE x>${envelope('<x/>').slice(38)}`, 'soap:Client', /DTD/],
    ['broken XML', '<a><b></a>', 'soap:Client', /XMLStreamReader/],
  ])('refuses %s', async (_what, body, code, text) => {
    const reply = await ox.post(USER, body);

    expect(reply.status).toBe(500);
    expect(textIn(reply.body, 'faultcode')).toBe(code);
    expect(reply.fault).toMatch(text);
    expect(await ox.sandbox.violations()).not.toEqual([]);
  });

  it('names unknown elements in two ways', async () => {
    const read = await ox.call(USER, 'exists', { ctx: CTX, user: { name: 'anna', shoe: '1' } });
    const write = await ox.call(USER, 'change', { ctx: CTX, usrdata: { id: ANNA, shoe: '1' } });

    expect(read.fault).toBe(
      'Unexpected element "shoe" (URI="http://dataobjects.soap.admin.openexchange.com/xsd"). Please remove that element from SOAP request.',
    );
    expect(write.fault).toMatch(
      /^Unmarshalling Error: unexpected element \(uri:".*", local:"shoe"\)\. Expected elements are /,
    );
  });

  it('takes elements in any order, but notes it', async () => {
    const reply = await ox.call(USER, 'exists', { user: { name: 'anna' }, ctx: CTX });

    expect(textIn(reply.body, 'return')).toBe('true');
    expect((await ox.sandbox.violations()).map((violation) => violation.message)).toEqual([
      expect.stringMatching(/^not valid:/),
    ]);
  });

  it('reads ISO-8859-1 where the charset is missing', async () => {
    const xml = requestXml(USER, 'change', { ctx: CTX, usrdata: { id: ANNA, nickname: 'Änne' } }, ADMIN_10);
    await ox.post(USER, xml, { ...headersOf('change'), 'Content-Type': 'text/xml' });

    expect(await ox.userNamed('anna')).toMatchObject({ nickname: 'Ã\u0084nne' });
    expect((await ox.sandbox.violations())[0]?.message).toMatch(/Content-Type/);
  });

  it('carries every character XML can', async () => {
    const note = 'ä&amp;&lt;"\']]&gt; 😀 &#13;&#10;<![CDATA[<b>&]]>';
    await ox.call(USER, 'change', { ctx: CTX, usrdata: { id: ANNA, note } });

    expect(await ox.userNamed('anna')).toMatchObject({ note: 'ä&<"\']]> 😀 \r\n<b>&' });
    const data = await ox.call(USER, 'getData', { ctx: CTX, user: { id: ANNA } });
    expect(textIn(data.body, 'note')).toBe("ä&amp;&lt;&quot;']]&gt; 😀 &#xd;\n&lt;b&gt;&amp;");
    await ox.noViolations();
  });

  it('masks passwords in violations and notes a wrong SOAPAction', async () => {
    await ox.post(USER, requestXml(USER, 'exists', EXISTS, ADMIN_10), headersOf('other'));

    const [violation] = await ox.sandbox.violations();
    expect(violation?.message).toMatch(/SOAPAction/);
    expect(violation?.body).toContain('<r:password>***</r:password>');
  });

  it('answers unknown services with HTML and gives the contract', async () => {
    expect((await ox.post('OXNothing', '')).status).toBe(404);
    const wsdl = await fetch(`${ox.sandbox.url}/webservices/OXGroupService?wsdl`);
    expect(await wsdl.text()).toContain('<wsdl:definitions');
    expect((await fetch(`${ox.sandbox.url}/webservices/OXGroupService`)).status).toBe(500);
  });

  it.each<[string, { [name: string]: Raw }, RegExp]>([
    ['an empty date', { id: ANNA, birthday: '' }, /^Unmarshalling Error/],
    ['a bad date', { id: ANNA, birthday: '2001-02-30' }, /^Unmarshalling Error/],
  ])('refuses %s', async (_what, usrdata, text) => {
    expect((await ox.call(USER, 'change', { ctx: CTX, usrdata })).fault).toMatch(text);
  });
});
