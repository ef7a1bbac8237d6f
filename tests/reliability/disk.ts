/**
 * What a disk may hold after a power cut, as POSIX allows it: what was not synced, contents as well as names in a
 * directory, may be lost or kept, each on its own and in any order. Stricter than any journaling file system.
 */
import { dirname } from 'node:path';
import type { FileOperation } from './operations.ts';
import type { Tree } from './tree.ts';

/** Which of the things that were not synced are on the disk. `torn`: all, but only half of one file's writes. */
export interface Survival {
  readonly how: 'none' | 'only' | 'without' | 'torn';
  readonly which: number;
}

interface Inode {
  readonly isDirectory: boolean;
  synced: Buffer;
  live: Buffer;
  half: Buffer;
}

type Entries = Map<string, Inode>;

interface NameChange {
  readonly directory: string;
  apply(entries: Entries): void;
}

export class Disk {
  readonly #synced: Entries;
  readonly #live: Entries;
  #changes: NameChange[] = [];
  readonly #unsyncedFiles = new Set<Inode>();

  constructor(tree: Tree) {
    this.#live = new Map([...tree].map(([path, content]) => [path, inode(content)]));
    this.#synced = new Map(this.#live);
  }

  /** `path` and `more` of the operation are below the root. */
  do({ kind, path, more, data }: FileOperation): void {
    const found = this.#live.get(path);
    if (kind === 'create') {
      this.#name(dirname(path), set(path, inode(Buffer.alloc(0))));
    } else if (kind === 'mkdir' && !found) {
      this.#name(dirname(path), set(path, inode(null)));
    } else if (kind === 'rename' && found) {
      this.#name(dirname(more), (entries) => {
        entries.delete(path);
        entries.set(more, found);
      });
    } else if (kind === 'link' && found) {
      this.#name(dirname(more), set(more, found));
    } else if (kind === 'unlink') {
      this.#name(dirname(path), (entries) => void entries.delete(path));
    } else if (kind === 'write' && found) {
      this.#content(found, patched(found.live, Number(more), data));
    } else if (kind === 'truncate' && found) {
      this.#content(found, resized(found.live, Number(more)));
    } else if (kind === 'fsync') {
      this.#sync(path, found);
    }
  }

  /** All ways in which what is not synced may survive, but for the one in which everything does. */
  survivals(): Survival[] {
    const number = this.#changes.length + this.#unsyncedFiles.size;
    const each = Array.from({ length: number }, (_, which) => which);
    return number === 0
      ? []
      : [
          { how: 'none', which: 0 },
          ...each.flatMap((which): Survival[] => [
            { how: 'only', which },
            { how: 'without', which },
          ]),
          ...each.slice(this.#changes.length).map((which): Survival => ({ how: 'torn', which })),
        ];
  }

  after({ how, which }: Survival): Tree {
    const survives = (index: number): boolean =>
      how === 'only' ? index === which : how === 'without' ? index !== which : how === 'torn';
    const entries = new Map(this.#synced);
    for (const [index, change] of this.#changes.entries()) {
      if (survives(index)) {
        change.apply(entries);
      }
    }
    const unsynced = [...this.#unsyncedFiles];
    const contentOf = (file: Inode): Buffer => {
      const index = unsynced.indexOf(file) + this.#changes.length;
      if (!this.#unsyncedFiles.has(file)) {
        return file.live;
      }
      return how === 'torn' && index === which ? file.half : survives(index) ? file.live : file.synced;
    };
    const isReachable = (path: string): boolean =>
      dirname(path) === '.' || (entries.get(dirname(path))?.isDirectory === true && isReachable(dirname(path)));
    return new Map(
      [...entries]
        .filter(([path]) => isReachable(path))
        .map(([path, file]) => [path, file.isDirectory ? null : contentOf(file)]),
    );
  }

  get tree(): Tree {
    return new Map([...this.#live].map(([path, file]) => [path, file.isDirectory ? null : file.live]));
  }

  #name(directory: string, apply: NameChange['apply']): void {
    apply(this.#live);
    this.#changes.push({ directory, apply });
  }

  #content(file: Inode, content: Buffer): void {
    file.half = this.#unsyncedFiles.has(file) ? file.half : content.subarray(0, Math.floor(content.length / 2));
    file.live = content;
    this.#unsyncedFiles.add(file);
  }

  #sync(path: string, found: Inode | undefined): void {
    if (found && !found.isDirectory) {
      found.synced = found.live;
      this.#unsyncedFiles.delete(found);
      return;
    }
    for (const change of this.#changes.filter(({ directory }) => directory === path)) {
      change.apply(this.#synced);
    }
    this.#changes = this.#changes.filter(({ directory }) => directory !== path);
  }
}

function inode(content: Buffer | null): Inode {
  const bytes = content ?? Buffer.alloc(0);
  return { isDirectory: content === null, synced: bytes, live: bytes, half: bytes };
}

function set(path: string, file: Inode): NameChange['apply'] {
  return (entries) => void entries.set(path, file);
}

function patched(content: Buffer, offset: number, data: Buffer): Buffer {
  const result = resized(content, Math.max(content.length, offset + data.length));
  data.copy(result, offset);
  return result;
}

function resized(content: Buffer, size: number): Buffer {
  const result = Buffer.alloc(size);
  content.copy(result);
  return result;
}
