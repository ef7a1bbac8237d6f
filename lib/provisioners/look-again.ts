/**
 * OX may still be at a creation whose answer was lost, by a broken connection or the end of a run. Names of groups,
 * resources and accounts it looks up before it takes them only: a second creation meanwhile makes two of one name
 * (docs/adr/0009-lost-answers.md).
 */
import type { Pause } from '../ox/pause.ts';

/** null: nothing is in doubt, or it is not there, not even after a moment. */
export type LookAgain = <T>(look: () => Promise<T | null>) => Promise<T | null>;

const MOMENT = 3000;

/** `inDoubt`: an answer may have been lost a short time ago. One moment is enough for all that is created after it. */
export function lookingAgain(inDoubt: boolean, pause: Pause): LookAgain {
  let isOver = !inDoubt;
  let waiting: Promise<void> | null = null;
  return async (look) => {
    if (isOver) {
      return null;
    }
    const found = await look();
    if (found !== null) {
      return found;
    }
    waiting ??= pause(MOMENT, 'OX may still be at a creation whose answer was lost');
    await waiting;
    isOver = true;
    return look();
  };
}
