/** What a report is in the log: the texts and fields that the manual and monitoring know. */
import { ConnectorError, type ErrorCode } from '../../../lib/errors/connector-error.ts';
import type { Fields } from '../../../lib/logger/logger.ts';
import { ItemFailure } from '../../../lib/run/item-failure.ts';
import { reportTo } from '../../../lib/run/log-report.ts';
import type { ItemReport } from '../../../lib/run/report.ts';

function linesOf(report: ItemReport): unknown[] {
  const lines: unknown[] = [];
  const tell =
    (level: string) =>
    (event: string, fields: Fields = {}): void =>
      void lines.push([level, event, fields]);
  reportTo({
    debug: tell('debug'),
    info: tell('info'),
    warning: tell('warning'),
    error: tell('error'),
    outcome: tell('outcome'),
  })(report);
  return lines;
}

const failed = (code: ErrorCode, message: string): ItemFailure =>
  new ItemFailure('/q/1.json', '', new ConnectorError(code, message));

const about = { file: '/q/1.json', type: 'users/user', dn: 'uid=anna' };

it('what was done is one line, after what is not as wished', () => {
  const steps = [
    { action: 'created', text: 'created in context 20' },
    { action: 'removed', text: 'removed in context 10' },
  ] as const;
  const report = {
    ...about,
    end: 'provisioned',
    steps,
    isNew: false,
    milliseconds: 7,
    warnings: ['left out'],
  } as const;
  expect(linesOf(report)).toEqual([
    ['warning', 'not as wished', { ...about, reason: 'left out' }],
    ['info', 'provisioned', { ...about, action: 'created in context 20, removed in context 10', duration: '7ms' }],
  ]);
  expect(linesOf({ ...report, steps: [], warnings: [] })).toEqual([
    ['info', 'provisioned', { ...about, action: 'nothing to do in OX', duration: '7ms' }],
  ]);
});

it.each<[ItemReport, unknown[]]>([
  [{ ...about, end: 'left alone', reason: 'unchanged' }, ['info', 'provisioned', { ...about, action: 'unchanged' }]],
  [{ ...about, end: 'skipped', reason: 'no login' }, ['warning', 'skipped', { ...about, reason: 'no login' }]],
  [
    { file: '/q/1.json', dn: 'uid=anna', end: 'superseded', newer: '/q/2.json', reason: 'taken' },
    [
      'warning',
      'left out, a newer change of the object waits',
      { file: '/q/1.json', dn: 'uid=anna', newer: '/q/2.json', reason: 'taken' },
    ],
  ],
  [
    { ...about, end: 'held', failure: failed('OX_CREDENTIALS', 'no login') },
    [
      'error',
      'left in the queue, with all that depends on it',
      { ...about, reason: 'no login', code: 'OX_CREDENTIALS' },
    ],
  ],
  [
    { file: '/q/1.json', dn: '', end: 'parked', failure: failed('QUEUE_FILE_INVALID', 'no JSON') },
    ['error', 'parked', { file: '/q/1.json', reason: 'no JSON', code: 'QUEUE_FILE_INVALID' }],
  ],
])('%j', (report, line) => {
  expect(linesOf(report)).toEqual([line]);
});

it('of what is decided later only what is not as wished is said', () => {
  expect(linesOf({ ...about, end: 'failed', warnings: ['left out'] })).toEqual([
    ['warning', 'not as wished', { ...about, reason: 'left out' }],
  ]);
});
