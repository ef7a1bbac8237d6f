/** `performance` would be loaded first, `process` is there. `started`: of `process.hrtime.bigint()`. Whole milliseconds. */
export function millisecondsSince(started: bigint): number {
  return Number((process.hrtime.bigint() - started) / 1_000_000n);
}
