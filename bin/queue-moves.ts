/** `queue drop`, `retry` and `undrop`: files set aside, and put back. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { ConnectorError } from '../lib/errors/connector-error.ts';
import { ifPossible } from '../lib/errors/if-possible.ts';
import { counted } from '../lib/errors/printable.ts';
import { readText } from '../lib/model/udm.ts';
import { directoryOf, type Located, locate, type Place, readReason } from '../lib/queue/aside.ts';
import { type DroppedFiles, openDropped } from '../lib/queue/dropped.ts';
import { comparePlaces } from '../lib/queue/listing.ts';
import { isParkedMessage, openParking } from '../lib/queue/parking.ts';
import { givesUp } from '../lib/run/identity.ts';
import { readRunRecord } from '../lib/run/run-record.ts';
import { reread } from '../lib/source/provisioning/parked.ts';
import { confirm } from './confirmation.ts';
import { inTurn, leftText, type Turns, type Watched } from './in-turn.ts';
import type { Parts } from './parts.ts';
import { findFiles, placesOf, type SelectionOptions } from './queue-list.ts';
import { locateOrThrow } from './queue-show.ts';

export interface MoveOptions extends SelectionOptions {
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly reason?: string;
}

/** What is said at the end, and the exit code. */
export interface Told {
  readonly text: string;
  readonly exitCode: number;
}

export async function dropFiles(
  parts: Parts,
  watched: Watched,
  files: readonly string[],
  options: MoveOptions,
): Promise<Told> {
  const { directory } = parts.inbox;
  const meant = meantFiles(parts, files, placesOf(options, ['waiting', 'parked']), options);
  if (files.length === 0 && meant.length > 0) {
    await confirm(`Set ${counted(meant.length, 'file')} aside?`, options.yes === true);
  }
  const dropped = openDropped(directory);
  let done = 0;
  const turns = await inTurn(watched, meant, (each) => {
    if (each.place === 'waiting') {
      noteWhatIsGivenUp(parts, each);
    }
    done += dropped.drop(each.path, options.reason ?? usualReason(directory, each), new Date()) === null ? 0 : 1;
  });
  const text = said('dropped', done, meant, turns, directoryOf(directory, 'dropped'));
  return { text, exitCode: turns.exitCode };
}

export async function undropFiles(
  parts: Parts,
  watched: Watched,
  files: readonly string[],
  options: MoveOptions,
): Promise<Told> {
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
  const turns = await inTurn(watched, meant, ({ name }) => {
    const path = dropped.undrop(name);
    back.push(...(path === null ? [] : [`  ${name} as ${path}`]));
  });
  dropped.tidy();
  return { text: `${said('put back', back.length, meant, turns, null)}${listed(back)}`, exitCode: turns.exitCode };
}

export async function retryFiles(
  parts: Parts,
  watched: Watched,
  files: readonly string[],
  options: MoveOptions,
): Promise<Told> {
  const isFiltered = files.length > 0 || options.type !== undefined || options.object !== undefined;
  const parking = openParking(parts.inbox);
  const names = isFiltered ? meantFiles(parts, files, ['parked'], options).map(({ name }) => name) : parking.names();
  let count = 0;
  let useless = 0;
  const { left, exitCode } = await inTurn(watched, names, (name) => {
    if (!isParkedMessage(name)) {
      count += parking.retry(name) ? 1 : 0;
    } else if (reread(parts.inbox, parking, name)) {
      count += 1;
    } else {
      useless += 1;
    }
  });
  parking.tidy();
  const kept =
    useless === 0 ? '' : `${counted(useless, 'message')} ${useless === 1 ? 'stays' : 'stay'} parked: still of no use\n`;
  const done = `${counted(count, 'parked file')} ${count === 1 ? 'is' : 'are'} back in the queue`;
  return { text: `${done}${leftText(left)}\n${kept}`, exitCode };
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
  return all.filter((each) => each.place !== 'waiting' || !isNote(parts, each));
}

/** What `noteWhatIsGivenUp` has added is no change: set aside, it would be forgotten. */
function isNote({ inbox }: Parts, { path }: Located): boolean {
  return ifPossible(() => inbox.parse(path))?.oxConnectorGivenUp !== undefined;
}

/**
 * OX will not have the change, but UDM has it: the DN that the object had may pass on to another. What cannot be read is moved all
 * the same.
 */
function noteWhatIsGivenUp({ inbox, lastStates }: Parts, { name, path }: Located): void {
  const envelope = ifPossible(() => inbox.parse(path));
  const state = envelope && !envelope.oxConnectorReprovision && ifPossible(() => lastStates.read(envelope.id));
  if (envelope && state && givesUp(envelope, state) && state.object?.oxDbGivenUp === undefined) {
    inbox.add({ ...state, oxConnectorReprovision: true, oxConnectorGivenUp: name }, name);
  }
}

/**
 * Something was applied to the object after its change had been dropped, or may have been: of an object that was deleted since
 * nothing is left to tell, and it would be created again.
 */
function isOutdated({ inbox, lastStates }: Parts, dropped: DroppedFiles, { name, path }: Located): boolean {
  const envelope = ifPossible(() => inbox.parse(path));
  const givenUp = envelope && readText(ifPossible(() => lastStates.read(envelope.id))?.object?.oxDbGivenUp);
  if (givenUp && comparePlaces(givenUp, name) <= 0) {
    // News would have taken the note of the drop away.
    return false;
  }
  const stat = envelope && statSync(lastStates.path(envelope.id), { throwIfNoEntry: false });
  const lastRun = envelope?.object ? Date.parse(readRunRecord(inbox.directory).lastSuccess) : Number.NaN;
  return (stat ? stat.mtimeMs : lastRun) > dropped.droppedAt(name).getTime();
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

function said(what: string, done: number, meant: readonly Located[], { left }: Turns, where: string | null): string {
  if (meant.length > left && done === 0) {
    throw new ConnectorError('QUEUE_FILE_INVALID', `${meant[0]?.name} went away meanwhile; nothing was done`, {
      remedy: 'See `queue list`: a run may have applied it.',
    });
  }
  const gone = meant.length - left - done;
  const place = where === null || done === 0 ? '' : ` (${where})`;
  return `${counted(done, 'file')} ${what}${place}${gone > 0 ? `, ${gone} gone meanwhile` : ''}${leftText(left)}\n`;
}
