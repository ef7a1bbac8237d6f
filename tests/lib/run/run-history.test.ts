/** The last runs: the newest thousand of them, whatever somebody did to the file. */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PastRun, readRunHistory, recordRun } from '../../../lib/run/run-history.ts';
import { freshFolder } from '../../harness/temporary.ts';

const folder = freshFolder();
const file = (): string => join(folder(), '.runs');
const run = (second: number, about: Partial<PastRun> = {}): PastRun => ({
  start: new Date(Date.UTC(2026, 10, 20) + second * 1000).toISOString(),
  duration: 250,
  exitCode: 0,
  done: second,
  skipped: 0,
  parked: 0,
  left: 0,
  code: '',
  ...about,
});

it('answers the runs in the order in which they ended, and none where none is known', () => {
  expect(readRunHistory(folder())).toEqual([]);
  const runs = [run(1), run(2, { exitCode: 77, code: 'OX_CREDENTIALS', left: 3 })];
  for (const each of runs) {
    recordRun(folder(), each);
  }
  expect(readRunHistory(folder())).toEqual(runs);
  expect(readdirSync(folder())).toEqual(['.runs']);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
});

it('keeps the last 1,000', () => {
  const former = Array.from({ length: 1200 }, (_, at) => `${JSON.stringify(run(at))}\n`);
  writeFileSync(file(), former.join(''));
  recordRun(folder(), run(1200));
  const kept = readRunHistory(folder());
  expect([kept.length, kept.at(0), kept.at(-1)]).toEqual([1000, run(201), run(1200)]);
  expect(readFileSync(file(), 'utf8').trimEnd().split('\n')).toHaveLength(1000);
});

it.each([
  ['torn off', '{"start": "2026-'],
  ['of zeros', '\0\0\0\0\n'],
  ['null', 'null\n'],
  ['without a time', `${JSON.stringify({ ...run(3), start: 'yesterday' })}\n`],
  ['with a count that is none', `${JSON.stringify({ ...run(3), parked: '7' })}\n`],
])('leaves out a line that is %s, and keeps the others', (_, line) => {
  recordRun(folder(), run(1));
  appendFileSync(file(), line);
  expect(readRunHistory(folder())).toEqual([run(1)]);
  recordRun(folder(), run(2));
  expect(readRunHistory(folder())).toEqual([run(1), run(2)]);
});

it('starts again where nothing can be read, and does not hide that it cannot write', () => {
  mkdirSync(file());
  expect(readRunHistory(folder())).toEqual([]);
  expect(() => recordRun(folder(), run(1))).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
});

it('never writes through a link to another file', () => {
  const other = join(folder(), 'other');
  writeFileSync(other, 'keep');
  for (const name of ['.runs', '.runs.tmp']) {
    symlinkSync(other, join(folder(), name));
  }
  recordRun(folder(), run(1));
  expect(readFileSync(other, 'utf8')).toBe('keep');
  expect(readRunHistory(folder())).toEqual([run(1)]);
});
