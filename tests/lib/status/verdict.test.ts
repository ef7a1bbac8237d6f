/** What is healthy and what is not. */
import type { Status } from '../../../lib/status/status.ts';
import { DEFAULT_THRESHOLDS, judge } from '../../../lib/status/verdict.ts';
import { aFailure, aStatus } from '../../harness/status.ts';

const level = (about: Partial<Status>) => judge(aStatus(about), DEFAULT_THRESHOLDS).level;

it.each<[string, Partial<Status>, string]>([
  ['nothing waits', {}, 'ok'],
  ['OX has been starting for 25 s', { failure: aFailure(25) }, 'warning'],
  ['OX has been away for 5 minutes', { failure: aFailure(300) }, 'warning'],
  ['runs have failed for 10 minutes', { failure: aFailure(600) }, 'critical'],
  [
    'few runs have failed in 15 minutes, since they follow at long intervals',
    { failure: aFailure(900, { errors: 6 }) },
    'critical',
  ],
  ['999 files wait', { waitingTotal: 999, oldestAge: 899 }, 'ok'],
  ['1,000 files wait', { waitingTotal: 1000, oldestAge: 1 }, 'warning'],
  ['10,000 files wait', { waitingTotal: 10_000, oldestAge: 1 }, 'critical'],
  ['a file has waited for 15 minutes', { waitingTotal: 1, oldestAge: 900 }, 'warning'],
  ['a file has waited for an hour', { waitingTotal: 1, oldestAge: 3600 }, 'critical'],
  ['an object is parked', { parked: 1 }, 'warning'],
  ['100 objects are parked', { parked: 100 }, 'critical'],
])('%s', (_, about, expected) => {
  expect(level(about)).toBe(expected);
});

it('says why, in spans that people read, and each reason once', () => {
  const status = aStatus({ failure: aFailure(600), waitingTotal: 1, oldestAge: 259_200, parked: 2 });
  expect(judge(status, DEFAULT_THRESHOLDS).reasons).toEqual([
    '121 runs in a row failed, for 10m (OX_UNREACHABLE)',
    'the oldest file has waited for 3d',
    '2 objects parked, refused or not readable',
  ]);
});

it('takes other limits', () => {
  const limits = { ...DEFAULT_THRESHOLDS, errors: [1, 1], failing: [900, 900] } as const;
  expect(judge(aStatus({ failure: aFailure(0) }), limits).level).toBe('critical');
});
