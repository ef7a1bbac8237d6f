/** `queue show`: one file, the object before and after, where the file is and why. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { ConnectorError } from '../lib/errors/connector-error.ts';
import { printableJson } from '../lib/errors/printable.ts';
import { formatAgo, secondsSince } from '../lib/model/age.ts';
import type { Envelope } from '../lib/model/change.ts';
import { type Located, locate, type Place, readReason } from '../lib/queue/aside.ts';
import { differences } from '../lib/queue/describe.ts';
import { withoutTime } from '../lib/queue/dropped.ts';
import { withRemedy } from '../lib/run/item-failure.ts';
import { readRunRecord } from '../lib/run/run-record.ts';
import { objectMistakes } from '../lib/validate/objects.ts';
import type { Parts } from './parts.ts';
import { formatTable, hanging, shortValue } from './table.ts';

const PLACES: readonly Place[] = ['waiting', 'parked', 'dropped'];

/** The file that is meant; throws where there is none. */
export function locateOrThrow(queue: string, file: string, places: readonly Place[]): Located {
  const found = locate(queue, file, places);
  if (found !== null) {
    return found;
  }
  const elsewhere = locate(queue, file, PLACES);
  const hint = elsewhere === null ? '' : ` (${SAID[elsewhere.place].trim()})`;
  throw new ConnectorError(
    'QUEUE_FILE_INVALID',
    `${file}: no such file ${places.map((place) => NAMED[place]).join(' or ')}${hint}; nothing was done`,
    { remedy: 'See `queue list`, `queue list --parked` and `queue list --dropped` for the names.' },
  );
}

const NAMED: Readonly<Record<Place, string>> = { waiting: 'waits', parked: 'is parked', dropped: 'was dropped' };
const SAID: Readonly<Record<Place, string>> = {
  waiting: 'it waits',
  parked: 'it is parked',
  dropped: 'it was dropped',
};

interface Shown {
  readonly located: Located;
  /** null: the file cannot be read so far. */
  readonly envelope: Envelope | null;
  readonly before: Envelope | null;
  readonly mistakes: readonly string[];
  readonly changes: readonly [string, unknown, unknown][];
  /** Why it was set aside, or what the last run stopped at it for. */
  readonly reason: string;
  /** Of the last state; null: none. */
  readonly damage: ConnectorError | null;
}

export function showFile(parts: Parts, file: string, json: boolean, width: number): string {
  const located = locateOrThrow(parts.inbox.directory, file, PLACES);
  const shown = look(parts, located);
  return json ? `${asJson(shown)}\n` : `${asText(shown, width)}\n`;
}

function look({ inbox, lastStates }: Parts, located: Located): Shown {
  const { errors, filename, message, remedy } = readRunRecord(inbox.directory);
  const isStuck = located.place === 'waiting' && errors > 0 && basename(filename) === located.name;
  const reason = isStuck ? withRemedy(message, remedy) : withoutTime(readReason(located.path));
  try {
    const envelope = inbox.parse(located.path);
    const { before, damage } = envelope === null ? NOTHING : lookBefore(lastStates, envelope.id);
    return {
      located,
      envelope,
      before,
      mistakes: envelope?.object ? objectMistakes(envelope.udm_object_type, envelope.object) : [],
      changes: damage === null ? differences(before?.object ?? null, envelope?.object ?? null) : [],
      reason,
      damage,
    };
  } catch (error) {
    if (!(error instanceof ConnectorError && error.code === 'QUEUE_FILE_INVALID')) {
      throw error;
    }
    return { located, envelope: null, mistakes: [error.message], changes: [], reason, ...NOTHING };
  }
}

const NOTHING = { before: null, damage: null };

function lookBefore(lastStates: Parts['lastStates'], id: string): Pick<Shown, 'before' | 'damage'> {
  try {
    return { before: lastStates.read(id), damage: null };
  } catch (error) {
    if (!(error instanceof ConnectorError && error.code === 'LAST_STATE_BROKEN')) {
      throw error;
    }
    return { before: null, damage: error };
  }
}

function asJson({ located: { name, place }, envelope, mistakes, changes, reason, damage }: Shown): string {
  return printableJson({
    name,
    place,
    reason,
    id: envelope?.id ?? '',
    type: envelope?.udm_object_type ?? '',
    dn: envelope?.dn ?? '',
    mistakes,
    ...(damage === null ? {} : { damage: damage.message }),
    changes: changes.map(([property, old, now]) => ({
      property,
      before: mask(property, old),
      after: mask(property, now),
    })),
  });
}

function asText({ located, envelope, before, mistakes, changes, reason, damage }: Shown, width: number): string {
  const { place, path } = located;
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  const [advice = '', remedy] = reason.split(/\.? What to do: /s);
  const lines = [
    `File:   ${path}`,
    `Where:  ${STATES[place]}, written ${formatAgo(secondsSince(written, new Date()))}`,
    ...(advice === '' ? [] : [`Reason: ${advice}`]),
    ...(remedy === undefined ? [] : [`        What to do: ${remedy}`]),
    `Object: ${envelope ? `${envelope.udm_object_type} ${envelope.dn} (${envelope.id})` : '?'}`,
    `Change: ${damage ? `? (${damage.message})` : envelope ? changeOf(envelope, before, changes.length) : '?'}`,
    ...(damage ? [`        What to do: ${damage.remedy}`] : []),
    `Valid:  ${mistakes.length === 0 ? 'yes' : `no: ${mistakes.join('; ')}`}`,
  ].map((line) => hanging(line, TITLE, width));
  if (changes.length === 0) {
    return lines.join('\n');
  }
  const rows = changes.map(([property, old, now]) => [
    property,
    short(mask(property, old)),
    short(mask(property, now)),
  ]);
  return `${lines.join('\n')}\n\n${formatTable(['PROPERTY', 'BEFORE', 'AFTER'], rows, width)}`;
}

const STATES: Readonly<Record<Place, string>> = {
  waiting: 'in the queue',
  parked: 'parked (queue retry puts it back)',
  dropped: 'dropped (queue undrop puts it back)',
};

function changeOf(envelope: Envelope, before: Envelope | null, count: number): string {
  const what =
    envelope.object === null
      ? 'deleted'
      : before === null
        ? 'new'
        : `${count === 1 ? '1 property differs' : `${count} properties differ`}`;
  return `${what}${envelope.oxConnectorReprovision ? ', to be provisioned again from its last state' : ''}`;
}

const TITLE = 'Object: '.length;

const SECRET = /pass|secret|hash|key/i;

function mask(property: string, value: unknown): unknown {
  const isEmpty = value === null || value === '' || (Array.isArray(value) && value.length === 0);
  return SECRET.test(property) && !isEmpty && typeof value !== 'boolean' ? '(not shown)' : value;
}

function short(value: unknown): string {
  return shortValue(value === null ? '-' : typeof value === 'string' ? value : JSON.stringify(value));
}
