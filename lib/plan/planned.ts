/** What a run would do with each file, and how often it would do what. */
import { basename } from 'node:path';
import type { ErrorCode } from '../errors/connector-error.ts';
import { OBJECT_TYPES } from '../model/change.ts';
import type { Action, Step } from '../provisioners/provisioner.ts';
import { comparePlaces } from '../queue/listing.ts';
import { SUPERSEDED, textOf } from '../run/log-report.ts';
import type { ItemReport } from '../run/report.ts';
import type { NotedCall } from './shelf.ts';

export interface PlannedFile {
  readonly file: string;
  readonly type: string;
  /** Empty: the file cannot be read that far. */
  readonly dn: string;
  readonly outcome: string;
  readonly reasons: readonly string[];
  readonly calls: readonly NotedCall[];
  readonly effect: Effect;
  /** Of what was refused. */
  readonly code?: ErrorCode;
}

type Ended = Exclude<ItemReport, { end: 'failed' }>;

export const EFFECTS = ['created', 'changed', 'removed', 'unchanged', 'skipped', 'refused'] as const;

/** Of a file on its object; `unchanged`: what is sent says what the server has already. */
export type Effect = (typeof EFFECTS)[number];

/** Of a run that changes nothing: with its notes on the file, and what it would have sent. */
export function plannedFile(report: Ended, reasons: readonly string[], calls: readonly NotedCall[]): PlannedFile {
  const { file, type = '', dn } = report;
  const about = { file: basename(file), type, dn, reasons, calls };
  switch (report.end) {
    case 'provisioned': {
      // An account of further users is one that was there.
      const isMore = type === 'oxmail/functional_account' && !report.isNew;
      return { ...about, outcome: textOf(report.steps), effect: effectOf(report.steps, calls, isMore) };
    }
    case 'left alone':
      return { ...about, outcome: report.reason, effect: 'unchanged' };
    case 'skipped':
      return { ...about, outcome: `skipped: ${report.reason}`, effect: 'skipped' };
    case 'superseded':
      return { ...about, outcome: SUPERSEDED, reasons: [...reasons, report.reason], effect: 'unchanged' };
    case 'held':
    case 'parked':
      return { ...about, outcome: `refused: ${report.failure.reason}`, effect: 'refused', code: report.failure.code };
  }
}

function effectOf(steps: readonly Step[], calls: readonly NotedCall[], isMore: boolean): Effect {
  const areAll = (...actions: readonly Action[]): boolean => steps.every(({ action }) => actions.includes(action));
  if (areAll('was gone', 'unchanged')) {
    return 'unchanged';
  }
  if (areAll('was gone', 'removed')) {
    return 'removed';
  }
  if (!isMore && steps.some(({ action }) => action === 'created')) {
    return 'created';
  }
  const isRepeated =
    calls.length > 0 && calls.every(({ operation, changes }) => operation === 'change' && changes.length === 0);
  return isRepeated ? 'unchanged' : 'changed';
}

/** Type → how many files have which effect; in the order of the types. */
export function countEffects(planned: readonly PlannedFile[]): ReadonlyMap<string, Readonly<Record<Effect, number>>> {
  const none = Object.fromEntries(EFFECTS.map((effect) => [effect, 0])) as Record<Effect, number>;
  const counts = new Map<string, Record<Effect, number>>();
  for (const type of [...OBJECT_TYPES, '']) {
    const ofType = planned.filter((file) => file.type === type);
    if (ofType.length > 0) {
      const count = { ...none };
      for (const { effect } of ofType) {
        count[effect] += 1;
      }
      counts.set(type, count);
    }
  }
  return counts;
}

/**
 * Where a run ends that stops at the first failure; null: nowhere. What cannot be read is told at once, and ends it before all
 * that has a later name.
 */
export function stopOf(planned: readonly PlannedFile[]): PlannedFile | null {
  const refused = planned.filter(({ effect }) => effect === 'refused');
  const [obstacle = null] = refused.filter(isUnreadable).sort((a, b) => comparePlaces(a.file, b.file));
  const isBefore = ({ file }: PlannedFile): boolean => obstacle === null || comparePlaces(file, obstacle.file) < 0;
  return refused.find((each) => !isUnreadable(each) && isBefore(each)) ?? obstacle;
}

/** What is told up to this file, and what could not be read before it. */
export function upTo(planned: readonly PlannedFile[], file: string): readonly PlannedFile[] {
  const at = planned.findIndex((each) => each.file === file);
  const told = at < 0 ? planned : planned.slice(0, at + 1);
  return told.filter((each) => !isUnreadable(each) || comparePlaces(each.file, file) <= 0);
}

function isUnreadable({ dn }: PlannedFile): boolean {
  return dn === '';
}
