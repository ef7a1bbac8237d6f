/** Puts the parts of the TMail target together. Nothing is touched by that. */
import { join } from 'node:path';
import type { Logger } from '../lib/logger/logger.ts';
import { randomPassword } from '../lib/model/random-password.ts';
import type { Environment, Settings } from '../lib/settings/settings.ts';
import type { Target } from '../lib/target/target.ts';
import { createTmailClient, type TmailClient } from '../lib/tmail/client.ts';
import { readTmailConfiguration, type TmailConfiguration } from '../lib/tmail/configuration.ts';
import { createDryServer } from '../lib/tmail/dry-server.ts';
import { type Memory, openMemory } from '../lib/tmail/memory.ts';
import type { TmailServer } from '../lib/tmail/server.ts';
import { tmailTarget } from '../lib/tmail/target.ts';
import { createRemovals, type Removals } from '../lib/tmail/types/removals.ts';
import { createServer } from '../lib/tmail/web-admin/server.ts';
import { callLog } from './call-log.ts';
import { certificatesOf } from './certificates.ts';

export interface TmailParts {
  readonly configuration: TmailConfiguration;
  readonly client: TmailClient;
  readonly server: TmailServer;
  readonly memory: Memory;
  readonly target: Target;
  readonly removals: Removals;
  close(): void;
}

export interface Wish {
  readonly log: Logger;
  /** Sends and writes nothing. */
  readonly dryRun: boolean;
}

/** As DATA/tmail.json says. */
export function openTmailParts(
  settings: Settings,
  { environment, ...wish }: Wish & { readonly environment: Environment },
): TmailParts {
  const { dataDirectory } = settings;
  const configuration = readTmailConfiguration(join(dataDirectory, 'tmail.json'), dataDirectory, environment);
  return openPartsOf(configuration, settings, wish);
}

const WITHOUT_CONTACTS =
  'the server has no domain contacts, so nobody gets one: it is an Apache James, not a TMail. Take "contact" out of facets in tmail.json';

export function openPartsOf(configuration: TmailConfiguration, settings: Settings, { log, dryRun }: Wish): TmailParts {
  for (const warning of configuration.warnings) {
    log.warning(warning);
  }
  const client = createTmailClient({
    ...configuration.server,
    connections: settings.concurrency,
    readCertificates: certificatesOf(settings),
    onExchange: callLog(log),
  });
  const real = createServer(client, () => log.warning(WITHOUT_CONTACTS));
  const server = dryRun ? createDryServer(real) : real;
  const memory = openMemory(settings.dataDirectory, { mayWrite: !dryRun });
  const removals = createRemovals({ configuration, server, memory });
  // A look goes on to the end; whoever wants to know of the limit asks first.
  const beforeRemoval = dryRun ? async (): Promise<void> => undefined : removals.check;
  return {
    configuration,
    client,
    server,
    memory,
    removals,
    target: tmailTarget({ configuration, server, memory, randomPassword, beforeRemoval }),
    close() {
      memory.close();
      client.close();
    },
  };
}
