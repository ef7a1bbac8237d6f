/**
 * `listener/old/<id>.json`: the last successfully provisioned copy of each object (docs/behaviour.md, "Last states").
 * It is the truth.
 */
import { existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { ConnectorError } from '../errors/connector-error.ts';
import { ifThere, makeDirectoryDurably, removeDurably, syncDirectory, writeDurably } from '../files/durable.ts';
import type { Envelope } from '../model/change.ts';
import { isSameWord } from '../model/udm.ts';
import { type EnvelopeCheck, parseEnvelope, readRegularFile } from '../queue/inbox.ts';

/** Looks only. */
export interface LastStates {
  readonly directory: string;
  /** null: the object was never provisioned. Throws LAST_STATE_BROKEN. */
  read(id: string): Envelope | null;
  /** Whether there is a file, whatever it holds. */
  has(id: string): boolean;
  /** Ids of all files, in no order. */
  ids(): string[];
  path(id: string): string;
}

/** For who keeps the index of them as well: `Memory`. */
export interface LastStateFiles extends LastStates {
  /** Durable when it returns. */
  write(envelope: Envelope): void;
  remove(id: string): void;
  /** Moves the last state of `formerId` to the id of `envelope`, which replaces it. Durable, and may be cut off and repeated. */
  move(formerId: string, envelope: Envelope): void;
}

/** A last state holds what was learnt too, and is written by us: more than a queue file is allowed to have. */
const MAX_BYTES = 64 * 1024 * 1024;

export function openLastStates(queueDirectory: string, check: EnvelopeCheck): LastStateFiles {
  const directory = join(queueDirectory, 'old');
  const path = (id: string): string => join(directory, `${id.toLowerCase()}.json`);
  let isMade = false;
  return {
    directory,
    path,
    read: (id) => {
      const state = readLastState(path(id), check);
      // The file's name decides: who writes it anew replaces it, and makes no second object of it.
      return state === null || isSameWord(state.id, id) ? state : { ...state, id };
    },
    has: (id) => existsSync(path(id)),
    write: (envelope) => {
      if (!isMade) {
        makeDirectoryDurably(directory);
        isMade = true;
      }
      writeDurably(path(envelope.id), JSON.stringify(envelope));
    },
    remove: (id) => removeDurably(path(id)),
    move: (formerId, envelope) => {
      // Under the former name first: cut off here, it is still found, with all that was learnt.
      writeDurably(path(formerId), JSON.stringify(envelope));
      renameSync(path(formerId), path(envelope.id));
      syncDirectory(directory);
    },
    ids: () => listIds(directory),
  };
}

/** For who goes through all of them: a damaged one counts as not there, and is told at the end. */
export interface Survivors {
  readonly lastStates: LastStates;
  /** Why each of the damaged ones cannot be read; one for each file. */
  readonly damages: () => ConnectorError[];
}

export function survivorsOf(lastStates: LastStates): Survivors {
  const damaged = new Map<string, ConnectorError>();
  return {
    lastStates: {
      ...lastStates,
      read(id) {
        return unlessDamaged(
          () => lastStates.read(id),
          (damage) => void damaged.set(id.toLowerCase(), damage),
        );
      },
    },
    damages: () => [...damaged.values()],
  };
}

/** null: what `act` reads is damaged, which `tell` is told. All else that it throws is thrown. */
export function unlessDamaged<T>(act: () => T, tell: (damage: ConnectorError) => void): T | null {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ConnectorError && error.code === 'LAST_STATE_BROKEN')) {
      throw error;
    }
    tell(error);
    return null;
  }
}

function readLastState(path: string, check: EnvelopeCheck): Envelope | null {
  try {
    const bytes = readRegularFile(path, MAX_BYTES);
    return bytes && parseEnvelope(bytes, path, check);
  } catch (error) {
    if (!(error instanceof ConnectorError)) {
      throw error;
    }
    throw new ConnectorError('LAST_STATE_BROKEN', `the last state is damaged: ${error.message}`, {
      fields: { path },
      cause: error,
      remedy:
        `Restore ${path} from a backup, or remove it: the object then counts as never provisioned, is looked up in OX by ` +
        'its name, and what it was before (another name, another context) is not cleaned up.',
      // Nobody else waits for it.
      nature: 'object',
    });
  }
}

/** What has another name than an id is no last state, whatever it holds: a copy that somebody keeps there would be a second object. */
const NAME = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.json$/;

function listIds(directory: string): string[] {
  const names = ifThere(() => readdirSync(directory)) ?? [];
  return names.filter((name) => NAME.test(name)).map((name) => name.slice(0, -'.json'.length));
}
