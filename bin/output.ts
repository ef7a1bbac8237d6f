/** Where the verbs write: what cannot be written is said in one line, and is what the exit code tells. */
import { statSync, writeFileSync } from 'node:fs';
import { ConnectorError, EXIT_CODES } from '../lib/errors/connector-error.ts';

/**
 * Standard output and standard error. `| head` closes the pipe early: what nobody reads need not be written. A log that
 * cannot be written is no reason to leave a change half-done. To be called when all has been said: answers why it could not be
 * written; null: all is well.
 */
export function watchOutput(): () => Promise<Error | null> {
  let failed: Error | null = null;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      failed ??= error;
    }
  });
  process.stderr.on('error', () => undefined);
  return async () => {
    await new Promise<void>((done) => {
      process.stdout.write('', () => done());
    });
    await new Promise(setImmediate);
    return failed;
  };
}

/** Answers the exit code. */
export function tellUnwritable(error: Error): number {
  process.stderr.write(`error: cannot write to standard output: ${error.message}\n`);
  return EXIT_CODES.DATA_UNWRITABLE;
}

/** `file` is the value of an option: the data directory is not to blame for it. */
export function writingTo<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = 'Name a file in a directory that is there and can be written.';
    throw new ConnectorError('DATA_UNWRITABLE', `cannot write ${file}: ${reason}`, {
      fields: { path: file },
      cause: error,
      remedy,
    });
  }
}

/** The same for what is written as a whole. A device or a pipe (`/dev/stdout`) gets it, and nothing is put in its place. */
export function writeAsNamed(file: string, content: string | Buffer, replace: () => void): void {
  writingTo(file, () => {
    if (statSync(file, { throwIfNoEntry: false })?.isFile() ?? true) {
      replace();
    } else {
      writeFileSync(file, content);
    }
  });
}
