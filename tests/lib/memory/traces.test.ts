/** A change shows without reading what has changed. */
import { renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signatureOf, timeOf } from '../../../lib/memory/traces.ts';
import { freshFolder } from '../../harness/temporary.ts';

const folder = freshFolder();
const path = (): string => join(folder(), 'a.json');
const OLD = new Date('2020-01-01T00:00:00Z');

it.each<[string, () => void]>([
  ['is longer', () => writeFileSync(path(), 'longer')],
  ['has another time', () => utimesSync(path(), OLD, new Date('2020-01-02T00:00:00Z'))],
  [
    'was replaced by one of its size and time',
    () => {
      const other = join(folder(), 'b.json');
      writeFileSync(other, 'wxyz');
      utimesSync(other, OLD, OLD);
      renameSync(other, path());
    },
  ],
  ['is gone', () => rmSync(path())],
])('a file that %s', (_, act) => {
  writeFileSync(path(), 'abcd');
  utimesSync(path(), OLD, OLD);
  const before = signatureOf(path());
  expect(signatureOf(path())).toBe(before);
  act();
  expect(signatureOf(path())).not.toBe(before);
});

it('a file that is not there', () => {
  expect(signatureOf(path())).toBe('');
});

it('a directory to which a file has come', () => {
  utimesSync(folder(), OLD, OLD);
  const before = timeOf(folder());
  expect(timeOf(folder())).toBe(before);
  writeFileSync(path(), '');
  expect(timeOf(folder())).not.toBe(before);
});
