/** A directory with all that is in it, in memory: taken before a run, put back after a power cut. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Path below the root → content; null: a directory. */
export type Tree = ReadonlyMap<string, Buffer | null>;

export function readTree(root: string): Tree {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(root, path), entry.isDirectory() ? null : readFileSync(path)];
    }),
  );
}

/** What is equal stays untouched, with its inode and its time. */
export function replaceTree(root: string, tree: Tree): void {
  const found = readTree(root);
  for (const path of found.keys()) {
    if (!tree.has(path)) {
      rmSync(join(root, path), { recursive: true, force: true });
    }
  }
  const inOrder = [...tree].sort(([a], [b]) => a.length - b.length);
  for (const [path, content] of inOrder) {
    const former = found.get(path);
    if (content === null) {
      mkdirSync(join(root, path), { recursive: true });
    } else if (former === undefined || former === null || !former.equals(content)) {
      writeFileSync(join(root, path), content, { mode: 0o600 });
    }
  }
}
