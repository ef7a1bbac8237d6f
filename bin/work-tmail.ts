/** A run of the main job whose target is a TMail or James server. */
import { join } from 'node:path';
import { randomPassword } from '../lib/provisioners/random-password.ts';
import { openInbox } from '../lib/queue/inbox.ts';
import { openKnownObjects } from '../lib/queue/known-objects.ts';
import { openLastStates } from '../lib/queue/last-state.ts';
import { openParking } from '../lib/queue/parking.ts';
import { Drain } from '../lib/run/drain.ts';
import type { Environment } from '../lib/settings/settings.ts';
import { createTmailClient } from '../lib/tmail/client.ts';
import { readTmailConfiguration } from '../lib/tmail/configuration.ts';
import { openMemory } from '../lib/tmail/memory.ts';
import { createServer } from '../lib/tmail/server.ts';
import { checkWaitingDeletions, tmailRegistry } from '../lib/tmail/target.ts';
import { envelopeMistakes } from '../lib/validate/envelope.ts';
import { readCertificates } from './certificates.ts';
import type { Frame } from './frame.ts';
import { identifiersOf } from './identifiers.ts';
import { runToEnd } from './run-to-end.ts';

/** Answers the exit code; throws the first failure. */
export function work(frame: Frame, environment: Environment): Promise<number> {
  const { settings, directory, log } = frame;
  return runToEnd(frame, async (hooks) => {
    const configuration = readTmailConfiguration(
      join(settings.dataDirectory, 'tmail.json'),
      settings.dataDirectory,
      environment,
    );
    for (const warning of configuration.warnings) {
      log.warning(warning);
    }
    const client = createTmailClient({
      ...configuration.server,
      connections: settings.concurrency,
      readCertificates: () =>
        readCertificates(settings.caFile, join(settings.dataDirectory, 'conf', 'ca-certificates')),
    });
    const server = createServer(client);
    const inbox = openInbox(directory, envelopeMistakes);
    const lastStates = openLastStates(directory, envelopeMistakes);
    await checkWaitingDeletions({ inbox, lastStates, configuration, server });
    const memory = openMemory(settings.dataDirectory, { mayWrite: true });
    const known = openKnownObjects(directory, lastStates, identifiersOf(settings));
    const drain = new Drain({
      ...hooks,
      inbox,
      lastStates,
      known,
      identifiers: identifiersOf(settings),
      registry: tmailRegistry({ configuration, server, memory, randomPassword, dryRun: false }),
      checkObject: () => [],
      // Contexts are OX's.
      hasCredentials: () => true,
      existsInOx: async () => true,
      lookUpIds: async () => [],
      concurrency: settings.concurrency,
      parking: openParking(inbox),
      stopOnError: settings.stopOnError,
    });
    const close = (): void => {
      memory.close();
      client.close();
      known.close();
    };
    return { inbox, drain, close };
  });
}
