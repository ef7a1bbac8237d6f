/** The verbs that act on the queue and the mapping, end to end. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aGroup, anAccount, aProfile, aUser, changed, deleted, groupDn, userDn } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';
import type { RunResult } from '../harness/workplace.ts';

const scene = useScene();

const verb = (...args: string[]): Promise<RunResult> => scene.place.run({ args });

/** Every file below DATA with its content. */
function tree(): Record<string, string> {
  const files = readdirSync(scene.place.data, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, readFileSync(path, 'latin1')];
    }),
  );
}

describe('queue', () => {
  it('lists the files in processing order, with what is wrong with them, and writes nothing', async () => {
    scene.place.drop(aGroup('sales', ['anna']), aUser('anna'), changed(aUser('bert'), { isOxUser: 'maybe' }));
    const before = tree();

    const { code, stdout } = await verb('queue', 'list', '--json');

    expect(code).toBe(0);
    const { files } = JSON.parse(stdout) as { files: { dn: string; type: string; mistakes: string }[] };
    expect(files.map(({ dn, type }) => [dn, type])).toEqual([
      [userDn('anna'), 'users/user'],
      [userDn('bert'), 'users/user'],
      [groupDn('sales'), 'groups/group'],
    ]);
    expect(files.map(({ mistakes }) => mistakes !== '')).toEqual([false, true, false]);
    expect(files[1]?.mistakes).toContain('/isOxUser');
    expect(tree()).toEqual(before);
  });

  it('shows a file that cannot be read at the place where the run would stop', async () => {
    scene.place.drop(aUser('anna'));
    scene.place.dropRaw('2026-11-20-08-00-01.json', '{');

    const { stdout } = await verb('queue', 'list');

    expect(stdout).toMatch(
      /^2 files wait, 1 invalid.*\n.*\nFILE .*\n.*uid=anna.*\n2026-11-20-08-00-01\.json .*\n +INVALID: .*not valid JSON/,
    );
  });

  it('explains one file: what it was and what it is to be, no secrets', async () => {
    scene.place.drop(aUser('anna', { password: 'first' }));
    await scene.place.run();
    const [name = ''] = scene.place.drop(aUser('anna', { title: 'Dr.', password: 'second' }));

    const { stdout } = await verb('queue', 'show', name);

    expect(stdout).toContain(userDn('anna'));
    expect(stdout).toMatch(/title +- +Dr\./);
    expect(stdout).not.toMatch(/first|second/);
  });

  it('sets a file aside with the reason, and the run goes on without it', async () => {
    const [name = ''] = scene.place.drop(aUser('anna'));

    expect((await verb('queue', 'drop', name, '--reason', 'asked by Bert')).code).toBe(0);

    expect(scene.place.waiting()).toEqual([]);
    const dropped = join(scene.place.queue, 'dropped');
    expect(JSON.parse(readFileSync(join(dropped, name), 'utf8'))).toEqual(aUser('anna'));
    expect(readFileSync(join(dropped, name.replace('.json', '.reason')), 'utf8')).toContain('asked by Bert');
  });
});

