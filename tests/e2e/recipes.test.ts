/** The recipes of docs/operations.md, executed as they are written there. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aGroup, aUser, changed, type QueueFile, userDn } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';
import { BINARY } from '../harness/workplace.ts';
import type { CanonicalState } from '../sandbox/client.ts';

const scene = useScene();
let programs: string;

beforeAll(() => {
  programs = mkdtempSync(join(tmpdir(), 'ox-connector-bin-'));
  symlinkSync(BINARY, join(programs, 'listener_trigger'));
  symlinkSync(BINARY, join(programs, 'update-ox-db-cache'));
});
afterAll(() => rmSync(programs, { recursive: true }));

/** The shell blocks under a heading of the manual, in order. */
function blocksOf(title: string): string[] {
  const section = readFileSync('docs/operations.md', 'utf8')
    .split(/^### /m)
    .find((each) => each.startsWith(`${title}\n`));
  const blocks = [...(section ?? '').matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
  expect(blocks.length).toBeGreaterThan(0);
  return blocks;
}

/** As an administrator does: one block pasted into a shell that stops at the first failure. */
function paste(block: string | undefined, environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const env = {
    PATH: `${programs}:${process.env.PATH ?? ''}`,
    OX_CONNECTOR_DATA_DIR: scene.place.data,
    OX_SOAP_SERVER: scene.sandbox.url,
    ...environment,
  };
  return new Promise((resolve, reject) => {
    execFile('bash', ['-euc', block ?? 'false'], { env }, (error, stdout, stderr) =>
      error ? reject(new Error(stdout + stderr)) : resolve(stdout + stderr),
    );
  });
}

async function provision(...files: readonly QueueFile[]): Promise<CanonicalState> {
  scene.place.drop(...files);
  expect((await scene.place.run()).code).toBe(0);
  return scene.sandbox.canonicalState();
}

const namesIn = (state: CanonicalState, context: string): unknown[] =>
  (state.contexts[context]?.users ?? []).map(({ name }) => name);

it('An item is stuck', async () => {
  await provision(aUser('anna'));
  const twin = aUser('twin', { displayName: 'anna Example' });
  const [stuck = ''] = scene.place.drop(twin, aUser('bert'));
  expect((await scene.place.run()).code).toBe(76);
  const [look, drop, retry] = blocksOf('An item is stuck');

  expect(await paste(look)).toContain(stuck);
  await paste(drop, { FILE: stuck });

  expect(scene.place.waiting()).toEqual([]);
  expect(namesIn(await scene.sandbox.canonicalState(), '10')).toEqual(['anna', 'bert']);
  scene.place.drop(twin);
  await scene.place.run({ env: { OX_CONNECTOR_STOP_ON_ERROR: 'false' } });
  await scene.sandbox.options({ uniqueDisplayName: false });
  await paste(retry);
  expect(namesIn(await scene.sandbox.canonicalState(), '10')).toEqual(['anna', 'bert', 'twin']);
});

it('An item is stuck: a refused rename whose name is taken over', async () => {
  await scene.sandbox.options({ usernameChangeable: false });
  const before = await provision(aUser('anna'));
  const renamed = { username: 'anna2', mailPrimaryAddress: 'anna2@example.org', displayName: 'Anna II' };
  const [stuck = ''] = scene.place.drop({ ...changed(aUser('anna'), renamed), dn: userDn('anna2') });
  expect((await scene.place.run()).code).toBe(76);
  const [, drop] = blocksOf('An item is stuck');
  await paste(drop, { FILE: stuck });

  // Somebody else is called anna in UDM now, and has to wait.
  const newcomer = { ...aUser('anna'), id: '99999999-0000-4000-8000-000000000000' };
  scene.place.drop(newcomer);
  const refused = await scene.place.run();
  expect(refused.code).toBe(76);
  expect(refused.stderr).toContain(aUser('anna').id);
  expect(await scene.sandbox.canonicalState()).toEqual(before);

  await scene.sandbox.options({ usernameChangeable: true });
  scene.place.drop({ ...changed(aUser('anna'), renamed), dn: userDn('anna2') });
  expect((await scene.place.run()).code).toBe(0);
  expect(namesIn(await scene.sandbox.canonicalState(), '10')).toEqual(['anna', 'anna2']);
});

it('An item is stuck: mended in UDM', async () => {
  await provision(aUser('anna'));
  const twin = aUser('twin', { displayName: 'anna Example' });
  scene.place.drop(twin);
  expect((await scene.place.run()).code).toBe(76);
  await provision(changed(twin, { displayName: 'another' }));
  expect(scene.place.waiting()).toEqual([]);
});

it('OX was restored from a backup', async () => {
  const expected = await provision(aUser('anna'), aUser('bert'), aGroup('sales', ['anna', 'bert']));
  await scene.sandbox.drift([{ renumber: { context: 10 } }, { deleteGroup: { context: 10, name: 'sales' } }]);

  await paste(blocksOf('OX was restored from a backup')[0]);

  expect(await scene.sandbox.canonicalState()).toEqual(expected);
});

it('A context gets its credentials late', async () => {
  const admin = { login: 'oxadmin-context30', password: 'secret30' };
  await scene.sandbox.seed({
    contexts: { '30': { name: 'context30', admin: { name: admin.login, password: admin.password } } },
  });
  await provision(aUser('anna', { oxContext: 30 }), aGroup('sales', ['anna']));
  const others = scene.place.credentials();
  const [enter, again] = blocksOf('A context gets its credentials late');

  expect(await paste(enter, { PASSWORD: admin.password })).toContain('context 30: OX accepts');
  await paste(again);

  expect(scene.place.credentials()).toEqual({ ...others, '30': { adminuser: admin.login, adminpass: admin.password } });
  const state = await scene.sandbox.canonicalState();
  expect(namesIn(state, '30')).toEqual(['anna']);
  expect(state.contexts['30']?.groups).toContainEqual(expect.objectContaining({ name: 'sales', members: ['anna'] }));
});

it('Provision one user again', async () => {
  const expected = await provision(aUser('anna'), aUser('bert'));
  await scene.sandbox.drift({ setUser: { context: 10, name: 'anna', fields: { company: 'drift' } } });

  expect(await paste(blocksOf('Provision one user again')[0])).toMatch(/company: drift → -/);

  expect(await scene.sandbox.canonicalState()).toEqual(expected);
});

it('Provision all users again', async () => {
  await provision(aUser('anna', { departmentNumber: ['4711'] }), aUser('bert', { departmentNumber: ['4712'] }));

  await paste(blocksOf('Provision all users again')[0]);

  const users = (await scene.sandbox.canonicalState()).contexts['10']?.users ?? [];
  expect(users.map(({ userfield01 }) => userfield01)).toEqual(['4711', '4712']);
});

it("Take over from the vendor's connector 2.x", async () => {
  const files = [aUser('anna'), aGroup('sales', ['anna'])];
  const expected = await provision(...files);
  // As 2.x leaves it: learnt values of its own only, and without the id here; derived files that are not ours.
  const old = join(scene.place.queue, 'old');
  rmSync(scene.place.queue, { recursive: true });
  mkdirSync(old, { recursive: true });
  for (const file of files) {
    writeFileSync(join(old, `${file.id}.json`), JSON.stringify(file));
  }
  writeFileSync(join(scene.place.queue, 'old.db'), 'GDBM');
  scene.place.drop(aUser('anna', { title: 'Dr.' }));

  await paste(blocksOf("Take over from the vendor's connector 2.x")[0]);

  const [user] = (await scene.sandbox.canonicalState()).contexts['10']?.users ?? [];
  expect(user).toEqual({ ...expected.contexts['10']?.users[0], title: 'Dr.' });
});
