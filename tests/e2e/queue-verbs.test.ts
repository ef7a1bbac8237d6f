/** What waits, was parked or was dropped: one set of verbs for all of it, end to end. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openParts } from '../../bin/parts.ts';
import { dropFiles } from '../../bin/queue-moves.ts';
import { readSettings } from '../../lib/settings/settings.ts';
import { aGroup, aUser, changed, deleted, userDn } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';
import { BINARY, type RunResult } from '../harness/workplace.ts';

const scene = useScene();

const verb = (...args: string[]): Promise<RunResult> => scene.place.run({ args });
const goOn = { env: { OX_CONNECTOR_STOP_ON_ERROR: 'false' } };
const namesIn = (directory: string): string[] => {
  const path = join(scene.place.queue, directory);
  return existsSync(path) ? readdirSync(path).sort() : [];
};

/** Users whom OX refuses: each has the display name of anna. */
const twins = (count: number) =>
  Array.from({ length: count }, (_, at) => aUser(`twin${at}`, { displayName: 'anna Example' }));

async function parkTwins(count: number): Promise<string[]> {
  const [, ...names] = scene.place.drop(aUser('anna'), ...twins(count));
  expect((await scene.place.run(goOn)).code).toBe(0);
  expect(scene.place.parked().sort()).toEqual(names);
  return names;
}

