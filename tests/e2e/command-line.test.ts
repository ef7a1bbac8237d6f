/** Mistakes in the command line: what was meant is said, nothing is done, and the exit code is 64. */
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT_CODES } from '../../lib/errors/connector-error.ts';
import { aUser } from '../harness/objects.ts';
import { BINARY, makeWorkplace, type RunResult, type Workplace } from '../harness/workplace.ts';

let place: Workplace;

beforeEach(() => {
  place = makeWorkplace('http://127.0.0.1:1');
  place.drop(aUser('anna'));
});
afterEach(() => place.remove());

const verb = (...args: string[]): Promise<RunResult> => place.run({ args });

it.each([
  [
    ['stats'],
    /unknown verb 'stats': did you mean status\?\nThere are status, .*, man-page, help\. See listener_trigger --help\.\n$/,
  ],
  [['stats', '--json'], /unknown verb 'stats': did you mean status\?/],
  [['queues', 'list'], /unknown verb 'queues': did you mean queue\?/],
  [['frobnicate'], /unknown verb 'frobnicate'\nThere are status, queue, .*help/],
  [['--data-dri', '/x'], /unknown (?:verb|option)/],
  [['--verbose', 'status'], /^error: unknown option '--verbose'/],
  [['-x', '/y'], /^error: unknown option '-x'/],
  [
    ['help', 'queu'],
    /^error: unknown verb 'queu': did you mean queue\?\nThere are status, .*\. See listener_trigger --help\.\n$/,
  ],
  [
    ['help', 'queue', 'drp'],
    /^error: unknown verb 'queue drp': did you mean drop\?\nThere are list, show, drop, retry, undrop\. See listener_trigger queue --help\.\n$/,
  ],
  [['help', 'status', 'x'], /^error: unknown verb 'status x'\nSee listener_trigger status --help\.\n$/],
  [['--versoin'], /unknown option '--versoin': did you mean --version\?/],
  [['queue', 'lst'], /unknown command 'lst'\n\(Did you mean list\?\)/],
  [['status', '--jsn'], /unknown option '--jsn'\n\(Did you mean --json\?\)/],
  [['plan', 'a', 'b'], /too many arguments/],
  [['reprovision', 'anna', '--all'], /^error: name objects, or use --all or --skipped: not both\n$/],
  [['reprovision'], /^error: name objects, or use --type, --all or --skipped\n$/],
  [['queue', 'drop'], /^error: name files, or use --all\n$/],
  [['queue', 'drop', 'a', '--parked'], /^error: name files, or use --all with --type, --object and so on: not both\n$/],
  [['mapping', 'modify'], /^error: nothing to change\n$/],
  [
    ['credentials', 'set', '10', 'x'],
    /^error: too many arguments: the password .* standard input, or from --password-file\n$/,
  ],
  [
    ['cache', '--delete', '--build-cache'],
    /^error: --delete and --build-cache exclude each other: run them one after the other\n$/,
  ],
  [['cache', '--build-cache-size', '0'], /expected a number from 1 to 99999/],
  [['status', '--age', '5'], /expected two numbers, for example 10,100/],
  [['status', '--watch', '0'], /expected a number of seconds from 1 to 99999/],
  [['queue', 'list', '--limit', 'x'], /expected a number/],
  [['queue', 'drop', 'x', '--reason', ' '], /expected some words, or leave the option out/],
  [['fetch', '--limit', '0'], /expected a number from 1/],
  [['sync', '--jobs', 'x'], /expected some of account, aliases, .*, joined by commas/],
  [['sync', '--allow-deletions', 'x'], /expected a number/],
])('%j', async (words, message) => {
  const { code, stdout, stderr } = await verb(...words);
  expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
  expect(stderr).toMatch(message);
  expect(place.waiting()).toHaveLength(1);
});

it.each([[['help']], [['--help']], [['help', 'queue']], [['queue', '--help']], [['help', 'credentials']]])(
  '%j is answered',
  async (words) => {
    const { code, stdout } = await verb(...words);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: listener_trigger/);
    expect(stdout).toMatch(/^ {2}-h, --help +print this help$/m);
    expect(place.waiting()).toHaveLength(1);
  },
);

it('the help of a verb of two words is that of the verb', async () => {
  const [{ code, stdout }, same] = await Promise.all([verb('help', 'queue', 'drop'), verb('queue', 'drop', '--help')]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: same.stdout });
  expect(stdout).toMatch(/^Usage: listener_trigger queue drop /);
});

it('the help lists the verbs, and itself', async () => {
  const { stdout } = await verb('help');
  expect(stdout).toMatch(/^ {2}status \[options\] +is it healthy\? Exit code 0 ok/m);
  expect(stdout).toMatch(/^ {2}help \[verb\.\.\.\] +print the help of a verb$/m);
  expect(stdout).toMatch(/^Exit codes:\n {2}0 {9}done, or nothing to do$/m);
  expect(stdout).toMatch(/^Settings \(environment variables; empty counts as not set\):$/m);
});

it('the help names every exit code that there is', async () => {
  const { stdout } = await verb('--help');
  const [, list = ''] = /^Exit codes:\n((?: .*\n)+)/m.exec(stdout) ?? [];
  const named = [...list.matchAll(/^ {2}(\d+(?:, \d+)*) {2,}\S/gm)].flatMap(([, codes = '']) =>
    codes.split(', ').map(Number),
  );
  expect(named).toEqual([...new Set([0, ...Object.values(EXIT_CODES), 130, 143])].sort((a, b) => a - b));
});

it('does the work of `cache` under the name update-ox-db-cache', async () => {
  const programs = mkdtempSync(join(tmpdir(), 'ox-connector-bin-'));
  try {
    symlinkSync(BINARY, join(programs, 'update-ox-db-cache'));
    const binary = join(programs, 'update-ox-db-cache');
    expect((await place.run({ binary })).stderr).toContain('0 objects: 0 updated');
    expect((await place.run({ binary, args: ['lst'] })).code).toBe(64);
    expect(place.waiting()).toHaveLength(1);
  } finally {
    rmSync(programs, { recursive: true });
  }
});
