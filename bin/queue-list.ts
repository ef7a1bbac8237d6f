/** `queue list`: what waits, in order, and what was set aside, by reason. */
import { basename } from 'node:path';
import { counted, printableJson } from '../lib/errors/printable.ts';
import { formatAge, formatAgo, secondsSince } from '../lib/model/age.ts';
import type { ObjectType } from '../lib/model/change.ts';
import { directoryOf, listAside, type Place } from '../lib/queue/aside.ts';
import { type AsideFile, type DescribedFile, describeAside, describeQueue } from '../lib/queue/describe.ts';
import { summarize } from '../lib/queue/order.ts';
import { groupByReason, isSelected, type ReasonGroup, type Selection } from '../lib/queue/selection.ts';
import { type RunRecord, readRunRecord } from '../lib/run/run-record.ts';
import { objectMistakes } from '../lib/validate/objects.ts';
import type { Paint } from './colours.ts';
import type { Parts } from './parts.ts';
import { formatTable, wrapped } from './table.ts';

export interface SelectionOptions {
  readonly parked?: boolean;
  readonly dropped?: boolean;
  readonly invalid?: boolean;
  readonly type?: ObjectType;
  readonly object?: string;
}

export interface ListOptions extends SelectionOptions {
  readonly json?: boolean;
  /** 0: all. */
  readonly limit?: number;
}

/** `usual`: where none was named. */
export function placesOf({ parked, dropped, invalid }: SelectionOptions, usual: readonly Place[]): readonly Place[] {
  const named: Place[] = [...(parked ? ['parked' as const] : []), ...(dropped ? ['dropped' as const] : [])];
  return named.length > 0 ? named : invalid ? ['waiting'] : usual;
}

export interface Found {
  readonly waiting: readonly DescribedFile[];
  readonly parked: readonly AsideFile[];
  readonly dropped: readonly AsideFile[];
}

export function findFiles({ inbox, lastStates }: Parts, places: readonly Place[], selection: Selection): Found {
  const former = (id: string): string | null => {
    const state = lastStates.read(id);
    return state && summarize('', state).provides;
  };
  const now = new Date();
  const aside = (place: 'parked' | 'dropped'): AsideFile[] =>
    places.includes(place)
      ? describeAside(inbox, place, objectMistakes, now).filter((file) => isSelected(file, selection))
      : [];
  return {
    waiting: places.includes('waiting')
      ? describeQueue(inbox, objectMistakes, former, now).filter((file) => isSelected(file, selection))
      : [],
    parked: aside('parked'),
    dropped: aside('dropped'),
  };
}

export function listQueue(parts: Parts, options: ListOptions, width: number, paint: Paint): string {
  const places = placesOf(options, ['waiting', 'parked']);
  const found = findFiles(parts, places, options);
  if (options.json) {
    const { waiting: files, parked, dropped } = found;
    return `${printableJson({ files, parked, ...(places.includes('dropped') ? { dropped } : {}) })}\n`;
  }
  const record = readRunRecord(parts.inbox.directory);
  const isWhole = options.type === undefined && options.object === undefined && options.invalid !== true;
  const shown = { ...options, isWhole, width, paint };
  const sections = places.map((place) =>
    place === 'waiting' ? waitingText(found.waiting, record, shown) : asideText(place, found[place], shown),
  );
  const droppedCount = places.includes('dropped') ? 0 : listAside(directoryOf(parts.inbox.directory, 'dropped')).length;
  const hint =
    droppedCount > 0 && isWhole && !options.parked
      ? `${counted(droppedCount, 'file')} set aside by hand: queue list --dropped\n`
      : '';
  return [...sections, hint].filter((text) => text !== '').join('\n');
}

/** Without `--limit`. */
const SHOWN = { waiting: 100, ofGroup: 3, groups: 20 };

interface TextOptions extends ListOptions {
  /** Nothing was left out by a filter. */
  readonly isWhole: boolean;
  readonly width: number;
  readonly paint: Paint;
}

