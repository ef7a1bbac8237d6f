/** Answers are read with distrust: what OX gives is understood, anything else refused (docs/ox.md, "On the wire"). */
import { AnswerError, parseAnswer, parseFault } from '../../../../lib/ox/soap/answer.ts';
import { OxFault } from '../../../../lib/ox/soap/fault.ts';
import { thrownBy } from '../../../harness/temporary.ts';

const NS = 'http://soap.admin.openexchange.com';
const DATA = 'http://dataobjects.soap.admin.openexchange.com/xsd';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

const envelope = (body: string): string =>
  `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${body}</soap:Body></soap:Envelope>`;
const answer = (operation: string, content: string): string =>
  envelope(
    `<ns2:${operation}Response xmlns:ns2="${NS}" xmlns="${DATA}" xmlns:xsi="${XSI}">${content}</ns2:${operation}Response>`,
  );

const user = (content: string): unknown =>
  parseAnswer('OXUserService', 'getData', answer('getData', `<ns2:return>${content}</ns2:return>`));
const exists = (content: string): unknown => parseAnswer('OXUserService', 'exists', answer('exists', content));
const users = (content: string): unknown => parseAnswer('OXUserService', 'listAll', answer('listAll', content));

it('reads fields by their types', () => {
  expect(
    user(
      '<id>7</id><name>anna</name><mailenabled>true</mailenabled><maxQuota>-1</maxQuota><birthday>2016-04-18Z</birthday>',
    ),
  ).toEqual({ id: 7, name: 'anna', mailenabled: true, maxQuota: -1, birthday: '2016-04-18Z' });
});

it.each([
  [
    'default namespace',
    `<getDataResponse xmlns="${NS}"><return><x:name xmlns:x="${DATA}">anna</x:name></return></getDataResponse>`,
  ],
  [
    'one prefix',
    `<ns2:getDataResponse xmlns:ns2="${NS}"><ns2:return><name xmlns="${DATA}">anna</name></ns2:return></ns2:getDataResponse>`,
  ],
  [
    'many prefixes',
    `<a:getDataResponse xmlns:a="${NS}"><b:return xmlns:b="${NS}"><c:name xmlns:c="${DATA}">anna</c:name></b:return></a:getDataResponse>`,
  ],
])('reads whatever prefixes: %s', (_what, body) => {
  expect(parseAnswer('OXUserService', 'getData', envelope(body))).toEqual({ name: 'anna' });
});

it('reads an envelope with declaration, Header, comments and other prefixes', () => {
  const xml = `<?xml version='1.0' encoding='UTF-8'?>
    <!-- OX --><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Header/>
    <S:Body> <existsResponse xmlns="${NS}"><return>true</return></existsResponse> </S:Body></S:Envelope>`;
  expect(parseAnswer('OXUserService', 'exists', xml)).toBe(true);
});

it.each([
  ['&#228;&#xE4;&#xe4;', 'äää'],
  ['a&#13;&#10;b', 'a\r\nb'],
  ['&#128512;&#x1F600;', '😀😀'],
  ['&amp;&lt;&gt;&quot;&apos;', '&<>"\''],
  ['&amp;lt;&amp;#228;', '&lt;&#228;'],
  ['<![CDATA[a & <b>]]>', 'a & <b>'],
  ['x<![CDATA[y]]>z', 'xyz'],
  ['  spaces  ', '  spaces  '],
  ['0123', '0123'],
  ['1e3', '1e3'],
  ['true', 'true'],
  ['', ''],
  ['umläut 😀', 'umläut 😀'],
])('reads the text %j as %j', (xml, text) => {
  expect(user(`<name>${xml}</name>`)).toEqual({ name: text });
});

it('reads nil fields, lists of any length and fields it does not know', () => {
  expect(
    user('<name xsi:nil="true"/><title xsi:nil="1"></title><note xsi:nil="false">x</note><aliases>a</aliases>'),
  ).toEqual({
    name: null,
    title: null,
    note: 'x',
    aliases: ['a'],
  });
  expect(user('<aliases>a</aliases><aliases>b</aliases><fromTheFuture><x>1</x></fromTheFuture>')).toEqual({
    aliases: ['a', 'b'],
  });
  expect(user('')).toEqual({});
});

it('reads nested maps', () => {
  expect(
    user(
      '<userAttributes><entries><key>config</key><value><entries><key>a</key><value>b</value></entries></value></entries></userAttributes>',
    ),
  ).toEqual({ userAttributes: { entries: [{ key: 'config', value: { entries: [{ key: 'a', value: 'b' }] } }] } });
});

it.each<[string, unknown]>([
  ['<ns2:return><id>1</id></ns2:return><ns2:return><id>2</id></ns2:return>', [{ id: 1 }, { id: 2 }]],
  ['<ns2:return><id>1</id></ns2:return>', [{ id: 1 }]],
  ['<ns2:return/>', [{}]],
  ['', []],
])('reads the list %j', (content, expected) => {
  expect(users(content)).toEqual(expected);
});

