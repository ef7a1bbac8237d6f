/** Runs over time: each is counted in the hour and on the day in which it began. */
import type { PastRun } from '../../../lib/run/run-history.ts';
import { barChart, countRuns, DAY, MONTH } from '../../../lib/status/chart.ts';

const NOW = new Date('2026-11-28T12:30:00Z');
const run = (start: string, about: Partial<PastRun> = {}): PastRun => ({
  start,
  last: about.last ?? start,
  times: 1,
  duration: 1000,
  exitCode: 0,
  done: 1,
  skipped: 0,
  parked: 0,
  left: 0,
  code: '',
  ...about,
});
const counted = (...args: Parameters<typeof countRuns>) =>
  countRuns(...args).flatMap(({ from, good, failed }, at) =>
    good + failed > 0 ? [[at, from.toISOString(), good, failed]] : [],
  );

it('ends with the hour that it is, and leaves out what is older than a day', () => {
  const history = [
    run('2026-11-27T12:59:59Z'),
    run('2026-11-27T13:00:00Z'),
    run('2026-11-28T12:00:00Z', { exitCode: 76, code: 'OX_REFUSED' }),
    run('2026-11-28T12:29:00Z', { exitCode: 143 }),
  ];
  expect(counted(history, DAY, NOW)).toEqual([
    [0, '2026-11-27T13:00:00.000Z', 1, 0],
    [23, '2026-11-28T12:00:00.000Z', 1, 1],
  ]);
  expect(countRuns(history, DAY, NOW)).toHaveLength(24);
});

it('has thirty days in a month', () => {
  expect(counted([run('2026-10-29T23:59:59Z'), run('2026-10-30T00:00:00Z')], MONTH, NOW)).toEqual([
    [0, '2026-10-30T00:00:00.000Z', 1, 0],
  ]);
});

it('spreads runs that were counted in one line over the time that they took', () => {
  // Every five seconds from half past ten to a quarter past twelve.
  const night = run('2026-11-28T10:30:00Z', {
    last: '2026-11-28T12:15:00Z',
    times: 1261,
    exitCode: 69,
    code: 'OX_TIMEOUT',
  });
  expect(counted([night], DAY, NOW)).toEqual([
    [21, '2026-11-28T10:00:00.000Z', 0, 360],
    [22, '2026-11-28T11:00:00.000Z', 0, 720],
    [23, '2026-11-28T12:00:00.000Z', 0, 181],
  ]);
});

it('is not disturbed by a clock that was set back', () => {
  expect(counted([run('2026-11-28T12:00:00Z', { last: '2026-11-28T11:00:00Z', times: 3 })], DAY, NOW)).toEqual([
    [23, '2026-11-28T12:00:00.000Z', 3, 0],
  ]);
  expect(counted([run('2027-01-01T00:00:00Z')], DAY, NOW)).toEqual([]);
});

it('draws bars that can be told from none, and says in words what they say', () => {
  const bars = countRuns(
    [run('2026-11-28T12:00:00Z', { times: 5000, last: '2026-11-28T11:00:00Z' }), run('2026-11-28T11:00:00Z')],
    DAY,
    NOW,
  );
  const { markup } = barChart('Last day', bars, () => '');
  expect(markup).toContain('aria-label="Last day: 5001 runs went well, 0 failed"');
  expect(markup).toContain('<title>2026-11-28 12:00: 5000 well, 0 failed</title>');
  const heights = [...markup.matchAll(/class="good"[^>]* height="([\d.]+)"/g)].map(([, height]) => Number(height));
  expect(heights.slice(-3)).toEqual([0, 2, 90]);
});