describe('plan', () => {
  it('tells what would be sent, field by field, and changes nothing', async () => {
    scene.place.drop(
      aProfile('premium', ['webmail']),
      aUser('anna', { title: 'Dr.', oxUserfield01: 'x' }),
      aGroup('sales', ['anna']),
    );
    await scene.place.run();
    scene.place.drop(
      aUser('anna', { title: null, username: 'anne', oxAccess: null }),
      deleted(aGroup('sales', [])),
      aUser('bert'),
    );
    const [before, ox] = [tree(), await scene.sandbox.state()];

    const { code, stdout, stderr } = await verb('plan', '--json');

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const planned = JSON.parse(stdout) as {
      dn: string;
      outcome: string;
      calls: { operation: string; changes: unknown[] }[];
    }[];
    expect(planned.map(({ dn, outcome, calls }) => [dn, outcome, calls.map(({ operation }) => operation)])).toEqual([
      [userDn('anna'), 'updated in context 10', ['change', 'changeByModuleAccess']],
      [userDn('bert'), 'created in context 10', ['createByModuleAccess']],
      [groupDn('sales'), 'removed in context 10', ['delete']],
    ]);
    expect(planned[0]?.calls[0]?.changes).toEqual([
      { field: 'title', before: 'Dr.', after: '' },
      { field: 'userfield01', before: 'x', after: '' },
      { field: 'name', before: 'anna', after: 'anne' },
      { field: 'mailenabled', before: 'true', after: 'false' },
    ]);
    expect(planned[0]?.calls[1]?.changes).toEqual([{ field: 'webmail', before: 'true', after: 'false' }]);
    expect(tree()).toEqual(before);
    expect(await scene.sandbox.state()).toEqual(ox);
  });

  it('plans what the run then does, objects that depend on each other included', async () => {
    const user = aUser('anna');
    scene.place.drop(
      user,
      changed(user, { title: 'Dr.' }),
      aGroup('sales', ['anna']),
      anAccount('info', ['anna']),
      anAccount('info', ['anna'], { personal: 'Help' }),
      deleted(user),
    );

    const planned = JSON.parse((await verb('plan', '--json')).stdout) as { outcome: string }[];
    const { stderr } = await scene.place.run();

    const done = [...stderr.matchAll(/ provisioned .*?action="?([^"]*?)"? duration/g)].map((match) => match[1]);
    expect(planned.map(({ outcome }) => outcome)).toEqual(done);
  });

  it('plans one file, and says where the run would stop and what would come after that', async () => {
    const [first = '', second = '', third = ''] = scene.place.drop(
      aUser('anna'),
      aUser('bert', { oxUserQuota: 'much' }),
      aUser('cora'),
    );

    expect(JSON.parse((await verb('plan', first, '--json')).stdout)).toHaveLength(1);
    const explained = (await verb('plan', first)).stdout;
    expect(explained).toContain(`${first} ${userDn('anna')}: created in context 10\n`);
    expect(explained).toContain('\n    name: - → anna\n');
    const { code, stdout, stderr } = await verb('plan', '--json');

    expect(code).toBe(65);
    expect(JSON.parse(stdout)).toMatchObject([
      { file: first, effect: 'created' },
      { file: second, effect: 'refused', outcome: expect.stringMatching(/^refused: .*oxUserQuota/), calls: [] },
      { file: third, effect: 'created' },
    ]);
    expect(stderr).toContain(`Error while processing ${join(scene.place.queue, second)}`);
    const { stdout: told } = await verb('plan');
    expect(told.replace(/\s+/g, ' ')).toContain(
      ` A run stops at ${second}: what comes after it is told as if it were set aside. `,
    );
    expect(scene.place.waiting()).toEqual([first, second, third]);
  });

  it('plans one file after all that is done before it', async () => {
    const user = aUser('anna');
    const [, second = '', group = '', stop = '', last = ''] = scene.place.drop(
      user,
      changed(user, { title: 'Dr.' }),
      aGroup('sales', ['anna']),
      aUser('bert', { oxUserQuota: 'much' }),
      aUser('cora'),
    );

    const { code, stdout } = await verb('plan', second);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^\S+ uid=anna.*: updated in context 10\n(?: {2}note.*\n)?.*OXUserService.*\n {4}title: - → Dr\.\n$/,
    );
    expect(JSON.parse((await verb('plan', group, '--json')).stdout)).toMatchObject([
      { file: group, effect: 'created', calls: [{ changes: expect.arrayContaining([expect.anything()]) }] },
    ]);
    const after = await verb('plan', last);
    expect(after).toMatchObject({
      code: 65,
      stdout: expect.stringContaining(`\n\nA run stops before that, at ${stop}.\n`),
    });
    expect((await verb('plan', 'nope')).code).toBe(65);
  });

  it('says of a file that only notes something that nothing would be sent', async () => {
    scene.place.remember(aUser('anna'));
    const [deletion = ''] = scene.place.drop(deleted(aUser('anna')));
    await verb('queue', 'drop', deletion);
    const [note = ''] = scene.place.waiting();

    expect(await verb('plan', note)).toMatchObject({ code: 0, stdout: 'A run would send nothing for it.\n' });
  });

  it('says where a run would stop: at what is refused before a file that cannot be read, and else there', async () => {
    const [, refused = '', last = ''] = scene.place.drop(
      aUser('anna'),
      aUser('bert', { oxUserQuota: 'much' }),
      aUser('cora'),
    );
    scene.place.dropRaw('2026-11-20-08-00-01.json', '{');

    expect(await verb('plan')).toMatchObject({
      code: 65,
      stdout: expect.stringContaining(`A run stops at ${refused}:`),
      stderr: expect.stringMatching(
        new RegExp(`Error while processing \\S+${refused}\n[^]*oxUserQuota[^]*What to do: `),
      ),
    });
    await verb('queue', 'drop', refused);
    expect((await verb('plan', last)).code).toBe(0);
    expect((await verb('plan')).stdout).toContain('A run stops at 2026-11-20-08-00-01.json:');
  });

  it('ends well where a run would go on past what is refused', async () => {
    scene.place.drop(aUser('bert', { oxUserQuota: 'much' }), aUser('cora'));

    const { code, stdout } = await scene.place.run({ args: ['plan'], env: { OX_CONNECTOR_STOP_ON_ERROR: 'false' } });

    expect(code).toBe(0);
    expect(stdout).toMatch(/^2 files: 1 created, 1 refused\n/);
    expect(stdout).not.toContain('A run stops');
  });

  it('begins with how many objects would be created, changed, removed and refused, and ends there unless asked', async () => {
    scene.place.drop(aUser('anna'), aUser('bert'), aGroup('sales', ['anna']));
    await scene.place.run();
    scene.place.drop(
      aUser('anna', { title: 'Dr.' }),
      deleted(aUser('bert')),
      aUser('cora'),
      aUser('late', { oxContext: 30 }),
      deleted(aUser('never')),
      aGroup('sales', ['anna']),
    );

    const { code, stdout } = await verb('plan');

    expect(code).toBe(0);
    expect(stdout.replace(/ +/g, ' ')).toBe(
      [
        '6 files: 1 created, 1 changed, 1 removed, 2 unchanged, 1 skipped',
        '',
        'TYPE CREATED CHANGED REMOVED UNCHANGED SKIPPED REFUSED',
        'users/user 1 1 1 1 1 0',
        'groups/group 0 0 0 1 0 0',
        '',
        'plan --details shows what would be sent for each file, plan FILE for one of them.',
        '',
      ].join('\n'),
    );
    const details = (await verb('plan', '--details')).stdout;
    expect(details.startsWith(stdout)).toBe(true);
    expect(details).toContain('    title: - → Dr.\n');
    expect((await verb('plan', '--details')).stdout.split('\n').length).toBeGreaterThan(20);
  });

  it('names the members that come to a group and those that go', async () => {
    scene.place.drop(aUser('anna'), aUser('bert'), aGroup('sales', ['anna', 'bert']));
    await scene.place.run();
    scene.place.drop(aUser('cora'), aUser('dora'), aGroup('sales', ['bert', 'cora', 'dora']), aGroup('new', ['anna']));

    const { stdout } = await verb('plan', '--details');

    expect(stdout).toContain('OXGroupService.change for ');
    expect(stdout).toContain('    members added: cora, dora\n    members removed: anna\n');
    expect(stdout).toMatch(/OXGroupService\.create for .*\n(?: {4}.*\n)* {4}members added: anna\n/);
  });

  it('does not say that nothing waits where it could not look', async () => {
    scene.place.drop(aUser('anna'), aUser('bert'));
    const { code, stdout, stderr } = await scene.place.run({
      args: ['plan'],
      env: { OX_SOAP_SERVER: 'http://127.0.0.1:9' },
    });
    expect({ code, stdout }).toEqual({ code: 69, stdout: '' });
    expect(stderr).toContain('code=OX_UNREACHABLE');
  });

  it('says that nothing waits', async () => {
    expect(await verb('plan')).toMatchObject({ code: 0, stdout: 'Nothing waits.\n' });
  });
});

