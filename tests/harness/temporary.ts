/** A real temporary folder for each test, and a matcher-like look at the code of what was thrown. */
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
/** Bytes. */
const PLENTY = 256 * 1024 * 1024;

/** In memory where the machine has room there: what is made durable need not wait for a disk that no unit test asks about. */
export function temporaryFolder(): string {
  return mkdtempSync(join(hasRoom(MEMORY) ? MEMORY : tmpdir(), 'ox-connector-'));
}

function hasRoom(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize >= PLENTY;
  } catch {
    return false;
  }
}

/** Answers the path of a folder that is fresh in every test and gone after it. */
export function freshFolder(): () => string {
  let folder = '';
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return () => folder;
}

/** What `act` throws; a failure of the test if it throws nothing. */
export function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
