/** How fetching from the Provisioning API stands, as `status` tells it. */

import { counted } from '../errors/printable.ts';
import type { LastStates } from '../memory/last-state.ts';
import { formatAgo, secondsSince } from '../model/age.ts';
import { directoryOf, listAside } from '../queue/aside.ts';
import { findRun, type Holder } from '../queue/lock.ts';
import { isParkedMessage } from '../queue/parking.ts';
import { stillLeftOver, whyNotLookedFor } from '../source/provisioning/left-over.ts';
import { type FetchRecord, PREFILL_STATUSES, readFetchRecord } from '../source/provisioning/record.ts';
import type { Metric } from './metrics.ts';
import type { Level } from './verdict.ts';

export interface FetchStatus {
  readonly record: FetchRecord;
  /** Seconds since the service answered as it should; null: it never did. */
  readonly pollAge: number | null;
  /** Who is fetching; null: nobody is. */
  readonly holder: Holder | null;
  readonly parkedMessages: number;
  /** DNs of objects that are known here and that the last prefill did not name. */
  readonly leftOver: readonly string[];
  /** Those of them that were not listed one by one. */
  readonly moreLeftOver: number;
}

/** null: nothing was ever fetched. */
export function readFetchStatus(directory: string, lastStates: LastStates, now: Date): FetchStatus | null {
  const record = readFetchRecord(directory);
  if (record === null) {
    return null;
  }
  const { lastPoll, prefill } = record;
  const found = prefill?.leftOver ?? { count: 0, objects: [] };
  return {
    record,
    pollAge: secondsSince(lastPoll, now),
    holder: findRun(directory, 'fetch'),
    parkedMessages: listAside(directoryOf(directory, 'parked')).filter(isParkedMessage).length,
    leftOver: stillLeftOver(prefill, lastStates).map(({ dn }) => dn),
    moreLeftOver: found.count - found.objects.length,
  };
}

/** That so many objects were left out. */
export function tellLeftOver(count: number): string {
  const known = count === 1 ? 'object is known here and was' : 'objects are known here and were';
  return `${count} ${known} not named by the prefill: listener_trigger check names what is left over`;
}

/** What is not as it should be. */
export function* judgeFetching({ record, leftOver, moreLeftOver }: FetchStatus): Generator<[Level, string]> {
  const count = leftOver.length + moreLeftOver;
  if (record.prefillStatus === 'failed') {
    yield ['critical', 'the prefill of the subscription has failed: listener_trigger subscribe --recreate'];
  } else if (record.problem !== '') {
    yield ['warning', record.problem];
  }
  if (count > 0) {
    yield ['warning', tellLeftOver(count)];
  }
}

export function fetchingAsJson({ record, leftOver, ...status }: FetchStatus): Record<string, unknown> {
  return {
    lastNumber: record.lastNumber,
    lastPoll: record.lastPoll,
    prefill: record.prefillStatus,
    problem: record.problem,
    parkedMessages: status.parkedMessages,
    leftOver,
    leftOverTotal: leftOver.length + status.moreLeftOver,
    leftOverNotLookedFor: whyNotLookedFor(record),
    fetching: status.holder && { pid: status.holder.pid, since: status.holder.since },
  };
}

/** By name at most. */
const MOST_NAMED = 20;

export function fetchingAsLines({ record, pollAge, holder, parkedMessages, ...status }: FetchStatus): string[] {
  const { leftOver, moreLeftOver } = status;
  const named = leftOver.slice(0, MOST_NAMED);
  const notLookedFor = whyNotLookedFor(record);
  const more = leftOver.length + moreLeftOver - named.length;
  return [
    `Fetching:     ${holder ? `process ${holder.pid} since ${holder.since}` : 'not now'}`,
    `  last number: ${record.lastNumber ?? '-'}`,
    `  last answer: ${formatAgo(pollAge)}`,
    `  prefill:     ${record.prefillStatus || 'not known'}`,
    `  parked:      ${counted(parkedMessages, 'message')}`,
    ...(record.problem ? [`  problem:     ${record.problem}`] : []),
    ...(notLookedFor ? [`  left over:   ${notLookedFor}`] : []),
    ...named.map((dn) => `  left over:   ${dn}`),
    ...(more > 0 ? [`  left over:   and ${more} more (listener_trigger check)`] : []),
  ];
}

export function fetchingAsMetrics(status: FetchStatus): Metric[] {
  const { record, parkedMessages, leftOver, moreLeftOver } = status;
  return [
    ['fetch_last_number', 'Number of the last message.', [['', record.lastNumber ?? 0]]],
    [
      'fetch_last_answer_timestamp_seconds',
      'The last time that the Provisioning API answered as it should.',
      [['', record.lastPoll ? Math.round(Date.parse(record.lastPoll) / 1000) : 0]],
    ],
    [
      'fetch_prefill',
      'State of the prefill: 1 for the one that it is in.',
      PREFILL_STATUSES.map((state) => [`{state="${state}"}`, record.prefillStatus === state ? 1 : 0]),
    ],
    ['fetch_parked_messages', 'Messages set aside because they cannot be used.', [['', parkedMessages]]],
    ['fetch_left_over_objects', 'Objects that the last prefill did not name.', [['', leftOver.length + moreLeftOver]]],
  ];
}
