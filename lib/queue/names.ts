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
  const fromClock = format(now - new Date(now).getTimezoneOffset() * 60_000, micros);
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
  const second = Date.UTC(year, month - 1, day, hours, minutes, seconds);
  const next = format(second + Math.floor((micros + 1) / 1000), micros + 1);
  // What somebody else has written in place of microseconds may sort after all of them.
  return comparePlaces(next, name) > 0 ? next : format(second + 1000, 0);
}

/** `%Y-%m-%d-%H-%M-%S-%f` of a time in UTC. */
function format(milliseconds: number, micros: number): string {
  const seconds = new Date(milliseconds).toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length).replace(/[T:]/g, '-');
  return `${seconds}-${String(micros % 1_000_000).padStart(6, '0')}`;
}
