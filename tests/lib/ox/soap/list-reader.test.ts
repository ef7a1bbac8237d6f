/** Long lists, in pieces of any size: the same result as when read as a whole. */
import fc from 'fast-check';
import { AnswerError, parseAnswer } from '../../../../lib/ox/soap/answer.ts';
import { ListReader } from '../../../../lib/ox/soap/list-reader.ts';
import { thrownBy } from '../../../harness/temporary.ts';

function read(xml: string | Buffer, pieceSize = 65_536): unknown {
  const reader = new ListReader('OXUserService', 'listAll');
  const bytes = Buffer.from(xml);
  for (let at = 0; at < bytes.length; at += pieceSize) {
    reader.write(bytes.subarray(at, at + pieceSize));
  }
  return reader.finish();
}

const list = (inner: string, operation = 'listAll'): string =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><ns:${operation}Response xmlns:ns="urn:a">${inner}</ns:${operation}Response></s:Body></s:Envelope>`;
const user = (id: number, more = ''): string =>
  `<ns:return xmlns:x="urn:x" xmlns:i="urn:i"><x:company i:nil="true"/><x:title></x:title>${more}<x:id>${id}</x:id></ns:return>`;
/** Empty fields of long lists are dropped. */
const withoutEmpty = (users: unknown): unknown =>
  JSON.parse(JSON.stringify(users), (name, value) =>
    name !== '' && !/^\d+$/.test(name) && !value ? undefined : value,
  );
const MANY = Array.from({ length: 3000 }, (_, id) => id);
const NAME = '<x:name>Jörg &amp; Søn 🚀</x:name>';
const LONG = list(MANY.map((id) => user(id, NAME)).join('\n  '));

it.each([1, 7, 1000, 65_536, 10_000_000])('reads a long list in pieces of %d bytes', (pieceSize) => {
  const users = read(LONG, pieceSize);
  expect(users).toEqual(MANY.map((id) => ({ id, name: 'Jörg & Søn 🚀' })));
});

it('reads what parseAnswer reads, wherever the pieces begin', () => {
  const element = fc.oneof(
    fc.constant('<ns:return xmlns:i="urn:i" i:nil="true"/>'),
    fc.constant('<ns:return/>'),
    fc.constant('<ns:return></ns:return>'),
    fc.nat().map((id) => user(id)),
    fc.tuple(fc.string({ unit: 'grapheme', maxLength: 5 }), fc.nat(3000)).map(([text, times]) => {
      const escaped = text.replace(/[&<>\p{C}]/gu, '-');
      return user(1, `<x:note>.${escaped.repeat(times)}</x:note>`);
    }),
  );
  const elements = fc.array(element, { minLength: 40, maxLength: 80 });
  fc.assert(
    fc.property(
      elements,
      fc.integer({ min: 500, max: 100_000 }),
      fc.constantFrom('', ' ', '\r\n  '),
      (all, size, gap) => {
        const xml = list(all.join(gap));
        expect(withoutEmpty(read(xml, size))).toEqual(withoutEmpty(parseAnswer('OXUserService', 'listAll', xml)));
      },
    ),
    { numRuns: 30 },
  );
});

it.each<[string, string, unknown]>([
  ['an empty one', list(''), []],
  ['one element', list(user(7)), [{ company: null, id: 7, title: '' }]],
])('reads a short list too: %s', (_what, xml, expected) => {
  expect(read(xml)).toEqual(expected);
});

it('throws the fault that comes instead', () => {
  const fault = '<faultcode>s:Server</faultcode><faultstring>Authentication failed</faultstring>';
  expect(() => read(list('').replace(/<ns:.*<\/ns:listAllResponse>/, `<s:Fault>${fault}</s:Fault>`))).toThrow(
    'Authentication failed',
  );
});

const before = (text: string): string => LONG.slice(0, LONG.lastIndexOf(text));

it.each<[string, string | Buffer, string]>([
  ['cut within an element', before('<x:id>'), 'the answer is not well-formed XML: it ends within a result'],
  ['cut between two elements', before('<ns:return'), 'it ends within a result'],
  ['cut after the last element', before('</ns:listAllResponse>'), 'not well-formed'],
  [
    'for another operation',
    list(MANY.map((id) => user(id)).join(''), 'list'),
    'the answer is for another operation: listResponse',
  ],
  ['with broken elements', LONG.replace('<x:id>2000</x:id>', '<x:id>2000</x:ib>'), 'not well-formed'],
  ['with a DOCTYPE', `<!DOCTYPE a>${LONG}`, 'DOCTYPE'],
  [
    'with something in between',
    LONG.replace(user(2000, NAME), '<ns:other/>'),
    'the elements of the answer do not follow each other',
  ],
  ['without elements', list(`<ns:other>${'x'.repeat(300_000)}</ns:other>`), 'a long answer without a result'],
  [
    'with one element that is far too large',
    list(user(1, `<x:note>${'a'.repeat(9_000_000)}</x:note>`)),
    'an element of the answer is far larger than one object can be',
  ],
  ['with an endless tag', list(`<ns:return a="${'a'.repeat(9_000_000)}`), 'far larger than one object'],
  ['with a tail without end', `${LONG}${'x'.repeat(9_000_000)}`, 'far larger than one object'],
  ['not in UTF-8', Buffer.from(LONG, 'latin1'), 'the answer is not valid utf-8'],
])('refuses a list %s', (_what, xml, message) => {
  const refusal = thrownBy(() => read(xml, 250_000));
  expect(refusal).toBeInstanceOf(AnswerError);
  expect(refusal).toMatchObject({ message: expect.stringContaining(message) });
});

it('leaves out a picture without which an element is not too large', () => {
  const picture = `<x:image1>${'/9j/4A+b'.repeat(1_500_000)}</x:image1>`;
  const xml = list(user(1, NAME) + user(2, `${picture}<x:title>b</x:title>`) + user(3, NAME));
  const users = read(xml, 250_000) as { readonly id: number }[];
  expect(users.map(({ id }) => id)).toEqual([1, 2, 3]);
  expect(users[1]).toEqual({ id: 2, title: 'b' });
});
