/** The main job: is there anything to do? The work itself is loaded when there is. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FORMER_DNS, hasWaitingFiles } from '../lib/queue/listing.ts';
import { recordIdle } from '../lib/run/run-record.ts';
import type { Environment } from '../lib/settings/settings.ts';
import { type Frame, inFrame } from './frame.ts';

/** Answers the exit code (docs/troubleshooting.md, "By exit code"). */
export function runMainJob(environment: Environment, dataDirectory?: string): Promise<number> {
  return inFrame(environment, { dataDirectory, lock: true, countFailures: true }, (frame) =>
    workOff(frame, environment),
  );
}

/** The queue, with the lock taken. Answers the exit code; throws the first failure. */
export async function workOff(frame: Frame, environment: Environment): Promise<number> {
  if (!hasWaitingFiles(frame.directory)) {
    frame.log.debug('the queue is empty');
    recordIdle(frame.directory, new Date());
    if (existsSync(join(frame.directory, FORMER_DNS))) {
      const { tidy } = await import('./tidy.ts');
      tidy(frame);
    }
    return 0;
  }
  // Of the two targets only the one that was chosen is loaded.
  const { work } = await (frame.settings.target === 'tmail' ? import('./work-tmail.ts') : import('./work.ts'));
  return work(frame, environment);
}
