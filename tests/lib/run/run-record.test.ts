/** How the last runs ended: counting up, starting again after a success, and healing. */
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRunRecord, recordFailure, recordIdle, recordSuccess } from '../../../lib/run/run-record.ts';
import { freshFolder } from '../../harness/temporary.ts';

const folder = freshFolder();
const failure = (filename: string, message: string) => ({ filename, message, code: 'OX_REFUSED', remedy: 'wait' });
const at = (hour: number): Date => new Date(Date.UTC(2026, 10, 20, hour));

it('counts the failures in a row, and starts again after a success', () => {
  expect(recordFailure(folder(), failure('1.json', 'a'), at(1))).toBe(1);
  expect(recordFailure(folder(), failure('2.json', 'b'), at(2))).toBe(2);
  expect(readRunRecord(folder())).toMatchObject({
    errors: 2,
    filename: '2.json',
    message: 'b',
    lastSuccess: '',
    code: 'OX_REFUSED',
    remedy: 'wait',
    failingSince: at(1).toISOString(),
    lastError: at(2).toISOString(),
    skipped: {},
  });

  recordSuccess(folder(), at(3));

  expect(readRunRecord(folder())).toMatchObject({
    errors: 0,
    filename: '',
    message: '',
    code: '',
    remedy: '',
    failingSince: '',
    lastSuccess: at(3).toISOString(),
    lastError: at(2).toISOString(),
    skipped: {},
  });
  expect(recordFailure(folder(), failure('1.json', 'a'), at(4))).toBe(1);
  expect(readdirSync(folder())).toEqual(['.run']);
  expect(statSync(join(folder(), '.run')).mode & 0o777).toBe(0o600);
});

it.each(['', '{', 'null', '[]', '{"errors": "7"}', '{"errors": 1e300, "filename": 7}'])(
  'starts again if the record is %j',
  (content) => {
    writeFileSync(join(folder(), '.run'), content);
    expect(readRunRecord(folder())).toMatchObject({ errors: 0, filename: '' });
    expect(recordFailure(folder(), failure('1.json', 'a'), at(1))).toBe(1);
  },
);

it('does not hide that it cannot write', () => {
  mkdirSync(join(folder(), '.run.tmp'));
  expect(() => recordSuccess(folder(), at(1))).toThrow(/EISDIR|EPERM/);
});

it('a run that found nothing to do ends the failures, and writes nothing where there were none', () => {
  recordIdle(folder(), at(1));
  expect(readdirSync(folder())).toEqual([]);

  recordFailure(folder(), failure('1.json', 'a'), at(2));
  recordIdle(folder(), at(3));

  expect(readRunRecord(folder())).toMatchObject({ errors: 0, lastSuccess: at(3).toISOString() });
});

it('takes over the record under its former name, which other programs would count as a file of the queue', () => {
  writeFileSync(join(folder(), '.run.json'), JSON.stringify({ errors: 3, filename: '1.json', skipped: { 20: 7 } }));
  expect(readRunRecord(folder())).toMatchObject({ errors: 3, filename: '1.json' });

  recordIdle(folder(), at(1));

  expect(readdirSync(folder())).toEqual(['.run']);
  expect(readRunRecord(folder())).toMatchObject({ errors: 0, skipped: { 20: 7 } });
});

it('never writes through a link to another file', () => {
  const other = join(folder(), 'other');
  writeFileSync(other, 'keep');
  for (const name of ['.run', '.run.tmp']) {
    symlinkSync(other, join(folder(), name));
  }
  recordFailure(folder(), failure('1.json', 'a'), at(1));
  expect(readFileSync(other, 'utf8')).toBe('keep');
  expect(readRunRecord(folder()).errors).toBe(1);
});

it('a row of failures that a former version began has failed since its last failure at least', () => {
  const former = { errors: 2, filename: '1.json', message: 'a', lastError: at(1).toISOString() };
  writeFileSync(join(folder(), '.run'), JSON.stringify(former));
  recordFailure(folder(), failure('1.json', 'a'), at(2));
  expect(readRunRecord(folder())).toMatchObject({ errors: 3, failingSince: at(1).toISOString() });
});