describe('queue list', () => {
  it('says that nothing waits', async () => {
    expect((await verb('queue', 'list')).stdout).toBe('The queue is empty.\n');
  });

  it('names what is parked once for each reason, with the remedy, and cuts what is long', async () => {
    const names = await parkTwins(8);

    const { stdout } = await verb('queue', 'list');

    expect(stdout).toMatch(/^The queue is empty\.\n\n8 files are parked:\n\n8 files: .*displayname is already used/);
    expect(stdout.match(/already used/g)).toHaveLength(1);
    expect(stdout.match(/What to do: .*enforceUniqueDisplayName/g)).toHaveLength(1);
    expect(names.filter((name) => stdout.includes(name))).toEqual(names.slice(0, 3));
    expect(stdout).toContain('… and 5 more: queue list --parked --limit 0 shows all\n');
    const { stdout: whole } = await verb('queue', 'list', '--parked', '--limit', '0');
    expect(names.filter((name) => whole.includes(name))).toEqual(names);
    const { parked } = JSON.parse((await verb('queue', 'list', '--json')).stdout) as { parked: { name: string }[] };
    expect(parked.map(({ name }) => name)).toEqual(names);
  });

  it('says under the file that the last run stopped at how often, when and why', async () => {
    const [, stuck = ''] = scene.place.drop(aUser('anna'), ...twins(1), aUser('bert'));
    await verb();
    await verb();

    const { stdout } = await verb('queue', 'list');

    expect(stdout).toMatch(
      new RegExp(`\\n${stuck} .*\\n +STUCK: 2 times in a row, last \\d+s ago: .*displayname is already used`),
    );
    expect(stdout.match(/STUCK/g)).toHaveLength(1);
    expect((await verb('queue', 'show', stuck)).stdout).toMatch(
      /^Reason: .*displayname is already used .*\n {8}What to do: Give one of the two users another display name/m,
    );
  });

  it('says what each file is to do', async () => {
    scene.place.drop(aUser('anna'), deleted(aUser('anna')), aUser('bert'));
    scene.place.dropRaw('2026-11-20-07-00-00.json', '{');
    scene.place.dropRaw('2026-11-20-07-00-01.json', JSON.stringify({ ...aUser('carl'), oxConnectorReprovision: true }));
    const { stdout } = await verb('queue', 'list');
    const said = [...stdout.matchAll(/^2026\S+ +\S+ +(?:users\/user|\?) +(\S+) +(\S+)/gm)].map(
      ([, change, object = '']) => `${change} ${object.replace(/,.*/, '')}`,
    );
    expect(said.sort()).toEqual(['? ?', 'again uid=carl', 'change uid=anna', 'change uid=bert', 'delete uid=anna']);
  });

  it.each([
    [['--type', 'groups/group'], ['sales']],
    [
      ['--object', 'CN=Users'],
      ['anna', 'bert'],
    ],
    [['--invalid'], ['bert']],
    [['--invalid', '--type', 'groups/group'], []],
    [['--parked'], []],
  ])('%j selects', async (options, expected) => {
    scene.place.drop(aUser('anna'), changed(aUser('bert'), { isOxUser: 'maybe' }), aGroup('sales', []));

    const { stdout } = await verb('queue', 'list', '--json', ...options);
    const { files } = JSON.parse(stdout) as { files: { dn: string }[] };

    expect(files.map(({ dn }) => /=(\w+),/.exec(dn)?.[1])).toEqual(expected);
  });

  it.each([
    [['--type', 'groups/group'], 'No file that fits waits.\n'],
    [['--parked'], 'No file that fits is parked.\n'],
    [['--dropped'], 'No file that fits is dropped.\n'],
  ])('%j says that there is none', async (options, said) => {
    scene.place.drop(aUser('anna'));
    expect(await verb('queue', 'list', ...options)).toMatchObject({ code: 0, stdout: said });
  });

  it('cuts a long queue, and says so', async () => {
    scene.place.drop(...Array.from({ length: 5 }, (_, at) => aUser(`user${at}`)));

    const { stdout } = await verb('queue', 'list', '--limit', '2');

    expect(stdout).toMatch(
      /^5 files wait:\n\nFILE.*\n.*user0.*\n.*user1.*\n… and 3 more: queue list --limit 0 shows all\n$/,
    );
  });

  it('lists 150,000 files', async () => {
    for (let at = 0; at < 150_000; at += 1) {
      writeFileSync(join(scene.place.queue, `2026-11-20-08-00-00-${String(at).padStart(6, '0')}.json`), '');
    }

    const { stdout } = await verb('queue', 'list', '--limit', '0');

    expect(stdout.slice(0, 100)).toMatch(/^150000 files wait, 150000 invalid \(queue list --invalid\):\n/);
    expect(stdout.split('\n').length).toBeGreaterThan(300_000);
  }, 300_000);

  it('--watch shows what is new, until it is ended', async () => {
    const child = spawn(BINARY, ['queue', 'list', '--watch', '1'], {
      env: { PATH: process.env.PATH ?? '', OX_CONNECTOR_DATA_DIR: scene.place.data },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let shown = '';
    const ended = new Promise((resolve) => child.on('close', (_, signal) => resolve(signal)));
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        if (shown === '') {
          scene.place.drop(aUser('anna'));
        }
        shown += chunk.toString();
        if (shown.includes('uid=anna')) {
          resolve();
        }
      });
    });
    child.kill('SIGINT');

    expect(await ended).toBe('SIGINT');
    expect(shown).toMatch(/^The queue is empty\.\n1 file waits:\n/);
  });
});

