/** Mutations of OX's answers. */
import { gzipSync } from 'node:zlib';
import type { Mutation } from './hostile.ts';
import type { Answer } from './proxy.ts';

const TEXTS: readonly (() => string)[] = [
  () => '',
  () => '-1',
  () => '0',
  () => 'NaN',
  () => '99999999999999999999',
  () => '../../../outside/victim',
  () => '&b;',
  () => '&#0;',
  () => '&#xD800;',
  () => '&lt;script&gt;\u001b[31m&#10;2026-01-01T00:00:00Z ERROR forged',
  () => '\u0000',
  () => '<x/>',
  () => '<![CDATA[',
  () => 'true',
  () => 'x'.repeat(5_000_000),
  () => '<a>'.repeat(100_000),
  () => `${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}`,
  () => '<n xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>',
];

const BOMB = `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">${[...'bcdefgh'].map((name, at) => `<!ENTITY ${name} "${`&${'abcdefg'[at]};`.repeat(16)}">`).join('')}]>`;

type Change = (answer: Answer, mutation: Mutation) => Answer;

const CHANGES: Readonly<Record<string, Change>> = {
  'a text replaced': onText((xml, { at, what }) =>
    replaceNth(xml, />([^<>]*)<\//g, at, () => `>${TEXTS[what % TEXTS.length]?.()}</`),
  ),
  'a tag removed': onText((xml, { at }) => replaceNth(xml, /<[^>]+>/g, at, () => '')),
  'a tag doubled': onText((xml, { at }) => replaceNth(xml, /<[^>]+>/g, at, (tag) => tag + tag)),
  'a tag renamed': onText((xml, { at, what }) =>
    replaceNth(xml, /<\/?[\w:]+/g, at, () => ['<__proto__', '<constructor', '<a:b:c', '<0', '<'][what % 5] ?? ''),
  ),
  'a namespace changed': onText((xml, { at }) => replaceNth(xml, /xmlns(:\w+)?="[^"]*"/g, at, () => 'xmlns="urn:x"')),
  'an entity bomb': onText((xml, { at }) =>
    replaceNth(BOMB + xml.replace(/^<\?xml[^>]*\?>/, ''), />([^<>]*)<\//g, at, () => '>&h;</'),
  ),
  'a file as entity': onText(
    (xml) => `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>${xml.replace(/>([^<>]*)<\//, '>&b;</')}`,
  ),
  truncated: onText((xml, { at }) => xml.slice(0, (at * 37) % (xml.length + 1))),
  'other bytes': ({ body, ...answer }, { at, what }) => {
    const bytes = Buffer.from(body);
    bytes[(at * 131) % Math.max(bytes.length, 1)] = what;
    return { ...answer, body: bytes };
  },
  'nothing at all': (answer) => ({ ...answer, body: Buffer.alloc(0) }),
  'another status': (answer, { what }) => ({
    ...answer,
    status: [204, 201, 301, 400, 401, 404, 500, 503][what % 8] ?? 0,
  }),
  'a wrong type': (answer, { what }) => ({
    ...answer,
    headers: {
      ...answer.headers,
      'content-type': ['text/html', 'text/xml;charset=ISO-8859-1', 'text/xml;charset=nonsense', ''][what % 4] ?? '',
    },
  }),
  'a wrong encoding': (answer, { what }) => ({
    ...answer,
    headers: { ...answer.headers, 'content-encoding': ['gzip', 'deflate', 'br', 'x', 'identity'][what % 5] ?? '' },
  }),
  'a zip bomb': (answer) => ({
    ...answer,
    headers: { ...answer.headers, 'content-encoding': 'gzip' },
    body: gzipSync(Buffer.alloc(300 * 1024 * 1024, 32)),
  }),
  'a hundred megabytes': (answer) => ({ ...answer, body: Buffer.concat([answer.body, Buffer.alloc(100 << 20, 32)]) }),
  'the answer twice': (answer) => ({ ...answer, body: Buffer.concat([answer.body, answer.body]) }),
  'the password in HTML': (answer) => ({
    ...answer,
    status: 500,
    body: Buffer.from(`<html>${answer.body.toString()} secret10 masterpw</html>`),
  }),
  'the password in a fault': onText(() => fault('cannot log in oxadmin with secret10 or masterpw')),
  'a fault that goes on': onText(() => fault('why '.repeat(2_000_000))),
};

export const ANSWER_MUTATIONS: readonly string[] = [
  ...Array.from({ length: 8 }, () => 'a text replaced'),
  ...Object.keys(CHANGES),
];

export function spoil(answer: Answer, mutation: Mutation): Answer {
  return CHANGES[mutation.how]?.(answer, mutation) ?? answer;
}

function onText(change: (xml: string, mutation: Mutation) => string): Change {
  return ({ body, ...answer }, mutation) => ({ ...answer, body: Buffer.from(change(body.toString(), mutation)) });
}

function replaceNth(text: string, pattern: RegExp, at: number, by: (found: string) => string): string {
  const found = [...text.matchAll(pattern)];
  const one = found[at % Math.max(found.length, 1)];
  return one === undefined ? text : text.slice(0, one.index) + by(one[0]) + text.slice(one.index + one[0].length);
}

function fault(text: string): string {
  return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Server</faultcode><faultstring>${text}</faultstring></s:Fault></s:Body></s:Envelope>`;
}
