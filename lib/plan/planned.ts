/** What a run would do with each file, and how often it would do what. */
import { basename } from 'node:path';
import type { ErrorCode } from '../errors/connector-error.ts';
import { OBJECT_TYPES } from '../model/change.ts';
import { comparePlaces } from '../queue/listing.ts';
import type { ItemFailure } from '../run/item-failure.ts';
import { SUPERSEDED, textOf } from '../run/log-report.ts';
import type { ItemReport } from '../run/report.ts';
import type { Action, FieldChange, Step } from '../target/outcome.ts';

/** What would be sent. */
/** What would be sent. */
export interface NotedCall {
  readonly service: string;
  readonly operation: string;
  readonly object: string;
  readonly changes: readonly FieldChange[];
}

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

type Counts = Readonly<Record<Effect, number>>;

/** The first of them that are refused are told, the others only counted. */
const MOST_REFUSED = 10;

/** How often a plan does what. */
export class Tally {
  /** At most ten, in the order in which they were told. */
  readonly refused: Pick<PlannedFile, 'file' | 'dn' | 'outcome'>[] = [];
  readonly #total = none();
  readonly #byType = new Map<string, Record<Effect, number>>();
  #files = 0;

  get total(): Counts {
    return this.#total;
  }

  get files(): number {
    return this.#files;
  }

  /** Type → how many files have which effect; in the order of the types, unreadable files last. */
  get byType(): ReadonlyMap<string, Counts> {
    return new Map(
      [...OBJECT_TYPES, ''].flatMap((type) => {
        const counts = this.#byType.get(type);
        return counts === undefined ? [] : [[type, counts]];
      }),
    );
  }

  add({ file, type, dn, outcome, effect }: PlannedFile): void {
    const counts = this.#byType.get(type) ?? none();
    this.#byType.set(type, counts);
    this.#files += 1;
    for (const each of [counts, this.#total]) {
      each[effect] += 1;
    }
    if (effect === 'refused' && this.refused.length < MOST_REFUSED) {
      this.refused.push({ file, dn, outcome });
    }
  }
}

function none(): Record<Effect, number> {
  return Object.fromEntries(EFFECTS.map((effect) => [effect, 0])) as Record<Effect, number>;
}

interface Refused {
  readonly file: string;
  readonly failure: ItemFailure;
}

/**
 * Where a run ends that stops at the first failure. What cannot be read is told at once, and ends it before all that has a later
 * name.
 */
export class FirstFailure {
  readonly #upTo: string | null;
  #isThere = false;
  /** The first by name that cannot be read. */
  #obstacle: Refused | null = null;
  /** Of the others those that may come before it: each has an earlier name than the one before. */
  readonly #refused: Refused[] = [];

  /** `upTo`: only what is told up to this file counts, and what could not be read before it. */
  constructor(upTo: string | null) {
    this.#upTo = upTo;
  }

  /** null: nowhere. */
  get first(): Refused | null {
    const obstacle = this.#obstacle;
    return this.#refused.find(({ file }) => obstacle === null || isBefore(file, obstacle.file)) ?? obstacle;
  }

  /** `failure`: of what is refused. */
  add({ file, dn }: Pick<PlannedFile, 'file' | 'dn'>, failure: ItemFailure | null): void {
    if (failure !== null && !this.#isThere) {
      this.#addRefused({ file, failure }, dn === '');
    }
    this.#isThere ||= file === this.#upTo;
  }

  #addRefused(refused: Refused, isUnreadable: boolean): void {
    const { file } = refused;
    const last = this.#refused.at(-1);
    if (!isUnreadable) {
      if (last === undefined || isBefore(file, last.file)) {
        this.#refused.push(refused);
      }
    } else if (this.#upTo === null || !isBefore(this.#upTo, file)) {
      this.#obstacle = this.#obstacle === null || isBefore(file, this.#obstacle.file) ? refused : this.#obstacle;
    }
  }
}

function isBefore(file: string, other: string): boolean {
  return comparePlaces(file, other) < 0;
}
