/** The queue while a run goes on, what is not part of it, and the phrases of the log that procedures search for. */
import type { ChildProcess } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { aGroup, aProfile, aUser, deleted, idOf, userDn } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';
import type { Workplace } from '../harness/workplace.ts';

const scene = useScene();

beforeEach(() => {
  writeFileSync(join(scene.place.data, 'ModuleAccessDefinitions.properties'), 'premium=webmail\n', { mode: 0o600 });
});

const usersInOx = async (): Promise<string[]> =>
  ((await scene.sandbox.state()).contexts['10']?.users ?? []).map(({ name }) => name);

/** Does `act` while the run waits for the answer to its first call. */
async function runAndMeanwhile(act: () => void): ReturnType<Workplace['run']> {
  await scene.sandbox.options({ latencyMs: 400 });
  const run = scene.place.run();
  while ((await scene.sandbox.counts()).total === 0) {
    await new Promise((next) => setTimeout(next, 10));
  }
  act();
  await scene.sandbox.options({ latencyMs: 0 });
  return run;
}

it('does not apply files that an administrator removes while it works, and takes that for no error', async () => {
  const [first = '', , third = ''] = scene.place.drop(aUser('anna'), aUser('next'), aUser('bert'), aUser('clara'));
  const result = await runAndMeanwhile(() => {
    unlinkSync(join(scene.place.queue, first));
    unlinkSync(join(scene.place.queue, third));
  });
  expect(result).toMatchObject({ code: 0 });
  expect(result.stderr).not.toMatch(/WARNING|ERROR/);
  expect(scene.place.waiting()).toEqual([]);
  // The first one was in hand, and the next one is made ready meanwhile.
  expect(await usersInOx()).toEqual(['anna', 'next', 'clara']);
});

it('applies a file as an administrator has corrected it while it works', async () => {
  const [, , third = ''] = scene.place.drop(aUser('anna'), aUser('next'), aUser('bert', { firstname: 'Wrong' }));
  const result = await runAndMeanwhile(() =>
    scene.place.dropRaw(third, JSON.stringify(aUser('bert', { firstname: 'Berta' }))),
  );
  expect(result).toMatchObject({ code: 0 });
  expect((await scene.sandbox.state()).contexts['10']?.users[2]).toMatchObject({ name: 'bert', given_name: 'Berta' });
});

it('stops at a refused file although another one that nobody can read, and a good one, come after it', async () => {
  const queued = [...scene.place.drop(aUser('anna', { displayName: 'A\u0007' })), 'b.json'];
  scene.place.dropRaw('b.json', '{');
  scene.place.dropRaw('c.json', JSON.stringify(aUser('clara')));
  const started: ChildProcess[] = [];
  const giveUp = setTimeout(() => started[0]?.kill('SIGKILL'), 10_000);
  const result = await scene.place.run({ onStart: (child) => started.push(child) });
  clearTimeout(giveUp);
  expect(result).toMatchObject({ code: 65, signal: null });
  expect(result.stderr).toContain(`Error while processing ${join(scene.place.queue, queued[0] ?? '')}`);
  expect(scene.place.waiting()).toEqual([...queued, 'c.json']);
});

it('picks up files that appear while it works, in the same run', async () => {
  scene.place.drop(aUser('anna'));
  const result = await runAndMeanwhile(() => {
    scene.place.drop(aUser('bert'), aGroup('sales', ['anna', 'bert']));
    scene.place.drop(deleted(aUser('anna')));
  });
  expect(result).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('Successfully processed 4 files during this run'),
  });
  expect(scene.place.waiting()).toEqual([]);
  expect(await usersInOx()).toEqual(['bert']);
});

it('touches nothing that is no queue file', async () => {
  const foreign = ['a.json.tmp', 'b.tmp', '.c.json', 'd.txt', 'E.JSON', 'old.db', 'meta.db'];
  for (const name of foreign) {
    scene.place.dropRaw(name, 'not ours');
  }
  mkdirSync(join(scene.place.queue, 'directory.json'));
  writeFileSync(join(scene.place.queue, 'directory.json', 'x.json'), 'not ours');
  writeFileSync(join(scene.place.data, 'target.json'), JSON.stringify(aUser('bert')));
  symlinkSync(join(scene.place.data, 'target.json'), join(scene.place.queue, 'link.json'));
  scene.place.drop(aUser('anna'));

  expect((await scene.place.run()).code).toBe(0);

  for (const name of [...foreign, 'directory.json/x.json']) {
    expect(readFileSync(join(scene.place.queue, name), 'utf8')).toBe('not ours');
  }
  expect(lstatSync(join(scene.place.queue, 'link.json')).isSymbolicLink()).toBe(true);
  expect(await usersInOx()).toEqual(['anna']);
});

