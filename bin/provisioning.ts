/** What `fetch` and `follow` have in common: the parts of the Provisioning API put together, and how a failure is waited out. */
import { setTimeout } from 'node:timers/promises';
import { openLastStates } from '../lib/memory/last-state.ts';
import { openInbox } from '../lib/queue/inbox.ts';
import { hasWaitingFiles } from '../lib/queue/listing.ts';
import { openParking } from '../lib/queue/parking.ts';
import { readAccess } from '../lib/source/provisioning/access.ts';
import { type Access, createProvisioningClient, type ProvisioningClient } from '../lib/source/provisioning/client.ts';
import { Fetcher } from '../lib/source/provisioning/fetcher.ts';
import { findLeftOver } from '../lib/source/provisioning/left-over.ts';
import { type OpenRecord, openRecord } from '../lib/source/provisioning/record.ts';
import { tellLeftOver } from '../lib/status/fetch-status.ts';
import { envelopeMistakes } from '../lib/validate/envelope.ts';
import { callLog } from './call-log.ts';
import { certificatesOf } from './certificates.ts';
import type { Frame } from './frame.ts';
import { listenForSignals } from './signals.ts';

export interface Source {
  readonly fetcher: Fetcher;
  readonly record: OpenRecord;
  /** To be called when nothing more comes: what the last prefill did not name, once the queue is empty. */
  lookForLeftOver(): Promise<void>;
}

export function openClient({ settings, log }: Pick<Frame, 'settings' | 'log'>): ProvisioningClient {
  const read = (): Access => readAccess(settings.provisioning, settings.dataDirectory);
  const { baseUrl: url } = read();
  const { protocol, hostname } = new URL(url);
  if (protocol === 'http:' && !isNear(hostname)) {
    log.warning('the Provisioning API is asked without TLS: passwords and personal data go over the network in clear', {
      url,
    });
  }
  return createProvisioningClient(read, certificatesOf(settings), callLog(log));
}

/** Loopback, or a name inside a cluster. */
function isNear(host: string): boolean {
  return /^(?:localhost|127\.[\d.]+|\[::1\]|[^.:]+|.+\.(?:svc|local))$/i.test(host);
}

/** Acts until it is done or a signal asks `stop` for its end, of which `onSignal` says what it means. Answers the exit code. */
export async function withSource(
  frame: Frame,
  { resync, onSignal }: { readonly resync: boolean; readonly onSignal: string },
  act: (source: Source, stop: AbortController) => Promise<void>,
): Promise<number> {
  const { directory, log } = frame;
  const client = openClient(frame);
  const inbox = openInbox(directory, envelopeMistakes);
  const record = openRecord(directory);
  const fetcher = new Fetcher({ client, inbox, parking: openParking(inbox), record, log, resync });
  const lookForLeftOver = async (): Promise<void> => {
    const { prefill, subscription } = record.now;
    // That of a former subscription does not know of what was told since.
    const isMeant = prefill?.id === subscription && prefill.isOver && prefill.isWhole && prefill.leftOver === null;
    if (!isMeant || hasWaitingFiles(directory)) {
      return;
    }
    const leftOver = await findLeftOver(prefill, openLastStates(directory, envelopeMistakes), inbox);
    record.noteDurably({ prefill: { ...prefill, leftOver } });
    if (leftOver.count > 0) {
      log.warning(tellLeftOver(leftOver.count));
    }
  };
  const stop = new AbortController();
  const signals = listenForSignals(log, onSignal, () => stop.abort());
  try {
    await act({ fetcher, record, lookForLeftOver }, stop);
  } finally {
    signals.close();
    client.close();
  }
  return signals.exitCode;
}

/** Waits so long, or until the signal comes. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
}
