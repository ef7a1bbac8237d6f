/** A run of `sync` as it is put together: configuration, directory, server, memory, log and summary. */
import { join } from 'node:path';
import { ConnectorError } from '../lib/errors/connector-error.ts';
import { printableJson } from '../lib/errors/printable.ts';
import type { Logger } from '../lib/logger/logger.ts';
import type { Environment } from '../lib/settings/settings.ts';
import { readEntries } from '../lib/source/ldap/entries.ts';
import { normalAddress } from '../lib/tmail/address.ts';
import { createTmailClient } from '../lib/tmail/client.ts';
import {
  type FacetName,
  type LdapSettings,
  readTmailConfiguration,
  type TmailConfiguration,
} from '../lib/tmail/configuration.ts';
import { openLeftMail, openMemory } from '../lib/tmail/memory.ts';
import { ID_ATTRIBUTE } from '../lib/tmail/person.ts';
import { createServer } from '../lib/tmail/server.ts';
import { type Refusal, type Reporter, type SyncReport, summaryOf } from '../lib/tmail/sync/report.ts';
import { sync } from '../lib/tmail/sync/run.ts';
import { readCertificates } from './certificates.ts';
import type { Frame } from './frame.ts';
import { createProgress } from './progress.ts';
import { listenForSignals, signalExitCode } from './signals.ts';

export interface SyncJob {
  readonly config: string | undefined;
  /** null: those of the configuration. */
  readonly facets: readonly FacetName[] | null;
  readonly clean: readonly FacetName[] | 'all';
  readonly dryRun: boolean;
  readonly full: boolean;
  readonly only: readonly string[] | null;
  readonly allowedDeletions: number | null;
  readonly json: boolean;
  /** As LSC has them; all true by default. */
  readonly create?: boolean;
  readonly update?: boolean;
  readonly rename?: boolean;
  readonly concurrency?: number;
}

/** Answers the exit code; throws what ended the run. */
export async function runSync(frame: Frame, job: SyncJob, environment: Environment): Promise<number> {
  const { settings } = frame;
  const path = job.config ?? join(settings.dataDirectory, 'tmail.json');
  return syncWith(frame, job, readTmailConfiguration(path, settings.dataDirectory, environment), path);
}

export async function syncWith(
  frame: Frame,
  job: SyncJob,
  configuration: TmailConfiguration,
  path: string,
): Promise<number> {
  const { settings, log, lock } = frame;
  const ldap = directoryOf(configuration, path);
  for (const warning of configuration.warnings) {
    log.warning(warning);
  }
  const certificates = (): string =>
    readCertificates(settings.caFile, join(settings.dataDirectory, 'conf', 'ca-certificates'));
  const concurrency = job.concurrency ?? settings.concurrency;
  const client = createTmailClient({
    ...configuration.server,
    connections: concurrency,
    readCertificates: certificates,
  });
  const memory = openMemory(settings.dataDirectory, { mayWrite: !job.dryRun });
  const signals = listenForSignals((name) =>
    log.warning(`received ${name}: finishing what is in hand, then stopping; the next run goes on`),
  );
  const progress = createProgress(process.stderr, (text) => log.info(text));
  const facets = (names: readonly FacetName[] | 'all' | null): readonly FacetName[] =>
    names === null || names === 'all' ? configuration.facets : names;
  try {
    const report = await sync(
      {
        facets: facets(job.facets),
        clean: facets(job.clean),
        dryRun: job.dryRun,
        full: job.full,
        only: job.only === null ? null : new Set(job.only.map(normalAddress)),
        allowedDeletions: job.allowedDeletions,
        create: job.create ?? true,
        update: job.update ?? true,
        rename: job.rename ?? true,
        concurrency,
      },
      {
        configuration,
        entries: () => readEntries({ ...ldap, readCertificates: certificates }, attributeNames(ldap)),
        server: createServer(client),
        memory,
        reporter: reporterTo(log, job.dryRun, (address) => lock?.note(`mailbox ${address}`)),
        progress: progress.show,
        isStopped: () => signals.received !== null,
        requests: () => client.calls,
      },
    );
    progress.end();
    tell(report, log, job.json);
    if (signals.received !== null) {
      return signalExitCode(signals.received);
    }
    if (report.failure !== null) {
      throw report.failure;
    }
    return report.refused.length > 0 ? REFUSED : 0;
  } finally {
    progress.end();
    signals.close();
    client.close();
    memory.close();
  }
}

const REFUSED = 76;

function directoryOf({ ldap }: TmailConfiguration, path: string): LdapSettings {
  if (ldap === null) {
    throw new ConnectorError(
      'TMAIL_CONFIGURATION',
      `the configuration ${path} names no directory`,
      { path },
      undefined,
      'Add "ldap" with "url" and "base".',
    );
  }
  return ldap;
}

function attributeNames({ attributes }: LdapSettings): string[] {
  return [...Object.values(attributes).flat(), ID_ATTRIBUTE];
}

function reporterTo(log: Logger, dryRun: boolean, announce: (address: string) => void): Reporter {
  return {
    done({ address, dn, actions }) {
      announce(address);
      log.info(dryRun ? 'would be done' : 'done', { address, ...(dn ? { dn } : {}), actions: actions.join(', ') });
    },
    refused: (refusal) => tellRefusal(refusal, log),
  };
}

function tellRefusal({ address, dn, facet, value, reason, remedy }: Refusal, log: Logger): void {
  const fields = { address, dn, facet, value };
  log.error(`refused: ${reason}`, Object.fromEntries(Object.entries(fields).filter(([, text]) => text !== '')));
  log.error(`What to do: ${remedy}`);
}

function tell(report: SyncReport, log: Logger, json: boolean): void {
  for (const line of summaryOf(report)) {
    log.info(line);
  }
  if (json) {
    const { failure, ...rest } = report;
    process.stdout.write(`${printableJson({ ...rest, failure: failure === null ? null : failure.message })}\n`);
  }
}

/** Remembers that mail left behind goes to whoever has the address next. */
export function adopt({ settings, log }: Frame, given: string): number {
  const address = normalAddress(given);
  const leftMail = openLeftMail(settings.dataDirectory, { mayWrite: true });
  try {
    const left = leftMail.get(address);
    if (left === undefined) {
      throw new ConnectorError(
        'PROPERTY_INVALID',
        `nobody is known to have left mail at ${address}`,
        { object: address },
        undefined,
        'Give the address as the log names it.',
      );
    }
    leftMail.put(address, { ...left, adopted: true });
    leftMail.sync();
  } finally {
    leftMail.close();
  }
  log.info(`whoever has ${address} next gets the mail that was left there`);
  return 0;
}
