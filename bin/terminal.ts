/** What the verbs need of the process that runs them. */
import type { Command } from 'commander';
import type { Environment } from '../lib/settings/settings.ts';
import { type Frame, type FrameOptions, inFrame } from './frame.ts';

export interface Terminal {
  readonly environment: Environment;
  /** The command line as given: for options that take several words each time. */
  readonly words: readonly string[];
  /** Called once with the exit code. `ifUnwritable`: where what it tells could not be written; usually that of DATA_UNWRITABLE. */
  finish(exitCode: number, ifUnwritable?: number): void;
}

/** Runs a verb in its frame: `act` answers the exit code. */
export async function runVerb(
  { environment, finish }: Terminal,
  verb: Command,
  options: Omit<FrameOptions, 'dataDirectory'>,
  act: (frame: Frame) => Promise<number>,
): Promise<void> {
  finish(await inFrame(environment, { ...options, dataDirectory: dataDirectoryOf(verb) }, act));
}

/** The data directory is an option of the program, wherever it stands. */
export function dataDirectoryOf(command: Command): string | undefined {
  return (command.optsWithGlobals() as { dataDir?: string }).dataDir;
}
