/** Preconditions on this side: who may read what, and whether the disk has room. */
import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { hasCode } from '../errors/connector-error.ts';
import { type Finding, finding } from './finding.ts';

const OTHERS = 0o077;
const WRITABLE_BY_ALL = 0o002;
const LEAST_BYTES = 100 * 1024 * 1024;
const LEAST_FILES = 10_000;

export function checkCredentialsFile(path: string): Finding[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat && (stat.mode & OTHERS) !== 0) {
    const mode = (stat.mode & 0o777).toString(8);
    return [finding('permissions', `${path} holds passwords, but has mode ${mode}: expected 600`, { object: path })];
  }
  return [];
}

export function unknownEntries(names: readonly string[], path: string): Finding[] {
  return names.map((object) =>
    finding('credentials-unknown', `${path} has an entry ${JSON.stringify(object)}: no context is called so`, {
      object,
    }),
  );
}

/** A directory that is not there yet is made when it is needed. */
export function checkDirectory(path: string): Finding[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) {
    return [];
  }
  if (!stat.isDirectory()) {
    return [finding('permissions', `${path} is not a directory`, { object: path })];
  }
  const findings: Finding[] = [];
  if ((stat.mode & WRITABLE_BY_ALL) !== 0) {
    findings.push(finding('permissions', `${path} can be written by everybody`, { object: path }));
  }
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (!hasCode(error, 'EACCES') && !hasCode(error, 'EROFS')) {
      throw error;
    }
    findings.push(finding('permissions', `${path} cannot be read and written by this user`, { object: path }));
  }
  return findings;
}

/** `free`: of the file system; file systems without a fixed number of files say 0 of 0. */
export function checkSpace(path: string, free = statfsSync(path)): Finding[] {
  const bytes = free.bavail * free.bsize;
  const findings: Finding[] = [];
  if (bytes < LEAST_BYTES) {
    findings.push(
      finding('disk-space', `${Math.floor(bytes / 1024 / 1024)} MiB are free at ${path}`, { object: path }),
    );
  }
  if (free.files > 0 && free.ffree < LEAST_FILES) {
    findings.push(finding('disk-space', `${free.ffree} more files can be made at ${path}`, { object: path }));
  }
  return findings;
}
