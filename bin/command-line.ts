/** The command line: the main job without a verb, and the verbs. */
import { CommanderError } from 'commander';
import { EXIT_CODES } from '../lib/errors/connector-error.ts';
import { spellOut } from './commands/lsc.ts';
import { tellUnwritable, watchOutput } from './output.ts';
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
  let unwritable: number | undefined;
  const whyUnwritten = watchOutput();
  const program = (PROGRAMS[name] ?? createProgram)({
    environment: process.env,
    words: arguments_,
    finish: (exitCode, ifUnwritable) => {
      code = exitCode;
      unwritable = ifUnwritable;
    },
  });
  try {
    await program.parseAsync(name === 'lsc' ? spellOut(arguments_) : arguments_, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      throw error;
    }
    code = error.exitCode === 0 ? 0 : EXIT_CODES.USAGE;
  }
  const failure = await whyUnwritten();
  if (failure !== null) {
    const usual = tellUnwritable(failure);
    return unwritable ?? usual;
  }
  return code;
}
