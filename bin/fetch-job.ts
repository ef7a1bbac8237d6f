/** What `fetch` does: messages of the Provisioning API become files of the queue until nothing more comes. */
import { asConnectorError, ConnectorError } from '../lib/errors/connector-error.ts';
import { counted } from '../lib/errors/printable.ts';
import { TransportError } from '../lib/http/transport-error.ts';
import { noteProblem } from '../lib/source/provisioning/keep-fetching.ts';
import type { Frame } from './frame.ts';
import { pause, type Source, withSource } from './provisioning.ts';

export interface FetchJob {
  /** null: all that there is. */
  readonly limit: number | null;
  /** Whether a prefill that is not done is waited for. */
  readonly wait: boolean;
  readonly resync: boolean;
}

/** Seconds. */
const DRAIN_POLL = 1;
const AT_ONCE = 0.1;
const WAIT_POLL = 10;
const PROGRESS_EVERY = 30;
/** Then it is cron's turn. */
const GIVES_UP_AFTER = 30;

/** Answers the exit code; throws what ended it. */
export function fetchAll(frame: Frame, job: FetchJob): Promise<number> {
  const { log, progress } = frame;
  const onSignal = 'what has been received is stored, then it ends';
  return withSource(frame, { resync: job.resync, onSignal }, async (source, { signal }) => {
    try {
      await drain(source, job, frame, signal);
      await source.lookForLeftOver();
    } catch (error) {
      if (!(error instanceof TransportError && error.failure === 'aborted')) {
        noteProblem(source.record, asConnectorError(error).message);
        throw error;
      }
    } finally {
      progress.end();
      const { stored, setAside } = source.fetcher.counts;
      log.info(`fetched ${counted(stored, 'message')}${setAside > 0 ? `, parked ${setAside}` : ''}`);
    }
  });
}

async function drain(source: Source, job: FetchJob, { log, progress }: Frame, signal: AbortSignal): Promise<void> {
  const { fetcher } = source;
  const patience = createPatience(signal);
  let seconds = DRAIN_POLL;
  let toldAt = performance.now();
  for (let received = 0; !signal.aborted && (job.limit === null || received < job.limit); ) {
    const message = await patience(() => fetcher.poll(seconds, signal));
    if (message !== null) {
      received += 1;
      progress.show(received, job.limit);
      seconds = DRAIN_POLL;
      continue;
    }
    if (fetcher.isThrough) {
      return;
    }
    const status = await patience(() => fetcher.prefillStatus(0, signal));
    if (status === 'done') {
      // It may have become so just now: what it brought comes at once.
      seconds = fetcher.isLastOpen ? DRAIN_POLL : AT_ONCE;
      continue;
    }
    if (!job.wait) {
      throw new ConnectorError('PREFILL_RUNNING', `the prefill of the subscription is ${status}`, {
        fields: { status },
        remedy: 'Nothing to do: call fetch again later, or without --no-wait. It may take hours in a large domain.',
      });
    }
    if (performance.now() - toldAt > PROGRESS_EVERY * 1000 || seconds !== WAIT_POLL) {
      log.info(`waiting for the prefill of the subscription, which is ${status}`);
      toldAt = performance.now();
    }
    seconds = WAIT_POLL;
  }
}

/** Tries again what the service was away for, for so long. */
function createPatience(signal: AbortSignal) {
  return async <T>(act: () => Promise<T>): Promise<T> => {
    const until = performance.now() + GIVES_UP_AFTER * 1000;
    for (let wait = 500; ; wait *= 2) {
      try {
        return await act();
      } catch (error) {
        if (!isAway(error) || performance.now() + wait > until) {
          throw error;
        }
      }
      await pause(wait, signal);
    }
  };
}

function isAway(error: unknown): boolean {
  const { code, cause } = error as Partial<ConnectorError>;
  return code === 'PROVISIONING_UNREACHABLE' && (cause as Partial<TransportError> | undefined)?.failure !== 'tls';
}
