/**
 * What `follow` does, for weeks: two loops beside each other. One fetches; the other works the queue off as the main job
 * does, whenever nothing more comes, and tries again what failed.
 */
import type { Environment } from '../lib/settings/settings.ts';
import { keepFetching } from '../lib/source/provisioning/keep-fetching.ts';
import { beat } from '../lib/status/probes.ts';
import type { Frame } from './frame.ts';
import { pause, withSource } from './provisioning.ts';
import { openQueueWork } from './queue-work.ts';
import { reportFailure } from './report.ts';

/** Seconds. */
const BEAT_EVERY = 10;

/** Answers the exit code. */
export function follow(frame: Frame, environment: Environment, resync: boolean): Promise<number> {
  const { log, directory } = frame;
  return withSource(
    frame,
    { resync, onSignal: 'finishing the object in hand, then stopping' },
    async (source, stop) => {
      beat(directory);
      const beating = setInterval(() => beat(directory), BEAT_EVERY * 1000);
      const work = openQueueWork(frame, environment, stop.signal);
      try {
        // Where one loop ends, the other does too: an end without a signal is a failure.
        const fetching = keepFetching(
          {
            ...source,
            log,
            tellFailure: (failure) => reportFailure(failure, log, null),
            hasCome: (envelope) => work.hasCome(envelope),
            nothingMoreComes: () => work.nothingMoreComes(),
            now: () => performance.now(),
            pause,
          },
          stop.signal,
        );
        const loops = [fetching, work.keepWorking()];
        await Promise.all(loops.map((loop) => loop.finally(() => stop.abort())));
      } finally {
        clearInterval(beating);
      }
    },
  );
}
