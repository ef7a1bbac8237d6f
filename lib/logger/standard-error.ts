/** Standard error, written at once: nothing is lost, however the process ends. */
import { writeSync } from 'node:fs';
import { hasCode } from '../errors/connector-error.ts';

const STANDARD_ERROR = 2;

/** A reader that is gone, or a disk that is full, is no reason to stop. EIO: the terminal was closed. */
const NOBODY_READS = ['EPIPE', 'ENOSPC', 'EIO'];

/** A pipe that is full answers EAGAIN when it does not block: wait for its reader. */
export function writeToStandardError(text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(STANDARD_ERROR, bytes, written);
    } catch (error) {
      if (hasCode(error, 'EAGAIN')) {
        Atomics.wait(PAUSE, 0, 0, 2);
      } else if (NOBODY_READS.some((code) => hasCode(error, code))) {
        return;
      } else {
        throw error;
      }
    }
  }
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));
