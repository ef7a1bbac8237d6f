/**
 * Names for new files of the queue: timestamps in local time, as the listener converter writes them, that rise strictly,
 * also when the clock is set back and when summer time ends, and sort after every file that is there.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ifThere } from '../files/durable.ts';
import { comparePlaces } from './listing.ts';

const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)-(\d\d)-(\d\d)-(\d\d)(?:-(\d{6}))?(?!\d)/;

interface Newest {
  /** Empty: there was none. */
  name: string;
  listedAt: number;
  /** Milliseconds that listing took. */
  cost: number;
}

/** By directory: all that write into it from this process go on from each other's names. */
const NEWEST = new Map<string, Newest>();

/** Files of others are looked for as often as that costs a twentieth of the time. */
const TIMES_THE_COST = 20;

/** A name that no file has had, as far as can be told. Without suffix. */
export function nextStem(directory: string, now: number): string {
  const newest = newestIn(directory);
  const micros = now * 1000;
  const fromClock = format(localFields(new Date(now)), micros);
  newest.name = comparePlaces(fromClock, newest.name) > 0 ? fromClock : successor(newest.name);
  return newest.name;
}

/** Names given from now on come after this one. */
export function nameAfter(directory: string, name: string): void {
  const newest = newestIn(directory);
  if (TIMESTAMP.test(name) && comparePlaces(name, newest.name) > 0) {
    newest.name = name;
  }
}

function newestIn(directory: string): Newest {
  const newest = NEWEST.get(directory) ?? { name: '', listedAt: Number.NEGATIVE_INFINITY, cost: 0 };
  NEWEST.set(directory, newest);
  const started = performance.now();
  if (started - newest.listedAt > newest.cost * TIMES_THE_COST) {
    const places = [directory, join(directory, 'parked'), join(directory, 'dropped')];
    newest.name = places.map(latestIn).reduce((a, b) => (comparePlaces(a, b) > 0 ? a : b), newest.name);
    newest.listedAt = performance.now();
    newest.cost = newest.listedAt - started;
  }
  return newest;
}

function latestIn(directory: string): string {
  let latest = '';
  for (const name of ifThere(() => readdirSync(directory)) ?? []) {
    if (name.endsWith('.json') && TIMESTAMP.test(name) && comparePlaces(name, latest) > 0) {
      latest = name;
    }
  }
  return latest;
}

/** A microsecond later, by a calendar without summer time: what sorts, not what the clock says, counts. */
function successor(name: string): string {
  const [, ...fields] = TIMESTAMP.exec(name) ?? [];
  const [year = 0, month = 1, day = 1, hours = 0, minutes = 0, seconds = 0, micros = 0] = fields.map((each) =>
    Number(each ?? 0),
  );
  const time = Date.UTC(year, month - 1, day, hours, minutes, seconds) * 1000 + micros + 1;
  return format(utcFields(new Date(Math.floor(time / 1000))), time);
}

type Fields = readonly [number, number, number, number, number, number];

function localFields(date: Date): Fields {
  return utcFields(new Date(date.getTime() - date.getTimezoneOffset() * 60_000));
}

function utcFields(date: Date): Fields {
  return [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
}

/** `%Y-%m-%d-%H-%M-%S-%f`. */
function format([year, ...rest]: Fields, micros: number): string {
  const two = rest.map((value) => String(value).padStart(2, '0'));
  return [String(year).padStart(4, '0'), ...two, String(micros % 1_000_000).padStart(6, '0')].join('-');
}
