/** Notes when a run of `sync` began and how it ended, whatever became of it. */
import { resolve } from 'node:path';
import { asConnectorError, EXIT_CODES } from '../lib/errors/connector-error.ts';
import { ifPossible } from '../lib/errors/if-possible.ts';
import { noteSync } from '../lib/status/sync-record.ts';
import type { Frame } from './frame.ts';

export interface SyncOutcome {
  /** Exit code. */
  readonly code: number;
  readonly summary: string;
  /** By a signal. */
  readonly isStopped?: true;
}

export const REFUSED = EXIT_CODES.TMAIL_REFUSED;

/** `path`: of the configuration. A look is none, and a run for some people neither. */
export async function recorded(
  { settings: { dataDirectory } }: Frame,
  path: string,
  { dryRun, only }: { readonly dryRun: boolean; readonly only: readonly string[] | null },
  act: () => Promise<SyncOutcome>,
): Promise<number> {
  if (dryRun || only !== null) {
    return (await act()).code;
  }
  const name = resolve(path);
  const now = (): string => new Date().toISOString();
  noteSync(dataDirectory, name, { began: now(), ended: '' });
  try {
    const { code, summary } = await act();
    const ended = now();
    const isWhole = code === 0 || code === REFUSED;
    noteSync(dataDirectory, name, { ended, code, outcome: summary, ...(isWhole ? { lastWhole: ended } : {}) });
    return code;
  } catch (error) {
    const { exitCode, message } = asConnectorError(error);
    // A disk that is full must not hide why the run failed.
    ifPossible(() => noteSync(dataDirectory, name, { ended: now(), code: exitCode, outcome: message }));
    throw error;
  }
}
