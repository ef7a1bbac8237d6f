/** What files and directories show of a change without being read. */
import { statSync } from 'node:fs';

/** Changes with the content of the file; empty: there is none. */
export function signatureOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.ino}.${stat.size}.${stat.mtimeMs}` : '';
}

/** Changes when a file comes, goes or is replaced. */
export function timeOf(directory: string): string {
  return String(statSync(directory, { throwIfNoEntry: false })?.mtimeMs ?? 0);
}
