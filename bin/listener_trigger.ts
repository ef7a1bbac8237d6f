/** The program: without arguments it drains the queue, and loads nothing else for that. */
import { basename } from 'node:path';
import { runMainJob } from './main-job.ts';

async function main(): Promise<number> {
  const [, program = '', ...arguments_] = process.argv;
  const name = basename(process.env.OX_CONNECTOR_PROGRAM_NAME ?? process.argv0 ?? program);
  if (arguments_.length === 0 && name !== 'update-ox-db-cache') {
    return runMainJob(process.env);
  }
  const { runCommandLine } = await import('./command-line.ts');
  return runCommandLine(name, arguments_);
}

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
