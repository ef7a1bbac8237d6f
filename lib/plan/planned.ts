/** What a run would do with each file, and how often it would do what. */
import type { ErrorCode } from '../errors/connector-error.ts';
import { OBJECT_TYPES } from '../model/change.ts';
import { comparePlaces } from '../queue/listing.ts';
import type { NotedCall } from './recording-client.ts';

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

export const EFFECTS = ['created', 'changed', 'removed', 'unchanged', 'skipped', 'refused'] as const;

/** Of a file on its object; `unchanged`: what is sent says what the server has already. */
export type Effect = (typeof EFFECTS)[number];

/** Said of the file as a whole. */
const LEFT_ALONE = /^(?:nothing|dropped|unchanged), /;
const NOTHING = /^(?:$|nothing|unchanged|was gone)/;

/** `outcome`: as the log would say it. `isKnown`: the object was there before, whatever is made for it now. */
export function effectOf(outcome: string, calls: readonly NotedCall[], isKnown: boolean): Effect {
  const actions = outcome.split(', ');
  if (LEFT_ALONE.test(outcome) || actions.every((action) => NOTHING.test(action))) {
    return 'unchanged';
  }
  if (actions.every((action) => NOTHING.test(action) || /\bremoved\b/.test(action))) {
    return 'removed';
  }
  if (!isKnown && actions.some((action) => /\bcreated\b/.test(action))) {
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
