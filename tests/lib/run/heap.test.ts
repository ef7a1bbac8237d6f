/** Memory is saved where tens of thousands of files wait. */
import { setFlagsFromString } from 'node:v8';
import { saveMemoryFor } from '../../../lib/run/heap.ts';

// As it is by default.
afterAll(() => setFlagsFromString('--heap-growing-percent=0'));

it.each([
  [10_000, false],
  [10_001, true],
])('of %d files: %s', (count, saves) => {
  expect(saveMemoryFor(count)).toBe(saves);
});
