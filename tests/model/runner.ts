/** Runs the main job and the verbs as often as asked in one process; starting one for each would take most of the time. */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { runMainJob } from '../../bin/main-job.ts';
import { createProgram } from '../../bin/program.ts';

interface Job {
  readonly environment: Readonly<Record<string, string>>;
  /** Empty: the main job. */
  readonly words: readonly string[];
}

/** One line for each job; what is printed comes on standard output, the log on standard error, and both end with a line of their own. */
async function main(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const code = await run(JSON.parse(line) as Job);
    for (const output of [1, 2]) {
      writeSync(output, `\0ended with ${code}\n`);
    }
  }
}

async function run({ environment, words }: Job): Promise<number> {
  if (words.length === 0) {
    return runMainJob(environment);
  }
  let code = 70;
  const finish = (exitCode: number): void => {
    code = exitCode;
  };
  await createProgram({ environment, words, finish }).parseAsync([...words], { from: 'user' });
  return code;
}

void main();
