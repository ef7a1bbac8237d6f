/** How the last runs ended: counting up, starting again after a success, and healing. */
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRunRecord, recordFailure, recordSuccess } from '../../../lib/run/run-record.ts';
import { freshFolder } from '../../harness/temporary.ts';

const folder = freshFolder();
const at = (hour: number): Date => new Date(Date.UTC(2026, 10, 20, hour));

it('counts the failures in a row, and starts again after a success', () => {
  expect(recordFailure(folder(), '1.json', 'a', at(1))).toBe(1);
  expect(recordFailure(folder(), '2.json', 'b', at(2))).toBe(2);
  expect(readRunRecord(folder())).toMatchObject({
    errors: 2,
    filename: '2.json',
    message: 'b',
    lastSuccess: '',
    lastError: at(2).toISOString(),
    skipped: {},
  });

  recordSuccess(folder(), at(3));

  expect(readRunRecord(folder())).toMatchObject({
    errors: 0,
    filename: '',
    message: '',
    lastSuccess: at(3).toISOString(),
    lastError: at(2).toISOString(),
    skipped: {},
  });
  expect(recordFailure(folder(), '1.json', 'a', at(4))).toBe(1);
  expect(readdirSync(folder())).toEqual(['.run.json']);
  expect(statSync(join(folder(), '.run.json')).mode & 0o777).toBe(0o600);
});

it.each(['', '{', 'null', '[]', '{"errors": "7"}', '{"errors": 1e300, "filename": 7}'])(
  'starts again if the record is %j',
  (content) => {
    writeFileSync(join(folder(), '.run.json'), content);
    expect(readRunRecord(folder())).toMatchObject({ errors: 0, filename: '' });
    expect(recordFailure(folder(), '1.json', 'a', at(1))).toBe(1);
  },
);

it('does not hide that it cannot write', () => {
  mkdirSync(join(folder(), '.run.json.tmp'));
  expect(() => recordSuccess(folder(), at(1))).toThrow(/EISDIR/);
});
