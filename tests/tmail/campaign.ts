/** How much of a campaign is run: all of it with TMAIL_CAMPAIGN=full, in an ordinary run a sample of it. */
import { useMemoryForFiles } from '../reliability/walk.ts';

useMemoryForFiles();

const IS_FULL = process.env.TMAIL_CAMPAIGN === 'full';

/** 1 to `count`: every one, or each nth; TMAIL_SEED begins elsewhere. The same each time: what is new fails because of the change at hand. */
export function everyNth(count: number, n: number): number[] {
  const step = IS_FULL ? 1 : n;
  const first = 1 + (Number(process.env.TMAIL_SEED ?? 0) % step);
  return Array.from({ length: Math.ceil((count - first + 1) / step) }, (_, i) => first + i * step);
}

/** Runs of a property, and its seed. */
export function randomRuns(few: number, many: number): { numRuns: number; seed: number } {
  const { TMAIL_SEED, TMAIL_HISTORIES } = process.env;
  return { numRuns: Number(TMAIL_HISTORIES ?? (IS_FULL ? many : few)), seed: Number(TMAIL_SEED ?? 1) };
}
