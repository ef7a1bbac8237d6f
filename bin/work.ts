/** A run that has something to do. */
import { lookUpAgain } from '../lib/cache/cache.ts';
import type { Logger } from '../lib/logger/logger.ts';
import { type KnownObjects, openKnownObjects } from '../lib/queue/known-objects.ts';
import { openParking } from '../lib/queue/parking.ts';
import { Drain } from '../lib/run/drain.ts';
import { recordSkipped, recordSuccess } from '../lib/run/run-record.ts';
import type { Settings } from '../lib/settings/settings.ts';
import { objectMistakes } from '../lib/validate/objects.ts';
import type { Frame } from './frame.ts';
import { identifiersOf, openParts, type Parts } from './parts.ts';
import { listenForSignals, signalExitCode } from './signals.ts';

export interface OpenRun {
  readonly parts: Parts;
  readonly known: KnownObjects;
  readonly drain: Drain;
  close(): void;
}

export interface RunHooks {
  readonly log: Logger;
  /** Told which object is being worked on. */
  readonly announce: (object: string) => void;
  readonly isStopped: () => boolean;
}

/** The main job as it is put together, ready to be run. `directory` is the queue's. */
export function openRun(settings: Settings, directory: string, hooks: RunHooks): OpenRun {
  const parts = openParts(settings, directory, (reason) => hooks.log.warning('not as wished', { reason }));
  const known = openKnownObjects(directory, parts.lastStates, identifiersOf(settings));
  const drain = new Drain({
    ...hooks,
    inbox: parts.inbox,
    lastStates: parts.lastStates,
    known,
    identifiers: identifiersOf(settings),
    registry: parts.registry(known),
    checkObject: objectMistakes,
    hasCredentials: (context) => parts.credentials.find(context) !== null,
    existsInOx: (context) => parts.ox.contexts.exists(context),
    lookUpIds: (context, except) =>
      lookUpAgain(
        {
          ...hooks,
          lastStates: parts.lastStates,
          known,
          users: parts.ox.users,
          hasCredentials: () => true,
          identifier: settings.userIdentifier,
          progress: () => undefined,
          warn: (reason) => hooks.log.warning('not as wished', { reason }),
          dryRun: false,
        },
        context,
        except,
      ),
    concurrency: settings.concurrency,
    parking: openParking(parts.inbox),
    stopOnError: settings.stopOnError,
  });
  const close = (): void => {
    parts.client.close();
    known.close();
  };
  return { parts, known, drain, close };
}

/** Answers the exit code; throws the first failure. */
export async function work({ settings, directory, log, lock }: Frame): Promise<number> {
  const signals = listenForSignals((name) =>
    log.warning(`received ${name}: finishing the object in hand, then stopping`),
  );
  const { parts, known, drain, close } = openRun(settings, directory, {
    log,
    announce: (object) => lock?.note(object),
    isStopped: () => signals.received !== null,
  });
  try {
    await drain.run().finally(async () => {
      // A signal that came with the last answer is heard by then.
      await new Promise(setImmediate);
      parts.inbox.sync();
      if (drain.processed > 0) {
        log.info(`Successfully processed ${drain.processed} files during this run`);
      }
      if (drain.parked > 0) {
        const left = parts.inbox.list().length;
        log.warning(`${drain.parked} files were parked during this run, ${drain.processed} done, ${left} left`);
      }
    });
  } finally {
    noteSkipped(directory, known);
    close();
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