const ACTIONS: Readonly<Record<DescribedFile['action'], string>> = {
  'create or change': 'change',
  delete: 'delete',
  'provision again': 'again',
  '': '?',
};

function waitingText(
  files: readonly DescribedFile[],
  { errors, filename, message, remedy, lastError }: RunRecord,
  { limit = SHOWN.waiting, isWhole, invalid, width, paint }: TextOptions,
): string {
  if (files.length === 0) {
    return isWhole ? 'The queue is empty.\n' : 'No file that fits waits.\n';
  }
  const stuckName = errors > 0 ? basename(filename) : '';
  const shown = limit === 0 ? files : files.slice(0, limit);
  const rows = shown.map(({ name, type, action, dn, ageSeconds }) => [
    name,
    formatAge(ageSeconds),
    type || '?',
    ACTIONS[action],
    dn || '?',
  ]);
  const [head = '', ...lines] = formatTable(['FILE', 'AGE', 'TYPE', 'CHANGE', 'OBJECT'], rows, width).split('\n');
  const entries = shown.map(({ name, mistakes }, at) => {
    if (name === stuckName) {
      const often = errors === 1 ? 'once' : `${errors} times in a row`;
      const when = formatAgo(secondsSince(lastError, new Date()));
      const text = wrapped(`STUCK: ${often}, last ${when}: ${message}`, INDENT, width);
      const advice = remedy === '' ? [] : [wrapped(`What to do: ${remedy}`, INDENT, width)];
      return [lines[at] ?? '', text.replace('STUCK', paint('red', 'STUCK')), ...advice].join('\n');
    }
    const wrong = mistakes === '' ? [] : [wrapped(`INVALID: ${mistakes}`, INDENT, width)];
    return [lines[at] ?? '', ...wrong.map((text) => text.replace('INVALID', paint('yellow', 'INVALID')))].join('\n');
  });
  const left = files.length - shown.length;
  const wrongCount = files.filter(({ mistakes }) => mistakes !== '').length;
  const what = files.length === 1 ? '1 file waits' : `${files.length} files wait`;
  return `${[
    `${what}${wrongCount > 0 && !invalid ? `, ${wrongCount} invalid (queue list --invalid)` : ''}:`,
    '',
    head,
    ...entries,
    ...(left > 0 ? [`… and ${left} more: queue list --limit 0 shows all`] : []),
  ].join('\n')}\n`;
}

const INDENT = '    ';

function asideText(
  place: 'parked' | 'dropped',
  files: readonly AsideFile[],
  { limit = SHOWN.ofGroup, width, ...options }: TextOptions,
): string {
  if (files.length === 0) {
    return options[place] ? `No file that fits is ${place}.\n` : '';
  }
  const groups = groupByReason(files);
  const shown = limit === 0 ? groups : groups.slice(0, SHOWN.groups);
  const left = groups.length - shown.length;
  const what = files.length === 1 ? `1 file is ${place}` : `${files.length} files are ${place}`;
  return `${[
    `${what}${groups.length > 1 ? `, for ${groups.length} reasons` : ''}:`,
    '',
    ...shown.map((group) => groupText(place, group, limit, width)),
    ...(left > 0 ? [`… and ${counted(left, 'more reason')}: queue list --${place} --limit 0 shows all`] : []),
  ].join('\n')}\n`;
}

function groupText(place: string, { reason, remedy, files }: ReasonGroup, limit: number, width: number): string {
  const shown = limit === 0 ? files : files.slice(0, limit);
  const rows = shown.map(({ name, ageSeconds, dn }) => [INDENT + name, formatAge(ageSeconds), dn || '?']);
  const left = files.length - shown.length;
  return [
    wrapped(`${counted(files.length, 'file')}: ${reason || 'no reason is known'}`, '', width),
    ...(remedy === '' ? [] : [wrapped(`What to do: ${remedy}`, INDENT, width)]),
    formatTable([`${INDENT}FILE`, 'AGE', 'OBJECT'], rows, width),
    ...(left > 0 ? [`${INDENT}… and ${left} more: queue list --${place} --limit 0 shows all`] : []),
    '',
  ].join('\n');
}
