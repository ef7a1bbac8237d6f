/** UDM's values in every form that UDM writes them. */
import { readBoolean, readInteger, readText, readTexts } from '../../../lib/model/udm.ts';

it.each([
  [true, true],
  ['TRUE', true],
  ['true', true],
  ['1', true],
  [1, true],
  ['OK', true],
  [['TRUE'], true],
  [false, false],
  ['FALSE', false],
  ['0', false],
  [0, false],
  ['Not', false],
  ['', false],
  [[], false],
  [null, false],
  [undefined, false],
  [2, false],
  ['yes', false],
  [{}, false],
])('reads the boolean %j as %j', (value, expected) => {
  expect(readBoolean(value)).toBe(expected);
});

it.each([
  [10, 10],
  ['10', 10],
  [' 10 ', 10],
  [['10'], 10],
  [-1, -1],
  ['-1', -1],
  ['0010', 10],
  [0, 0],
  ['', null],
  [null, null],
  [undefined, null],
  [[], null],
  ['1.5', null],
  [1.5, null],
  ['0x10', null],
  ['1e3', null],
  ['ten', null],
  [true, null],
  [2 ** 53, null],
  ['1234567890123456', null],
])('reads the integer %j as %j', (value, expected) => {
  expect(readInteger(value)).toBe(expected);
});

it.each([
  ['text', 0, 'text'],
  [['first', 'second'], 0, 'first'],
  [['first', 'second'], 1, 'second'],
  [['first'], 1, null],
  ['text', 1, null],
  [42, 0, '42'],
  [true, 0, 'true'],
  [[7], 0, '7'],
  ['', 0, null],
  [[''], 0, null],
  [[], 0, null],
  [null, 0, null],
  [undefined, 0, null],
  [{ a: 1 }, 0, null],
])('reads the text of %j at %d as %j', (value, position, expected) => {
  expect(readText(value, position)).toBe(expected);
});

it.each([
  [
    ['a', 'b'],
    ['a', 'b'],
  ],
  ['a', ['a']],
  [
    ['a', '', null, 3, 'b'],
    ['a', 'b'],
  ],
  ['', []],
  [null, []],
  [undefined, []],
])('reads the texts of %j as %j', (value, expected) => {
  expect(readTexts(value)).toEqual(expected);
});
