/**
 * What `follow` does, for weeks: two loops beside each other. One fetches; the other works the queue off as the main job
 * does, whenever nothing more comes, and tries again what failed.
 */
import { asConnectorError } from '../lib/errors/connector-error.ts';
import { TransportError } from '../lib/http/transport-error.ts';
import type { Environment } from '../lib/settings/settings.ts';
import { beat } from '../lib/status/probes.ts';
import { prefillFailed } from './fetch-job.ts';
import type { Frame } from './frame.ts';
import { openSource, pause, type Source } from './provisioning.ts';
import { QueueWork } from './queue-work.ts';
import { listenForSignals, signalExitCode } from './signals.ts';

/** Seconds. A message that comes ends a poll at once. */
const POLL = 10;
/** After a message: the next one is there, or the queue is worked off. */
const NEXT_POLL = 0.5;
const STATUS_EVERY = 60;
const BEAT_EVERY = 10;
const AGAIN = { first: 1, most: 60 };
/** A wrong password holds up all who use the service; a prefill that failed stays so. */
const AGAIN_SLOWLY = { first: 10, most: 300 };

/** Answers the exit code. */
export async function follow(frame: Frame, environment: Environment, resync: boolean): Promise<number> {
  const { log, directory } = frame;
  const source = openSource(frame, resync);
  const stop = new AbortController();
  const signals = listenForSignals((name) => {
    log.warning(`received ${name}: finishing the object in hand, then stopping`);
    stop.abort();
  }, log.warning);
  beat(directory);
  const beating = setInterval(() => beat(directory), BEAT_EVERY * 1000);
  const work = new QueueWork(frame, environment, stop.signal);
  try {
    // Where one loop ends, the other does too: an end without a signal is a failure.
    const loops = [keepFetching(source, work, frame, stop.signal), work.keepWorking()];
    await Promise.all(loops.map((loop) => loop.finally(() => stop.abort())));
  } finally {
    clearInterval(beating);
    signals.close();
    source.client.close();
  }
  return signals.received === null ? 0 : signalExitCode(signals.received);
}

async function keepFetching(source: Source, work: QueueWork, { log }: Frame, signal: AbortSignal): Promise<void> {
  const { fetcher, record } = source;
  let failures = 0;
  let seconds = NEXT_POLL;
  while (!signal.aborted) {
    try {
      const received = await fetcher.poll(seconds, signal);
      seconds = received === null ? POLL : NEXT_POLL;
      if (received?.envelope) {
        work.hasCome(received.envelope);
      } else if (received === null) {
        work.nothingMoreComes();
        await source.lookForLeftOver();
        if ((await fetcher.prefillStatus(STATUS_EVERY, signal)) === 'failed') {
          throw prefillFailed();
        }
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
      work.nothingMoreComes();
      const failure = asConnectorError(error);
      noteProblem(record, failure.message);
      // Once, and then each time that it has lasted twice as long.
      if (Number.isInteger(Math.log2(failures))) {
        log.error(failure.message, { code: failure.code, failures });
        log.error(`What to do: ${failure.remedy}`);
      }
      const { first, most } = isLasting(failure.code) ? AGAIN_SLOWLY : AGAIN;
      await pause(Math.min(first * 2 ** (failures - 1), most) * 1000 * (1 + Math.random() / 4), signal);
    }
  }
}

function isLasting(code: string): boolean {
  return ['PROVISIONING_CREDENTIALS', 'PROVISIONING_BROKEN', 'PREFILL_FAILED', 'PROVISIONING_ANSWER_INVALID'].includes(
    code,
  );
}

/** For `status` only: a full disk must not end the loop. */
function noteProblem(record: Source['record'], problem: string): void {
  try {
    record.note({ problem });
  } catch {
    // The log has it.
  }
}
