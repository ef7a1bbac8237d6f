/**
 * What must not overlap although different objects are in flight together (docs/behaviour.md, "Several at once"); found
 * by the model tests.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aUser, changed, deleted } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';

const scene = useScene();

const anna = aUser('anna');
const bert = aUser('bert', { mailPrimaryAddress: 'anna@example.org', displayName: 'anna Example' });

it.each([
  ['is deleted', deleted(anna), 'delete'],
  ['is no OX user any more', changed(anna, { isOxUser: false }), 'delete'],
  ['moves to another context', changed(anna, { oxContext: 20 }), 'copyUser'],
  ['takes others', changed(anna, { mailPrimaryAddress: 'a@example.org', displayName: 'A' }), 'change'],
])('a user gets address and display name of one that %s only when they are free', async (_, leaving, slow) => {
  await scene.sandbox.seed({ contexts: { '20': { admin: { name: 'oxadmin', password: 'secret10' } } } });
  const login = { adminuser: 'oxadmin', adminpass: 'secret10' };
  writeFileSync(
    join(scene.place.data, 'secrets', 'contexts.json'),
    JSON.stringify({ ...scene.place.credentials(), 20: login }),
  );
  scene.place.drop(anna);
  await scene.place.run();
  await scene.sandbox.rules([{ match: { operation: slow }, action: { delay: 300 } }]);

  scene.place.drop(leaving, bert);
  const { code, stderr } = await scene.place.run({ env: { OX_CONNECTOR_CONCURRENCY: '8' } });

  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Successfully processed 2 files') });
  expect(scene.place.waiting()).toEqual([]);
});

it('users of one context are written one after another, those of another beside them', async () => {
  await scene.sandbox.seed({ contexts: { '20': { admin: { name: 'oxadmin', password: 'secret10' } } } });
  const login = { adminuser: 'oxadmin', adminpass: 'secret10' };
  writeFileSync(
    join(scene.place.data, 'secrets', 'contexts.json'),
    JSON.stringify({ ...scene.place.credentials(), 20: login }),
  );
  // Who finds the context's lock taken sleeps at least four times as long as is allowed here.
  await scene.sandbox.options({ latencyMs: 60, lockSleepScale: 8 });
  const users = [10, 20].flatMap((context) =>
    ['a', 'b', 'c', 'd'].map((name) => aUser(`${name}${context}`, { oxContext: context })),
  );
  scene.place.drop(...users, ...users.map((user) => changed(user, { title: 'Dr' })));

  const { code, stderr } = await scene.place.run({ env: { OX_CONNECTOR_CONCURRENCY: '8' } });

  expect(code).toBe(0);
  const done = [...stderr.matchAll(/provisioned .* dn="uid=(\w+),.* duration=(\d+)ms/g)];
  expect(done).toHaveLength(16);
  expect(Math.max(...done.map(([, , duration]) => Number(duration)))).toBeLessThan(2000);
  const order = done.map(([, name]) => name);
  expect(order.indexOf('a20')).toBeLessThan(order.indexOf('d10'));
});
