/** Names that rise strictly, whatever the clock does and whoever else writes into the directory. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { comparePlaces } from '../../../lib/queue/listing.ts';
import { nameAfter, nextStem } from '../../../lib/queue/names.ts';
import { freshFolder } from '../../harness/temporary.ts';

const folder = freshFolder();
const NOW = Date.UTC(2026, 9, 25, 0, 59, 59, 999);

function rises(...stems: readonly string[]): boolean {
  return stems.every((stem, at) => at === 0 || comparePlaces(`${stems[at - 1]}.json`, `${stem}.json`) < 0);
}

it('is a timestamp of now with microseconds', () => {
  const stem = nextStem(folder(), new Date(2026, 10, 2, 3, 4, 5, 6).getTime());
  expect(stem).toBe('2026-11-02-03-04-05-006000');
});

it('rises within a millisecond, and when the clock is set back', () => {
  const times = [NOW, NOW, NOW, NOW - 3_600_000, NOW - 3_599_999, NOW + 1, NOW - 86_400_000];
  const stems = times.map((time) => nextStem(folder(), time));
  expect(rises(...stems)).toBe(true);
});

it('rises through the hour that comes twice when summer time ends', () => {
  const stems = Array.from({ length: 180 }, (_, minute) => nextStem(folder(), NOW - 3_600_000 + minute * 60_000));
  expect(rises(...stems)).toBe(true);
});

it.each(['.', 'parked', 'dropped'])('sorts after every file in %s', (place) => {
  mkdirSync(join(folder(), place), { recursive: true });
  writeFileSync(join(folder(), place, '2027-01-31-23-59-59-999999.json'), '{}');
  expect(nextStem(folder(), NOW)).toBe('2027-02-01-00-00-00-000000');
});

it('sorts after one without microseconds, and after one that was put back', () => {
  writeFileSync(join(folder(), '2027-01-01-00-00-00+3.json'), '{}');
  expect(nextStem(folder(), NOW)).toBe('2027-01-01-00-00-00-000001');
});

it.each(['2027-01-01-00-00-00-5.json', '2027-01-01-00-00-00x.json'])(
  'sorts after %s, whatever stands for microseconds',
  (name) => {
    writeFileSync(join(folder(), name), '{}');
    const stems = [nextStem(folder(), NOW), nextStem(folder(), NOW)];
    expect(rises(name.slice(0, -'.json'.length), ...stems)).toBe(true);
  },
);

it('sorts after a file that somebody else writes meanwhile', async () => {
  nextStem(folder(), NOW);
  writeFileSync(join(folder(), '2027-01-01-00-00-00.json'), '{}');
  const names: string[] = [];
  // How soon it is seen depends on what a look at the directory costs.
  for (let tries = 0; tries < 200 && !names.at(-1)?.startsWith('2027'); tries += 1) {
    await new Promise((done) => setTimeout(done, 20));
    names.push(nextStem(folder(), NOW));
  }
  expect(names.at(-1)).toBe('2027-01-01-00-00-00-000001');
});

it('goes on from a name given before, although its file is gone', () => {
  writeFileSync(join(folder(), '2027-01-01-00-00-00.json'), '{}');
  const first = nextStem(folder(), NOW);
  rmSync(join(folder(), '2027-01-01-00-00-00.json'));
  nameAfter(folder(), '2028-01-01-00-00-00-000005.json');
  const second = nextStem(folder(), NOW);
  expect([first, second]).toEqual(['2027-01-01-00-00-00-000001', '2028-01-01-00-00-00-000006']);
});

it('does not count what is no timestamp', () => {
  writeFileSync(join(folder(), 'zzz.json'), '{}');
  writeFileSync(join(folder(), '2099-01-01-00-00-00.tmp'), '{}');
  const noon = new Date(2026, 9, 25, 12).getTime();
  expect(nextStem(folder(), noon)).toBe('2026-10-25-12-00-00-000000');
});
