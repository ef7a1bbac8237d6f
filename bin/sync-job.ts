/** What `sync` and `adopt` do. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ConnectorError } from '../lib/errors/connector-error.ts';
import type { Environment } from '../lib/settings/settings.ts';
import { normalAddress } from '../lib/tmail/address.ts';
import { readTmailConfiguration } from '../lib/tmail/configuration.ts';
import { openLeftMail } from '../lib/tmail/memory.ts';
import type { Frame } from './frame.ts';
import { recorded } from './recorded-sync.ts';
import { type SyncJob, syncWith } from './sync-run.ts';

/** Answers the exit code; throws what ended the run. */
export async function runSync(
  frame: Frame,
  config: string | undefined,
  job: SyncJob,
  environment: Environment,
): Promise<number> {
  const { settings } = frame;
  const path = config ?? join(settings.dataDirectory, 'tmail.json');
  if (isLsc(path)) {
    const { runTasks } = await import('./lsc-job.ts');
    const cleanTasks = job.clean?.length === 0 ? null : 'all';
    return runTasks(frame, path, { ...job, synchronize: 'all', cleanTasks }, environment);
  }
  return recorded(frame, path, job, async () =>
    syncWith(frame, job, readTmailConfiguration(path, settings.dataDirectory, environment), path),
  );
}

/** LSC's own configuration: a directory, or its file. */
function isLsc(path: string): boolean {
  return path.endsWith('.xml') || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Remembers that mail left behind goes to whoever has the address next. */
export function adopt({ settings, log }: Frame, given: string): number {
  const address = normalAddress(given);
  const leftMail = openLeftMail(settings.dataDirectory, { mayWrite: true });
  try {
    const left = leftMail.get(address);
    if (left === undefined) {
      throw new ConnectorError('PROPERTY_INVALID', `nobody is known to have left mail at ${address}`, {
        fields: { object: address },
        remedy: 'Give the address as the log names it.',
      });
    }
    leftMail.put(address, { ...left, adopted: true });
    leftMail.sync();
  } finally {
    leftMail.close();
  }
  log.outcome(`whoever has ${address} next gets the mail that was left there`);
  return 0;
}
