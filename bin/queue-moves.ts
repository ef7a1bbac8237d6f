/** `queue drop`, `retry` and `undrop`: files set aside, and put back. Answer what was done. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { ConnectorError } from '../lib/errors/connector-error.ts';
import { counted } from '../lib/errors/printable.ts';
import type { Envelope } from '../lib/model/change.ts';
import { directoryOf, type Located, locate, type Place, readReason } from '../lib/queue/aside.ts';
import { type DroppedFiles, openDropped } from '../lib/queue/dropped.ts';
import { openParking } from '../lib/queue/parking.ts';
import { givesUp } from '../lib/run/identity.ts';
import { readRunRecord } from '../lib/run/run-record.ts';
import { rereadParked } from '../lib/source/provisioning/parked.ts';
import { envelopeMistakes } from '../lib/validate/envelope.ts';
import { messageMistakes } from '../lib/validate/provisioning.ts';
import { confirm } from './confirmation.ts';
import type { Parts } from './parts.ts';
import { findFiles, placesOf, type SelectionOptions } from './queue-list.ts';
import { locateOrThrow } from './queue-show.ts';

export interface MoveOptions extends SelectionOptions {
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly reason?: string;
}

export async function dropFiles(parts: Parts, files: readonly string[], options: MoveOptions): Promise<string> {
  const { directory } = parts.inbox;
  const meant = meantFiles(parts, files, placesOf(options, ['waiting', 'parked']), options);
  if (files.length === 0 && meant.length > 0) {
    await confirm(`Set ${counted(meant.length, 'file')} aside?`, options.yes === true);
  }
  const dropped = openDropped(directory);
  const done = meant.filter((each) => {
    if (each.place === 'waiting') {
      noteWhatIsGivenUp(parts, each);
    }
    return dropped.drop(each.path, options.reason ?? usualReason(directory, each), new Date()) !== null;
  });
  return said('dropped', done, meant, directoryOf(directory, 'dropped'));
}

export async function undropFiles(parts: Parts, files: readonly string[], options: MoveOptions): Promise<string> {
  const { directory } = parts.inbox;
  const dropped = openDropped(directory);
  const meant = meantFiles(parts, files, ['dropped'], options);
  const outdated = meant.filter((each) => isOutdated(parts, dropped, each));
  if (outdated.length > 0) {
    await confirm(
      `${counted(outdated.length, 'object')} changed since, or may have been deleted, beginning with that of ${outdated[0]?.name}: an older ` +
        'change that is put back would undo that. Go on?',
      options.yes === true,
    );
  }
  const back: string[] = [];
  const done = meant.filter(({ name }) => {
    const path = dropped.undrop(name);
    back.push(...(path === null ? [] : [`  ${name} as ${path}`]));
    return path !== null;
  });
  dropped.tidy();
  return `${said('put back', done, meant, null)}${listed(back)}`;
}

export function retryFiles(parts: Parts, files: readonly string[], options: MoveOptions): string {
  const isFiltered = files.length > 0 || options.type !== undefined || options.object !== undefined;
  const names = isFiltered ? new Set(meantFiles(parts, files, ['parked'], options).map(({ name }) => name)) : null;
  const isMeant = (name: string): boolean => names?.has(name) ?? true;
  const parking = openParking(parts.inbox);
  const { read, stay } = rereadParked(parts.inbox, parking, messageMistakes, envelopeMistakes, isMeant);
  const count = read + parking.retry((name) => isMeant(name) && !stay.has(name));
  const kept =
    stay.size === 0
      ? ''
      : `${counted(stay.size, 'message')} ${stay.size === 1 ? 'stays' : 'stay'} parked: still of no use\n`;
  return `${counted(count, 'parked file')} ${count === 1 ? 'is' : 'are'} back in the queue\n${kept}`;
}

/** Those named, all of which must be there; or, with --all, those of `places` that the options select. */
function meantFiles(
  parts: Parts,
  files: readonly string[],
  places: readonly Place[],
  options: MoveOptions,
): readonly Located[] {
  const { directory } = parts.inbox;
  if (files.length > 0) {
    return files.map((file) => locateOrThrow(directory, file, places));
  }
  const found = findFiles(parts, places, options);
  const all = places.flatMap((place) => found[place].flatMap(({ name }) => locate(directory, name, [place]) ?? []));
  return all.filter(({ place, path }) => place !== 'waiting' || !isNote(() => parts.inbox.parse(path)));
}

/** What `noteWhatIsGivenUp` has added is no change: set aside, it would be forgotten. */
function isNote(read: () => Envelope | null): boolean {
  return readTolerantly(read)?.oxConnectorGivenUp !== undefined;
}

/** OX will not have the change, but UDM has it: the DN that the object had may pass on to another. */
function noteWhatIsGivenUp({ inbox, lastStates }: Parts, { name, path }: Located): void {
  const envelope = readTolerantly(() => inbox.parse(path));
  const state = envelope && !envelope.oxConnectorReprovision && readTolerantly(() => lastStates.read(envelope.id));
  if (envelope && state && givesUp(envelope, state) && state.object?.oxDbGivenUp === undefined) {
    inbox.add({ ...state, oxConnectorReprovision: true, oxConnectorGivenUp: name }, name);
  }
}

/**
 * Something was applied to the object after its change had been dropped, or may have been: of an object that was deleted since
 * nothing is left to tell, and it would be created again.
 */
function isOutdated({ inbox, lastStates }: Parts, dropped: DroppedFiles, { name, path }: Located): boolean {
  const envelope = readTolerantly(() => inbox.parse(path));
  const stat = envelope && statSync(lastStates.path(envelope.id), { throwIfNoEntry: false });
  const lastRun = envelope?.object ? Date.parse(readRunRecord(inbox.directory).lastSuccess) : Number.NaN;
  return (stat ? stat.mtimeMs : lastRun) > dropped.droppedAt(name).getTime();
}

function readTolerantly(read: () => Envelope | null): Envelope | null {
  try {
    return read();
  } catch {
    // What cannot be read is moved all the same.
    return null;
  }
}

/** What is known where nobody said why. */
function usualReason(directory: string, { place, name, path }: Located): string {
  const { errors, filename, message } = readRunRecord(directory);
  const known = place === 'parked' ? readReason(path) : errors > 0 && basename(filename) === name ? message : '';
  return known || 'no reason given';
}

const MOST_NAMED = 20;

function listed(lines: readonly string[]): string {
  const more = lines.length - MOST_NAMED;
  return [...lines.slice(0, MOST_NAMED), ...(more > 0 ? [`  and ${more} more`] : [])]
    .map((line) => `${line}\n`)
    .join('');
}

function said(what: string, done: readonly Located[], meant: readonly Located[], where: string | null): string {
  if (meant.length > 0 && done.length === 0) {
    throw new ConnectorError('QUEUE_FILE_INVALID', `${meant[0]?.name} went away meanwhile; nothing was done`, {
      remedy: 'See `queue list`: a run may have applied it.',
    });
  }
  const gone = meant.length - done.length;
  const count = counted(done.length, 'file');
  return `${count} ${what}${where === null || done.length === 0 ? '' : ` (${where})`}${gone > 0 ? `, ${gone} gone meanwhile` : ''}\n`;
}
