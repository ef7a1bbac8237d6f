/** A run that has something to do. */
import type { Logger } from '../lib/logger/logger.ts';
import { openKnownObjects } from '../lib/queue/known-objects.ts';
import { Drain } from '../lib/run/drain.ts';
import { recordSuccess } from '../lib/run/run-record.ts';
import type { Settings } from '../lib/settings/settings.ts';
import { objectMistakes } from '../lib/validate/objects.ts';
import { openParts } from './parts.ts';
import { listenForSignals } from './signals.ts';

/** Answers the exit code; throws the first failure. */
export async function work(settings: Settings, directory: string, log: Logger): Promise<number> {
  const signals = listenForSignals((name) =>
    log.warning(`received ${name}: finishing the object in hand, then stopping`),
  );
  const parts = openParts(settings, directory);
  const known = openKnownObjects(directory, parts.lastStates);
  try {
    const drain = new Drain({
      inbox: parts.inbox,
      lastStates: parts.lastStates,
      known,
      registry: parts.registry(known),
      checkObject: objectMistakes,
      hasCredentials: (context) => parts.credentials.find(context) !== null,
      log,
      concurrency: settings.concurrency,
      isStopped: () => signals.received !== null,
    });
    await drain.run().finally(() => {
      if (drain.processed > 0) {
        log.info(`Successfully processed ${drain.processed} files during this run`);
      }
    });
  } finally {
    parts.client.close();
    known.close();
    signals.close();
  }
  if (signals.received !== null) {
    return signals.received === 'SIGTERM' ? 143 : 130;
  }
  recordSuccess(directory, new Date());
  return 0;
}
