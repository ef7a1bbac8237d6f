/** What no James can carry as an address, and why. */
import { mistakeIn, mistakeInAccount } from '../../../lib/tmail/address.ts';

it.each([
  ['anna', 'it is no mail address'],
  ['@example.org', 'it is no mail address'],
  ['anna@', 'it is no mail address'],
  ['änna@example.org', 'it has characters other than ASCII, or blanks, which the server cannot carry'],
  ['an na@example.org', 'it has characters other than ASCII, or blanks, which the server cannot carry'],
  ['an..na@example.org', 'its part before the @ is none that the server takes'],
  ['.anna@example.org', 'its part before the @ is none that the server takes'],
  ['an(na@example.org', 'its part before the @ is none that the server takes'],
  ['anna@-example.org', 'its part after the @ is no domain'],
  ['anna@example_org', 'its part after the @ is no domain'],
  [`${'a'.repeat(244)}@example.org`, 'it is longer than 255 characters'],
  [`${'a'.repeat(243)}@example.org`, null],
  ['a.n+na@mail-1.example.org', null],
])('%s: %s', (address, mistake) => {
  expect(mistakeIn(address)).toBe(mistake);
});

it('an ampersand is none in an alias or a target, but in the address of an account', () => {
  expect(mistakeIn('a&b@example.org')).toBeNull();
  expect(mistakeInAccount('a&b@example.org')).toBe('the server can have no quota and no mailboxes for it');
  expect(mistakeInAccount('änna@example.org')).toBe(mistakeIn('änna@example.org'));
  expect(mistakeInAccount('anna@example.org')).toBeNull();
});