it('keeps what it leaves behind for the owner only', async () => {
  scene.place.drop(aUser('anna'), aProfile('premium', ['webmail']));
  await scene.place.run();
  for (const path of [
    join(scene.place.data, 'ModuleAccessDefinitions.properties'),
    join(scene.place.data, 'secrets', 'contexts.json'),
    join(scene.place.queue, 'old', `${idOf('user', 'anna')}.json`),
  ]) {
    expect({ path, mode: lstatSync(path).mode & 0o777 }).toEqual({ path, mode: 0o600 });
  }
});

it('loses nothing when all that is derived is removed between two runs', async () => {
  scene.place.drop(aUser('anna'), aGroup('sales', ['anna']));
  await scene.place.run();
  for (const name of readdirSync(scene.place.queue).filter((each) => each.startsWith('.'))) {
    rmSync(join(scene.place.queue, name));
  }
  scene.place.drop(aUser('bert'), aGroup('sales', ['anna', 'bert']));
  expect((await scene.place.run()).code).toBe(0);
  const { contexts } = await scene.sandbox.canonicalState();
  expect(contexts['10']?.groups).toContainEqual(expect.objectContaining({ name: 'sales', members: ['anna', 'bert'] }));
});

describe('the log', () => {
  const refusal = (text: string) => ({
    match: { service: 'OXUserService', object: 'bert' },
    times: 100,
    action: { fault: { exception: 'InvalidDataException', text } },
  });

  it('has the phrases that procedures search for, and counts the failures in a row over runs', async () => {
    const [, second = ''] = scene.place.drop(aUser('anna'), aUser('bert'), aUser('clara'));
    const path = join(scene.place.queue, second);
    await scene.sandbox.rules([refusal('The displayname is already used')]);

    for (const n of [1, 2, 3]) {
      const { code, stderr } = await scene.place.run();
      expect(code).toBe(76);
      expect(stderr.match(/^\S+ ERROR +(.*)$/gm)?.map((line) => line.replace(/^\S+ ERROR +/, ''))).toEqual([
        `Error while processing ${path}`,
        `This is consecutive error #${n}`,
        expect.stringMatching(/^OXUserService\.\w+ for user .*bert.* was refused: The displayname is already used/),
        expect.stringMatching(/^What to do: .*enforceUniqueDisplayName=false/),
      ]);
      expect(/Successfully processed 1 files during this run/.test(stderr)).toBe(n === 1);
      expect(scene.place.waiting()).toHaveLength(2);
    }

    await scene.sandbox.clearRules();
    const { code, stderr } = await scene.place.run();
    expect(code).toBe(0);
    expect(stderr).toContain('Successfully processed 2 files during this run');
    expect(stderr).not.toContain('consecutive error');

    await scene.sandbox.rules([refusal('again')]);
    scene.place.drop(aUser('bert', { firstname: 'Berta' }));
    expect((await scene.place.run()).stderr).toContain('This is consecutive error #1\n');
  });

  it('says why it failed also where the failure cannot be counted', async () => {
    scene.place.drop(aUser('anna', { oxUserQuota: 'much' }));
    mkdirSync(join(scene.place.queue, '.run'));
    const { code, stderr } = await scene.place.run();
    expect([code, stderr]).toEqual([65, expect.stringContaining('oxUserQuota')]);
    expect(stderr).toContain('This is consecutive error #unknown (the count cannot be written)\n');
  });

  it('has one line for each object, with file, type, DN, action and duration, and skips as warnings', async () => {
    const [first = '', second = ''] = scene.place.drop(aUser('anna'), aUser('bert', { oxContext: null }));
    const { stderr } = await scene.place.run();
    expect(stderr).toMatch(
      new RegExp(
        `INFO +provisioned file=\\S+/${first} type=users/user dn="uid=anna,[^"]*" action="[^"]+" duration=\\d+ms\n`,
      ),
    );
    expect(stderr).toMatch(
      new RegExp(`WARNING skipped file=\\S+/${second} type=users/user dn="uid=bert,[^"]*" reason="[^"]+"\n`),
    );
    expect(stderr.match(/uid=anna/g)).toHaveLength(1);
  });

  it('is JSON if wished, one object a line, also for what fails before the settings are known', async () => {
    scene.place.drop(aUser('anna'));
    const { stderr } = await scene.place.run({ env: { OX_CONNECTOR_LOG_FORMAT: 'json' } });
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toEqual([
      expect.objectContaining({ level: 'info', message: 'provisioned', type: 'users/user' }),
      expect.objectContaining({ level: 'info', message: 'Successfully processed 1 files during this run' }),
      expect.objectContaining({ level: 'info', message: 'the run has ended', done: 1, skipped: 0, parked: 0, left: 0 }),
    ]);
    const wrong = await scene.place.run({ env: { OX_CONNECTOR_LOG_FORMAT: 'json', DEFAULT_CONTEXT: 'x' } });
    expect(JSON.parse(wrong.stderr.split('\n')[0] ?? '')).toMatchObject({ level: 'error', code: 'SETTINGS_INVALID' });
  });

  it('has a failure in one JSON record with all that is known of it', async () => {
    scene.place.drop(aUser('anna'));
    await scene.place.run();
    const [twin = ''] = scene.place.drop(aUser('twin', { displayName: 'anna Example' }));
    const env = { OX_CONNECTOR_LOG_FORMAT: 'json', OX_CONNECTOR_LOG_LEVEL: 'ERROR' };
    await scene.place.run({ env });
    const { stderr } = await scene.place.run({ env });
    const path = join(scene.place.queue, twin);
    expect(
      stderr
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        time: expect.any(String),
        level: 'error',
        message: expect.stringMatching(
          new RegExp(`^Error while processing ${path}: This is consecutive error #2: .*displayname is already used`),
        ),
        code: 'OX_REFUSED',
        exitCode: 76,
        file: path,
        dn: userDn('twin'),
        consecutiveErrors: 2,
        service: 'OXUserService',
        operation: expect.stringMatching(/^create/),
        object: 'user "twin" in context 10',
        login: '10',
        remedy: expect.stringContaining('another display name'),
      },
    ]);
    const wrong = await scene.place.run({ env: { ...env, DEFAULT_CONTEXT: 'x', OX_SOAP_TIMEOUT: 'soon' } });
    expect(JSON.parse(wrong.stderr)).toMatchObject({
      code: 'SETTINGS_INVALID',
      message: expect.stringMatching(/DEFAULT_CONTEXT.*; OX_SOAP_TIMEOUT/),
    });
  });

  it('has a line for each call at DEBUG, and nothing of what was said', async () => {
    scene.place.drop(aUser('anna', { oxNote: 'between us' }));
    const { stderr } = await scene.place.run({ env: { OX_CONNECTOR_LOG_LEVEL: 'DEBUG' } });
    const calls = stderr.match(/DEBUG {3}call .*/g) ?? [];
    expect(calls).toHaveLength((await scene.sandbox.counts()).total);
    expect(calls.at(-1)).toMatch(
      /^DEBUG {3}call service=OXUserService operation=createByModuleAccess object="user \\"anna\\" in context 10" result=200 duration=\d+ms bytes=[1-9]\d+$/,
    );
    expect(stderr).not.toContain('between us');
    expect((await scene.place.run({ env: { OX_CONNECTOR_LOG_LEVEL: 'INFO' } })).stderr).not.toContain('call service');

    scene.place.drop(aUser('bert'));
    const away = { OX_CONNECTOR_LOG_LEVEL: 'DEBUG', OX_SOAP_SERVER: 'http://127.0.0.1:9' };
    expect((await scene.place.run({ env: away })).stderr).toMatch(
      /DEBUG {3}call .* result=unreachable duration=\d+ms bytes=0$/m,
    );
  });

  it('never shows a password, a hash or an image, at any level', async () => {
    const secrets = {
      password: 'geheim1',
      userPassword: '{crypt}$6$geheim2',
      jpegPhoto: '/9j/geheim3',
      sambaNTPassword: 'geheim4',
    };
    scene.place.drop(aUser('anna', secrets));
    const { code, stdout, stderr } = await scene.place.run({
      env: { OX_CONNECTOR_LOG_LEVEL: 'DEBUG', OX_MASTER_PASSWORD: 'geheim5' },
    });
    expect(code).toBe(0);
    expect(stdout + stderr).not.toMatch(/geheim|secret10|masterpw/);
  });
});
