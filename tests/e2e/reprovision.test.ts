/** `reprovision`: objects come back into the queue as they were last provisioned. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aGroup, aUser, groupDn, userDn } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';

const scene = useScene();

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
  expect((await scene.verb('reprovision', ...args)).code).toBe(0);

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

  await scene.verb('reprovision', 'anna');
  expect((await scene.place.run()).code).toBe(0);

  expect(await scene.sandbox.canonicalState()).toEqual(before);
});

it('does nothing for more than one unless confirmed', async () => {
  const { code, stderr } = await scene.verb('reprovision', '--all');
  expect({ code, stderr }).toEqual({ code: 64, stderr: expect.stringContaining('nothing was done') });
  expect(scene.place.waiting()).toEqual([]);
  expect((await scene.verb('reprovision', 'anna', 'bert', '--yes')).stdout).toBe('2 objects put into the queue\n');
  const all = await scene.verb('reprovision', '--all', '--yes');
  expect(all.stdout).toBe('2 objects put into the queue, 2 wait already\n');
  expect(scene.place.waiting()).toHaveLength(4);
  await scene.verb('reprovision', '--all', '--yes');
  expect(scene.place.waiting()).toHaveLength(4);
});

it('passes over a last state that is damaged, and names it', async () => {
  const damaged = join(scene.place.queue, 'old', `${aUser('bert').id}.json`);
  writeFileSync(damaged, '{');

  const { code, stdout, stderr } = await scene.verb('reprovision', 'anna');

  expect({ code, stdout }).toEqual({ code: 74, stdout: '1 object put into the queue\n' });
  expect(stderr).toMatch(/the last state is damaged: .*code=LAST_STATE_BROKEN/);
  expect(stderr).toContain(`What to do: Restore ${damaged} from a backup`);
  const unknown = await scene.verb('reprovision', 'bert');
  expect([unknown.code, unknown.stderr]).toEqual([65, expect.stringContaining(damaged)]);
  expect((await scene.verb('reprovision', '--all', '--yes')).code).toBe(74);
  expect(scene.place.waiting()).toHaveLength(3);
});

it('says what it does not know, and needs to be told something', async () => {
  const nobody = await scene.verb('reprovision', 'nobody', 'none');
  expect([nobody.code, nobody.stderr]).toEqual([65, expect.stringContaining('not known: nobody, none')]);
  expect(nobody.stderr).toContain(
    `What to do: Only objects with a last state in ${join(scene.place.queue, 'old')} can be provisioned again. Save the object in UDM ` +
      'to bring a new one.\n',
  );
  expect((await scene.verb('reprovision')).code).toBe(64);
  expect(await scene.verb('reprovision', 'anna', '--all')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('name objects, or use --all or --skipped: not both'),
  });
});
