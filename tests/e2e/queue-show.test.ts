/** `queue show`: one file, wherever it is: what it changes, why it is there, and no secrets. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aUser, deleted, userDn } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';
import { parkTwins } from '../harness/twins.ts';

const scene = useScene();

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
  expect((await scene.verb('queue', 'show', name)).stdout).toMatch(said);
});

it('tells what it can where the last state is damaged', async () => {
  const [name = ''] = scene.place.drop(aUser('anna'));
  scene.place.remember(aUser('anna'));
  const state = join(scene.place.queue, 'old', `${aUser('anna').id}.json`);
  writeFileSync(state, '{');

  const { code, stdout } = await scene.verb('queue', 'show', name);

  expect(code).toBe(0);
  expect(stdout).toContain(`Object: users/user ${userDn('anna')}`);
  expect(stdout).toMatch(/^Change: \? \(the last state is damaged: .*\.json is not valid JSON: .*\)$/m);
  expect(stdout).toMatch(/^ {8}What to do: Restore .* from a backup, or remove it/m);
  expect(JSON.parse((await scene.verb('queue', 'show', name, '--json')).stdout)).toMatchObject({
    dn: userDn('anna'),
    changes: [],
    damage: expect.stringMatching(/^the last state is damaged: /),
  });
});

it('cuts a long value, but no letter', async () => {
  const [name = ''] = scene.place.drop(aUser('anna', { title: `${'x'.repeat(58)}${'👍'.repeat(9)}` }));
  expect((await scene.verb('queue', 'show', name)).stdout).toMatch(/^title +- +x{58}…$/m);
});

it('knows parked and dropped files, and why they are there', async () => {
  const [name = '', other = ''] = await parkTwins(scene.place, 2);
  await scene.verb('queue', 'drop', other, '--reason', 'asked by Bert');

  const parked = (await scene.verb('queue', 'show', name)).stdout;
  expect((await scene.verb('queue', 'list')).stdout).toMatch(
    /^The queue is empty\.\n\n1 file is parked:\n(?:.*\n)*1 file set aside by hand: queue list --dropped\n$/,
  );
  expect(parked).toMatch(
    /^Where: {2}parked \(queue retry puts it back\), written \d+\w ago\nReason: .*displayname is already used.*\n +What to do: .*enforce/m,
  );
  expect(parked).toContain(userDn('twin0'));
  const dropped = JSON.parse((await scene.verb('queue', 'show', other, '--json')).stdout);
  expect((await scene.verb('queue', 'show', other)).stdout).toMatch(
    /^Where: {2}dropped \(queue undrop puts it back\), written/m,
  );
  expect(dropped).toMatchObject({ place: 'dropped', reason: 'asked by Bert', dn: userDn('twin1') });
});

it('explains a file that cannot be read', async () => {
  scene.place.dropRaw('2026-11-20-08-00-01.json', '{');
  expect((await scene.verb('queue', 'show', '2026-11-20-08-00-01')).stdout).toMatch(
    /^Where: {2}in the queue, written/m,
  );
  expect((await scene.verb('queue', 'show', '2026-11-20-08-00-01')).stdout).toMatch(/^Valid: {2}no: .*not valid JSON/m);
});

it('explains one file: what it was and what it is to be, no secrets', async () => {
  scene.place.drop(aUser('anna', { password: 'first' }));
  await scene.place.run();
  const [name = ''] = scene.place.drop(aUser('anna', { title: 'Dr.', password: 'second' }));

  const { stdout } = await scene.verb('queue', 'show', name);

  expect(stdout).toContain(userDn('anna'));
  expect(stdout).toMatch(/title +- +Dr\./);
  expect(stdout).not.toMatch(/first|second/);
});