describe('reprovision', () => {
  beforeEach(async () => {
    scene.place.drop(aUser('anna'), aUser('bert'), aGroup('sales', ['anna']), aUser('carl', { oxContext: 30 }));
    await scene.place.run();
  });

  it.each([
    ['a user name', ['anna'], [userDn('anna')]],
    ['a DN, written otherwise', ['UID=Anna, cn=users,dc=example,dc=org'], [userDn('anna')]],
    ['an id', [aUser('bert').id], [userDn('bert')]],
    ['several', ['anna', 'sales', '--yes'], [userDn('anna'), groupDn('sales')]],
    ['a type', ['--type', 'groups/group'], [groupDn('sales')]],
    ['the skipped ones', ['--skipped'], [userDn('carl')]],
  ])('puts back by %s', async (_what, args, dns) => {
    expect((await verb('reprovision', ...args)).code).toBe(0);

    const waiting = scene.place
      .waiting()
      .map((name) => JSON.parse(readFileSync(join(scene.place.queue, name), 'utf8')) as { dn: string });
    expect(waiting.map(({ dn }) => dn).sort()).toEqual([...dns].sort());
  });

  it('repairs what was changed in OX', async () => {
    const before = await scene.sandbox.canonicalState();
    await scene.sandbox.drift({
      setUser: { context: 10, name: 'anna', fields: { nickname: 'drift', sur_name: 'drift' } },
    });

    await verb('reprovision', 'anna');
    expect((await scene.place.run()).code).toBe(0);

    expect(await scene.sandbox.canonicalState()).toEqual(before);
  });

  it('does nothing for more than one unless confirmed', async () => {
    const { code, stderr } = await verb('reprovision', '--all');
    expect({ code, stderr }).toEqual({ code: 64, stderr: expect.stringContaining('nothing was done') });
    expect(scene.place.waiting()).toEqual([]);
    expect((await verb('reprovision', 'anna', 'bert', '--yes')).stdout).toBe('2 objects put into the queue\n');
    const all = await verb('reprovision', '--all', '--yes');
    expect(all.stdout).toBe('2 objects put into the queue, 2 wait already\n');
    expect(scene.place.waiting()).toHaveLength(4);
    await verb('reprovision', '--all', '--yes');
    expect(scene.place.waiting()).toHaveLength(4);
  });

  it('passes over a last state that is damaged, and names it', async () => {
    const damaged = join(scene.place.queue, 'old', `${aUser('bert').id}.json`);
    writeFileSync(damaged, '{');

    const { code, stdout, stderr } = await verb('reprovision', 'anna');

    expect({ code, stdout }).toEqual({ code: 74, stdout: '1 object put into the queue\n' });
    expect(stderr).toMatch(/the last state is damaged: .*code=LAST_STATE_BROKEN/);
    expect(stderr).toContain(`What to do: Restore ${damaged} from a backup`);
    const unknown = await verb('reprovision', 'bert');
    expect([unknown.code, unknown.stderr]).toEqual([65, expect.stringContaining(damaged)]);
    expect((await verb('reprovision', '--all', '--yes')).code).toBe(74);
    expect(scene.place.waiting()).toHaveLength(3);
  });

  it('says what it does not know, and needs to be told something', async () => {
    const nobody = await verb('reprovision', 'nobody', 'none');
    expect([nobody.code, nobody.stderr]).toEqual([65, expect.stringContaining('not known: nobody, none')]);
    expect(nobody.stderr).toContain(
      `What to do: Only objects with a last state in ${join(scene.place.queue, 'old')} can be provisioned again. Save the object in UDM ` +
        'to bring a new one.\n',
    );
    expect((await verb('reprovision')).code).toBe(64);
    expect(await verb('reprovision', 'anna', '--all')).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('name objects, or use --all or --skipped: not both'),
    });
  });
});