describe('queue show', () => {
  it.each([
    ['one that is new', [aUser('new')], /^Change: new$/m],
    ['a deletion', [deleted(aUser('anna'))], /^Change: deleted$/m],
    ['one property', [aUser('anna', { title: 'Dr.' })], /^Change: 1 property differs$/m],
    ['several', [aUser('anna', { title: 'Dr.', street: 'x' })], /^Change: 2 properties differ$/m],
    ['a secret', [aUser('anna', { userPassword: 'x' })], /^userPassword +\S+ +\(not shown\)$/m],
    [
      'a mark',
      [{ ...aUser('anna'), oxConnectorReprovision: true }],
      /^Change: 0 properties differ, to be provisioned again from its last state$/m,
    ],
  ])('tells what changes: %s', async (_what, files, said) => {
    scene.place.remember(aUser('anna'));
    const [name = ''] = scene.place.drop(...files);
    expect((await verb('queue', 'show', name)).stdout).toMatch(said);
  });

  it('tells what it can where the last state is damaged', async () => {
    const [name = ''] = scene.place.drop(aUser('anna'));
    scene.place.remember(aUser('anna'));
    const state = join(scene.place.queue, 'old', `${aUser('anna').id}.json`);
    writeFileSync(state, '{');

    const { code, stdout } = await verb('queue', 'show', name);

    expect(code).toBe(0);
    expect(stdout).toContain(`Object: users/user ${userDn('anna')}`);
    expect(stdout).toMatch(/^Change: \? \(the last state is damaged: .*\.json is not valid JSON: .*\)$/m);
    expect(stdout).toMatch(/^ {8}What to do: Restore .* from a backup, or remove it/m);
    expect(JSON.parse((await verb('queue', 'show', name, '--json')).stdout)).toMatchObject({
      dn: userDn('anna'),
      changes: [],
      damage: expect.stringMatching(/^the last state is damaged: /),
    });
  });

  it('knows parked and dropped files, and why they are there', async () => {
    const [name = '', other = ''] = await parkTwins(2);
    await verb('queue', 'drop', other, '--reason', 'asked by Bert');

    const parked = (await verb('queue', 'show', name)).stdout;
    expect((await verb('queue', 'list')).stdout).toMatch(
      /^The queue is empty\.\n\n1 file is parked:\n(?:.*\n)*1 file set aside by hand: queue list --dropped\n$/,
    );
    expect(parked).toMatch(
      /^Where: {2}parked \(queue retry puts it back\), written \d+\w ago\nReason: .*displayname is already used.*\n +What to do: .*enforce/m,
    );
    expect(parked).toContain(userDn('twin0'));
    const dropped = JSON.parse((await verb('queue', 'show', other, '--json')).stdout);
    expect((await verb('queue', 'show', other)).stdout).toMatch(
      /^Where: {2}dropped \(queue undrop puts it back\), written/m,
    );
    expect(dropped).toMatchObject({ place: 'dropped', reason: 'asked by Bert', dn: userDn('twin1') });
  });

  it('explains a file that cannot be read', async () => {
    scene.place.dropRaw('2026-11-20-08-00-01.json', '{');
    expect((await verb('queue', 'show', '2026-11-20-08-00-01')).stdout).toMatch(/^Where: {2}in the queue, written/m);
    expect((await verb('queue', 'show', '2026-11-20-08-00-01')).stdout).toMatch(/^Valid: {2}no: .*not valid JSON/m);
  });
});

