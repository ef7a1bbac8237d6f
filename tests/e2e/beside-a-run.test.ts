/** Verbs beside a run, and beside each other: nothing is lost, and nothing wrong is told. */
import { aGroup, aUser, idOf } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';

const scene = useScene();

it('check says nothing of what a run provisions meanwhile but that one is going on', async () => {
  scene.place.drop(...Array.from({ length: 40 }, (_, n) => aUser(`u${n}`)));
  await scene.sandbox.options({ latencyMs: 15 });
  const run = scene.place.run();
  while ((await scene.sandbox.counts()).total < 10) {
    await new Promise((next) => setTimeout(next, 5));
  }
  const checks = [];
  for (let n = 0; n < 4; n += 1) {
    checks.push(await scene.verb('check', '--json'));
  }
  expect((await run).code).toBe(0);
  const findings = checks.map(({ stdout }) => JSON.parse(stdout).findings as { kind: string; object?: string }[]);
  expect(findings[0]).toContainEqual(
    expect.objectContaining({
      kind: 'run-going-on',
      remedy: 'Run check again when it has ended.',
      message: expect.stringMatching(
        /^a run was going on meanwhile \(process \d+\): what it worked on may differ by now$/,
      ),
    }),
  );
  // One user may be in OX already while its last state is being written.
  for (const unknown of findings.map((all) => all.filter(({ kind }) => kind === 'unknown'))) {
    expect(unknown.length).toBeLessThan(2);
  }
  await scene.sandbox.options({ latencyMs: 0 });
});

it('marks of several verbs at once, and of a run, are all there', async () => {
  const names = Array.from({ length: 60 }, (_, n) => `g${n}`);
  scene.place.drop(aUser('anna'), ...names.map((name) => aGroup(name, ['anna'])));
  expect((await scene.place.run()).code).toBe(0);
  for (const name of names) {
    await scene.sandbox.drift({ setGroup: { context: 10, name, members: [] } });
  }
  const halves = [names.slice(0, 30), names.slice(30)];
  const results = await Promise.all([
    ...halves.map((half) => scene.verb('reprovision', '--yes', ...half)),
    scene.verb('check', '--fix'),
    scene.place.run(),
  ]);
  expect(results.slice(0, 2).map(({ code }) => code)).toEqual([0, 0]);
  while (scene.place.waiting().length > 0) {
    expect((await scene.place.run()).code).toBe(0);
  }
  const { groups } = (await scene.sandbox.canonicalState()).contexts['10'] ?? { groups: [] };
  expect(groups.filter(({ name, members }) => names.includes(String(name)) && members?.length !== 1)).toEqual([]);
});

it('check --fix corrects ids by itself', async () => {
  scene.place.drop(aUser('anna'), aUser('bert'), aGroup('team', ['anna']));
  await scene.place.run();
  const anna = scene.place.lastState(idOf('user', 'anna'));
  const bert = scene.place.lastState(idOf('user', 'bert'));
  scene.place.rewrite(idOf('user', 'bert'), { object: { ...bert?.object, oxDbId: anna?.object.oxDbId } });
  const found = JSON.parse((await scene.verb('check', '--json')).stdout).findings;
  expect(found.filter(({ kind }: { kind: string }) => kind === 'id-stale')).toEqual([
    expect.objectContaining({ object: expect.stringContaining('bert') }),
  ]);
  expect((await scene.verb('check', '--fix')).stdout).toContain('1 object put into the queue');
  // As a timer does it while a run is held up.
  await scene.verb('check', '--fix');
  expect(scene.place.waiting()).toHaveLength(1);
  expect((await scene.place.run()).code).toBe(0);
  expect(scene.place.lastState(idOf('user', 'bert'))?.object.oxDbId).toBe(bert?.object.oxDbId);
});
