/** A run that has something to do. */
import { type KnownObjects, openKnownObjects } from '../lib/queue/known-objects.ts';
import { openParking } from '../lib/queue/parking.ts';
import { Drain } from '../lib/run/drain.ts';
import { recordSkipped, recordSuccess } from '../lib/run/run-record.ts';
import { objectMistakes } from '../lib/validate/objects.ts';
import type { Frame } from './frame.ts';
import { openParts } from './parts.ts';
import { listenForSignals, signalExitCode } from './signals.ts';

/** Answers the exit code; throws the first failure. */
export async function work({ settings, directory, log, lock }: Frame): Promise<number> {
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
      existsInOx: (context) => parts.ox.contexts.exists(context),
      log,
      concurrency: settings.concurrency,
      isStopped: () => signals.received !== null,
      parking: openParking(parts.inbox),
      stopOnError: settings.stopOnError,
      announce: (object) => lock?.note(object),
    });
    await drain.run().finally(async () => {
      // A signal that came with the last answer is heard by then.
      await new Promise(setImmediate);
      parts.inbox.sync();
      if (drain.processed > 0) {
        log.info(`Successfully processed ${drain.processed} files during this run`);
      }
    });
  } finally {
    parts.client.close();
    noteSkipped(directory, known);
    known.close();
    signals.close();
  }
  if (signals.received !== null) {
    return signalExitCode(signals.received);
  }
  recordSuccess(directory, new Date());
  return 0;
}

/** For `status` only: a disk that is full must not hide why the run ended. */
function noteSkipped(directory: string, known: KnownObjects): void {
  try {
    const contexts = known.skippedContexts().map((context) => [context, known.skippedFor(context).length]);
    recordSkipped(directory, Object.fromEntries(contexts));
  } catch {
    // The next run notes it.
  }
}
