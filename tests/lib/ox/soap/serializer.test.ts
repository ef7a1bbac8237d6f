/** Requests: the schema's order and namespaces, and nothing that is not in it. What strong-soap agrees with is in oracle.test.ts. */
import { serialize, unsendableAt } from '../../../../lib/ox/soap/serializer.ts';
import { thrownBy } from '../../../harness/temporary.ts';
import { parseXml, type XmlElement } from '../../../sandbox/xml.ts';

const SOAP = 'http://soap.admin.openexchange.com';
const DATA = 'http://dataobjects.soap.admin.openexchange.com/xsd';
const RMI = 'http://dataobjects.rmi.admin.openexchange.com/xsd';
const COPY = 'http://soap.copy.user.admin.openexchange.com';

function operationOf(xml: string): XmlElement {
  const operation = parseXml(xml).children[0]?.children[0];
  if (!operation) {
    throw new Error('no operation in the Body');
  }
  return operation;
}

const namesOf = (element: XmlElement | undefined): string[] => (element?.children ?? []).map(({ name }) => name);
const change = (usrdata: object) => serialize('OXUserService', 'change', { usrdata });
/** The field of a user as a server reads it. */
function received(field: string, value: unknown): XmlElement | undefined {
  return operationOf(change({ [field]: value })).children[0]?.children[0];
}

it('writes elements in the order of the schema, whatever the order they are given in', () => {
  const operation = operationOf(
    serialize('OXUserService', 'createByModuleAccess', {
      auth: { password: 'p', login: 'l' },
      access: { webmail: true, USM: false },
      usrdata: { sur_name: 's', aliases: ['a', 'b'], email1: 'e', id: 7 },
      ctx: { id: 10 },
    }),
  );
  expect(namesOf(operation)).toEqual(['ctx', 'usrdata', 'access', 'auth']);
  expect(namesOf(operation.children[1])).toEqual(['aliases', 'aliases', 'email1', 'id', 'sur_name']);
  expect(namesOf(operation.children[2])).toEqual(['USM', 'webmail']);
  expect(namesOf(operation.children[3])).toEqual(['login', 'password']);
});

it('puts each element into its namespace', () => {
  const list = operationOf(
    serialize('OXUserService', 'change', { ctx: { id: 10 }, usrdata: { name: 'anna' }, auth: { login: 'l' } }),
  );
  expect([list.ns, ...list.children.map(({ ns }) => ns)]).toEqual([SOAP, SOAP, SOAP, SOAP]);
  expect(list.children.map((each) => each.children[0]?.ns)).toEqual([DATA, DATA, RMI]);

  const copy = operationOf(
    serialize('OXUserCopyService', 'copyUser', {
      user: { id: 3 },
      src: { id: 10 },
      dest: { id: 20 },
      auth: { login: 'l' },
    }),
  );
  expect([copy.ns, ...copy.children.map(({ ns }) => ns)]).toEqual([COPY, COPY, COPY, COPY, COPY]);
});

it('leaves out what is undefined, writes null as nil and an empty text as an empty element', () => {
  const user = operationOf(change({ name: 'anna', company: undefined, title: null, note: '', aliases: [] }))
    .children[0];
  expect(user?.children.map(({ name, nil, text }) => [name, nil, text])).toEqual([
    ['name', false, 'anna'],
    ['note', false, ''],
    ['title', true, ''],
  ]);
});

it('writes nested maps', () => {
  const entries = [{ key: 'config', value: { entries: [{ key: 'a', value: 'b & c' }] } }];
  const user = operationOf(change({ userAttributes: { entries } })).children[0];
  const inner = user?.children[0]?.children[0]?.children[1]?.children[0];
  expect(inner?.children.map(({ name, text }) => [name, text])).toEqual([
    ['key', 'a'],
    ['value', 'b & c'],
  ]);
});

it.each([
  'a & b &amp; c',
  '<b>bold</b>',
  'x ]]> y',
  '<![CDATA[ & ]]>',
  '&#10; &lt;',
  '"quoted" \'twice\'',
  'line\nfeed',
  'carriage\rreturn\r\nboth',
  '\ttab',
  '  spaces  ',
  'äöüß€ – Ελληνικά 漢字',
  '😀 👩‍👩‍👧',
  '\u0085\u2028\ufeff\ufffd\u{10ffff}',
  '-->',
])('lets %j arrive unchanged', (text) => {
  expect(received('note', text)?.text).toBe(text);
});

