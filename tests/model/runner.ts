/** Runs the main job as often as asked in one process; starting one for each run would take most of the time. */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { runMainJob } from '../../bin/main-job.ts';

/** One line with the environment for each run; the log comes on standard error and ends with a line of its own. */
async function main(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const code = await runMainJob(JSON.parse(line) as Record<string, string>);
    writeSync(2, `\0ended with ${code}\n`);
  }
}

void main();
