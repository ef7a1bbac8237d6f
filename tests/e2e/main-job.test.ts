/** The built binary from end to end: the main job on a queue of all types. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aContext, aGroup, anAccount, aProfile, aResource, aUser, deleted } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';

const scene = useScene();

it('drains a queue of all types, whatever the order of the names', async () => {
  scene.place.drop(
    anAccount('info', ['anna', 'bert']),
    aGroup('sales', ['anna', 'bert']),
    aResource('beamer'),
    aUser('anna'),
    aUser('bert', { oxContext: 20 }),
    aProfile('premium', ['webmail', 'calendar']),
    aContext(20),
  );

  const { code, stderr } = await scene.place.run();

  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Successfully processed 7 files') });
  expect(scene.place.waiting()).toEqual([]);
  const { contexts } = await scene.sandbox.canonicalState();
  expect(Object.keys(contexts)).toEqual(['10', '20']);
  expect(contexts['20']?.users.map((user) => user.name)).toEqual(['bert']);
  expect(contexts['10']?.groups).toContainEqual(expect.objectContaining({ name: 'sales', members: ['anna'] }));
});

it('changes nothing in OX when all files are dropped once more', async () => {
  const files = [
    aUser('anna'),
    aGroup('sales', ['anna']),
    anAccount('info', ['anna']),
    aResource('beamer'),
    aContext(20),
  ];
  scene.place.drop(...files);
  await scene.place.run();
  const first = await scene.sandbox.state();

  scene.place.drop(...files);
  const { code } = await scene.place.run();

  expect(code).toBe(0);
  expect(await scene.sandbox.state()).toEqual(first);
});

it('drops a file of an object that was created and deleted between two runs, without a call', async () => {
  scene.place.drop(deleted(aUser('anna')));

  expect((await scene.place.run()).code).toBe(0);

  expect(scene.place.waiting()).toEqual([]);
  expect((await scene.sandbox.counts()).total).toBe(0);
});

it('tidies up after a run that was cut off at its end, although nothing waits', async () => {
  const notes = join(scene.place.queue, '.former-dns');
  const until = '2026-11-20-08-00-00.json';
  writeFileSync(notes, `${JSON.stringify({ key: 'uid=anna', entry: [{ id: aUser('anna').id, until }] })}\n`);
  expect((await scene.place.run()).code).toBe(0);
  expect(existsSync(notes)).toBe(false);
});

it('says what it cannot tidy up, and that is no failure', async () => {
  writeFileSync(join(scene.place.queue, '.former-dns'), 'rubbish\n');
  const { code, stderr } = await scene.place.run();
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /\.former-dns is damaged: line 1 is none of ours\. Restore the file from a backup, or remove that line/,
  );
});
