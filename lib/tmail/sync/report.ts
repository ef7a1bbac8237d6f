/** What a run did, for its log, its summary, `--json` and the exit code. */
import type { ConnectorError } from '../../errors/connector-error.ts';

export interface Refusal {
  readonly address: string;
  readonly dn: string;
  readonly facet: string;
  readonly value: string;
  readonly reason: string;
  readonly remedy: string;
}

export interface Done {
  readonly address: string;
  readonly dn: string;
  readonly actions: readonly string[];
}

export interface Reporter {
  done(done: Done): void;
  refused(refusal: Refusal): void;
}

export interface SyncReport {
  /** Of the directory. */
  readonly entries: number;
  readonly unchanged: number;
  /** Mailboxes that something was sent for. */
  readonly changed: number;
  readonly created: number;
  readonly renamed: number;
  readonly removed: number;
  readonly refused: readonly Refusal[];
  /** Addresses whose mail was left on the server by those removed in this run. */
  readonly leftMail: readonly string[];
  /** Sent to the server in all. */
  readonly requests: number;
  /** Why the directory could not be read to its end; null: it was. */
  readonly failure: ConnectorError | null;
  readonly dryRun: boolean;
}

/** For a mail of cron: one line each. */
export function summaryOf(report: SyncReport): string[] {
  const { entries, unchanged, changed, created, renamed, removed, refused, requests } = report;
  const done = report.dryRun ? 'nothing was sent (dry run); it would be: ' : '';
  return [
    `${entries} entries: ${done}${created} created, ${renamed} renamed, ${removed} removed, ${changed} changed, ` +
      `${unchanged} unchanged, ${refused.length} refused; ${requests} requests`,
    ...report.leftMail.map(
      (address) =>
        `mail of ${address} was left on the server: the same person gets it back, somebody else only after: listener_trigger adopt ${address}`,
    ),
  ];
}

export function leftMailWords(address: string): [reason: string, remedy: string] {
  return [
    `${address} has mail that its former owner left`,
    `To give it to this person: listener_trigger adopt ${address}. Else give the person another address.`,
  ];
}
