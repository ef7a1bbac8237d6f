/** Works the queue off again and again, as the main job does, beside something else that goes on. */
import { ConnectorError } from '../lib/errors/connector-error.ts';
import type { Envelope } from '../lib/model/change.ts';
import { hasWaitingFiles } from '../lib/queue/listing.ts';
import { type Lock, takeLock } from '../lib/queue/lock.ts';
import { keysIn } from '../lib/queue/parking.ts';
import { ItemFailure } from '../lib/run/item-failure.ts';
import { readRunRecord } from '../lib/run/run-record.ts';
import type { Environment } from '../lib/settings/settings.ts';
import type { Frame } from './frame.ts';
import { workOff } from './main-job.ts';
import { pause } from './provisioning.ts';
import { reportFailure } from './report.ts';

/** Seconds. */
const AGAIN = { first: 5, most: 300 };

/** Milliseconds: the most that a timer takes. */
const LONG = 2 ** 31 - 1;

export function openQueueWork(frame: Frame, environment: Environment, signal: AbortSignal) {
  const { directory, log } = frame;
  let isDue = false;
  /** Ends what is waited for. */
  let wake = (): void => undefined;
  let failures = 0;
  /** `keysOf` what stopped the last run. */
  let refused: readonly string[] = [];
  signal.addEventListener('abort', () => wake());

  /** false: it is to be tried again. */
  const run = async (): Promise<boolean> => {
    let lock: Lock | null = null;
    try {
      if (hasWaitingFiles(directory) || readRunRecord(directory).errors > 0) {
        lock = takeLock(directory);
        await workOff({ ...frame, lock, isStopped: () => signal.aborted }, environment);
      }
      failures = 0;
      refused = [];
      return true;
    } catch (error) {
      if (error instanceof ConnectorError && error.code === 'LOCK_HELD') {
        log.debug(error.message);
      } else {
        failures += 1;
        refused = error instanceof ItemFailure ? keysIn(error.item.envelope ?? null) : [];
        reportFailure(error, log, lock && directory);
      }
      return false;
    } finally {
      lock?.release();
    }
  };

  /** Milliseconds, or until it is woken. */
  const wait = async (milliseconds: number): Promise<void> => {
    const woken = new AbortController();
    wake = () => woken.abort();
    if (!signal.aborted) {
      await pause(milliseconds, woken.signal);
    }
  };

  return {
    nothingMoreComes(): void {
      isDue = true;
      if (failures === 0) {
        wake();
      }
    },
    /** News of the object that stopped the last run may be its cure. */
    hasCome(envelope: Envelope): void {
      if (keysIn(envelope).some((key) => refused.includes(key))) {
        isDue = true;
        wake();
      }
    },
    /** Until the signal comes. */
    async keepWorking(): Promise<void> {
      while (!signal.aborted) {
        if (!isDue) {
          await wait(LONG);
          continue;
        }
        isDue = false;
        if (!(await run())) {
          await wait(Math.min(AGAIN.first * 2 ** Math.max(0, failures - 1), AGAIN.most) * 1000);
          isDue = true;
        }
      }
    },
  };
}