describe('mapping', () => {
  const file = (): string => join(scene.place.data, 'AttributeMapping.json');
  const WORDS = ['--unset', 'nickname', '--leave-alone', 'note'];

  it('shows the difference, then writes it; the next change of a user follows it', async () => {
    const { code, stdout } = await verb('mapping', 'modify', '--set', 'title', 'oxTitle', ...WORDS);

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        'nickname: oxNickName → emptied in OX\nnote: oxNote → left alone\ntitle: title → oxTitle\nwritten: users follow with their next change, or with `reprovision --type users/user`\n',
    });
    expect(JSON.parse((await verb('mapping', 'dump')).stdout)).toEqual(JSON.parse(readFileSync(file(), 'utf8')));
    scene.place.drop(aUser('anna', { title: 'no', oxTitle: 'yes' }));
    await scene.place.run();
    expect((await scene.sandbox.canonicalState()).contexts['10']?.users[0]).toMatchObject({ title: 'yes' });
  });

  it('sets and removes alternatives', async () => {
    const set = await verb(
      'mapping',
      'modify',
      '--set-alternatives',
      'title',
      'a',
      'b',
      '--unset-alternatives',
      'display_name',
    );
    expect(set.stdout).toBe(
      'display_name: oxDisplayName else displayName, never cleared → oxDisplayName, never cleared\ntitle: title → title else a else b\n' +
        'written: users follow with their next change, or with `reprovision --type users/user`\n',
    );
  });

  it('writes nothing that would be broken, and nothing in a dry run', async () => {
    const nonsense = await verb('mapping', 'modify', '--set', 'nonsense', 'x');
    expect([nonsense.code, nonsense.stderr]).toEqual([
      78,
      expect.stringMatching(/the mapping would be broken: .*"nonsense"/),
    ]);
    expect(nonsense.stderr).toContain(
      'What to do: Nothing was written. The names of OX fields are those of `mapping dump` and of docs/attributes.md.\n',
    );
    expect((await verb('mapping', 'modify', '--set', 'title', 'title')).stdout).toBe('no difference\n');
    expect((await verb('mapping', 'modify', '--unset', 'title', '--dry-run')).code).toBe(0);
    expect((await verb('mapping', 'modify', '--unset', 'display_name')).code).toBe(78);
    expect((await verb('mapping', 'modify', '--leave-alone', 'email1')).code).toBe(78);
    expect((await verb('mapping', 'modify', '--unset', 'note', '--set-alternatives', 'note', 'a')).code).toBe(64);
    expect((await verb('mapping', 'modify', '--set', 'title')).code).toBe(64);
    expect((await verb('mapping', 'modify')).code).toBe(64);
    expect(existsSync(file())).toBe(false);
  });

  it('goes back to the default, from a broken file too', async () => {
    writeFileSync(file(), '{');
    expect((await verb('mapping', 'dump')).code).toBe(78);
    const asked = await verb('mapping', 'restore-default');
    expect([asked.code, asked.stderr]).toEqual([
      64,
      expect.stringContaining(`Stop using ${file()}? Users follow the default mapping from then on.`),
    ]);
    expect(readFileSync(file(), 'utf8')).toBe('{');

    const { code, stdout } = await verb('mapping', 'restore-default', '--yes');

    expect((await verb('mapping', 'dump')).code).toBe(0);
    const [backup = ''] = readdirSync(scene.place.data).filter((name) =>
      /^AttributeMapping\.json\..*\.bak$/.test(name),
    );
    expect(readFileSync(join(scene.place.data, backup), 'utf8')).toBe('{');
    const kept = join(scene.place.data, backup);
    expect([code, stdout]).toEqual([0, `the default mapping is used; the former one is kept: ${kept}\n`]);
    expect((await verb('mapping', 'restore-default')).stdout).toBe(
      `the default mapping is in use: there is no ${file()}\n`,
    );
  });
});

