/** What `plan` says: what would be sent for each file, where a run would stop, and how many objects would change. */
import { join } from 'node:path';
import { footprint } from '../harness/big-site.ts';
import { aGroup, anAccount, aProfile, aUser, changed, deleted, groupDn, userDn } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';

const scene = useScene();

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
  const [before, ox] = [footprint(scene.place.data), await scene.sandbox.state()];

  const { code, stdout, stderr } = await scene.verb('plan', '--json');

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
  expect(footprint(scene.place.data)).toEqual(before);
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

  const planned = JSON.parse((await scene.verb('plan', '--json')).stdout) as { outcome: string }[];
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

  expect(JSON.parse((await scene.verb('plan', first, '--json')).stdout)).toHaveLength(1);
  const explained = (await scene.verb('plan', first)).stdout;
  expect(explained).toContain(`${first} ${userDn('anna')}: created in context 10\n`);
  expect(explained).toContain('\n    name: - → anna\n');
  const { code, stdout, stderr } = await scene.verb('plan', '--json');

  expect(code).toBe(65);
  expect(JSON.parse(stdout)).toMatchObject([
    { file: first, effect: 'created' },
    { file: second, effect: 'refused', outcome: expect.stringMatching(/^refused: .*oxUserQuota/), calls: [] },
    { file: third, effect: 'created' },
  ]);
  expect(stderr).toContain(`Error while processing ${join(scene.place.queue, second)}`);
  const { stdout: told } = await scene.verb('plan');
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

  const { code, stdout } = await scene.verb('plan', second);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^\S+ uid=anna.*: updated in context 10\n(?: {2}note.*\n)?.*OXUserService.*\n {4}title: - → Dr\.\n$/,
  );
  expect(JSON.parse((await scene.verb('plan', group, '--json')).stdout)).toMatchObject([
    { file: group, effect: 'created', calls: [{ changes: expect.arrayContaining([expect.anything()]) }] },
  ]);
  const after = await scene.verb('plan', last);
  expect(after).toMatchObject({
    code: 65,
    stdout: expect.stringContaining(`\n\nA run stops before that, at ${stop}.\n`),
  });
  expect((await scene.verb('plan', 'nope')).code).toBe(65);
});

it('says of a file that only notes something that nothing would be sent', async () => {
  scene.place.remember(aUser('anna'));
  const [deletion = ''] = scene.place.drop(deleted(aUser('anna')));
  await scene.verb('queue', 'drop', deletion);
  const [note = ''] = scene.place.waiting();

  expect(await scene.verb('plan', note)).toMatchObject({ code: 0, stdout: 'A run would send nothing for it.\n' });
});

it('says where a run would stop: at what is refused before a file that cannot be read, and else there', async () => {
  const [, refused = '', last = ''] = scene.place.drop(
    aUser('anna'),
    aUser('bert', { oxUserQuota: 'much' }),
    aUser('cora'),
  );
  scene.place.dropRaw('2026-11-20-08-00-01.json', '{');

  expect(await scene.verb('plan')).toMatchObject({
    code: 65,
    stdout: expect.stringContaining(`A run stops at ${refused}:`),
    stderr: expect.stringMatching(new RegExp(`Error while processing \\S+${refused}\n[^]*oxUserQuota[^]*What to do: `)),
  });
  await scene.verb('queue', 'drop', refused);
  expect((await scene.verb('plan', last)).code).toBe(0);
  expect((await scene.verb('plan')).stdout).toContain('A run stops at 2026-11-20-08-00-01.json:');
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

  const { code, stdout } = await scene.verb('plan');

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
  const details = (await scene.verb('plan', '--details')).stdout;
  expect(details.startsWith(stdout)).toBe(true);
  expect(details).toContain('    title: - → Dr.\n');
  expect((await scene.verb('plan', '--details')).stdout.split('\n').length).toBeGreaterThan(20);
});

it('names the members that come to a group and those that go', async () => {
  scene.place.drop(aUser('anna'), aUser('bert'), aGroup('sales', ['anna', 'bert']));
  await scene.place.run();
  scene.place.drop(aUser('cora'), aUser('dora'), aGroup('sales', ['bert', 'cora', 'dora']), aGroup('new', ['anna']));

  const { stdout } = await scene.verb('plan', '--details');

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
  expect(await scene.verb('plan')).toMatchObject({ code: 0, stdout: 'Nothing waits.\n' });
});
