/** Works the queue off again and again, as the main job does, beside something else that goes on. */
import { asConnectorError, ConnectorError } from '../lib/errors/connector-error.ts';
import type { Envelope } from '../lib/model/change.ts';
import { dnKey } from '../lib/model/dn.ts';
import { hasWaitingFiles } from '../lib/queue/listing.ts';
import { takeLock } from '../lib/queue/lock.ts';
import { ItemFailure } from '../lib/run/item-failure.ts';
import { readRunRecord } from '../lib/run/run-record.ts';
import type { Environment } from '../lib/settings/settings.ts';
import type { Frame } from './frame.ts';
import { workOff } from './main-job.ts';
import { reportFailure } from './report.ts';

/** Seconds. */
const AGAIN = { first: 5, most: 300 };

export class QueueWork {
  readonly #frame: Frame;
  readonly #environment: Environment;
  readonly #signal: AbortSignal;
  #isDue = false;
  /** Ends what is waited for; null: nothing is. */
  #wake: (() => void) | null = null;
  #failures = 0;
  /** What stopped the last run; null: nothing did. */
  #refused: { readonly id: string; readonly dn: string } | null = null;

  constructor(frame: Frame, environment: Environment, signal: AbortSignal) {
    this.#frame = frame;
    this.#environment = environment;
    this.#signal = signal;
  }

  nothingMoreComes(): void {
    this.#isDue = true;
    if (this.#failures === 0) {
      this.#wake?.();
    }
  }

  /** News of the object that stopped the last run may be its cure. */
  hasCome({ id, dn }: Envelope): void {
    if (this.#refused !== null && (this.#refused.id === id.toLowerCase() || this.#refused.dn === dnKey(dn))) {
      this.#isDue = true;
      this.#wake?.();
    }
  }

  /** Until the signal comes. */
  async keepWorking(): Promise<void> {
    while (!this.#signal.aborted) {
      if (!this.#isDue) {
        await this.#wait(null);
        continue;
      }
      this.#isDue = false;
      if (await this.#run()) {
        this.#failures = 0;
        this.#refused = null;
        continue;
      }
      await this.#wait(Math.min(AGAIN.first * 2 ** Math.max(0, this.#failures - 1), AGAIN.most) * 1000);
      this.#isDue = true;
    }
  }

  /** false: it is to be tried again. */
  async #run(): Promise<boolean> {
    const { directory, log } = this.#frame;
    if (!hasWaitingFiles(directory) && readRunRecord(directory).errors === 0) {
      return true;
    }
    try {
      const lock = takeLock(directory);
      try {
        await workOff({ ...this.#frame, lock, isStopped: () => this.#signal.aborted }, this.#environment);
        return true;
      } catch (error) {
        this.#failures += 1;
        this.#refused = refusedIn(error);
        reportFailure(error, log, directory);
        return false;
      } finally {
        lock.release();
      }
    } catch (error) {
      const isHeld = error instanceof ConnectorError && error.code === 'LOCK_HELD';
      if (isHeld) {
        log.debug(asConnectorError(error).message);
      } else {
        this.#failures += 1;
        reportFailure(error, log, null);
      }
      return false;
    }
  }

  /** Milliseconds; null: as long as it takes. */
  #wait(milliseconds: number | null): Promise<void> {
    return new Promise((done) => {
      const timer = milliseconds === null ? undefined : setTimeout(() => end(), milliseconds);
      const end = (): void => {
        clearTimeout(timer);
        this.#signal.removeEventListener('abort', end);
        this.#wake = null;
        done();
      };
      this.#wake = end;
      this.#signal.addEventListener('abort', end);
      if (this.#signal.aborted) {
        end();
      }
    });
  }
}

function refusedIn(error: unknown) {
  const envelope = error instanceof ItemFailure ? error.item.envelope : undefined;
  return envelope === undefined ? null : { id: envelope.id.toLowerCase(), dn: dnKey(envelope.dn) };
}
