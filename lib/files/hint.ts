/** Files that only tell how things are, for those who look: nothing depends on them, and losing one loses nothing. */
import { readFileSync } from 'node:fs';
import { ifPossible } from '../errors/if-possible.ts';

/** What stands in the file, unchecked; null: it is missing or damaged. */
export function readHint<T extends object>(path: string): { readonly [name in keyof T]?: unknown } | null {
  const found: unknown = ifPossible(() => JSON.parse(readFileSync(path, 'utf8')));
  return typeof found === 'object' ? found : null;
}