describe('queue drop', () => {
  it('keeps what the run said where no reason is given', async () => {
    const [, stuck = ''] = scene.place.drop(aUser('anna'), ...twins(1));
    await verb();

    expect((await verb('queue', 'drop', stuck)).stdout).toBe(
      `1 file dropped (${join(scene.place.queue, 'dropped')})\n`,
    );

    const reason = readFileSync(join(scene.place.queue, 'dropped', stuck.replace('.json', '.reason')), 'utf8');
    expect(reason).toMatch(/^\d{4}-\S+Z .*displayname is already used/);
  });

  it.each([
    ['a file that is not there', ['nope'], 65],
    ['one of two that is not there', ['2026-11-20-08-00-00-000001', 'nope'], 65],
    ['the record of the runs', ['.run'], 65],
    ['an empty reason', ['2026-11-20-08-00-00-000001', '--reason', ''], 64],
    ['no file', [], 64],
    ['a file and --all', ['2026-11-20-08-00-00-000001', '--all'], 64],
    ['all without confirmation', ['--all'], 64],
  ])('refuses %s, and leaves all as it is', async (_what, words, code) => {
    scene.place.drop(aUser('anna'));
    scene.place.dropRaw('.run', '{}');
    scene.place.dropRaw('.run.json', '{}');

    const result = await verb('queue', 'drop', ...words);

    expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: '' });
    expect(result.stderr).not.toBe('');
    expect(namesIn('dropped')).toEqual([]);
    expect(namesIn('.').filter((name) => !name.startsWith('.lock'))).toEqual([
      '.run',
      '.run.json',
      '2026-11-20-08-00-00-000001.json',
    ]);
  });

  it.each([
    ['drop', 'no such file waits or is parked; nothing was done'],
    ['show', 'no such file waits or is parked or was dropped; nothing was done'],
    ['retry', 'no such file is parked; nothing was done'],
    ['undrop', 'no such file was dropped; nothing was done'],
  ])('%s says where it has looked, and where names are', async (what, said) => {
    const { code, stderr } = await verb('queue', what, 'nope');
    expect([code, stderr]).toEqual([65, expect.stringContaining(`nope: ${said}`)]);
    expect(stderr).toContain(
      'What to do: See `queue list`, `queue list --parked` and `queue list --dropped` for the names.\n',
    );
  });

  it('says where a file is that was looked for elsewhere', async () => {
    const [parked = ''] = await parkTwins(1);
    const [waits = ''] = scene.place.drop(aUser('bert'));
    const said = async (...words: string[]) => (await verb('queue', ...words)).stderr;
    expect(await said('undrop', parked)).toContain('no such file was dropped (it is parked); nothing was done');
    expect(await said('retry', waits)).toContain('no such file is parked (it waits); nothing was done');
    await verb('queue', 'drop', waits);
    expect((await verb('queue', 'show', waits)).stdout).toMatch(/^Reason: no reason given$/m);
    expect(await said('retry', waits)).toContain('no such file is parked (it was dropped); nothing was done');
  });

  it('--all leaves what notes that a DN was given up', async () => {
    scene.place.drop(aUser('anna'));
    await verb();
    scene.place.drop(deleted(aUser('anna')), aUser('bert'));

    for (const _ of ['once', 'and once more']) {
      expect((await verb('queue', 'drop', '--all', '--yes')).code).toBe(0);
    }
    expect((await verb()).code).toBe(0);

    expect(scene.place.lastState(aUser('anna').id)?.object.oxDbGivenUp).toBe('2026-11-20-08-00-00-000002.json');
  });

  it('takes those that the options select', async () => {
    const [kept = ''] = await parkTwins(1);
    scene.place.drop(changed(aUser('bert'), { isOxUser: 'maybe' }), aUser('carl'));

    expect((await verb('queue', 'drop', '--all', '--invalid', '--yes')).stdout).toMatch(/^1 file dropped/);
    expect([scene.place.waiting().length, scene.place.parked()]).toEqual([1, [kept]]);
    expect((await verb('queue', 'drop', '--all', '--parked', '--yes')).stdout).toMatch(/^1 file dropped/);
    expect([scene.place.waiting().length, scene.place.parked()]).toEqual([1, []]);
    expect((await verb('queue', 'drop', '--all', '--yes', '--type', 'users/user')).stdout).toMatch(/^1 file dropped/);
    expect(namesIn('dropped')).toHaveLength(6);
  });
});

it.each([[1], [2]])('says what a run took away meanwhile, of %i files', async (count) => {
  const names = scene.place.drop(aUser('anna'), ...(count > 1 ? [aUser('bert')] : []));
  const parts = openParts(readSettings({}, scene.place.data), scene.place.queue);
  const busy = {
    ...parts,
    inbox: {
      ...parts.inbox,
      parse: (path: string) => {
        parts.inbox.remove(names[0] ?? '');
        return parts.inbox.parse(path);
      },
    },
  };
  const unheard = (): void => undefined;
  const watched = { log: { warning: unheard }, progress: { show: unheard, end: unheard } };
  const answer = dropFiles(busy, watched, names, {});
  if (count > 1) {
    expect((await answer).text).toBe(`1 file dropped (${join(scene.place.queue, 'dropped')}), 1 gone meanwhile\n`);
  } else {
    await expect(answer).rejects.toMatchObject({
      code: 'QUEUE_FILE_INVALID',
      message: `${names[0]} went away meanwhile; nothing was done`,
      remedy: 'See `queue list`: a run may have applied it.',
    });
  }
  parts.client.close();
});

