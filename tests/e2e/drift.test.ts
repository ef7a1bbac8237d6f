/** Small histories that once ended in another state of OX than they should; found by the model tests. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aContext, aGroup, anAccount, aResource, aUser, changed, deleted } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';

const scene = useScene();

it('leaves a resource without a description the same when its file comes twice', async () => {
  const beamer = aResource('beamer', { description: null });
  scene.place.drop(beamer);
  await scene.place.run();
  const once = await scene.sandbox.state();

  scene.place.drop(beamer);
  await scene.place.run();

  expect(await scene.sandbox.state()).toEqual(once);
});

it("cuts a fault's text that no log should hold", async () => {
  const text = `no space: ${'why '.repeat(500_000)}`;
  await scene.sandbox.rules([{ action: { fault: { exception: 'StorageException', text } } }]);
  scene.place.drop(aResource('beamer'));

  const { code, stderr } = await scene.place.run();

  expect({ code, length: stderr.length < 10_000 }).toEqual({ code: 76, length: true });
  expect(stderr).toContain('no space: why why');
  expect(scene.place.waiting()).toHaveLength(1);
});

it('forgets the ids of a context that is deleted: nobody else gets into its groups by them', async () => {
  const anna = aUser('anna', { oxContext: 20 });
  const staff = aGroup('staff', ['anna']);
  scene.place.drop(aContext(20), anna, staff, aResource('beamer', { oxContext: 20 }));
  await scene.place.run();
  const full = (await scene.sandbox.canonicalState()).contexts['20'];
  scene.place.drop(deleted(aContext(20)));
  await scene.place.run();

  // OX counts from the start again: carl gets the id that anna had.
  scene.place.drop(aContext(20), aUser('carl', { oxContext: 20 }), changed(staff, { description: 'again' }));
  expect((await scene.place.run()).code).toBe(0);

  const again = (await scene.sandbox.canonicalState()).contexts['20'];
  expect(again?.users.map(({ name }) => name)).toEqual(['anna', 'carl']);
  expect(again?.resources).toEqual(full?.resources);
  expect(again?.groups).toContainEqual({ name: 'staff', displayname: 'staff', members: ['anna'] });
});

it('brings a context that OX has lost back with all that was in it, by one check --fix', async () => {
  const members = ['anna', 'bert'];
  scene.place.drop(aContext(20), ...members.map((name) => aUser(name, { oxContext: 20 })), aGroup('staff', members));
  scene.place.drop(anAccount('info', members), aResource('beamer', { oxContext: 20 }));
  await scene.place.run();
  const full = (await scene.sandbox.canonicalState()).contexts['20'];
  await scene.sandbox.drift({ deleteContext: { context: 20 } });

  expect((await scene.place.run({ args: ['check', '--fix'] })).code).toBe(1);
  expect((await scene.place.run()).code).toBe(0);

  expect((await scene.sandbox.canonicalState()).contexts['20']).toEqual(full);
  expect((await scene.place.run({ args: ['check'] })).stdout).toContain('6 of 6 objects are in OX as they should be');
});

function forgetOxId(id: string): void {
  const state = scene.place.lastState(id);
  const { oxDbId: _, ...forgotten } = state?.object ?? {};
  writeFileSync(join(scene.place.queue, 'old', `${id}.json`), JSON.stringify({ ...state, object: forgotten }));
}

it('takes an account from a user that left it while no ids were known', async () => {
  const anna = aUser('anna');
  const info = anAccount('info', ['anna']);
  scene.place.drop(anna, info);
  await scene.place.run();
  forgetOxId(anna.id);
  const empty = changed(info, { users: [] });
  scene.place.drop(empty);
  await scene.place.run();

  scene.place.drop(anna, empty);
  const { code } = await scene.place.run();

  expect(code).toBe(0);
  const users = (await scene.sandbox.canonicalState()).contexts['10']?.users;
  expect(users).toEqual([expect.objectContaining({ name: 'anna', accounts: [] })]);
});

it('renames a group whose file came while no ids were known', async () => {
  const anna = aUser('anna');
  const sales = aGroup('sales', ['anna']);
  scene.place.drop(anna, sales);
  await scene.place.run();
  forgetOxId(anna.id);
  const staff = changed(sales, { name: 'staff' });
  scene.place.drop(staff);
  await scene.place.run();

  scene.place.drop(anna, staff);
  const { code } = await scene.place.run();

  expect(code).toBe(0);
  const groups = (await scene.sandbox.canonicalState()).contexts['10']?.groups.map(({ name }) => name);
  expect(groups).toEqual(['staff', 'users']);
});

it.each([
  ['one of two members', ['anna', 'bert']],
  ['the only member', ['anna']],
])('finds %s again that was made anew in OX by hand', async (_what, members) => {
  scene.place.drop(...members.map((name) => aUser(name)), aGroup('sales', members), anAccount('info', members));
  await scene.place.run();
  const expected = await scene.sandbox.canonicalState();
  await scene.sandbox.drift({ deleteUser: { context: 10, name: 'anna' } });
  await scene.sandbox.seed({ contexts: { '10': { users: [{ name: 'anna', primaryEmail: 'anna@example.org' }] } } });

  await scene.place.run({ args: ['reprovision', '--all', '--yes'] });
  const { code, stderr } = await scene.place.run();

  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringContaining('looking all of this context up again'),
  });
  const [before, after] = [expected, await scene.sandbox.canonicalState()].map(({ contexts }) => contexts['10']);
  expect(after?.groups).toEqual(before?.groups);
  expect(after?.users.map(({ name, accounts }) => [name, accounts])).toEqual(
    before?.users.map(({ name, accounts }) => [name, accounts]),
  );
});

it('renames a group whose only member was made anew in OX by hand', async () => {
  const sales = aGroup('sales', ['anna']);
  scene.place.drop(aUser('anna'), sales);
  await scene.place.run();
  await scene.sandbox.drift({ deleteUser: { context: 10, name: 'anna' } });
  await scene.sandbox.seed({ contexts: { '10': { users: [{ name: 'anna', primaryEmail: 'anna@example.org' }] } } });

  scene.place.drop(changed(sales, { name: 'staff' }));
  expect((await scene.place.run()).code).toBe(0);

  expect((await scene.sandbox.canonicalState()).contexts['10']?.groups).toEqual([
    { name: 'staff', displayname: 'staff', members: ['anna'] },
    expect.objectContaining({ name: 'users' }),
  ]);
});
