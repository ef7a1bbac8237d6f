/** Puts the parts of the TMail target together. Nothing is touched by that. */
import { join } from 'node:path';
import type { Logger } from '../lib/logger/logger.ts';
import type { Registry } from '../lib/provisioners/provisioner.ts';
import { randomPassword } from '../lib/provisioners/random-password.ts';
import type { Environment, Settings } from '../lib/settings/settings.ts';
import { createTmailClient, type TmailClient } from '../lib/tmail/client.ts';
import { readTmailConfiguration, type TmailConfiguration } from '../lib/tmail/configuration.ts';
import { type Memory, openMemory } from '../lib/tmail/memory.ts';
import { createServer, type TmailServer } from '../lib/tmail/server.ts';
import { tmailRegistry } from '../lib/tmail/target.ts';
import { readCertificates } from './certificates.ts';

export interface TmailParts {
  readonly configuration: TmailConfiguration;
  readonly client: TmailClient;
  readonly server: TmailServer;
  readonly memory: Memory;
  readonly registry: Registry;
  close(): void;
}

export interface Wish {
  readonly environment: Environment;
  readonly log: Logger;
  /** Sends and writes nothing. */
  readonly dryRun: boolean;
}

export function certificatesOf({ caFile, dataDirectory }: Settings): () => string {
  return () => readCertificates(caFile, join(dataDirectory, 'conf', 'ca-certificates'));
}

export function openTmailParts(settings: Settings, { environment, log, dryRun }: Wish): TmailParts {
  const { dataDirectory } = settings;
  const configuration = readTmailConfiguration(join(dataDirectory, 'tmail.json'), dataDirectory, environment);
  for (const warning of configuration.warnings) {
    log.warning(warning);
  }
  const client = createTmailClient({
    ...configuration.server,
    connections: settings.concurrency,
    readCertificates: certificatesOf(settings),
  });
  const server = createServer(client);
  const memory = openMemory(dataDirectory, { mayWrite: !dryRun });
  return {
    configuration,
    client,
    server,
    memory,
    registry: tmailRegistry({ configuration, server, memory, randomPassword, dryRun }),
    close() {
      memory.close();
      client.close();
    },
  };
}
