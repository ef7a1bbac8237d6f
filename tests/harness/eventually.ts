import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until it is true, for at most so many seconds. */
export async function eventually(isTrue: () => boolean | Promise<boolean>, seconds = 20): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await isTrue())) {
    if (performance.now() > end) {
      throw new Error(`not within ${seconds} seconds: ${isTrue}`);
    }
    await sleep(20);
  }
}
