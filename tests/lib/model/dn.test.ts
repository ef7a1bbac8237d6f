/** Equal DNs have equal keys, others have not (RFC 4514, as LDAP compares the attributes of UCS). */
import fc from 'fast-check';
import { dnKey } from '../../../lib/model/dn.ts';

it.each([
  ['case', 'UID=Anna,CN=Users,DC=Example', 'uid=anna,cn=users,dc=example'],
  ['spaces around commas', 'uid=anna , cn=users,  dc=example', 'uid=anna,cn=users,dc=example'],
  ['spaces around equals signs', 'uid = anna,cn= users', 'uid=anna,cn=users'],
  ['spaces at both ends', '  uid=anna,cn=users ', 'uid=anna,cn=users'],
  ['several spaces within a value', 'cn=Anna  Maria,dc=x', 'cn=anna maria,dc=x'],
  ['an escape that is not needed', 'uid=an\\na,dc=x', 'uid=anna,dc=x'],
  ['the two ways to escape a comma', 'cn=Doe\\, Jane,dc=x', 'cn=Doe\\2C Jane,dc=x'],
  ['lower and upper case of hexadecimal digits', 'cn=a\\2cb,dc=x', 'cn=a\\2Cb,dc=x'],
  ['the two ways to escape a plus', 'cn=a\\+b,dc=x', 'cn=a\\2bb,dc=x'],
  ['the two ways to escape a backslash', 'cn=a\\\\b,dc=x', 'cn=a\\5cb,dc=x'],
  ['UTF-8 written as bytes', 'cn=M\\C3\\BCller,dc=x', 'cn=Müller,dc=x'],
  ['capitals beyond ASCII', 'cn=MÜLLER,dc=x', 'cn=müller,dc=x'],
  ['composed and decomposed umlauts', 'cn=M\u00fcller,dc=x', 'cn=Mu\u0308ller,dc=x'],
  ['values in quotes', 'cn="Doe, Jane",dc=x', 'cn=Doe\\, Jane,dc=x'],
  ['semicolons as separators', 'cn=a;dc=x', 'cn=a,dc=x'],
  ['the order within a multi-valued RDN', 'cn=a+uid=b,dc=x', 'uid=b + cn=a,dc=x'],
  ['escaped spaces at the end', 'cn=a\\ ,dc=x', 'cn=a,dc=x'],
  ['an escaped equals sign', 'cn=a\\=b,dc=x', 'cn=a=b,dc=x'],
])('ignores %s', (_what, one, other) => {
  expect(dnKey(one)).toBe(dnKey(other));
});

it.each([
  ['another value', 'uid=anna,dc=x', 'uid=anne,dc=x'],
  ['another attribute', 'uid=anna,dc=x', 'cn=anna,dc=x'],
  ['another place', 'uid=anna,cn=a,dc=x', 'uid=anna,cn=b,dc=x'],
  ['a comma in the value', 'cn=a\\,cn\\=b,dc=x', 'cn=a,cn=b,dc=x'],
  ['a plus in the value', 'cn=a\\+uid\\=b,dc=x', 'cn=a+uid=b,dc=x'],
  ['a space in the value', 'cn=a b,dc=x', 'cn=ab,dc=x'],
  ['a backslash in the value', 'cn=a\\\\2cb,dc=x', 'cn=a\\2cb,dc=x'],
])('tells apart %s', (_what, one, other) => {
  expect(dnKey(one)).not.toBe(dnKey(other));
});

it.each(['', ',', '=', 'no dn', 'cn=', '\\', 'cn="', 'cn=a\\', '+'])(
  'gives %j, which is no DN, a key all the same',
  (text) => {
    expect(typeof dnKey(text)).toBe('string');
    expect(dnKey(text)).toBe(dnKey(text));
  },
);

const value = fc
  .string({ unit: fc.constantFrom(...'ab ,+"\\<>;=#ü'), minLength: 1 })
  .filter((text) => text.trim() !== '');
const attribute = fc.constantFrom('cn', 'uid', 'ou');
const rdns = fc.array(fc.tuple(attribute, value), { minLength: 1, maxLength: 4 });

/** As LDAP compares values: no spaces at the ends, one within. */
const folded = (text: string): string => text.trim().replace(/ +/g, ' ');

const byBackslash = (text: string): string => folded(text).replace(/[,+"\\<>;=#]/g, '\\$&');
const byHex = (text: string): string =>
  folded(text).replace(/[^a-z ]/g, (char) =>
    [...Buffer.from(char)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join(''),
  );

it('gives equal keys to whatever way of escaping, and different keys to different values', () => {
  const write = (pairs: readonly (readonly [string, string])[], quoted: (text: string) => string): string =>
    pairs.map(([name, text]) => `${name}=${quoted(text)}`).join(',');
  fc.assert(
    fc.property(rdns, rdns, (one, other) => {
      expect(dnKey(write(one, byBackslash))).toBe(dnKey(write(one, byHex)));
      const isEqual =
        JSON.stringify(one.map(([name, text]) => [name, folded(text)])) ===
        JSON.stringify(other.map(([name, text]) => [name, folded(text)]));
      expect(dnKey(write(one, byBackslash)) === dnKey(write(other, byHex))).toBe(isEqual);
    }),
  );
});
