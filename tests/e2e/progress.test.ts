/** A bar at the foot of a terminal while a run or a verb takes long: it makes way for lines, and nothing is left of it. */
import { spawnSync } from 'node:child_process';
import { createProgress } from '../../bin/progress.ts';
import { aUser } from '../harness/objects.ts';
import { runOnTerminal, screenOf } from '../harness/pseudo-terminal.ts';
import { useScene } from '../harness/scene.ts';
import { BINARY } from '../harness/workplace.ts';

const scene = useScene();

const where = () => ({ OX_CONNECTOR_DATA_DIR: scene.place.data, OX_SOAP_SERVER: scene.sandbox.url, NO_COLOR: '1' });
const NAMES = ['anna', 'bert', 'carl', 'dora'] as const;

/** Seconds. */
async function slow(operation: string, ...delays: readonly number[]): Promise<void> {
  await scene.sandbox.rules(
    delays.map((delay) => ({ match: { operation }, times: 1, action: { delay: delay * 1000 } })),
  );
}

const RECORD = /^20\d\d-\d\d-\d\dT[\d:.]+Z (?:INFO|WARNING|ERROR) +\S/;

it('shows how far a run is, below the lines of the log', async () => {
  scene.place.drop(...NAMES.map((name) => aUser(name)));
  await slow('create', 0, 1.5, 1.5);

  const sent = runOnTerminal([], { environment: where() });

  expect(sent).toMatch(/\r\[ {40}\] 0 of 4|\r\[#{10} {30}\] 1 of 4/);
  expect(sent).toMatch(/\r\[#{20} {20}\] 2 of 4/);
  const lines = screenOf(sent).trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(NAMES.length);
  expect(lines.filter((line) => !RECORD.test(line))).toEqual([]);
});

it.each([
  ['cache --build-cache --build-cache-size 1', 'getMultipleData'],
  ['check', 'getMultipleData'],
])('shows how far %s is, and what it finds whole', async (verb, operation) => {
  scene.place.drop(...NAMES.map((name) => aUser(name)));
  expect((await scene.place.run()).code).toBe(0);
  await scene.sandbox.drift({ deleteUser: { context: 10, name: 'carl' } });
  const words = verb.split(' ');
  const expected = screenOf(runOnTerminal(words, { environment: where() }));
  await slow(operation, 1.2, 1.2);

  const sent = runOnTerminal(words, { environment: where() });

  expect(sent).toMatch(/\r(?:\[#* *\] )\d of \d/);
  expect(withoutTimes(screenOf(sent))).toBe(withoutTimes(expected));
});

const withoutTimes = (text: string): string => text.replace(/20\d\d-\S+Z/g, 'TIME');

it('shows how far a plan is', async () => {
  scene.place.drop(...NAMES.map((name) => aUser(name)));
  expect((await scene.place.run()).code).toBe(0);
  scene.place.drop(...NAMES.map((name) => aUser(name, { title: 'Dr.' })));
  const expected = screenOf(runOnTerminal(['plan'], { environment: where() }));
  await slow('getData', 1.2, 1.2);

  const sent = runOnTerminal(['plan'], { environment: where() });

  expect(sent).toMatch(/\r\[[# ]{40}\] \d of 4/);
  expect(screenOf(sent)).toBe(expected);
});

it.each([30, 12])('is no wider than a terminal of %i columns', async (columns) => {
  scene.place.drop(...NAMES.map((name) => aUser(name)));
  await slow('create', 0, 2.5);

  const sent = runOnTerminal([], { environment: { ...where(), OX_CONNECTOR_LOG_LEVEL: 'ERROR' }, columns });

  expect(sent).toContain('1 of 4');
  expect(Math.max(...sent.split(/[\r\n]/).map((each) => each.replace('\u001b[K', '').length))).toBeLessThan(columns);
  expect(screenOf(sent).trim()).toBe('');
});

it.each([
  ['the log goes there as records for programs', { OX_CONNECTOR_LOG_FORMAT: 'json' }, ''],
  ['the terminal cannot draw', { TERM: 'dumb' }, ''],
  ['standard error goes elsewhere', {}, '2>&1 | cat'],
])('there is none where %s', async (_, environment, redirection) => {
  scene.place.drop(aUser('anna'));
  await slow('create', 2.5);

  const sent = runOnTerminal([], { environment: { ...where(), ...environment }, redirection });

  expect(sent).toContain('anna');
  const rest = sent.replaceAll('\r\n', '\n');
  expect([rest.includes('\r'), rest.includes('\u001b')]).toEqual([false, false]);
});

it('is a line now and then where there is none, whether or not the end is known', () => {
  jest.useFakeTimers();
  try {
    const lines: string[] = [];
    const progress = createProgress({ OX_CONNECTOR_LOG_FORMAT: 'json' }, (text) => lines.push(text));
    for (const [seconds, done, total] of [
      [4, 1, null],
      [1, 7, null],
      [10, 8, 9],
    ] as const) {
      jest.advanceTimersByTime(seconds * 1000);
      progress.show(done, total);
    }
    expect(lines).toEqual(['7 done so far', '8 of 9 done']);
  } finally {
    jest.useRealTimers();
  }
});

it('is gone where a run ends by a failure, and before what it says', async () => {
  scene.place.drop(aUser('anna'), aUser('twin', { displayName: 'anna Example' }));
  await slow('create', 2.5);

  const sent = runOnTerminal([], { environment: where() });

  expect(sent).toMatch(/\r\[[# ]+\] \d of 2/);
  const lines = screenOf(sent).trimEnd().split('\n');
  expect(lines.filter((line) => !RECORD.test(line))).toEqual([]);
  expect(lines.at(-1)).toContain('What to do: ');
});

it('a run goes on when its terminal is closed', async () => {
  scene.place.drop(...NAMES.map((name) => aUser(name)));
  await slow('create', 2, 1);
  // No controlling terminal of the run: it gets no signal when it goes, as after disown.
  const program = `
import os, pty, subprocess, sys, time
master, slave = pty.openpty()
run = subprocess.Popen([sys.argv[1]], stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
os.close(slave)
os.read(master, 1)
os.close(master)
sys.exit(run.wait())`;

  const { status } = spawnSync('python3', ['-c', program, BINARY], { env: { PATH: process.env.PATH, ...where() } });

  expect(status).toBe(0);
  expect(scene.place.waiting()).toEqual([]);
});
