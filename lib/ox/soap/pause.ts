/** Waiting for OX where it says nothing about when it is ready: in small steps, so that a signal ends it. */
import { Stopped } from '../../errors/stopped.ts';

/** Resolves after so many milliseconds; throws Stopped if a signal comes. */
export type Pause = (milliseconds: number, reason: string) => Promise<void>;

export interface PauseDeps {
  readonly isStopped: () => boolean;
  /** Told before each wait. */
  readonly announce: (text: string) => void;
}

const STEP = 100;

export function createPause({ isStopped, announce }: PauseDeps): Pause {
  return async (milliseconds, reason) => {
    announce(`waiting ${(milliseconds / 1000).toFixed(1)} s: ${reason}`);
    // A monotonic clock: setting the time must not lengthen a wait.
    const end = performance.now() + milliseconds;
    for (let left = milliseconds; left > 0; left = end - performance.now()) {
      if (isStopped()) {
        throw new Stopped(reason);
      }
      await new Promise((done) => setTimeout(done, Math.min(left, STEP)));
    }
  };
}