it.each<[string, unknown]>([
  ['<ns2:return>true</ns2:return>', true],
  ['<ns2:return> 1 </ns2:return>', true],
  ['<ns2:return>false</ns2:return>', false],
  ['<ns2:return xsi:nil="true"/>', null],
  ['', null],
])('reads the result %j', (content, expected) => {
  expect(exists(content)).toBe(expected);
});

it('takes an empty Body, or an empty response, for success where the operation has no result', () => {
  expect(parseAnswer('OXUserService', 'change', envelope(''))).toBeNull();
  expect(parseAnswer('OXUserService', 'change', envelope(' \n '))).toBeNull();
  expect(
    parseAnswer('OXUserService', 'change', envelope('').replace('<soap:Body></soap:Body>', '<soap:Body/>')),
  ).toBeNull();
  expect(parseAnswer('OXUserService', 'change', answer('change', ''))).toBeNull();
});

const WHOLE = answer('exists', '<ns2:return>true</ns2:return>');

it.each<[string, string, RegExp]>([
  ['nothing', '', /not well-formed|not a SOAP envelope/],
  ['no XML', 'I am a teapot', /^the answer is not well-formed XML \(line 1: char 'I' is not expected\.\)$/],
  ['HTML', '<html><body>Bad Gateway</body></html>', /not a SOAP envelope/],
  ['broken HTML', '<html><br><body></html>', /not well-formed/],
  ['JSON', '{"ok": true}', /not well-formed/],
  ['other XML', '<feed/>', /^the answer is not a SOAP envelope$/],
  ['an envelope without Body', envelope('').replace(/<soap:Body>.*<\/soap:Body>/, ''), /not a SOAP envelope/],
  [
    'crossed elements',
    WHOLE.replace('</ns2:return></ns2:existsResponse>', '</ns2:existsResponse></ns2:return>'),
    /not well-formed/,
  ],
  ['two documents', WHOLE + WHOLE, /not well-formed/],
  ['an empty Body', envelope(''), /^the answer has an empty Body, but the operation has a result$/],
  ['the answer of another operation', answer('getData', ''), /^the answer is for another operation: getDataResponse$/],
  ['the request', answer('exists', '').replaceAll('existsResponse', 'exists'), /for another operation: exists/],
  ['a DOCTYPE', `<!DOCTYPE x>${WHOLE}`, /^the answer holds a DOCTYPE, which SOAP forbids$/],
  ['a bomb', `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${WHOLE.replace('true', '&b;')}`, /DOCTYPE/],
  [
    'an external entity',
    `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>${WHOLE.replace('true', '&a;')}`,
    /DOCTYPE/,
  ],
])('refuses %s', (_what, xml, message) => {
  const error = thrownBy(() => parseAnswer('OXUserService', 'exists', xml));
  expect(error).toBeInstanceOf(AnswerError);
  expect((error as Error).message).toMatch(message);
});

it('refuses an answer that was cut, wherever', () => {
  for (let length = 0; length < WHOLE.length; length += 1) {
    expect(() => parseAnswer('OXUserService', 'exists', WHOLE.slice(0, length))).toThrow(AnswerError);
  }
});

it.each(['seven', '', '1.5', '0x7', '1e3'])('refuses the id %j', (text) => {
  expect(() => user(`<id>${text}</id>`)).toThrow(new AnswerError('id is not a number'));
});

it('is not led astray by elements called as what every object has', () => {
  expect(user('<name>anna</name><toString>y</toString><hasOwnProperty>z</hasOwnProperty>')).toEqual({ name: 'anna' });
  for (const name of ['__proto__', 'constructor', 'prototype']) {
    expect(() => user(`<${name}><polluted>x</polluted></${name}>`)).toThrow(/^the answer cannot be read: /);
  }
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
});

it.each(['&#0;', '&#x110000;', '&#xD800;', '&#xFFFE;', '&unknown;', '&'])(
  'lets the reference %j, which is no XML, do no harm',
  (reference) => {
    try {
      expect(user(`<name>a${reference}b</name>`)).toEqual({ name: expect.stringMatching(/^a.*b$/s) });
    } catch (error) {
      expect(error).toBeInstanceOf(AnswerError);
    }
  },
);

const fault = (text: string, detail: string): string =>
  envelope(`<soap:Fault><faultcode>soap:Server</faultcode><faultstring>${text}</faultstring>${detail}</soap:Fault>`);

const NESTED = `<detail><InvalidDataException xmlns="${NS}" xmlns:xsi="${XSI}"><InvalidDataException>
  <Exception xsi:nil="true"/><objectname xsi:nil="true"/></InvalidDataException></InvalidDataException></detail>`;

