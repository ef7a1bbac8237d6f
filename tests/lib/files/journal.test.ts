/** Records by key that survive a crash at any point. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Journal, openJournal } from '../../../lib/files/journal.ts';
import { freshFolder, thrownBy } from '../../harness/temporary.ts';

const folder = freshFolder();
const path = (): string => join(folder(), 'below', 'journal.jsonl');
const open = (mayWrite = true): Journal<number[]> => openJournal<number[]>(path(), { mayWrite });
const content = (): Record<string, number[]> => Object.fromEntries(open(false).entries());

function written(): void {
  const journal = open();
  journal.put('a', [1]);
  journal.put('ä"\n', [2, 3]);
  journal.put('a', [4]);
  journal.put('gone', []);
  journal.remove('gone');
  journal.close();
}

it('keeps the last of each key, for the owner alone', () => {
  written();

  expect(content()).toEqual({ a: [4], 'ä"\n': [2, 3] });
  expect(statSync(path()).mode & 0o777).toBe(0o600);
});

it('goes on where it ended', () => {
  written();
  const journal = open();
  journal.put('b', [5]);
  journal.close();

  expect(content()).toEqual({ a: [4], 'ä"\n': [2, 3], b: [5] });
});

it('forgets a line that was torn off, wherever, and goes on behind the last whole one', () => {
  written();
  const whole = readFileSync(path()).length;
  const last = '{"key":"b","entry":[5]}\n';
  for (let length = 0; length < last.length; length += 1) {
    truncateSync(path(), whole);
    appendFileSync(path(), last.slice(0, length));
    expect(content()).toEqual({ a: [4], 'ä"\n': [2, 3] });
    const journal = open();
    journal.put('c', [6]);
    journal.close();
    expect(content()).toEqual({ a: [4], 'ä"\n': [2, 3], c: [6] });
  }
});

it('writes nothing, and not even a file, where it may not', () => {
  const journal = open(false);
  journal.put('a', [1]);
  expect(journal.get('a')).toEqual([1]);
  journal.close();

  expect(existsSync(path())).toBe(false);
});

it('is written anew when most of it is out of date', () => {
  const journal = open();
  for (let n = 0; n < 5000; n += 1) {
    journal.put(`k${n % 10}`, [n]);
  }
  journal.close();
  const before = statSync(path()).size;

  const again = open();
  expect(statSync(path()).size).toBeLessThan(before / 100);
  again.put('new', [1]);
  again.close();
  expect(content()).toMatchObject({ k9: [4999], new: [1] });
  expect(Object.keys(content())).toHaveLength(11);
});

it('reads lines longer than what it reads at once', () => {
  const journal = open();
  const long = Array.from({ length: 400_000 }, (_, n) => n);
  journal.put('long', long);
  journal.put('a', [1]);
  journal.close();

  expect(content()).toEqual({ long, a: [1] });
});

it.each(['x\n', '{"key":1,"entry":[]}\n', '\n'])('says which line is damaged: %j', (line) => {
  written();
  writeFileSync(path(), line + readFileSync(path(), 'utf8'));

  expect(thrownBy(() => open())).toMatchObject({
    code: 'LAST_STATE_BROKEN',
    message: `${path()} is damaged: line 1 is none of ours`,
    remedy: 'Restore the file from a backup, or remove that line: what it remembered is not known then.',
  });
});

it('takes back a line of which the disk takes only a part, does not know it, and goes on behind the last whole one', () => {
  const script = `
    import { openJournal } from ${JSON.stringify(resolve('lib/files/journal.ts'))};
    const journal = openJournal(${JSON.stringify(path())}, { mayWrite: true });
    journal.put('a', [1]);
    try {
      journal.put('long', Array.from({ length: 1000 }, (_, n) => n));
    } catch (error) {
      console.log(error.code, journal.get('long'));
    }
    journal.put('b', [2]);
    journal.close();
  `;
  // Files of one kilobyte, and an error in place of a signal for more.
  const shell = `trap '' XFSZ; ulimit -f 1; exec '${resolve('node_modules/.bin/node')}' --no-warnings --input-type=module -e "$0"`;
  expect(execFileSync('bash', ['-c', shell, script], { encoding: 'utf8' })).toBe('EFBIG undefined\n');

  expect(content()).toEqual({ a: [1], b: [2] });
});

it('never writes through a link', () => {
  const other = join(folder(), 'other');
  writeFileSync(other, '');
  written();
  const journal = openJournal<number[]>(join(folder(), 'link'), { mayWrite: true });
  symlinkSync(other, join(folder(), 'link'));
  journal.put('a', [1]);
  journal.close();

  expect(readFileSync(other, 'utf8')).toBe('');
});
