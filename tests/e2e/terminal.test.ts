/** On a terminal: lines as wide as it is, broken between words; colours; and what is said to somebody who insists. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aUser, changed } from '../harness/objects.ts';
import { runOnTerminal, screenOf } from '../harness/pseudo-terminal.ts';
import { useScene } from '../harness/scene.ts';

const scene = useScene();

const COLUMNS = 80;

/** As it is shown on a terminal of 80 columns. */
function show(words: readonly string[], environment: Readonly<Record<string, string>> = { NO_COLOR: '1' }): string {
  const place = { OX_CONNECTOR_DATA_DIR: scene.place.data, OX_SOAP_SERVER: scene.sandbox.url };
  return screenOf(runOnTerminal(words, { environment: { ...place, ...environment }, columns: COLUMNS }));
}

const tooLong = (text: string): string[] =>
  // One word may be longer than the line: it is not broken.
  text.split('\n').filter((line) => line.length > COLUMNS && line.trim().includes(' '));

it.each([
  ['--help'],
  ['status --help'],
  ['queue --help'],
  ['queue drop --help'],
  ['check --help'],
  ['credentials set --help'],
  ['mapping modify --help'],
  ['sync --help'],
  ['fetch --help'],
])('%s fits, whole words', (words) => {
  const text = show(words.split(' '));
  expect(text).toContain('Usage: listener_trigger');
  expect(tooLong(text)).toEqual([]);
});

it('tables fit, with the name of the file whole', async () => {
  const names = scene.place.drop(
    aUser('anna'),
    aUser('twin', { displayName: 'anna Example' }),
    changed(aUser('bert'), { isOxUser: 'maybe' }),
    aUser('a-user-with-a-name-that-is-far-too-long-for-what-is-left-of-the-line'),
  );
  await scene.place.run();
  await scene.place.run({ env: { OX_CONNECTOR_STOP_ON_ERROR: 'false' } });
  scene.place.drop(aUser('twin', { displayName: 'anna Example' }), changed(aUser('bert'), { isOxUser: 'maybe' }));
  await scene.place.run();

  for (const words of [
    ['status'],
    ['queue', 'list'],
    ['credentials', 'list'],
    ['check'],
    ['queue', 'show', names[2] ?? ''],
  ]) {
    const text = show(words);
    expect(text.length).toBeGreaterThan(100);
    expect(tooLong(text)).toEqual([]);
  }
  expect(show(['status'])).toMatch(/^ {2}what to do: .*\n {14}\S/m);
  expect(show(['queue', 'list'])).toMatch(/^2026-11-20-08-00-00-\d{6}\.json {2}/m);
});

it('what is said of a login that is refused fits', () => {
  const logins = { 10: { adminuser: 'oxadmin', adminpass: 'wrong' } };
  writeFileSync(join(scene.place.data, 'secrets', 'contexts.json'), JSON.stringify(logins));
  const text = show(['credentials', 'verify', '10']);
  expect(text).toMatch(/^context 10: .*\n.*\n {4}What to do: .*\n {4}\S/);
  expect(tooLong(text)).toEqual([]);
});

it('colours what is stuck, on a terminal only, and not where NO_COLOR asks for none', async () => {
  scene.place.drop(aUser('anna'), aUser('twin', { displayName: 'anna Example' }));
  await scene.place.run();
  expect(show(['queue', 'list'], {})).toContain('\u001b[31mSTUCK\u001b[0m: once');
  expect(show(['queue', 'list'])).not.toContain('\u001b');
  expect((await scene.place.run({ args: ['queue', 'list'] })).stdout).not.toContain('\u001b');
});

it('says what goes on, and how to insist, to who interrupts once more', async () => {
  scene.place.drop(aUser('anna'));
  await scene.sandbox.options({ latencyMs: 1500 });
  let pid = 0;
  const run = scene.place.run({
    onStart: (child) => {
      pid = child.pid ?? 0;
    },
  });
  while ((await scene.sandbox.counts()).total < 1) {
    await new Promise((next) => setTimeout(next, 10));
  }
  process.kill(pid, 'SIGINT');
  await new Promise((next) => setTimeout(next, 100));
  process.kill(pid, 'SIGINT');
  const { code, stderr } = await run;
  await scene.sandbox.options({ latencyMs: 0 });
  expect(code).toBe(130);
  expect(stderr).toMatch(
    /received SIGINT: finishing[^\n]*\n.*received SIGINT again: .*what is in hand is still being finished, the server may take its time\. To end it at once: kill -KILL \d+\. Nothing is lost by that, the next run goes on from there/,
  );
  expect(stderr).toContain(`kill -KILL ${pid}`);
});
