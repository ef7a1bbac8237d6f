/** What the core must not know, which no import shows: the types of objects, and how a target is divided. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OBJECT_TYPES } from '../../lib/model/change.ts';

function linesOf(folder: string): string[] {
  const files = readdirSync(folder).map((name) => join(folder, name));
  return files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => `${file}: ${line}`),
  );
}

it.each(['lib/run', 'lib/queue', 'lib/memory'])('%s names no type of object', (folder) => {
  const lines = linesOf(folder);
  expect(lines.length).toBeGreaterThan(100);
  expect(lines.filter((line) => OBJECT_TYPES.some((type) => line.includes(type)))).toEqual([]);
});

it('lib/run knows no contexts and no credentials', () => {
  expect(linesOf('lib/run').filter((line) => /context|credential/i.test(line))).toEqual([]);
});