describe('OX_CONNECTOR_STOP_ON_ERROR=false', () => {
  const goOn = { env: { OX_CONNECTOR_STOP_ON_ERROR: 'false' } };
  const parked = (): string[] => {
    const directory = join(scene.place.queue, 'parked');
    return existsSync(directory) ? readdirSync(directory).sort() : [];
  };
  const twin = aUser('twin', { displayName: 'anna Example' });

  it('sets aside what OX refuses, with the reason, and goes on with what refers to it', async () => {
    const [, refused = ''] = scene.place.drop(aUser('anna'), twin, aUser('bert'), aGroup('pair', ['twin', 'bert']));

    const { code, stderr } = await scene.place.run(goOn);

    expect(code).toBe(0);
    expect(stderr).toContain('1 file was parked during this run, 3 done, 0 left');
    expect(scene.place.waiting()).toEqual([]);
    expect(parked()).toEqual([refused, refused.replace('.json', '.reason')]);
    expect(readFileSync(join(scene.place.queue, 'parked', refused.replace('.json', '.reason')), 'utf8')).toMatch(
      /displayname is already used.*What to do: .*enforceUniqueDisplayName/s,
    );
    const provisioned = [aUser('anna').id, aUser('bert').id, aGroup('pair', []).id];
    expect(Object.keys(scene.place.lastStates())).toEqual(provisioned.sort());
    const status = await verb('status', '--json');
    expect({ code: status.code, parked: JSON.parse(status.stdout).parked }).toEqual({ code: 1, parked: 1 });
  });

  it('brings them back with `queue retry`', async () => {
    scene.place.drop(aUser('anna'), twin, aGroup('pair', ['twin']));
    await scene.place.run(goOn);
    scene.place.drop(aUser('anna', { displayName: 'another' }));
    await scene.place.run(goOn);

    expect((await verb('queue', 'retry')).stdout).toBe('1 parked file is back in the queue\n');
    expect((await scene.place.run()).code).toBe(0);

    expect(parked()).toEqual([]);
    expect((await scene.sandbox.canonicalState()).contexts['10']?.groups).toContainEqual(
      expect.objectContaining({ name: 'pair', members: ['twin'] }),
    );
  });

  it('forgets what is parked when the same object succeeds later, or is deleted', async () => {
    scene.place.drop(aUser('anna'), twin);
    await scene.place.run(goOn);
    expect(parked()).toHaveLength(2);
    scene.place.drop(changed(twin, { displayName: 'new' }));
    await scene.place.run(goOn);
    expect(parked()).toEqual([]);

    const third = aUser('third', { displayName: 'new' });
    scene.place.drop(third);
    await scene.place.run(goOn);
    expect(parked()).toHaveLength(2);
    scene.place.drop(deleted(third));
    await scene.place.run();
    expect(parked()).toEqual([]);
  });

  it.each([
    ['an outage', { status: 503 }, 69],
    ['wrong credentials', { fault: { exception: 'InvalidCredentialsException', text: 'Authentication failed' } }, 77],
    ['a failing database', { fault: { exception: 'StorageException', text: 'Communications link failure' } }, 76],
  ])('stops at %s all the same', async (_what, action, exitCode) => {
    const waiting = scene.place.drop(aUser('anna'));
    await scene.sandbox.rules([{ match: { operation: 'create' }, times: 9, action }]);
    await scene.sandbox.rules([{ match: { operation: 'createByModuleAccess' }, times: 9, action }]);

    expect((await scene.place.run(goOn)).code).toBe(exitCode);
    expect(scene.place.waiting()).toEqual(waiting);
    expect(parked()).toEqual([]);
  });
});
