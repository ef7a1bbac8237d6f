/** How long a context that was deleted keeps one with the same number waiting (docs/ox.md, "Deleting contexts"). */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openContextDeletions } from '../../../../lib/ox/credentials/context-deletions.ts';
import { freshFolder } from '../../../harness/temporary.ts';

const folder = freshFolder();
let directory: string;
let now: number;
const open = () => openContextDeletions(directory, () => now);

beforeEach(() => {
  directory = folder();
  now = 1_000_000;
});

const deleted = (duration: number): void => {
  const deletions = open();
  deletions.begin(30);
  now += duration;
  deletions.end(30);
};

it('1 s and the duration of the deletion, after its answer, also for another process', () => {
  deleted(4000);
  expect(open().remaining(30)).toBe(5000);
  now += 4999;
  expect(open().remaining(30)).toBe(1);
  now += 1;
  expect(open().remaining(30)).toBe(0);
});

it('nothing else waits', () => {
  deleted(4000);
  expect([open().remaining(31), open().isOpen(31)]).toEqual([0, false]);
});

it('without an answer the time from the start to the moment it is found gone counts', () => {
  open().begin(30);
  now += 7000;
  const deletions = open();
  expect(deletions.isOpen(30)).toBe(true);
  deletions.begin(30);
  now += 10;
  deletions.endGone(30);
  expect(deletions.remaining(30)).toBe(8010);
});

it('a deletion that is repeated while OX is at it, and finds nothing, shortens nothing', () => {
  deleted(4000);
  now += 500;
  const deletions = open();
  expect(deletions.mayGoOn(30)).toBe(true);
  deletions.begin(30);
  now += 10;
  deletions.endGone(30);
  expect(deletions.remaining(30)).toBe(1000 + 4000 + 510);
  now += 5510;
  expect(open().mayGoOn(30)).toBe(false);
});

it('a second deletion that OX answers counts by itself', () => {
  open().begin(30);
  now += 60_000;
  deleted(200);
  expect(open().remaining(30)).toBe(1200);
});

it('an outage between start and end counts for a quarter of an hour at most', () => {
  open().begin(30);
  now += 24 * 3600 * 1000;
  open().endGone(30);
  expect(open().remaining(30)).toBe(15 * 60 * 1000 + 1000);
});

it('a clock that is set back makes no wait longer', () => {
  deleted(4000);
  now -= 1_000_000;
  expect(open().remaining(30)).toBe(5000);
});

it('what came to nothing is forgotten, and what is over goes with the next one', () => {
  const deletions = open();
  deletions.begin(30);
  deletions.cancel(30);
  expect(readdirSync(directory)).toEqual([]);
  deleted(10);
  now += 10_000;
  deletions.begin(31);
  deletions.cancel(31);
  expect(readdirSync(directory)).toEqual([]);
});

it('a damaged file is none', () => {
  writeFileSync(join(directory, '.context-deletions'), '{"30": {"begun": "x"}');
  expect([open().remaining(30), open().isOpen(30)]).toEqual([0, false]);
});
