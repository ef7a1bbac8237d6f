/** How `status` speaks of runs of `sync`, from what they note. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { statusAsMetrics } from '../../../lib/status/metrics.ts';
import { noteSync, readSyncRecords, type SyncRecord } from '../../../lib/status/sync-record.ts';
import { readSyncStatus } from '../../../lib/status/sync-status.ts';
import { statusAsText } from '../../../lib/status/text.ts';
import { DEFAULT_THRESHOLDS, judge } from '../../../lib/status/verdict.ts';
import { aStatus, NOW } from '../../harness/status.ts';
import { freshFolder } from '../../harness/temporary.ts';

const folder = freshFolder();
const CONFIGURATION = '/data/tmail.json';
const HOUR = 3600;

const ago = (seconds: number): string => new Date(NOW.getTime() - seconds * 1000).toISOString();
const noted = (changes: Partial<SyncRecord>, isRunning = false) => {
  noteSync(folder(), CONFIGURATION, changes);
  return aStatus({ syncs: readSyncStatus(join(folder(), 'listener'), isRunning, NOW) });
};
const whole = (seconds: number, code = 0, outcome = '3 entries'): SyncRecord => ({
  began: ago(seconds + 5),
  ended: ago(seconds),
  code,
  outcome,
  lastWhole: ago(seconds),
});
const judged = (status: ReturnType<typeof aStatus>) => judge(status, DEFAULT_THRESHOLDS);

it.each<[string, Partial<SyncRecord>, boolean, string, string[]]>([
  ['all went well', whole(HOUR), false, 'ok', []],
  [
    'something was refused',
    whole(HOUR, 76, '3 entries, 1 refused'),
    false,
    'warning',
    [`sync with ${CONFIGURATION} ended with 76: 3 entries, 1 refused`],
  ],
  [
    'the directory was away',
    { ...whole(2 * HOUR), ended: ago(60), code: 69, outcome: 'it cannot be used' },
    false,
    'warning',
    [`sync with ${CONFIGURATION} ended with 69: it cannot be used`],
  ],
  ['it is going on', { ...whole(HOUR), began: ago(10), ended: '' }, true, 'ok', []],
  [
    'it was cut off',
    { ...whole(HOUR), began: ago(10), ended: '' },
    false,
    'warning',
    [`sync with ${CONFIGURATION} was cut off`],
  ],
  ['a night was left out', whole(25.9 * HOUR), false, 'ok', []],
  [
    'two days without a run',
    whole(48 * HOUR),
    false,
    'warning',
    [`sync with ${CONFIGURATION} has not come to its end for 2d`],
  ],
  [
    'a week without a run',
    whole(170 * HOUR),
    false,
    'critical',
    [`sync with ${CONFIGURATION} has not come to its end for 7d`],
  ],
  [
    'it failed from the first run on, for two days',
    { began: ago(48 * HOUR), ended: ago(48 * HOUR), code: 77, outcome: 'the login is refused' },
    false,
    'warning',
    [
      `sync with ${CONFIGURATION} ended with 77: the login is refused`,
      `sync with ${CONFIGURATION} has not come to its end for 2d`,
    ],
  ],
])('%s', (_, record, isRunning, level, reasons) => {
  expect(judged(noted(record, isRunning))).toEqual({ level, reasons });
});

it('a later run does not take back when the last whole one was', () => {
  noted(whole(48 * HOUR));

  expect(judged(noted({ began: ago(5), ended: ago(1), code: 69, outcome: 'away' })).reasons).toContain(
    `sync with ${CONFIGURATION} has not come to its end for 2d`,
  );
});

it('keeps the runs of several configurations apart', () => {
  noteSync(folder(), '/etc/lsc/aliases', whole(HOUR, 76, '1 refused'));

  const status = noted(whole(HOUR));

  expect(judged(status).reasons).toEqual(['sync with /etc/lsc/aliases ended with 76: 1 refused']);
  expect(statusAsText(status, judged(status))).toMatch(
    /Sync: {9}\/etc\/lsc\/aliases\n {2}last end: {3}1h ago \(76\)\n {2}outcome: {4}1 refused\nSync: {9}\/data\/tmail.json/,
  );
  expect(statusAsMetrics(status, judged(status), '3')).toContain(
    'ox_connector_sync_exit_code{configuration="/etc/lsc/aliases"} 76\n',
  );
});

it('says nothing where there was no sync, and begins anew where the file is damaged', () => {
  expect(readSyncStatus(join(folder(), 'listener'), false, NOW)).toEqual([]);
  mkdirSync(join(folder(), 'tmail'));
  writeFileSync(join(folder(), 'tmail', 'last-sync.json'), '{"x":');
  expect(readSyncRecords(folder())).toEqual({});
  noted(whole(HOUR));
  expect(Object.keys(readSyncRecords(folder()))).toEqual([CONFIGURATION]);
});