it('queue list cuts many reasons, and says where none is known', async () => {
  const parked = join(scene.place.queue, 'parked');
  mkdirSync(parked);
  for (let at = 0; at < 22; at += 1) {
    const name = `2026-11-20-08-00-${String(at).padStart(2, '0')}`;
    writeFileSync(join(parked, `${name}.json`), JSON.stringify(aUser(`u${at}`)));
    writeFileSync(join(parked, `${name}.reason`), at === 0 ? '' : `reason ${'x'.repeat(at)}\n`);
  }
  const { stdout } = await verb('queue', 'list');
  expect(stdout).toMatch(
    /^The queue is empty\.\n\n22 files are parked, for 22 reasons:\n\n1 file: no reason is known\n/,
  );
  expect(stdout).toMatch(/\n… and 2 more reasons: queue list --parked --limit 0 shows all\n$/);
});

describe('queue retry', () => {
  it('puts one file back, and leaves the others parked', async () => {
    const [name = '', other = ''] = await parkTwins(2);

    expect((await verb('queue', 'retry', name)).stdout).toBe('1 parked file is back in the queue\n');

    expect(scene.place.parked()).toEqual([other]);
    expect(scene.place.waiting()).toEqual([name.replace('.json', '+1.json')]);
    expect((await verb('queue', 'retry', 'nope')).code).toBe(65);
  });

  it('puts back those that the options select', async () => {
    const [name = '', other = ''] = await parkTwins(2);
    expect((await verb('queue', 'retry', '--object', 'twin1')).code).toBe(0);
    expect([scene.place.parked(), scene.place.waiting()]).toEqual([[name], [other.replace('.json', '+1.json')]]);
    expect((await verb('queue', 'retry', '--all')).code).toBe(0);
    expect(scene.place.parked()).toEqual([]);
  });
});

describe('queue undrop', () => {
  it('puts dropped files back, and OX gets what they say', async () => {
    const [name = ''] = scene.place.drop(aUser('anna'), aUser('bert'));
    await verb('queue', 'drop', name);

    const { stdout } = await verb('queue', 'undrop', name);
    const [now = ''] = scene.place.waiting().filter((each) => each.includes('+'));
    expect(stdout).toBe(`1 file put back\n  ${name} as ${join(scene.place.queue, now)}\n`);
    expect(namesIn('dropped')).toEqual([]);
    expect((await verb()).code).toBe(0);

    const users = (await scene.sandbox.canonicalState()).contexts['10']?.users ?? [];
    expect(users.map((user) => user.name).sort()).toEqual(['anna', 'bert']);
  });

  it('asks before an older change undoes a newer one', async () => {
    scene.place.drop(aUser('anna'));
    await verb();
    const [older = '', _newer] = scene.place.drop(aUser('anna', { title: 'old' }), aUser('anna', { title: 'new' }));
    await verb('queue', 'drop', older);
    await verb();

    const { code, stderr } = await verb('queue', 'undrop', older);

    expect({ code, waiting: scene.place.waiting() }).toEqual({ code: 64, waiting: [] });
    expect(stderr).toContain(
      `1 object changed since, or may have been deleted, beginning with that of ${older}: an older change that is put back would ` +
        'undo that. Go on?',
    );
    expect((await verb('queue', 'undrop', '--all', '--yes')).code).toBe(0);
    expect(scene.place.waiting()).toHaveLength(1);
  });

  it('asks before somebody comes back who may have been deleted since', async () => {
    const [name = ''] = scene.place.drop(aUser('anna'));
    await verb('queue', 'drop', name);
    scene.place.drop(deleted(aUser('anna')));
    await verb();

    expect((await verb('queue', 'undrop', name)).code).toBe(64);
    expect([scene.place.waiting(), namesIn('dropped')]).toEqual([[], [name, name.replace('.json', '.reason')]]);
  });

  it('takes back what was noted at the drop: the object has its DN again', async () => {
    scene.place.drop(aUser('anna'));
    await verb();
    const [name = ''] = scene.place.drop(deleted(aUser('anna')));
    await verb('queue', 'drop', name);
    await verb();

    expect((await verb('queue', 'undrop', name, '--yes')).code).toBe(0);
    expect((await verb()).code).toBe(0);

    expect((await scene.sandbox.canonicalState()).contexts['10']?.users).toEqual([]);
    expect(scene.place.lastStates()).toEqual({});
  });
});
