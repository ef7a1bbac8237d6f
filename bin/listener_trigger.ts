/** The program: without arguments it drains the queue, and loads nothing else for that. */
import { basename } from 'node:path';
import { runMainJob } from './main-job.ts';

/** Names by which the binary does something else than the main job. */
const OTHER_NAMES = new Set(['update-ox-db-cache', 'tmail-sync', 'lsc']);

async function main(): Promise<number> {
  const arguments_ = process.argv.slice(2);
  const name = basename(process.argv0);
  if (arguments_.length === 0 && !OTHER_NAMES.has(name)) {
    return runMainJob(process.env);
  }
  const { runCommandLine } = await import('./command-line.ts');
  return runCommandLine(name, arguments_);
}

// By then all is written, and nothing more is to come: to take the heap apart is for nothing.
process.on('exit', () => process.exit());

main().then(
  (code) => {
    // Never process.exit: what is being written gets written.
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`internal error: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 70;
  },
);
