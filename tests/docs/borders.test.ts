/** What no import shows: what the core must not know, and that its parts have their tests. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

it.each(['lib/run', 'lib/queue', 'lib/memory', 'lib/target'])('%s names no type of object', (folder) => {
  const lines = linesOf(folder);
  expect(lines.length).toBeGreaterThan(100);
  expect(lines.filter((line) => OBJECT_TYPES.some((type) => line.includes(type)))).toEqual([]);
});

it('lib/run knows no contexts and no credentials', () => {
  expect(linesOf('lib/run').filter((line) => /context|credential/i.test(line))).toEqual([]);
});

/** false: it says what is what, and does nothing that could be tested. */
function hasCode(file: string): boolean {
  return /^(?:export )?(?:async )?(?:function|const|let|class)\b/m.test(readFileSync(file, 'utf8'));
}

it.each(['lib/check', 'lib/memory', 'lib/ox-target', 'lib/plan', 'lib/queue', 'lib/run'])(
  'each file of %s has its test beside the others',
  (folder) => {
    const files = readdirSync(folder).filter((name) => hasCode(join(folder, name)));
    expect(files.length).toBeGreaterThan(3);
    const tests = files.map((name) => join('tests', folder, name.replace('.ts', '.test.ts')));
    expect(tests.filter((test) => !existsSync(test))).toEqual([]);
  },
);
