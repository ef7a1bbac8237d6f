/** Fetches for good: what comes is passed on, and a service that fails is asked again, more and more seldom. */
import { asConnectorError, type ConnectorError, type ErrorCode } from '../../errors/connector-error.ts';
import { TransportError } from '../../http/transport-error.ts';
import type { Logger } from '../../logger/logger.ts';
import { type Envelope, originOf, PREFILL } from '../../model/change.ts';
import type { Fetcher } from './fetcher.ts';
import type { OpenRecord } from './record.ts';

export interface KeepFetchingDeps {
  readonly fetcher: Fetcher;
  readonly record: OpenRecord;
  readonly log: Logger;
  readonly hasCome: (envelope: Envelope) => void;
  /** For now, or it never ends: the queue may be worked off. */
  readonly nothingMoreComes: () => void;
  /** Called when nothing more comes. */
  readonly lookForLeftOver: () => Promise<void>;
  readonly tellFailure: (failure: ConnectorError) => void;
  /** Milliseconds, of a clock that is never set. */
  readonly now: () => number;
  /** Waits so many milliseconds, or until the signal comes. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Seconds. A message that comes ends a poll at once. */
const POLL = 10;
/** After a message: the next one is there, or the queue is worked off. */
const NEXT_POLL = 0.5;
const STATUS_EVERY = 60;
/** Where one change follows another without end, they are applied although more come; a prefill is waited for. */
const WITHOUT_END = 60;
const AGAIN = { first: 1, most: 60 };
/** A wrong password holds up all who use the service; a prefill that failed stays so. */
const AGAIN_SLOWLY = { first: 10, most: 300 };

const LASTING: readonly ErrorCode[] = [
  'PROVISIONING_CREDENTIALS',
  'PROVISIONING_BROKEN',
  'PREFILL_FAILED',
  'PROVISIONING_ANSWER_INVALID',
];

/** Until the signal comes. */
export async function keepFetching(deps: KeepFetchingDeps, signal: AbortSignal): Promise<void> {
  const { fetcher, record, log, hasCome, nothingMoreComes, lookForLeftOver, tellFailure, now, pause } = deps;
  let failures = 0;
  let failing: ErrorCode | null = null;
  let seconds = NEXT_POLL;
  let busySince = now();
  while (!signal.aborted) {
    try {
      const received = await fetcher.poll(seconds, signal);
      seconds = received === null ? POLL : NEXT_POLL;
      if (received?.envelope) {
        hasCome(received.envelope);
        if (originOf(received.envelope)?.publisher_name === PREFILL) {
          busySince = now();
        } else if (now() - busySince > WITHOUT_END * 1000) {
          busySince = now();
          nothingMoreComes();
        }
      } else if (received === null) {
        busySince = now();
        nothingMoreComes();
        await lookForLeftOver();
        await fetcher.prefillStatus(STATUS_EVERY, signal);
      }
      if (failures > 0) {
        log.info('the Provisioning API can be used again');
        failures = 0;
      }
    } catch (error) {
      if (error instanceof TransportError && error.failure === 'aborted') {
        return;
      }
      failures += 1;
      nothingMoreComes();
      const failure = asConnectorError(error);
      noteProblem(record, failure.message);
      // Once, each time that it has lasted twice as long, and when it is something else.
      if (Number.isInteger(Math.log2(failures)) || failure.code !== failing) {
        tellFailure(failure);
      }
      failing = failure.code;
      const { first, most } = LASTING.includes(failure.code) ? AGAIN_SLOWLY : AGAIN;
      await pause(Math.min(first * 2 ** (failures - 1), most) * 1000 * (1 + Math.random() / 4), signal);
    }
  }
}

/** For `status` only: a full disk must not end the loop, nor hide why it failed. */
export function noteProblem(record: OpenRecord, problem: string): void {
  try {
    record.note({ problem });
  } catch {
    // The log has it.
  }
}