it.each<[string, string, string, string]>([
  [
    'with nested detail and exceptionId',
    fault('The displayname is already used; exceptionId -225208343-74', NESTED),
    'The displayname is already used',
    'InvalidDataException',
  ],
  [
    'with a prefixed detail',
    fault('x', `<detail><ns1:NoSuchUserException xmlns:ns1="${NS}"/></detail>`),
    'x',
    'NoSuchUserException',
  ],
  ['without anything', envelope('<soap:Fault/>'), 'a fault without text', ''],
  ['without detail', fault('NO_PART_FOUND', ''), 'NO_PART_FOUND', ''],
  ['of endless text', fault('x'.repeat(4010), ''), `${'x'.repeat(4000)}… (10 more characters)`, ''],
  ['with an empty detail', fault('x', '<detail/>'), 'x', ''],
  ['without text', fault('', NESTED), '', 'InvalidDataException'],
  ['with nothing but an exceptionId', fault('; exceptionId 12-3', NESTED), '', 'InvalidDataException'],
  ['with several exceptionIds', fault('a: b; exceptionId 1-2; exceptionId -3-4; exceptionId 5-6', ''), 'a: b', ''],
  ['with references in the text', fault('Illegal chars: &quot;&#228;&amp;&quot;', ''), 'Illegal chars: "ä&"', ''],
])('throws a fault %s', (_what, xml, text, exception) => {
  for (const read of [() => parseFault(xml), () => parseAnswer('OXUserService', 'change', xml)]) {
    const error = thrownBy(read);
    expect(error).toBeInstanceOf(OxFault);
    expect(error).toMatchObject({ message: text, exception });
  }
});

it.each<[string, string]>([
  [WHOLE, 'no fault, but existsResponse'],
  [envelope(''), 'an empty Body'],
])('says so where a fault was expected', (xml, message) => {
  expect(() => parseFault(xml)).toThrow(new AnswerError(message));
});

describe('the answer to a creation', () => {
  const answer = (inner: string): string =>
    `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><createResponse xmlns="urn:a"><return xmlns:x="urn:x" xmlns:i="urn:i">${inner}</return></createResponse></s:Body></s:Envelope>`;

  it.each([
    ['what is empty is left out', '<x:company></x:company><x:title i:nil="true"/><x:id>7</x:id>', { id: 7 }],
    ['only ids are read', '<x:name>anna</x:name><x:id>7</x:id><x:note i:a="b">a &amp; b</x:note>', { id: 7 }],
    [
      'an id among others of a similar name',
      '<x:idx>1</x:idx><x:id>7</x:id><x:filestoreId>3</x:filestoreId>',
      { id: 7 },
    ],
    [
      'an id behind maps and lists',
      '<x:aliases>a</x:aliases><x:aliases>b</x:aliases><x:userAttributes><x:entries><x:key>k</x:key><x:value><x:entries><x:key>k</x:key><x:value>v</x:value></x:entries></x:value></x:entries></x:userAttributes><x:id>7</x:id>',
      expect.objectContaining({ id: 7 }),
    ],
    [
      'an id within another object is not its id',
      '<x:default_group><x:id>1</x:id><x:name/></x:default_group><x:id>7</x:id>',
      { default_group: { id: 1 }, id: 7 },
    ],
    [
      'text that looks like an empty element stays',
      '<x:note><![CDATA[<b></b>]]></x:note><x:id>7</x:id>',
      { note: '<b></b>', id: 7 },
    ],
  ])('%s', (_what, inner, expected) => {
    expect(parseAnswer('OXUserService', 'create', answer(inner))).toEqual(expected);
  });

  it.each(['<x:name>anna</x:nam>', '<x:name>anna<x:id>7</x:id>', '<x:name>anna</x:name></x:id>'])(
    'is refused where it is not well-formed: %s',
    (inner) => {
      expect(() => parseAnswer('OXUserService', 'create', answer(inner))).toThrow(/not well-formed/);
    },
  );

  it('may be a fault although the status says otherwise, whose text is read', () => {
    const fault =
      '<s:Fault><faultcode>s:Server</faultcode><faultstring>User anna already exists</faultstring></s:Fault>';
    const xml = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${fault}</s:Body></s:Envelope>`;
    expect(thrownBy(() => parseAnswer('OXUserService', 'create', xml))).toEqual(
      expect.objectContaining({ message: 'User anna already exists' }),
    );
  });

  it('may be empty only where there is no result', () => {
    const empty = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body></s:Body></s:Envelope>';
    expect(parseAnswer('OXSecondaryAccountService', 'create', empty)).toBeNull();
    expect(() => parseAnswer('OXUserService', 'create', empty)).toThrow(/empty Body/);
  });

  it('is refused when it is cut within an empty element', () => {
    expect(() => parseAnswer('OXUserService', 'create', answer('<x:company></x:compan'))).toThrow(/not well-formed/);
  });
});

it.each([
  ['of an operation without result', 'OXUserService', 'change'],
  ['of one object', 'OXUserService', 'getData'],
])('refuses an answer %s that is far too large, unread', (_what, service, operation) => {
  expect(() => parseAnswer(service, operation, '<a>'.repeat(3_000_000))).toThrow(
    'the answer has 9000000 characters, far more than one object can need',
  );
});

it('leaves out a picture without which the answer is not too large', () => {
  const picture = `<image1>${'/9j/4A+b\n'.repeat(1_500_000)}</image1>`;
  expect(user(`<company>b</company>${picture}<id>7</id>`)).toMatchObject({ company: 'b', id: 7, image1: '' });
});