it.each([
  ['\u0000', 'U+0000'],
  ['a\u0001', 'U+0001'],
  ['\u0008', 'U+0008'],
  ['\u000b', 'U+000B'],
  ['\u000c', 'U+000C'],
  ['\u001b[1m', 'U+001B'],
  ['\u001f', 'U+001F'],
  ['\ufffe', 'U+FFFE'],
  ['\uffff', 'U+FFFF'],
  ['\ud800', 'U+D800'],
  ['a\udc00b', 'U+DC00'],
  ['\udc00\ud800', 'U+DC00'],
])('refuses %j with the name of the field and the character', (text, character) => {
  expect(thrownBy(() => change({ note: text }))).toMatchObject({
    code: 'PROPERTY_INVALID',
    exitCode: 65,
    message: `OXUserService.change.usrdata.note holds the character ${character}, which XML cannot carry`,
    remedy: 'Remove the character from the property in UDM.',
  });
});

it.each<[string, number | null]>([
  ['', null],
  ['plain\t\r\n', null],
  ['😀', null],
  ['ab\u0000', 2],
  ['😀\ud83d', 2],
  ['\ude00', 0],
])('finds in %j at %j what cannot be sent', (text, at) => {
  expect(unsendableAt(text)).toBe(at);
});

it.each<[string, object, string]>([
  ['a field', { shoe_size: 43 }, 'OXUserService.change.usrdata has no field shoe_size'],
  ['several fields', { shoe_size: 43, name: 'a', hat: 1 }, 'OXUserService.change.usrdata has no field shoe_size, hat'],
  ['a field in other case', { Name: 'a' }, 'OXUserService.change.usrdata has no field Name'],
  [
    'a field of a nested type',
    { userAttributes: { x: 1 } },
    'OXUserService.change.usrdata.userAttributes has no field x',
  ],
  ['an attribute', { $attributes: { a: 1 } }, 'OXUserService.change.usrdata has no field $attributes'],
])('refuses %s that the contract does not know', (_what, usrdata, message) => {
  expect(thrownBy(() => change(usrdata))).toMatchObject({ message });
});

it('refuses a parameter, an operation and a service that the contract does not know', () => {
  expect(() => serialize('OXUserService', 'change', { user: {} })).toThrow('OXUserService.change has no field user');
  expect(() => serialize('OXUserService', 'deleteMultiple', {})).toThrow('no operation OXUserService.deleteMultiple');
  expect(() => serialize('OXTaskService', 'change', {})).toThrow('no service OXTaskService');
});

it.each<[string, unknown]>([
  ['name', 7],
  ['name', true],
  ['name', {}],
  ['name', ['a']],
  ['name', { $xml: '<evil/>' }],
  ['mailenabled', 'true'],
  ['mailenabled', 1],
  ['id', '7'],
  ['id', 1.5],
  ['id', Number.NaN],
  ['id', 2 ** 31],
  ['id', -(2 ** 31) - 1],
  ['maxQuota', 2 ** 53],
  ['birthday', '18.04.2016'],
  ['birthday', '2016-04-18T00:00:00Z'],
  ['birthday', ''],
  ['birthday', new Date()],
  ['image1', 'no base64!'],
  ['image1', 'abc'],
  ['image1', 'ab==cd=='],
  ['aliases', 'a@b.c'],
  ['aliases', null],
  ['aliases', [7]],
  ['userAttributes', 'text'],
  ['userAttributes', []],
])('refuses %s = %p', (field, value) => {
  expect(() => change({ [field]: value })).toThrow(
    new RegExp(`^OXUserService\\.change\\.usrdata\\.${field} is \\w+, expected `),
  );
});

it('says what was expected', () => {
  expect(() => change({ aliases: 'a@b.c' })).toThrow(
    'OXUserService.change.usrdata.aliases is string, expected a list of string',
  );
  expect(() => change({ id: '7' })).toThrow('OXUserService.change.usrdata.id is string, expected int');
});

it.each<[string, unknown, string]>([
  ['mailenabled', false, 'false'],
  ['id', -(2 ** 31), '-2147483648'],
  ['id', 2 ** 31 - 1, '2147483647'],
  ['maxQuota', 2 ** 40, '1099511627776'],
  ['birthday', '2016-04-18', '2016-04-18'],
  ['image1', 'YWJjZA==', 'YWJjZA=='],
  ['image1', '', ''],
])('writes %s = %j as %j', (field, value, text) => {
  expect(received(field, value)?.text).toBe(text);
});
