/** A run of `sync` as it is put together: directory, server, memory, log and summary. */
import { ConnectorError } from '../lib/errors/connector-error.ts';
import { counted, printableJson } from '../lib/errors/printable.ts';
import type { Logger } from '../lib/logger/logger.ts';
import { saveMemory } from '../lib/run/heap.ts';
import { readEntries } from '../lib/source/ldap/entries.ts';
import { normalAddress } from '../lib/tmail/address.ts';
import type { LdapSettings, TmailConfiguration } from '../lib/tmail/configuration.ts';
import type { FacetName } from '../lib/tmail/facet-names.ts';
import { attributeNames } from '../lib/tmail/person.ts';
import type { SyncOptions } from '../lib/tmail/sync/options.ts';
import { type Reporter, type SyncReport, summaryOf } from '../lib/tmail/sync/report.ts';
import { sync } from '../lib/tmail/sync/run.ts';
import { certificatesOf } from './certificates.ts';
import type { Frame } from './frame.ts';
import { REFUSED, type SyncOutcome } from './recorded-sync.ts';
import { listenForSignals } from './signals.ts';
import { openPartsOf } from './tmail-parts.ts';

export interface SyncJob extends Omit<SyncOptions, 'facets' | 'clean' | 'only' | 'concurrency'> {
  /** null: those of the configuration. */
  readonly facets: readonly FacetName[] | null;
  readonly clean: readonly FacetName[] | null;
  readonly only: readonly string[] | null;
  readonly dryRun: boolean;
  readonly json: boolean;
  /** Default: that of the settings. */
  readonly concurrency?: number;
  /** Seconds; the run ends when they are over. */
  readonly timeLimit?: number;
}

export async function syncWith(
  frame: Frame,
  job: SyncJob,
  configuration: TmailConfiguration,
  path: string,
): Promise<SyncOutcome> {
  const { settings, log, lock, progress } = frame;
  const ldap = directoryOf(configuration, path);
  const keepFilter = job.clean?.length === 0 ? undefined : ldap.keepFilter;
  const source = { ...ldap, keepFilter, readCertificates: certificatesOf(settings) };
  const concurrency = job.concurrency ?? settings.concurrency;
  saveMemory();
  const parts = openPartsOf(configuration, { ...settings, concurrency }, { log, dryRun: job.dryRun });
  const signals = listenForSignals(log, 'finishing what is in hand, then stopping; the next run goes on');
  const deadline = job.timeLimit === undefined ? Number.POSITIVE_INFINITY : Date.now() + job.timeLimit * 1000;
  try {
    const report = await sync(
      {
        ...job,
        facets: job.facets ?? configuration.facets,
        clean: job.clean ?? configuration.facets,
        only: job.only && new Set(job.only.map(normalAddress)),
        concurrency,
      },
      {
        ...parts,
        entries: () => readEntries(source, attributeNames(ldap.attributes)),
        reporter: reporterTo(log, job.dryRun, (address) => lock?.note(`mailbox ${address}`)),
        progress: progress.show,
        isStopped: () => signals.exitCode !== 0 || Date.now() > deadline,
        requests: () => parts.client.calls,
      },
    );
    progress.end();
    tell(report, log, job.json);
    const [summary = ''] = summaryOf(report);
    if (signals.exitCode !== 0) {
      return { code: signals.exitCode, summary, isStopped: true };
    }
    if (Date.now() > deadline) {
      throw new ConnectorError(
        'TMAIL_UNREACHABLE',
        `the run was ended after the time limit of ${counted(job.timeLimit ?? 0, 'second')}`,
        {
          remedy:
            'Raise the limit (--time-limit), or look why directory or server are slow. The next run goes on from here.',
        },
      );
    }
    if (report.failure !== null) {
      throw report.failure;
    }
    return { code: report.refused.length > 0 ? REFUSED : 0, summary };
  } finally {
    progress.end();
    signals.close();
    parts.close();
  }
}

function directoryOf({ ldap }: TmailConfiguration, path: string): LdapSettings {
  if (ldap === null) {
    throw new ConnectorError('TMAIL_CONFIGURATION', `the configuration ${path} names no directory`, {
      fields: { path },
      remedy: 'Add "ldap" with "url" and "base".',
    });
  }
  return ldap;
}

function reporterTo(log: Logger, dryRun: boolean, announce: (address: string) => void): Reporter {
  return {
    done({ address, dn, actions }) {
      announce(address);
      log.info(dryRun ? 'would be done' : 'done', { address, ...(dn ? { dn } : {}), actions: actions.join(', ') });
    },
    refused({ address, dn, facet, value, reason, remedy }) {
      const fields = Object.entries({ address, dn, facet, value }).filter(([, text]) => text !== '');
      log.error(`refused: ${reason}`, Object.fromEntries(fields));
      log.error(`What to do: ${remedy}`);
    },
  };
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
