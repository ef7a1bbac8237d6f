/** No text from outside does something to a terminal, or pretends to be a line of its own. */
import { printable, printableJson } from '../../../lib/errors/printable.ts';

const codes = [
  ...Array.from({ length: 0x20 }, (_, at) => at),
  ...Array.from({ length: 0x21 }, (_, at) => 0x7f + at),
  ...[0x061c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
];

it('leaves nothing of them, and says the same as JSON', () => {
  for (const code of codes) {
    const text = `a${String.fromCharCode(code)}b`;
    expect(printable(text)).toMatch(/^[ -~]+$/);
    expect(printableJson({ text })).toMatch(/^[ -~]+$/);
    expect(JSON.parse(printableJson({ text }))).toEqual({ text });
  }
});

it('leaves every other text as it is', () => {
  const text = 'Müller \u{1f600} \u05d0 \u00a0 "x" \\ ]]>';
  expect(printable(text)).toBe(text);
  expect(printableJson(text)).toBe(JSON.stringify(text));
});
