/** `mapping`: the difference is shown, nothing broken is written, and users follow what was. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aUser } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';

const scene = useScene();

const file = (): string => join(scene.place.data, 'AttributeMapping.json');
const WORDS = ['--unset', 'nickname', '--leave-alone', 'note'];

it('shows the difference, then writes it; the next change of a user follows it', async () => {
  const { code, stdout } = await scene.verb('mapping', 'modify', '--set', 'title', 'oxTitle', ...WORDS);

  expect({ code, stdout }).toEqual({
    code: 0,
    stdout:
      'nickname: oxNickName → emptied in OX\nnote: oxNote → left alone\ntitle: title → oxTitle\nwritten: users follow with their next change, or with `reprovision --type users/user`\n',
  });
  expect(JSON.parse((await scene.verb('mapping', 'dump')).stdout)).toEqual(JSON.parse(readFileSync(file(), 'utf8')));
  scene.place.drop(aUser('anna', { title: 'no', oxTitle: 'yes' }));
  await scene.place.run();
  expect((await scene.sandbox.canonicalState()).contexts['10']?.users[0]).toMatchObject({ title: 'yes' });
});

it('sets and removes alternatives', async () => {
  const set = await scene.verb(
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
  const nonsense = await scene.verb('mapping', 'modify', '--set', 'nonsense', 'x');
  expect([nonsense.code, nonsense.stderr]).toEqual([
    78,
    expect.stringMatching(/the mapping would be broken: .*"nonsense"/),
  ]);
  expect(nonsense.stderr).toContain(
    'What to do: Nothing was written. The names of OX fields are those of `mapping dump` and of docs/attributes.md.\n',
  );
  expect((await scene.verb('mapping', 'modify', '--set', 'title', 'title')).stdout).toBe('no difference\n');
  expect((await scene.verb('mapping', 'modify', '--unset', 'title', '--dry-run')).code).toBe(0);
  expect((await scene.verb('mapping', 'modify', '--unset', 'display_name')).code).toBe(78);
  expect((await scene.verb('mapping', 'modify', '--leave-alone', 'email1')).code).toBe(78);
  expect((await scene.verb('mapping', 'modify', '--unset', 'note', '--set-alternatives', 'note', 'a')).code).toBe(64);
  expect((await scene.verb('mapping', 'modify', '--set', 'title')).code).toBe(64);
  expect((await scene.verb('mapping', 'modify')).code).toBe(64);
  expect(existsSync(file())).toBe(false);
});

it('goes back to the default, from a broken file too', async () => {
  writeFileSync(file(), '{');
  expect((await scene.verb('mapping', 'dump')).code).toBe(78);
  const asked = await scene.verb('mapping', 'restore-default');
  expect([asked.code, asked.stderr]).toEqual([
    64,
    expect.stringContaining(`Stop using ${file()}? Users follow the default mapping from then on.`),
  ]);
  expect(readFileSync(file(), 'utf8')).toBe('{');

  const { code, stdout } = await scene.verb('mapping', 'restore-default', '--yes');

  expect((await scene.verb('mapping', 'dump')).code).toBe(0);
  const [backup = ''] = readdirSync(scene.place.data).filter((name) => /^AttributeMapping\.json\..*\.bak$/.test(name));
  expect(readFileSync(join(scene.place.data, backup), 'utf8')).toBe('{');
  const kept = join(scene.place.data, backup);
  expect([code, stdout]).toEqual([0, `the default mapping is used; the former one is kept: ${kept}\n`]);
  expect((await scene.verb('mapping', 'restore-default')).stdout).toBe(
    `the default mapping is in use: there is no ${file()}\n`,
  );
});
