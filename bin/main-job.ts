/** The main job's frame: settings, lock, queue empty or not, exit code. The work itself is loaded when there is some. */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { asConnectorError, ConnectorError, hasCode } from '../lib/errors/connector-error.ts';
import { syncDirectory } from '../lib/files/durable.ts';
import { createLogger, type Logger } from '../lib/logger/logger.ts';
import { makeWinston } from '../lib/logger/winston.ts';
import { hasWaitingFiles } from '../lib/queue/listing.ts';
import { type Lock, takeLock } from '../lib/queue/lock.ts';
import { type Environment, readSettings, type Settings } from '../lib/settings/settings.ts';
import { reportFailure } from './report.ts';

export interface MainJobOptions {
  readonly dataDirectory?: string;
}

/** Answers the exit code (SPEC 4). */
export async function runMainJob(environment: Environment, options: MainJobOptions = {}): Promise<number> {
  let log = createLogger(
    { level: 'info', format: environment.OX_CONNECTOR_LOG_FORMAT === 'json' ? 'json' : 'text' },
    makeWinston,
  );
  let lock: Lock | null = null;
  let directory: string | null = null;
  try {
    const settings = readSettings(environment, options.dataDirectory);
    log = createLogger({ level: settings.logLevel, format: settings.logFormat }, makeWinston);
    directory = openQueueDirectory(settings.dataDirectory);
    lock = takeLock(directory);
    return await drainQueue(settings, directory, log);
  } catch (error) {
    // Before the lock is ours the queue is another run's business, and its record too.
    return reportFailure(error, log, lock === null ? null : directory);
  } finally {
    lock?.release();
  }
}

async function drainQueue(settings: Settings, directory: string, log: Logger): Promise<number> {
  if (!hasWaitingFiles(directory)) {
    log.debug('the queue is empty');
    return 0;
  }
  const { work } = await import('./work.ts');
  return work(settings, directory, log);
}

/** DATA must be there (it is mounted); the directory of the queue is made in it. */
function openQueueDirectory(dataDirectory: string): string {
  const directory = join(dataDirectory, 'listener');
  try {
    statSync(dataDirectory);
    mkdirSync(directory, { mode: 0o700 });
    syncDirectory(dataDirectory);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      throw new ConnectorError(
        'DATA_UNREADABLE',
        `the data directory ${dataDirectory} is not there`,
        { path: dataDirectory },
        error,
        'Mount it, or correct OX_CONNECTOR_DATA_DIR or --data-dir.',
      );
    }
    if (!hasCode(error, 'EEXIST')) {
      throw asConnectorError(error);
    }
  }
  return directory;
}
