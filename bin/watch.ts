/** Shows the same again and again, until it is interrupted. */
import { setTimeout } from 'node:timers/promises';
import { numberIn } from './option-values.ts';

export const WATCH_OPTION = ['--watch [seconds]', 'again and again, every 2 seconds or so many'] as const;

export const parseInterval = numberIn(/^[1-9]\d{0,4}$/, 'expected a number of seconds from 1 to 99999');

const SECONDS = 2;

/** `interval`: in seconds, true for the usual one; undefined: `show` is called once. */
export async function watching(interval: number | true | undefined, show: () => void): Promise<void> {
  for (;;) {
    if (interval !== undefined && process.stdout.isTTY) {
      // Home, and away with what was there.
      process.stdout.write('\u001b[H\u001b[2J');
    }
    show();
    // Nobody looks any more: the pipe is closed, or the disk is full.
    if (interval === undefined || process.stdout.errored !== null) {
      return;
    }
    await setTimeout((interval === true ? SECONDS : interval) * 1000);
  }
}
