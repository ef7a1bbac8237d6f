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
  const { value, mistake } = decodeJson(bytes);
  const mistakes = mistake === null ? check(value) : [`it ${mistake}`];
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

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** JSON in UTF-8, with or without byte order mark. `mistake`: what it is not; null: nothing is wrong. */
export function decodeJson(bytes: Buffer): { value: unknown; mistake: string | null } {
  let text: string;
  try {
    text = UTF_8.decode(bytes);
  } catch {
    return { value: null, mistake: 'is not valid UTF-8' };
  }
  try {
    const value: unknown = JSON.parse(text);
    const mistake = isDeeperThan(value, MAX_DEPTH) ? `is nested more than ${MAX_DEPTH} levels deep` : null;
    return { value, mistake };
  } catch (error) {
    return { value: null, mistake: `is not valid JSON: ${withoutContent(error)}` };
  }
}

/** V8 quotes the text around the mistake, which may hold secrets: keep the position only. */
function withoutContent(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(message) ?? [];
  if (line !== undefined) {
    return `mistake in line ${line}, column ${column}`;
  }
  return /end of JSON/.test(message) ? 'it ends too early' : 'syntax error';
}
