/** Works the queue off again and again, as the main job does, beside something else that goes on. */
import { ConnectorError } from '../lib/errors/connector-error.ts';
import type { Envelope } from '../lib/model/change.ts';
import { dnKey } from '../lib/model/dn.ts';
import { hasWaitingFiles } from '../lib/queue/listing.ts';
import { type Lock, takeLock } from '../lib/queue/lock.ts';
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
    signal.addEventListener('abort', () => this.#wake?.());
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
        await this.#wait(LONG);
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
    let lock: Lock | null = null;
    try {
      if (hasWaitingFiles(directory) || readRunRecord(directory).errors > 0) {
        lock = takeLock(directory);
        await workOff({ ...this.#frame, lock, isStopped: () => this.#signal.aborted }, this.#environment);
      }
      return true;
    } catch (error) {
      if (error instanceof ConnectorError && error.code === 'LOCK_HELD') {
        log.debug(error.message);
      } else {
        this.#failures += 1;
        this.#refused = refusedIn(error);
        reportFailure(error, log, lock && directory);
      }
      return false;
    } finally {
      lock?.release();
    }
  }

  /** Milliseconds, or until it is woken. */
  async #wait(milliseconds: number): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    if (!this.#signal.aborted) {
      await pause(milliseconds, woken.signal);
    }
    this.#wake = null;
  }
}

function refusedIn(error: unknown) {
  const envelope = error instanceof ItemFailure ? error.item.envelope : undefined;
  return envelope === undefined ? null : { id: envelope.id.toLowerCase(), dn: dnKey(envelope.dn) };
}
