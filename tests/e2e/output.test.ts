/** Output that cannot be written: one line, a fitting exit code, and no stack of ours. */
import { spawnSync } from 'node:child_process';
import { lstatSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { aUser } from '../harness/objects.ts';
import { BINARY, makeWorkplace, type Workplace } from '../harness/workplace.ts';

let place: Workplace;

beforeEach(() => {
  place = makeWorkplace('http://127.0.0.1:1');
  place.drop(aUser('anna'));
});
afterEach(() => place.remove());

/** `redirection`: as a shell has it. */
function run(words: readonly string[], redirection: string) {
  const { status, stderr } = spawnSync(
    'bash',
    ['-c', `"$@" ${redirection}; exit "\${PIPESTATUS[0]}"`, 'bash', BINARY, ...words],
    {
      env: { PATH: process.env.PATH, OX_CONNECTOR_DATA_DIR: place.data, OX_SOAP_SERVER: 'http://127.0.0.1:1' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 30_000,
    },
  );
  return { code: status, lines: stderr.trimEnd().split('\n') };
}

it.each([
  ['status', 3],
  ['status --json', 3],
  ['queue list', 74],
  ['queue list --json', 74],
  ['queue list --watch', 74],
  ['queue show 2026-11-20-08-00-00-000001', 74],
  ['mapping dump', 74],
  ['credentials list', 74],
  ['completion', 74],
  ['man-page', 74],
  ['--help', 74],
  ['--version', 74],
  ['help queue', 74],
])('%s >/dev/full', (words, code) => {
  expect(run(words.split(' '), '>/dev/full')).toEqual({
    code,
    lines: [expect.stringMatching(/^error: cannot write to standard output: ENOSPC/)],
  });
});

it('says what a verb has done all the same', () => {
  expect(run(['queue', 'drop', '2026-11-20-08-00-00-000001'], '>/dev/full').code).toBe(74);
  expect(place.waiting()).toEqual([]);
});

it.each(['queue list', 'queue list --watch 1', 'man-page', 'completion'])('%s | a reader that is gone', (words) => {
  expect(run(words.split(' '), '| true')).toEqual({ code: 0, lines: [''] });
});

it('names the file of --output that cannot be written, and not the data directory', () => {
  const { code, lines } = run(['status', '--output', '/nope/status'], '>&2');
  expect(code).toBeLessThan(4);
  expect(lines.join('')).toContain('Name a file in a directory that is there and can be written.');
  expect(lines.join('')).not.toContain('OX_CONNECTOR_DATA_DIR');
});

describe.each(['status --output', 'status --json --output', 'status --html', 'support --no-check --output'])(
  '%s with a device or a pipe in place of a file',
  (words) => {
    const link = (): string => join(place.data, 'link');

    it('writes to it, and puts nothing in its place', () => {
      // Never the real name of a device: where this fails, it is replaced.
      symlinkSync('/dev/null', link());
      expect(run([...words.split(' '), link()], '>/dev/null').lines).toEqual(['']);
      expect([lstatSync(link()).isSymbolicLink(), readlinkSync(link())]).toEqual([true, '/dev/null']);
    });

    it('says that it is full', () => {
      symlinkSync('/dev/full', link());
      expect(run([...words.split(' '), link()], '>&2').lines.join('\n')).toMatch(/cannot write .*link: ENOSPC/);
      expect(lstatSync(link()).isSymbolicLink()).toBe(true);
    });
  },
);

it('does its work where the log cannot be written', () => {
  place.dropRaw('2026-11-20-08-00-01.json', '{');
  expect(run(['queue', 'drop', '2026-11-20-08-00-01', '--reason', 'never'], '2>/dev/full').code).toBe(0);
  expect(run([], '2>/dev/full').code).toBe(69);
});
