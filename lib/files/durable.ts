/**
 * Files that survive a power cut: written beside their place, synced, moved into place, and the directory synced.
 * After a crash at any point the old content or the new one is there, never a part of it.
 */
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConnectorError, hasCode, isSystemError } from '../errors/connector-error.ts';

/** Secrets and personal data: for the owner only. */
export const MODE = 0o600;

/**
 * Replaces `path`. The temporary name is fixed, so that a leftover of a crash is overwritten by the repetition. It does
 * not end in `.json`: nobody takes it for a finished file.
 */
export function writeDurably(path: string, content: string | Buffer, mode = MODE): void {
  const temporary = `${path}.tmp`;
  writeSynced(temporary, content, mode);
  renameSync(temporary, path);
  syncDirectory(dirname(path));
}

/** The same without syncing: for what may be lost. */
export function replaceFile(path: string, content: string, mode = MODE): void {
  const temporary = `${path}.tmp`;
  writeFresh(temporary, content, mode);
  renameSync(temporary, path);
}

/** Takes away a symbolic link under the name of a file of ours: what it points at is somebody else's. Answers whether it was one. */
export function removeLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true && removeIfThere(path);
}

/** Writes and syncs a file that is not yet in its place. An existing one, or a link under this name, is replaced. */
export function writeSynced(path: string, content: string | Buffer, mode = MODE): void {
  writeFresh(path, content, mode, fsyncSync);
}

function writeFresh(path: string, content: string | Buffer, mode: number, finish?: (fd: number) => void): void {
  const fd = openFresh(path, mode);
  try {
    if (mode !== MODE) {
      // The umask takes from what others may do, which is nothing in the usual mode.
      fchmodSync(fd, mode);
    }
    naming(path, () => {
      writeFileSync(fd, content);
      finish?.(fd);
    });
  } catch (error) {
    // What a full disk has cut off takes the place that others need to get on.
    removeIfThere(path);
    throw error;
  } finally {
    closeSync(fd);
  }
}

/** O_EXCL: never through a symbolic link that somebody left under the temporary name. */
function openFresh(path: string, mode: number): number {
  try {
    return openSync(path, 'wx', mode);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) {
      throw error;
    }
  }
  unlinkSync(path);
  return openSync(path, 'wx', mode);
}

/** Makes a directory for the owner only, and those above it. One that is there may be of a run that was cut off: synced too. */
export function makeDirectoryDurably(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: 0o700 });
  let made = resolve(path);
  syncDirectory(dirname(made));
  while (first !== undefined && made.length > resolve(first).length) {
    made = dirname(made);
    syncDirectory(dirname(made));
  }
}

/** What `ask` answers; null: the file or directory that it asks for is not there. */
export function ifThere<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      return null;
    }
    throw error;
  }
}

/** The content of a file; null: it is not there. A link to nowhere is a mistake: who made it takes the file for there. */
export function readIfThere(path: string): Buffer | null {
  const content = ifThere(() => naming(path, () => readFileSync(path)));
  if (content === null && lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new ConnectorError(
      'DATA_UNREADABLE',
      `cannot read ${path}: it is a link to ${readlinkSync(path)}, which is not there`,
      {
        fields: { path },
        remedy: 'Put the file there, or remove the link.',
      },
    );
  }
  return content;
}

/** Of a file that is open already, and of a directory, Node's errors do not say which one it is. */
export function naming<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw isSystemError(error) ? Object.assign(error, { path: error.path ?? path }) : error;
  }
}

/** Removes `path` if it is there. */
export function removeDurably(path: string): void {
  if (removeIfThere(path)) {
    syncDirectory(dirname(path));
  }
}

/** Answers whether it was there. The removal is not synced: after a power cut the file may be back. */
export function removeIfThere(path: string): boolean {
  return ifThere(() => unlinkSync(path)) !== null;
}

export function syncDirectory(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
