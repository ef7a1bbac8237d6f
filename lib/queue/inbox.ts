/**
 * The queue directory: one JSON file for each change, in the order of their names
 * (docs/behaviour.md, "The data directory").
 */
import { closeSync, constants, fstatSync, linkSync, lstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConnectorError, hasCode } from '../errors/connector-error.ts';
import { decodeJson } from '../files/checked-json.ts';
import { removeIfThere, syncDirectory, writeSynced } from '../files/durable.ts';
import type { Envelope, ObjectType } from '../model/change.ts';
import type { Properties } from '../model/udm.ts';
import { listWaitingFiles, nameAtPlaceOf } from './listing.ts';
import { nextStem } from './names.ts';

/** Larger files are refused unread. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** Checks what was read; the messages say pointer, found and expected. */
export type EnvelopeCheck = (value: unknown) => readonly string[];

/** The mistakes in the properties of an object. */
export type ObjectCheck = (type: ObjectType, properties: Properties) => readonly string[];

export interface Inbox {
  readonly directory: string;
  /** Names of the files waiting, in order. */
  list(): string[];
  /** null: the file is gone, as an administrator may remove it at any time. */
  read(name: string): Envelope | null;
  /** The same for a file elsewhere. */
  parse(path: string): Envelope | null;
  /** Until `sync` a power cut may bring the file back. No error if it is gone already. */
  remove(name: string): void;
  /** Makes the removals durable. */
  sync(): void;
  /**
   * Adds a file, durably, under a name that sorts after all that are there, or at the place of the file `at`, behind it. Answers
   * the name.
   */
  add(envelope: Envelope, at?: string): string;
  path(name: string): string;
}

export function openInbox(directory: string, check: EnvelopeCheck): Inbox {
  const path = (name: string): string => join(directory, name);
  const parse = (file: string): Envelope | null => {
    const bytes = readRegularFile(file);
    return bytes && parseEnvelope(bytes, file, check);
  };
  let mayComeBack = false;
  return {
    directory,
    path,
    list: () => listWaitingFiles(directory),
    read: (name) => parse(path(name)),
    parse,
    remove: (name) => {
      mayComeBack = removeIfThere(path(name)) || mayComeBack;
    },
    sync: () => {
      if (mayComeBack) {
        syncDirectory(directory);
        mayComeBack = false;
      }
    },
    add: (envelope, at) => addFile(directory, envelope, at),
  };
}

/** null: not there. What is not a regular file (any more), or is too large, is refused. */
export function readRegularFile(path: string, limit = MAX_FILE_BYTES): Buffer | null {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      return null;
    }
    if (hasCode(error, 'ELOOP')) {
      throw refuse(path, ['is a symbolic link, expected a regular file']);
    }
    throw error;
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) {
      throw refuse(path, ['is not a regular file']);
    }
    if (stat.size > limit) {
      throw refuse(path, [`has ${stat.size} bytes, expected at most ${limit}`]);
    }
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

export function parseEnvelope(bytes: Buffer, path: string, check: EnvelopeCheck): Envelope {
  const value = parseJson(bytes, path);
  const mistakes = check(value);
  if (mistakes.length > 0) {
    throw refuse(path, mistakes);
  }
  return value as Envelope;
}

/** A JSON object. */
export function parseJson(bytes: Buffer, path: string): Readonly<Record<string, unknown>> {
  const { value, mistake } = decodeJson(bytes);
  if (mistake !== null) {
    throw refuse(path, [mistake]);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refuse(path, [
      `holds ${Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`}, expected an object`,
    ]);
  }
  return value as Record<string, unknown>;
}

const CORRECT_FILE =
  'Correct the file where it is, or set it aside (listener_trigger queue drop) and save the object in UDM once more.';

export function refuse(path: string, mistakes: readonly string[], remedy = CORRECT_FILE): ConnectorError {
  return new ConnectorError('QUEUE_FILE_INVALID', `${path} ${mistakes.join('; ')}`, { fields: { file: path }, remedy });
}

/** Each process has one of its own: verbs work beside a run. A leftover of a crash is removed after an hour. */
const TEMPORARY = /^\.again-\d+\.tmp$/;
const LEFTOVER_AFTER_MS = 3_600_000;

function addFile(directory: string, envelope: Envelope, at?: string): string {
  const temporary = join(directory, `.again-${process.pid}.tmp`);
  removeLeftovers(directory);
  writeSynced(temporary, JSON.stringify(envelope));
  try {
    for (;;) {
      const name = at === undefined ? `${nextStem(directory, Date.now())}.json` : nameAtPlaceOf(at, [directory]);
      try {
        // A link never replaces a file that the converter has written under the same name.
        linkSync(temporary, join(directory, name));
        syncDirectory(directory);
        return name;
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) {
          throw error;
        }
      }
    }
  } finally {
    removeIfThere(temporary);
  }
}

let hasLookedForLeftovers = false;

/** Once in a process: the directory may be large. */
function removeLeftovers(directory: string): void {
  if (hasLookedForLeftovers) {
    return;
  }
  hasLookedForLeftovers = true;
  for (const name of readdirSync(directory).filter((each) => TEMPORARY.test(each))) {
    const stat = lstatSync(join(directory, name), { throwIfNoEntry: false });
    if (stat && Date.now() - stat.mtimeMs > LEFTOVER_AFTER_MS) {
      removeIfThere(join(directory, name));
    }
  }
}
