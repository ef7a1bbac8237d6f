/** How the connector stands, line by line. */
import type { FetchStatus } from '../../../lib/status/fetch-status.ts';
import type { Status } from '../../../lib/status/status.ts';
import { statusAsText } from '../../../lib/status/text.ts';
import { DEFAULT_THRESHOLDS, judge } from '../../../lib/status/verdict.ts';
import { aStatus, FETCHED, NOW, STATUS_WITH_ALL } from '../../harness/status.ts';

const textOf = (status: Status): string => statusAsText(status, judge(status, DEFAULT_THRESHOLDS));

it('of a site where nothing ever was', () => {
  expect(textOf(aStatus())).toBe(
    [
      'Status:       OK',
      'Waiting:      0',
      'Oldest:       -',
      'Run going on: no',
      'Errors:       0',
      'Skipped:      0',
      'Parked:       0',
      'Last run:     -',
      'Last success: -',
    ].join('\n'),
  );
});

it('of a site with something of everything', () => {
  const run = { pid: 7, since: NOW.toISOString(), object: 'uid=anna' };
  expect(textOf({ ...STATUS_WITH_ALL, run })).toBe(
    [
      'Status:       CRITICAL: 121 runs in a row failed, for 10m (OX_UNREACHABLE); 2 objects parked, refused or not readable',
      'Waiting:      4 (3 users/user, 1 invalid)',
      'Oldest:       1m',
      'Run going on: process 7, started 0s ago, at uid=anna',
      'Errors:       121, since 2026-11-28T11:50:00.000Z, the last one 0s ago',
      '  file:       /data/listener/2026-11-28-11-00-00.json',
      '  code:       OX_UNREACHABLE',
      '  message:    OX cannot be reached: connect ECONNREFUSED',
      '  what to do: Start OX.',
      'Skipped:      7 of context 30 (no credentials: listener_trigger credentials set)',
      'Parked:       2 (listener_trigger queue list)',
      'Last run:     0s ago, 5 done, 1 skipped, 2 parked, 3 left, in 1s (OX_REFUSED)',
      'Last success: 2026-11-28T12:00:00.000Z (0s ago)',
      'Fetching:     not now',
      '  last number: 7',
      '  last answer: 3s ago',
      '  prefill:     done',
      '  parked:      1 message',
      'Sync:         tmail.json',
      '  last end:   0s ago (0)',
      '  outcome:    7 in step',
    ].join('\n'),
  );
});

const PREFILL = { id: 'p', isWhole: true, isOver: true, leftOver: null };

describe('of fetching', () => {
  const linesOf = (about: Partial<FetchStatus>): string[] => {
    const fetching = { record: FETCHED, pollAge: 3, holder: null, parkedMessages: 0, leftOver: [], moreLeftOver: 0 };
    return textOf(aStatus({ fetching: { ...fetching, ...about } })).split('\n');
  };

  it.each<[string, Partial<FetchStatus>, readonly string[]]>([
    [
      'that is going on',
      { holder: { pid: 7, since: NOW.toISOString(), object: '' } },
      ['Status:       OK', 'Fetching:     process 7 since 2026-11-28T12:00:00.000Z'],
    ],
    [
      'that never began',
      { record: { ...FETCHED, lastNumber: null, prefillStatus: '' }, pollAge: null },
      ['  last number: -', '  last answer: -', '  prefill:     not known', '  parked:      0 messages'],
    ],
    [
      'that is not let in',
      { record: { ...FETCHED, problem: 'the password is refused' } },
      ['Status:       WARNING: the password is refused', '  problem:     the password is refused'],
    ],
    [
      'of which the prefill failed',
      { record: { ...FETCHED, prefillStatus: 'failed', problem: 'it failed' } },
      ['Status:       CRITICAL: the prefill of the subscription has failed: listener_trigger subscribe --recreate'],
    ],
    [
      'that left one object over',
      { leftOver: ['uid=anna'] },
      [
        'Status:       WARNING: 1 object is known here and was not named by the prefill: listener_trigger check names what is left over',
        '  left over:   uid=anna',
      ],
    ],
    [
      'of which nobody knows what it left over',
      { record: { ...FETCHED, firstNumber: 7, prefill: { ...PREFILL, isWhole: false } } },
      [
        'Status:       OK',
        '  left over:   what the prefill left out is not looked for: its beginning may have been missed, since the first message that came is number 7',
      ],
    ],
    [
      'that left more over than are named',
      { leftOver: Array.from({ length: 21 }, (_, at) => `uid=${at}`), moreLeftOver: 4 },
      [
        'Status:       WARNING: 25 objects are known here and were not named by the prefill: listener_trigger check names what is left over',
        '  left over:   uid=19',
        '  left over:   and 5 more (listener_trigger check)',
      ],
    ],
  ])('%s', (_, about, lines) => {
    expect(linesOf(about)).toEqual(expect.arrayContaining([...lines]));
  });
});
