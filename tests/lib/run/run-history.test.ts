/** The last runs: the newest thousand of them, whatever somebody did to the file. */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PastRun, type Run, readRunHistory, recordRun } from '../../../lib/run/run-history.ts';
import { freshFolder } from '../../harness/temporary.ts';

const folder = freshFolder();
const file = (): string => join(folder(), '.runs');
const time = (second: number): string => new Date(Date.UTC(2026, 10, 20) + second * 1000).toISOString();
const run = (second: number, about: Partial<Run> = {}): Run => ({
  start: time(second),
  duration: 250,
  exitCode: 0,
  done: second,
  skipped: 0,
  parked: 0,
  left: 0,
  code: '',
  ...about,
});

const kept = (each: Run): PastRun => ({ ...each, times: 1, last: each.start });

it('answers the runs in the order in which they ended, and none where none is known', () => {
  expect(readRunHistory(folder())).toEqual([]);
  const runs = [run(1), run(2, { exitCode: 77, code: 'OX_CREDENTIALS', left: 3 })];
  for (const each of runs) {
    recordRun(folder(), each);
  }
  expect(readRunHistory(folder())).toEqual(runs.map(kept));
  expect(readdirSync(folder())).toEqual(['.runs']);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
});

it('keeps the last 1,000', () => {
  const former = Array.from({ length: 1200 }, (_, at) => `${JSON.stringify(kept(run(at)))}\n`);
  writeFileSync(file(), former.join(''));
  recordRun(folder(), run(1200));
  const found = readRunHistory(folder());
  expect([found.length, found.at(0), found.at(-1)]).toEqual([1000, kept(run(201)), kept(run(1200))]);
  expect(readFileSync(file(), 'utf8').trimEnd().split('\n')).toHaveLength(1000);
});

it.each([
  ['torn off', '{"start": "2026-'],
  ['of zeros', '\0\0\0\0\n'],
  ['null', 'null\n'],
  ['without a time', `${JSON.stringify({ ...kept(run(3)), start: 'yesterday' })}\n`],
  ['with a count that is none', `${JSON.stringify({ ...kept(run(3)), parked: '7' })}\n`],
])('leaves out a line that is %s, and keeps the others', (_, line) => {
  recordRun(folder(), run(1));
  appendFileSync(file(), line);
  expect(readRunHistory(folder())).toEqual([kept(run(1))]);
  recordRun(folder(), run(2));
  expect(readRunHistory(folder())).toEqual([kept(run(1)), kept(run(2))]);
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
  expect(readRunHistory(folder())).toEqual([kept(run(1))]);
});

it('counts runs that fail alike and do nothing in one line, so that a night of them pushes nothing out', () => {
  const refused = { exitCode: 76, code: 'OX_REFUSED', done: 0 };
  recordRun(folder(), run(1));
  for (let second = 5; second < 100; second += 5) {
    recordRun(folder(), run(second, { ...refused, left: second }));
  }
  recordRun(folder(), run(100, { ...refused, done: 1 }));
  recordRun(folder(), run(105, { ...refused, code: 'OX_TIMEOUT', exitCode: 69 }));
  recordRun(folder(), run(110, { done: 0 }));
  recordRun(folder(), run(115, { done: 0 }));

  expect(readRunHistory(folder()).map(({ start, last, times, left }) => ({ start, last, times, left }))).toEqual([
    { start: time(1), last: time(1), times: 1, left: 0 },
    { start: time(5), last: time(95), times: 19, left: 95 },
    ...[100, 105, 110, 115].map((second) => ({ start: time(second), last: time(second), times: 1, left: 0 })),
  ]);
});
