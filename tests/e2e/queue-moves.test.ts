/** `queue drop`, `queue retry` and `queue undrop`: files set aside by hand, and put back. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openParts } from '../../bin/parts.ts';
import { dropFiles } from '../../bin/queue-moves.ts';
import { readSettings } from '../../lib/settings/settings.ts';
import { aUser, changed, deleted } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';
import { parkTwins, twins } from '../harness/twins.ts';

const scene = useScene();

describe('queue drop', () => {
  it('keeps what the run said where no reason is given', async () => {
    const [, stuck = ''] = scene.place.drop(aUser('anna'), ...twins(1));
    await scene.verb();

    expect((await scene.verb('queue', 'drop', stuck)).stdout).toBe(
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
    ['all whose object is not said', ['--all', '--object', '', '--yes'], 64],
  ])('refuses %s, and leaves all as it is', async (_what, words, code) => {
    scene.place.drop(aUser('anna'));
    scene.place.dropRaw('.run', '{}');
    scene.place.dropRaw('.run.json', '{}');

    const result = await scene.verb('queue', 'drop', ...words);

    expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: '' });
    expect(result.stderr).not.toBe('');
    expect(scene.place.namesIn('dropped')).toEqual([]);
    expect(scene.place.namesIn('.').filter((name) => !name.startsWith('.lock'))).toEqual([
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
    const { code, stderr } = await scene.verb('queue', what, 'nope');
    expect([code, stderr]).toEqual([65, expect.stringContaining(`nope: ${said}`)]);
    expect(stderr).toContain(
      'What to do: See `queue list`, `queue list --parked` and `queue list --dropped` for the names.\n',
    );
  });

  it('says where a file is that was looked for elsewhere', async () => {
    const [parked = ''] = await parkTwins(scene.place, 1);
    const [waits = ''] = scene.place.drop(aUser('bert'));
    const said = async (...words: string[]) => (await scene.verb('queue', ...words)).stderr;
    expect(await said('undrop', parked)).toContain('no such file was dropped (it is parked); nothing was done');
    expect(await said('retry', waits)).toContain('no such file is parked (it waits); nothing was done');
    await scene.verb('queue', 'drop', waits);
    expect((await scene.verb('queue', 'show', waits)).stdout).toMatch(/^Reason: no reason given$/m);
    expect(await said('retry', waits)).toContain('no such file is parked (it was dropped); nothing was done');
  });

  it('--all leaves what notes that a DN was given up', async () => {
    scene.place.drop(aUser('anna'));
    await scene.verb();
    scene.place.drop(deleted(aUser('anna')), aUser('bert'));

    for (const _ of ['once', 'and once more']) {
      expect((await scene.verb('queue', 'drop', '--all', '--yes')).code).toBe(0);
    }
    expect((await scene.verb()).code).toBe(0);

    expect(scene.place.lastState(aUser('anna').id)?.object.oxDbGivenUp).toBe('2026-11-20-08-00-00-000002.json');
  });

  it('takes those that the options select', async () => {
    const [kept = ''] = await parkTwins(scene.place, 1);
    scene.place.drop(changed(aUser('bert'), { isOxUser: 'maybe' }), aUser('carl'));

    expect((await scene.verb('queue', 'drop', '--all', '--invalid', '--yes')).stdout).toMatch(/^1 file dropped/);
    expect([scene.place.waiting().length, scene.place.parked()]).toEqual([1, [kept]]);
    expect((await scene.verb('queue', 'drop', '--all', '--parked', '--yes')).stdout).toMatch(/^1 file dropped/);
    expect([scene.place.waiting().length, scene.place.parked()]).toEqual([1, []]);
    expect((await scene.verb('queue', 'drop', '--all', '--yes', '--type', 'users/user')).stdout).toMatch(
      /^1 file dropped/,
    );
    expect(scene.place.namesIn('dropped')).toHaveLength(6);
  });

  it('sets a file aside with the reason, and the run goes on without it', async () => {
    const [name = ''] = scene.place.drop(aUser('anna'));

    expect((await scene.verb('queue', 'drop', name, '--reason', 'asked by Bert')).code).toBe(0);

    expect(scene.place.waiting()).toEqual([]);
    const dropped = join(scene.place.queue, 'dropped');
    expect(JSON.parse(readFileSync(join(dropped, name), 'utf8'))).toEqual(aUser('anna'));
    expect(readFileSync(join(dropped, name.replace('.json', '.reason')), 'utf8')).toContain('asked by Bert');
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
});

describe('queue retry', () => {
  it('puts one file back, and leaves the others parked', async () => {
    const [name = '', other = ''] = await parkTwins(scene.place, 2);

    expect((await scene.verb('queue', 'retry', name)).stdout).toBe('1 parked file is back in the queue\n');

    expect(scene.place.parked()).toEqual([other]);
    expect(scene.place.waiting()).toEqual([name.replace('.json', '+1.json')]);
    expect((await scene.verb('queue', 'retry', 'nope')).code).toBe(65);
  });

  it('puts back those that the options select', async () => {
    const [name = '', other = ''] = await parkTwins(scene.place, 2);
    expect((await scene.verb('queue', 'retry', '--object', 'twin1')).code).toBe(0);
    expect([scene.place.parked(), scene.place.waiting()]).toEqual([[name], [other.replace('.json', '+1.json')]]);
    expect((await scene.verb('queue', 'retry', '--all')).code).toBe(0);
    expect(scene.place.parked()).toEqual([]);
  });
});

describe('queue undrop', () => {
  it('puts dropped files back, and OX gets what they say', async () => {
    const [name = ''] = scene.place.drop(aUser('anna'), aUser('bert'));
    await scene.verb('queue', 'drop', name);

    const { stdout } = await scene.verb('queue', 'undrop', name);
    const [now = ''] = scene.place.waiting().filter((each) => each.includes('+'));
    expect(stdout).toBe(`1 file put back\n  ${name} as ${join(scene.place.queue, now)}\n`);
    expect(scene.place.namesIn('dropped')).toEqual([]);
    expect((await scene.verb()).code).toBe(0);

    const users = (await scene.sandbox.canonicalState()).contexts['10']?.users ?? [];
    expect(users.map((user) => user.name).sort()).toEqual(['anna', 'bert']);
  });

  it('asks before an older change undoes a newer one', async () => {
    scene.place.drop(aUser('anna'));
    await scene.verb();
    const [older = '', _newer] = scene.place.drop(aUser('anna', { title: 'old' }), aUser('anna', { title: 'new' }));
    await scene.verb('queue', 'drop', older);
    await scene.verb();

    const { code, stderr } = await scene.verb('queue', 'undrop', older);

    expect({ code, waiting: scene.place.waiting() }).toEqual({ code: 64, waiting: [] });
    expect(stderr).toContain(
      `1 object changed since, or may have been deleted, beginning with that of ${older}: an older change that is put back would ` +
        'undo that. Go on?',
    );
    expect((await scene.verb('queue', 'undrop', '--all', '--yes')).code).toBe(0);
    expect(scene.place.waiting()).toHaveLength(1);
  });

  it('asks before somebody comes back who may have been deleted since', async () => {
    const [name = ''] = scene.place.drop(aUser('anna'));
    await scene.verb('queue', 'drop', name);
    scene.place.drop(deleted(aUser('anna')));
    await scene.verb();

    expect((await scene.verb('queue', 'undrop', name)).code).toBe(64);
    expect([scene.place.waiting(), scene.place.namesIn('dropped')]).toEqual([
      [],
      [name, name.replace('.json', '.reason')],
    ]);
  });

  it('takes back what was noted at the drop, which is no change to ask about: the object has its DN again', async () => {
    scene.place.drop(aUser('anna'));
    await scene.verb();
    const [name = ''] = scene.place.drop(deleted(aUser('anna')));
    await scene.verb('queue', 'drop', name);
    await scene.verb();

    expect((await scene.verb('queue', 'undrop', name)).code).toBe(0);
    expect((await scene.verb()).code).toBe(0);

    expect((await scene.sandbox.canonicalState()).contexts['10']?.users).toEqual([]);
    expect(scene.place.lastStates()).toEqual({});
  });
});
