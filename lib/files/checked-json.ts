/** JSON files that administrators write: read, decoded and checked, with every mistake said at once. */
import { readIfThere } from './durable.ts';

/**
 * The file's value, which `check` has accepted; null: there is no file. `broken` makes the error of the mistakes. What
 * stands in the file is never quoted: it may be a secret.
 */
export function readCheckedJson(
  path: string,
  check: (value: unknown) => readonly string[],
  broken: (mistakes: readonly string[]) => Error,
): unknown {
  const bytes = readIfThere(path);
  if (bytes === null) {
    return null;
  }
  const { value, mistake } = parse(bytes);
  const mistakes = mistake === null ? check(value) : [mistake];
  if (mistakes.length > 0) {
    throw broken(mistakes);
  }
  return value;
}

/** No file of ours has more than three levels; far below what exhausts the stack when it is written. */
export const MAX_DEPTH = 100;

export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  return levels === 0 || Object.values(value).some((each) => isDeeperThan(each, levels - 1));
}

function parse(bytes: Buffer): { value: unknown; mistake: string | null } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { value: null, mistake: 'it is not valid UTF-8' };
  }
  try {
    const value: unknown = JSON.parse(text);
    const mistake = isDeeperThan(value, MAX_DEPTH) ? `it is nested more than ${MAX_DEPTH} levels deep` : null;
    return { value, mistake };
  } catch (error) {
    const position = /line \d+ column \d+/.exec(error instanceof Error ? error.message : '')?.[0];
    return { value: null, mistake: `it is not valid JSON${position ? ` (${position})` : ''}` };
  }
}
