/** Puts the parts together for a run that has something to do. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openAccessProfiles } from '../lib/access-profiles/access-profiles.ts';
import { openCredentials } from '../lib/credentials/credentials.ts';
import { ConnectorError } from '../lib/errors/connector-error.ts';
import type { Logger } from '../lib/logger/logger.ts';
import { readMapping } from '../lib/mapping/mapping.ts';
import { createClient, type OxClient } from '../lib/ox/client.ts';
import { createOx } from '../lib/ox/ox.ts';
import { randomPassword } from '../lib/provisioners/random-password.ts';
import { createRegistry } from '../lib/provisioners/registry.ts';
import { openInbox } from '../lib/queue/inbox.ts';
import { openKnownObjects } from '../lib/queue/known-objects.ts';
import { openLastStates } from '../lib/queue/last-state.ts';
import { Drain } from '../lib/run/drain.ts';
import { recordSuccess } from '../lib/run/run-record.ts';
import type { Settings } from '../lib/settings/settings.ts';
import { envelopeMistakes } from '../lib/validate/envelope.ts';
import { credentialsMistakes, mappingMistakes } from '../lib/validate/files.ts';
import { objectMistakes } from '../lib/validate/objects.ts';
import { listenForSignals } from './signals.ts';

/** Answers the exit code; throws the first failure. */
export async function work(settings: Settings, directory: string, log: Logger): Promise<number> {
  const signals = listenForSignals((name) =>
    log.warning(`received ${name}: finishing the object in hand, then stopping`),
  );
  const lastStates = openLastStates(directory, envelopeMistakes);
  const known = openKnownObjects(directory, lastStates);
  const client = createClient(transportSettings(settings));
  try {
    const drain = assemble(settings, directory, log, {
      lastStates,
      known,
      client,
      isStopped: () => signals.received !== null,
    });
    await drain.run().finally(() => {
      if (drain.processed > 0) {
        log.info(`Successfully processed ${drain.processed} files during this run`);
      }
    });
  } finally {
    client.close();
    known.close();
    signals.close();
  }
  if (signals.received !== null) {
    return signals.received === 'SIGTERM' ? 143 : 130;
  }
  recordSuccess(directory, new Date());
  return 0;
}

interface Parts {
  readonly lastStates: ReturnType<typeof openLastStates>;
  readonly known: ReturnType<typeof openKnownObjects>;
  readonly client: OxClient;
  readonly isStopped: () => boolean;
}

function assemble(settings: Settings, directory: string, log: Logger, parts: Parts): Drain {
  const { lastStates, known, client, isStopped } = parts;
  const credentials = openCredentials({
    file: settings.credentialsFile,
    master: { adminuser: settings.masterAdmin, adminpass: settings.masterPassword },
    check: credentialsMistakes,
  });
  const registry = createRegistry({
    settings,
    ox: createOx(client, credentials),
    credentials,
    profiles: openAccessProfiles(join(settings.dataDirectory, 'ModuleAccessDefinitions.properties')),
    known,
    readMapping: () => readMapping(join(settings.dataDirectory, 'AttributeMapping.json'), mappingMistakes),
    randomPassword,
  });
  return new Drain({
    inbox: openInbox(directory, envelopeMistakes),
    lastStates,
    known,
    registry,
    checkObject: objectMistakes,
    hasCredentials: (context) => credentials.find(context) !== null,
    log,
    concurrency: settings.concurrency,
    isStopped,
  });
}

function transportSettings(settings: Settings) {
  return {
    soapServer: settings.soapServer,
    timeout: settings.timeout,
    connections: settings.concurrency,
    readCertificates: () => readCertificates(settings.caFile),
  };
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConnectorError(
      'SETTINGS_INVALID',
      `cannot read the CA certificates ${file}: ${error instanceof Error ? error.message : ''}`,
      { path: file },
      error,
      'Correct OX_SOAP_CA_FILE, or install the package ca-certificates.',
    );
  }
}
