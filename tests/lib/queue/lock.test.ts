/** One run at a time, and nothing left behind that needs a human. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { findRun, type Lock, takeLock } from '../../../lib/queue/lock.ts';
import { freshFolder, thrownBy } from '../../harness/temporary.ts';

const folder = freshFolder();
let held: Lock | null = null;
afterEach(() => {
  held?.release();
  held = null;
});

/** A process that holds the lock until it is killed. */
async function holdElsewhere(directory: string) {
  const script = `const { takeLock } = await import(${JSON.stringify(resolve('lib/queue/lock.ts'))});
    takeLock(${JSON.stringify(directory)}); console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return {
    pid: child.pid ?? 0,
    async kill() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

it.each(['.lock', '.lock-holder'])('never writes through a link under the name of %s', (name) => {
  const other = join(folder(), 'other');
  writeFileSync(other, 'no database, and nobody else has to know');
  symlinkSync(other, join(folder(), name));

  held = takeLock(folder());
  held.note('uid=anna');

  expect(readFileSync(other, 'utf8')).toBe('no database, and nobody else has to know');
  expect(lstatSync(join(folder(), name)).isFile()).toBe(true);
});

it('is refused to others, naming the process that has it, until it is released', () => {
  const now = new Date('2026-11-20T08:00:00Z');
  held = takeLock(folder(), now);

  expect(findRun(folder())).toEqual({ pid: process.pid, since: now.toISOString(), object: '' });
  expect(statSync(join(folder(), '.lock-holder')).mode & 0o777).toBe(0o600);
  expect(thrownBy(() => takeLock(folder()))).toMatchObject({
    code: 'LOCK_HELD',
    exitCode: 75,
    message: `another run is going on (process ${process.pid}, since ${now.toISOString()})`,
    remedy:
      'Nothing where the queue was to be worked off: the other one does it. Any other verb is to be called again when that has ' +
      'ended; it has touched nothing.',
    fields: { pid: process.pid },
  });
  expect(findRun(folder())?.since).toBe(now.toISOString());

  held.release();
  held = takeLock(folder());
  held.release();
  held = null;
  expect(findRun(folder())).toBeNull();
});

it('says what the other one is at', () => {
  held = takeLock(folder(), new Date(), 'fetch');
  expect(thrownBy(() => takeLock(folder(), new Date(), 'fetch'))).toMatchObject({
    code: 'LOCK_HELD',
    message: expect.stringMatching(/^another fetch or follow is going on \(process \d+, since /),
    remedy: 'Nothing to do: the other one fetches what there is, and this one has touched nothing.',
  });
  // The queue is worked off beside it.
  takeLock(folder()).release();
});

it('is free again when the process that has it is killed', async () => {
  const other = await holdElsewhere(folder());
  try {
    expect(thrownBy(() => takeLock(folder()))).toMatchObject({ code: 'LOCK_HELD', fields: { pid: other.pid } });
  } finally {
    await other.kill();
  }
  expect(JSON.parse(readFileSync(join(folder(), '.lock-holder'), 'utf8')).pid).toBe(other.pid);
  expect(findRun(folder())).toBeNull();

  held = takeLock(folder());

  expect(findRun(folder())?.pid).toBe(process.pid);
});

it.each<[string, string]>([
  ['text', 'not a database at all, but longer than a header of SQLite: '.padEnd(4096, '.')],
  ['a short text', '12345\n'],
  ['a header without content', `SQLite format 3\0${'\xff'.repeat(200)}`],
])('heals a lock file with %s in it', (_what, content) => {
  writeFileSync(join(folder(), '.lock'), content, 'latin1');
  held = takeLock(folder());
  expect(thrownBy(() => takeLock(folder()))).toMatchObject({ code: 'LOCK_HELD' });
});

it.each(['', 'garbage', '{}', 'null', '{"pid": "1"}'])('does not depend on the hint, were it %j', (hint) => {
  writeFileSync(join(folder(), '.lock-holder'), hint);
  expect(findRun(folder())).toBeNull();
  held = takeLock(folder());

  writeFileSync(join(folder(), '.lock-holder'), hint);
  expect(thrownBy(() => takeLock(folder()))).toMatchObject({
    code: 'LOCK_HELD',
    message: 'another run is going on (its process id is not known)',
  });
});

it('is not kept where it cannot be said who has it: the same process gets it when that is mended', () => {
  const holder = join(folder(), '.lock-holder');
  mkdirSync(holder);
  expect(thrownBy(() => takeLock(folder()))).toMatchObject({ code: 'EISDIR' });
  rmdirSync(holder);
  held = takeLock(folder());
  expect(findRun(folder())?.pid).toBe(process.pid);
});

it('can be released although somebody has removed the hint', () => {
  const lock = takeLock(folder());
  unlinkSync(join(folder(), '.lock-holder'));
  lock.release();
  held = takeLock(folder());
});

it.each<[string, () => string, RegExp, RegExp]>([
  [
    'the directory is missing',
    () => join(folder(), 'missing'),
    /^cannot lock \S+\/missing\/\.lock: ENOENT: /,
    /^Create the directory, or correct OX_CONNECTOR_DATA_DIR or --data-dir\.$/,
  ],
  [
    'a directory lies in its place',
    () => {
      mkdirSync(join(folder(), '.lock'));
      return folder();
    },
    /^cannot lock \S+\/\.lock: unable to open database file$/,
    /^Check that nothing but a file has the name \S+\/\.lock, and that it lies on a local file system\.$/,
  ],
])('says what is wrong, and what to do, if %s', (_what, directory, message, remedy) => {
  expect(thrownBy(() => takeLock(directory()))).toMatchObject({
    code: 'DATA_UNWRITABLE',
    exitCode: 74,
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(remedy),
  });
});
