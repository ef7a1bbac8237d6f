/** What every verb starts with: settings, log, the queue's directory, the lock if it changes something, an exit code. */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { asConnectorError, ConnectorError, hasCode } from '../lib/errors/connector-error.ts';
import { syncDirectory } from '../lib/files/durable.ts';
import { createLogger, type Logger, type MakeWinston } from '../lib/logger/logger.ts';
import { type Lock, takeLock } from '../lib/queue/lock.ts';
import { type Environment, readSettings, type Settings } from '../lib/settings/settings.ts';
import { createProgress, type Progress } from './progress.ts';
import { reportFailure } from './report.ts';

export interface FrameOptions {
  readonly dataDirectory?: string | undefined;
  /** Looking needs none. true: that of a run. */
  readonly lock: boolean | 'fetch';
  /** The main job's failures are counted: they are what blocks the queue. */
  readonly countFailures?: boolean;
  /** Tells a failure in its own way, in place of the log. Answers the exit code. */
  readonly onFailure?: (failure: unknown) => number;
}

export interface Frame {
  readonly settings: Settings;
  /** The queue's directory. */
  readonly directory: string;
  readonly log: Logger;
  readonly progress: Progress;
  /** null: this verb only looks. */
  readonly lock: Lock | null;
  /** True: finish what is in hand, then stop; beside the signals that the work hears itself. */
  readonly isStopped?: () => boolean;
}

/**
 * Answers the exit code (docs/troubleshooting.md, "By exit code"): the one of `act`, or that of the failure, which is
 * logged.
 */
export async function inFrame(
  environment: Environment,
  options: FrameOptions,
  act: (frame: Frame) => Promise<number>,
): Promise<number> {
  const progress = createProgress(environment, (text) => log.info(text));
  let log = createLogger(
    { level: 'info', format: environment.OX_CONNECTOR_LOG_FORMAT === 'json' ? 'json' : 'text' },
    makeWinston,
    progress.above,
  );
  let lock: Lock | null = null;
  let directory: string | null = null;
  try {
    const settings = readSettings(environment, options.dataDirectory);
    log = createLogger({ level: settings.logLevel, format: settings.logFormat }, makeWinston, progress.above);
    directory = openQueueDirectory(settings.dataDirectory, options.lock !== false);
    lock =
      options.lock === false ? null : takeLock(directory, new Date(), options.lock === true ? 'run' : options.lock);
    return await act({ settings, directory, log, progress, lock });
  } catch (error) {
    progress.end();
    if (options.onFailure !== undefined) {
      return options.onFailure(error);
    }
    // Before the lock is ours the queue is another run's business, and its record too.
    return reportFailure(error, log, lock !== null && options.countFailures === true ? directory : null);
  } finally {
    progress.end();
    lock?.release();
  }
}

/** winston is a third of a start's time: a run that has nothing to say does without. */
const makeWinston: MakeWinston = (levels, format) => {
  const winston = require('../lib/logger/winston.ts') as typeof import('../lib/logger/winston.ts');
  return winston.makeWinston(levels, format);
};

/** DATA must be there (it is mounted); the directory of the queue is made in it by verbs that may write. */
function openQueueDirectory(dataDirectory: string, mayWrite: boolean): string {
  const directory = join(dataDirectory, 'listener');
  try {
    statSync(dataDirectory);
    if (mayWrite) {
      mkdirSync(directory, { mode: 0o700 });
      syncDirectory(dataDirectory);
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      throw new ConnectorError('DATA_UNREADABLE', `the data directory ${dataDirectory} is not there`, {
        fields: { path: dataDirectory },
        cause: error,
        remedy: 'Mount it, or correct OX_CONNECTOR_DATA_DIR or --data-dir.',
      });
    }
    if (!hasCode(error, 'EEXIST')) {
      throw asConnectorError(error);
    }
  }
  return directory;
}
