/** Mutations of real JSON documents: of their values, of their text and of their bytes. */

export interface Mutation {
  readonly how: string;
  /** Chooses where. */
  readonly at: number;
  /** Chooses what. */
  readonly what: number;
}

/** Raw JSON, because some of it cannot be made with JSON.stringify. */
const RAW_VALUES: readonly (() => string)[] = [
  () => 'null',
  () => 'true',
  () => '0',
  () => '-1',
  () => '1e999',
  () => '123456789012345678901234567890',
  () => '0.1',
  () => '""',
  () => '" "',
  () => '"\\u0000"',
  () => '"\\ud800"',
  () => '"\\udc00\\ud800 x"',
  () => '"\\uffff"',
  () => '"a\\u0001b"',
  () => '"../../../outside/victim"',
  () => '"/etc/passwd"',
  () => '"..\\\\..\\\\x"',
  () => '"line\\nbreak\\r\\nERROR forged=1"',
  () => '"\\u001b[31mred"',
  () => '"]]></x><!-- & \\u0027 &amp; &#0; <![CDATA["',
  () => '"<!DOCTYPE a [<!ENTITY b SYSTEM \\u0027file:///etc/passwd\\u0027>]>&b;"',
  () => '"{{nothing}} {} {x}"',
  () => '"$& $1 $` %s %d"',
  () => '"uid=\\\\"',
  () => '",,,=+\\"\\\\,;"',
  () => '"uid=a\\\\ZZ,cn=\\"x"',
  () => '"-"',
  () => '"2026-02-31"',
  () => '"99999-01-01"',
  () => '"0"',
  () => '"-0"',
  () => '"9007199254740993"',
  () => '"__proto__"',
  () => '"constructor"',
  () => '[]',
  () => '{}',
  () => '[null]',
  () => '[[["x"]]]',
  () => '["a", 1, true, null, {"b": []}]',
  () => '{"__proto__": {"isOxUser": true}, "constructor": {"prototype": {}}}',
  () => '{"length": 3, "0": "x"}',
  () => JSON.stringify('x'.repeat(1_000_000)),
  () => JSON.stringify('&<>"\u00e4\u{1f680}'.repeat(100_000)),
  () => JSON.stringify(Array.from({ length: 10_000 }, (_, at) => `alias${at}@example.org`)),
  () => JSON.stringify(Array.from({ length: 20_000 }, (_, at) => `uid=u${at},cn=users,dc=example,dc=org`)),
  () => '['.repeat(90) + ']'.repeat(90),
  () => '['.repeat(5000) + ']'.repeat(5000),
  () => `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`,
];

const KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  'oxDbId',
  'id',
  'object',
  '\u0000',
  'x'.repeat(5000),
];

const PLACEHOLDER = '@@here@@';

/** Whether the mutation is about the text rather than a value in it. */
const TEXT_MUTATIONS: Readonly<Record<string, (text: string, mutation: Mutation) => string | Buffer>> = {
  'byte order mark': (text) => `\ufeff${text}`,
  'CRLF and blanks': (text) => text.replace(/([,{[])/g, '$1\r\n\t '),
  truncated: (text, { at }) => text.slice(0, (at * 37) % (text.length + 1)),
  'one byte changed': (text, { at, what }) => {
    const bytes = Buffer.from(text);
    bytes[(at * 131) % bytes.length] = what;
    return bytes;
  },
  'bytes that are not UTF-8': (text, { at, what }) => {
    const bytes = Buffer.from(text);
    const middle = (at * 131) % bytes.length;
    const bad = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80]][what % 4] ?? [];
    return Buffer.concat([bytes.subarray(0, middle), Buffer.from(bad), bytes.subarray(middle)]);
  },
  'UTF-16': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'NUL bytes': (text, { what }) => (what % 2 === 0 ? `\u0000${text}` : Buffer.alloc(text.length)),
  empty: () => '',
  'something after the end': (text, { what }) => text + ['}', ' {}', '\u0000', ',', '#'][what % 5],
  'not an object': (_, { what }) =>
    ['[]', 'null', '3', '"x"', 'true', '{', 'undefined', "{'a':1}", 'NaN'][what % 9] ?? '',
  'all of it twice': (text) => text + text,
  'more than 16 MiB': (text) => text + ' '.repeat(17 * 1024 * 1024),
  'a key twice': (text, { at, what }) => {
    const keys = [...text.matchAll(/"(\w+)":/g)];
    const key = keys[at % Math.max(keys.length, 1)];
    return key === undefined ? text : text.replace('{', `{"${key[1]}":${RAW_VALUES[what % RAW_VALUES.length]?.()},`);
  },
};

export const MUTATIONS: readonly string[] = [
  ...Array.from({ length: 14 }, () => 'a value replaced'),
  ...Array.from({ length: 3 }, () => 'a key renamed'),
  ...Array.from({ length: 3 }, () => 'a key removed'),
  ...Object.keys(TEXT_MUTATIONS),
];

export function mutate(document: string | Buffer, mutation: Mutation): string | Buffer {
  const change = TEXT_MUTATIONS[mutation.how];
  if (change !== undefined) return change(document.toString(), mutation);
  let value: unknown;
  try {
    value = JSON.parse(document.toString());
  } catch {
    // An earlier mutation has already broken it.
    return document;
  }
  try {
    return mutateValue(value, mutation) ?? document;
  } catch (error) {
    // Nested too deep for JSON.stringify: bad enough as it is.
    if (error instanceof RangeError) return document;
    throw error;
  }
}

function mutateValue(root: unknown, { how, at, what }: Mutation): string | null {
  const slots = slotsIn(root);
  const slot = slots[at % Math.max(slots.length, 1)];
  if (slot === undefined) return null;
  const { holder, key } = slot;
  if (how === 'a value replaced') {
    holder[key] = PLACEHOLDER;
    return JSON.stringify(root).replace(`"${PLACEHOLDER}"`, () => RAW_VALUES[what % RAW_VALUES.length]?.() ?? '');
  }
  const value = holder[key];
  delete holder[key];
  if (how === 'a key removed') return JSON.stringify(root);
  holder[PLACEHOLDER] = value;
  return JSON.stringify(root).replace(`"${PLACEHOLDER}"`, () => JSON.stringify(KEYS[what % KEYS.length]));
}

interface Slot {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

function slotsIn(value: unknown): Slot[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...slotsIn(holder[key])]);
}
