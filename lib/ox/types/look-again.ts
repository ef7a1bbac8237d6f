/**
 * OX may still be at a creation whose answer was lost, by a broken connection or the end of a run. Names of groups,
 * resources and accounts it looks up before it takes them only: a second creation meanwhile makes two of one name
 * (docs/adr/0009-lost-answers.md).
 */
import type { Pause } from '../soap/pause.ts';

/** null: nothing is in doubt, or it is not there, not even after a moment. */
export type LookAgain = <T>(look: () => Promise<T | null>) => Promise<T | null>;

/** Milliseconds after which OX is done with what it was at. */
const MOMENT = 3000;

/**
 * `doubtfulFor`: how many milliseconds ago an answer may have been lost; null: none was. What is left of the moment is waited
 * for once: it is enough for all that is created after it.
 */
export function lookingAgain(doubtfulFor: number | null, pause: Pause): LookAgain {
  const left = doubtfulFor === null ? 0 : MOMENT - Math.max(0, doubtfulFor);
  let isOver = left <= 0;
  let waiting: Promise<void> | null = null;
  return async (look) => {
    if (isOver) {
      return null;
    }
    const found = await look();
    if (found !== null) {
      return found;
    }
    waiting ??= pause(left, 'OX may still be at a creation whose answer was lost');
    await waiting;
    isOver = true;
    return look();
  };
}
