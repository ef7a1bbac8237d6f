/** `status` as Nagios, Prometheus and people call it, also where hardly anything is as it should be. */
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aUser } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';
import type { RunResult } from '../harness/workplace.ts';

const scene = useScene();
const status = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<RunResult> =>
  scene.place.run({ args: ['status', ...args], env });

/** What makes it impossible to say how it stands. */
const OBSTACLES: readonly [string, number, RegExp, (data: string) => Record<string, string>][] = [
  ['no data directory', 2, /data directory \/nope is not there/, () => ({ OX_CONNECTOR_DATA_DIR: '/nope' })],
  [
    'a queue that is no directory',
    2,
    /cannot read/,
    (data) => {
      rmSync(join(data, 'listener'), { recursive: true });
      writeFileSync(join(data, 'listener'), '');
      return {};
    },
  ],
  [
    'a parking that is no directory',
    2,
    /cannot read .*parked/,
    (data) => {
      writeFileSync(join(data, 'listener', 'parked'), '');
      return {};
    },
  ],
  [
    'several wrong settings',
    3,
    /OX_SOAP_SERVER.*OX_SOAP_TIMEOUT|OX_SOAP_TIMEOUT.*OX_SOAP_SERVER/,
    () => ({ OX_SOAP_SERVER: 'nowhere', OX_SOAP_TIMEOUT: 'soon' }),
  ],
];

describe.each(OBSTACLES)('with %s', (_, code, says, prepare) => {
  it('answers as a Nagios check does, with one line on standard output', async () => {
    const result = await status([], prepare(scene.place.data));

    expect(result).toMatchObject({ code, stderr: '' });
    expect(result.stdout).toMatch(/^Status: {7}(CRITICAL|UNKNOWN): .+\n$/);
    expect(result.stdout).toMatch(says);
  });

  it('is one JSON document with --json', async () => {
    const result = await status(['--json'], prepare(scene.place.data));

    expect(result).toMatchObject({ code, stderr: '' });
    expect(JSON.parse(result.stdout)).toMatchObject({
      errors: '1',
      message: expect.stringMatching(says),
      status: code === 2 ? 'critical' : 'unknown',
    });
  });

  it('tells those who read the metrics', async () => {
    const file = join(scene.place.data, 'metrics.prom');
    writeFileSync(file, 'ox_connector_status 0\n');

    const result = await status(['--prometheus', '--output', file], prepare(scene.place.data));

    expect(result).toMatchObject({ code, stdout: expect.stringMatching(says) });
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`^ox_connector_status ${code}$`, 'm'));
  });

  it('fails a probe', async () => {
    expect((await status(['--live'], prepare(scene.place.data))).code).toBe(1);
  });
});

it('says of a file that cannot be written that it is this file', async () => {
  const result = await status(['--output', '/nope/metrics.prom']);

  expect(result).toMatchObject({ code: 2, stderr: '' });
  expect(result.stdout).toMatch(/cannot write \/nope\/metrics\.prom.*Name a file/);
});

it('tells the failure with its code, its age and what to do', async () => {
  const [, twin = ''] = scene.place.drop(aUser('anna'), aUser('twin', { displayName: 'anna Example' }));
  await scene.place.run();
  await scene.place.run();

  const { code, stdout } = await status();

  expect(code).toBe(1);
  expect(stdout).toMatch(/^Status: {7}WARNING: 2 runs in a row failed, for \d+s \(OX_REFUSED\)$/m);
  expect(stdout).toMatch(/^Errors: {7}2, since 20\S+Z, the last one \d+s ago$/m);
  expect(stdout).toContain(`  file:       ${join(scene.place.queue, twin)}\n  code:       OX_REFUSED\n`);
  expect(stdout).toMatch(/^ {2}message: {4}.*displayname is already used/m);
  expect(stdout).toMatch(/^ {2}what to do: Give one of the two users another display name/m);
  expect(stdout).toMatch(/^Last run: {5}\d+s ago, 0 done, 0 skipped, 0 parked, 1 left, in 0s \(OX_REFUSED\)$/m);
});

it('has numbers as numbers beside the texts that older checks read', async () => {
  scene.place.drop(aUser('twin', { mailPrimaryAddress: '' }));
  await scene.place.run();

  const found = JSON.parse((await status(['--json'])).stdout) as Record<string, unknown>;

  expect(found).toMatchObject({
    errors: '1',
    filename: expect.any(String),
    message: expect.any(String),
    consecutiveErrors: 1,
    failingSeconds: expect.any(Number),
    oldestAgeSeconds: expect.any(Number),
    code: 'PROPERTY_INVALID',
    lastRun: { exitCode: 65, left: 1, code: 'PROPERTY_INVALID' },
  });
});

it('does not blame a file that was taken out', async () => {
  const [name = ''] = scene.place.drop(aUser('twin', { mailPrimaryAddress: '' }));
  await scene.place.run();
  mkdirSync(join(scene.place.queue, 'dropped'));
  rmSync(join(scene.place.queue, name));

  const { code, stdout } = await status();

  expect(code).toBe(0);
  expect(stdout).not.toContain(name);
  expect(stdout).toMatch(/^Errors: {7}0$/m);
});

describe('--html', () => {
  const page = (): string => join(scene.place.data, 'status.html');

  it('writes a page that names what is set aside, for the owner alone, and says the state', async () => {
    scene.place.drop(aUser('anna'), aUser('twin', { displayName: 'anna Example' }));
    await scene.place.run({ env: { OX_CONNECTOR_STOP_ON_ERROR: 'false' } });

    const { code, stdout } = await status(['--html', page()]);

    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringMatching(/^Status: {7}WARNING: 1 object parked.*\n$/),
    });
    const html = readFileSync(page(), 'utf8');
    expect(html).toContain('<code>uid=twin,cn=users,dc=example,dc=org</code>');
    expect(html).toContain('Give one of the two users another display name');
    expect(html).toMatch(/Last day: 1 run went well, 0 failed/);
    expect(statSync(page()).mode & 0o777).toBe(0o600);
  });

  it('leaves the page open to those whom it was open to, and is beside other output', async () => {
    writeFileSync(page(), '');
    chmodSync(page(), 0o644);

    const { stdout } = await status(['--html', page(), '--json']);

    expect(JSON.parse(stdout)).toMatchObject({ status: 'ok' });
    expect(readFileSync(page(), 'utf8')).toContain('everything is as it should be');
    expect(statSync(page()).mode & 0o777).toBe(0o644);
  });

  it('says there too that it cannot be said how it stands', async () => {
    expect((await status(['--html', page()], { OX_SOAP_TIMEOUT: 'soon' })).code).toBe(3);
    expect(readFileSync(page(), 'utf8')).toMatch(/UNKNOWN.*OX_SOAP_TIMEOUT/);
  });

  it('says which file it cannot write', async () => {
    expect((await status(['--html', '/nope/status.html'])).stdout).toMatch(
      /cannot write \/nope\/status\.html.*Name a file/,
    );
  });
});

it('--watch shows it again and again', async () => {
  let stdout = '';
  const run = scene.place.run({
    args: ['status', '--watch', '1'],
    onStart: (child) => {
      child.stdout?.on('data', (text: Buffer) => {
        stdout += text;
        if ((stdout.match(/^Status: /gm) ?? []).length === 2) {
          child.kill('SIGINT');
        }
      });
    },
  });
  expect(await run).toMatchObject({ signal: 'SIGINT' });
});
