/** Is it healthy? In the words of Nagios. */
import { counted } from '../errors/printable.ts';
import { formatAge } from '../model/age.ts';
import { judgeFetching } from './fetch-status.ts';
import type { Status } from './status.ts';
import { judgeSyncs } from './sync-status.ts';

/** `unknown`: it cannot be said. */
export type Level = 'ok' | 'warning' | 'critical' | 'unknown';

export interface Verdict {
  readonly level: Level;
  /** Why it is not `ok`. */
  readonly reasons: readonly string[];
}

/** From this on it is a warning, or critical. */
export interface Thresholds {
  readonly errors: readonly [number, number];
  /** Seconds. */
  readonly failing: readonly [number, number];
  readonly waiting: readonly [number, number];
  /** Seconds. */
  readonly age: readonly [number, number];
  readonly parked: readonly [number, number];
  /** Seconds. */
  readonly sync: readonly [number, number];
}

/** Runs follow each other every five seconds: a restart of OX fails some dozens of them. */
export const DEFAULT_THRESHOLDS: Thresholds = {
  errors: [1, 120],
  failing: [300, 900],
  waiting: [1000, 10_000],
  age: [900, 3600],
  parked: [1, 100],
  // A line of cron that is run every night, once left out.
  sync: [93_600, 604_800],
};

export function judge(status: Status, thresholds: Thresholds): Verdict {
  const { failure, oldestAge, waitingTotal, parked } = status;
  const { errors, lasting, code } = failure ?? { errors: 0, lasting: 0, code: '' };
  const failed = `${counted(errors, 'run')} in a row failed, for ${formatAge(lasting)}${code ? ` (${code})` : ''}`;
  const checks: readonly [number, readonly [number, number], string][] = [
    [errors, thresholds.errors, failed],
    [lasting, thresholds.failing, failed],
    [waitingTotal, thresholds.waiting, `${counted(waitingTotal, 'file')} waiting`],
    [oldestAge ?? 0, thresholds.age, `the oldest file has waited for ${formatAge(oldestAge ?? 0)}`],
    [parked, thresholds.parked, `${counted(parked, 'object')} parked, refused or not readable`],
  ];
  const passed = checks.filter(([value, [warning]]) => value >= warning);
  const others = [
    ...(status.fetching === null ? [] : judgeFetching(status.fetching)),
    ...judgeSyncs(status.syncs, thresholds.sync),
  ];
  const isCritical =
    passed.some(([value, [, critical]]) => value >= critical) || others.some(([level]) => level === 'critical');
  const reasons = [...new Set([...passed.map(([, , reason]) => reason), ...others.map(([, reason]) => reason)])];
  return { level: isCritical ? 'critical' : reasons.length > 0 ? 'warning' : 'ok', reasons };
}
