/** The command line: the main job without a verb, and the verbs. */
import { CommanderError } from 'commander';
import { EXIT_CODES } from '../lib/errors/connector-error.ts';
import { spellOut } from './commands/lsc.ts';
import { createCacheProgram, createLscProgram, createProgram, createSyncProgram } from './program.ts';

/** By the name that the binary was called by. */
const PROGRAMS: Readonly<Record<string, typeof createProgram>> = {
  'update-ox-db-cache': createCacheProgram,
  'tmail-sync': createSyncProgram,
  lsc: createLscProgram,
};

/** Answers the exit code. `name` is what the binary was called by. */
export async function runCommandLine(name: string, arguments_: readonly string[]): Promise<number> {
  let code = 0;
  // `| head` closes the pipe early: what nobody reads need not be written.
  process.stdout.on('error', ignoreClosedPipe);
  process.stderr.on('error', ignoreClosedPipe);
  const program = (PROGRAMS[name] ?? createProgram)({
    environment: process.env,
    words: arguments_,
    finish: (exitCode) => {
      code = exitCode;
    },
  });
  try {
    await program.parseAsync(name === 'lsc' ? spellOut(arguments_) : arguments_, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      throw error;
    }
    return error.exitCode === 0 ? 0 : EXIT_CODES.USAGE;
  }
  return code;
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') {
    throw error;
  }
}
