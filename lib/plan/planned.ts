/** What a run would do with each file, and how often it would do what. */
import { OBJECT_TYPES } from '../model/change.ts';
import type { NotedCall } from './recording-client.ts';

export interface PlannedFile {
  readonly file: string;
  /** Empty: the file cannot be read that far. */
  readonly type: string;
  readonly dn: string;
  readonly outcome: string;
  readonly reasons: readonly string[];
  readonly calls: readonly NotedCall[];
  readonly effect: Effect;
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
