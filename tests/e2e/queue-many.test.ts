/** The verbs that move files, with more of them than somebody waits for in silence: a bar, and an end where one is asked for. */
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aUser } from '../harness/objects.ts';
import { runOnTerminal, screenOf } from '../harness/pseudo-terminal.ts';
import { temporaryFolder } from '../harness/temporary.ts';
import { makeWorkplace, type Workplace } from '../harness/workplace.ts';

// In memory: a second there, not minutes as on a disk.
let place: Workplace;

beforeEach(() => {
  place = makeWorkplace('http://127.0.0.1:1', temporaryFolder());
});
afterEach(() => place.remove());

/** As many as take a second. */
const VERBS = [
  { verb: 'drop', from: '', to: 'dropped', count: 8000, words: 'queue drop --all --yes', said: 'files dropped (' },
  { verb: 'retry', from: 'parked', to: '', count: 30_000, words: 'queue retry --all', said: 'parked files are back' },
  { verb: 'undrop', from: 'dropped', to: '', count: 8000, words: 'queue undrop --all --yes', said: 'files put back' },
];

const files = (where: string): string[] => {
  const directory = join(place.queue, where);
  return existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith('.json')) : [];
};

/** So many files, each of an object of its own. */
function fill(where: string, count: number): void {
  const directory = join(place.queue, where);
  mkdirSync(directory, { recursive: true });
  const user = aUser('anna');
  for (let n = 0; n < count; n += 1) {
    const id = `${user.id.slice(0, -6)}${String(n).padStart(6, '0')}`;
    const name = `2026-11-20-08-00-00-${String(n).padStart(6, '0')}.json`;
    writeFileSync(join(directory, name), JSON.stringify({ ...user, id, dn: `uid=u${n},dc=example,dc=org` }));
  }
}

it.each(VERBS)(
  'queue $verb shows how far it is on a terminal, and leaves nothing of that',
  ({ from, count, words, said }) => {
    fill(from, count);
    const environment = { OX_CONNECTOR_DATA_DIR: place.data, NO_COLOR: '1' };

    const sent = runOnTerminal(words.split(' '), { environment });

    expect(sent).toMatch(new RegExp(`\\r\\[[# ]{40}\\] \\d+ of ${count}`));
    expect(screenOf(sent)).toContain(`${count} ${said}`);
    expect(screenOf(sent)).not.toContain('[');
    expect(files(from)).toEqual([]);
  },
);

it.each(VERBS)('queue $verb ends between two files where a signal asks, and says what is left', async (each) => {
  const { verb, from, to, count, words } = each;
  fill(from, count);
  let child: ChildProcess | null = null;
  const running = place.run({
    args: words.split(' '),
    onStart: (started) => {
      child = started;
    },
  });
  while (files(to).length === 0) {
    await new Promise((next) => setTimeout(next, 1));
  }
  (child as ChildProcess | null)?.kill('SIGINT');
  const { code, stdout, stderr } = await running;

  const left = files(from).length;
  expect(left).toBeGreaterThan(0);
  expect(files(to)).toHaveLength(count - left);
  expect({ code, signal: stderr.includes('received SIGINT: stopping; the rest stays as it is') }).toEqual({
    code: 130,
    signal: true,
  });
  expect(stdout).toContain(`, ${left} left\n`);
  // Nothing half-done: a reason beside each file that was set aside, and none without.
  const reasons = readdirSync(join(place.queue, to || from)).filter((name) => name.endsWith('.reason'));
  expect(reasons).toHaveLength(verb === 'drop' ? count - left : 0);

  expect((await place.run({ args: words.split(' ') })).stdout).toContain(String(left));
  expect([files(from).length, files(to).length]).toEqual([0, count]);
});
