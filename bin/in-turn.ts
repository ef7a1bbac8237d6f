/** Many files or objects, one after the other: how far it is, and an end between two of them where a signal asks for it. */
import type { Frame } from './frame.ts';
import { listenForSignals } from './signals.ts';

export interface Watched {
  readonly log: Pick<Frame['log'], 'warning'>;
  readonly progress: Pick<Frame['progress'], 'show' | 'end'>;
}

export interface Turns {
  /** Those that a signal has left undone. */
  readonly left: number;
  /** 0, or that of the signal. */
  readonly exitCode: number;
}

export async function inTurn<T>(
  { log, progress }: Watched,
  items: readonly T[],
  act: (item: T) => void,
): Promise<Turns> {
  const signals = listenForSignals(log, 'stopping; the rest stays as it is');
  let count = 0;
  try {
    while (count < items.length && signals.exitCode === 0) {
      progress.show(count, items.length);
      act(items[count] as T);
      count += 1;
      // Signals are heard between two only.
      await new Promise(setImmediate);
    }
  } finally {
    progress.end();
    signals.close();
  }
  return { left: items.length - count, exitCode: signals.exitCode };
}

/** For the end of what is said. */
export function leftText(left: number): string {
  return left === 0 ? '' : `, ${left} left`;
}
