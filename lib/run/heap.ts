/** Where tens of thousands of files wait, or people are compared, memory goes to what has to be known of each, and to nothing else. */
const MANY = 10_000;

/** Answers whether there are so many that none should be kept. */
export function saveMemoryFor(count: number): boolean {
  if (count <= MANY) {
    return false;
  }
  saveMemory();
  return true;
}

/** Before much is read: how far garbage may grow is settled each time that it is collected, for the time until the next one. */
export function saveMemory(): void {
  // Left alone, V8 lets garbage grow to twice of what is alive before it collects. Not a flag of the binary: under it
  // Node refuses its own code cache, and every start takes longer.
  process.getBuiltinModule('node:v8').setFlagsFromString('--heap-growing-percent=10');
}
