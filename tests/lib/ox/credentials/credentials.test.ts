/**
 * contexts.json: replaced atomically, unknown entries kept, a broken one never overwritten
 * (docs/behaviour.md, "Credentials").
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openCredentials } from '../../../../lib/ox/credentials/credentials.ts';
import { credentialsMistakes } from '../../../../lib/validate/files.ts';
import { freshFolder, thrownBy } from '../../../harness/temporary.ts';

const folder = freshFolder();
const file = (): string => join(folder(), 'secrets', 'contexts.json');
const master = { adminuser: 'oxadminmaster', adminpass: 'of the settings' };
const open = () => openCredentials({ file: file(), master, check: credentialsMistakes });
const login = (adminpass: string) => ({ adminuser: 'oxadmin', adminpass });

function lay(content: string | Buffer): void {
  mkdirSync(dirname(file()), { recursive: true });
  writeFileSync(file(), content, { mode: 0o644 });
}
const stored = (): unknown => JSON.parse(readFileSync(file(), 'utf8'));

it('takes a missing file for no contexts', () => {
  const credentials = open();
  expect([credentials.find(10), credentials.contexts(), credentials.ofMaster()]).toEqual([null, [], master]);
  expect(thrownBy(() => credentials.ofContext(10))).toMatchObject({
    code: 'OX_CREDENTIALS',
    exitCode: 77,
    message: 'contexts.json has no entry for context 10',
    remedy: 'Enter its admin: listener_trigger credentials set 10.',
  });
  expect(readdirSync(folder())).toEqual([]);
});

it('reads what administrators have written', () => {
  lay(`\ufeff${JSON.stringify({ master: login('m'), 100: login('c'), 20: login('b'), $note: 'x' })}`);
  const credentials = open();
  expect(credentials.contexts()).toEqual([20, 100]);
  expect([credentials.find(20), credentials.ofContext(100)]).toEqual([login('b'), login('c')]);
  expect(credentials.find(10)).toBeNull();
  expect(credentials.ofMaster()).toEqual(login('m'));
});

it('knows all that must not be shown', () => {
  lay(JSON.stringify({ 10: login('secret10'), 20: login('secret20'), $note: 'x', $none: null }));
  expect(open().passwords().toSorted()).toEqual(['of the settings', 'secret10', 'secret20']);
});

it('names what nobody would find: neither a context nor a note', () => {
  const names = ['Master', '010', '10 ', 'context10', '2147483648', '99999999999999999999'];
  lay(
    JSON.stringify({
      master: login('m'),
      10: login('c'),
      $note: 'x',
      ...Object.fromEntries(names.map((each) => [each, login('y')])),
    }),
  );
  expect(open().unknown().toSorted()).toEqual(names.toSorted());
  expect(open().contexts()).toEqual([10]);
});

it('does not take what every object has for an entry', () => {
  lay('{}');
  expect([open().find('constructor' as never), open().find('__proto__' as never)]).toEqual([null, null]);
});

it('adds and removes entries, for the owner only, and keeps all others with what is in them', () => {
  const others = { master: login('m'), 20: { ...login('b'), comment: 'mine' }, $note: ['x'] };
  lay(JSON.stringify(others));
  const credentials = open();

  credentials.put(30, login('c'));
  expect(stored()).toEqual({ ...others, 30: login('c') });
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(credentials.find(30)).toEqual(login('c'));

  credentials.put(20, login('changed'));
  expect(stored()).toMatchObject({ 20: { ...login('changed'), comment: 'mine' } });

  credentials.remove(30);
  credentials.remove(99);
  expect(stored()).toEqual({ ...others, 20: { ...login('changed'), comment: 'mine' } });
  expect(readdirSync(dirname(file()))).toEqual(['contexts.json']);
});

it('makes file and directory where there are none', () => {
  open().put(20, login('b'));
  expect(stored()).toEqual({ 20: login('b') });
  expect(statSync(dirname(file())).mode & 0o777).toBe(0o700);
});

it('keeps what an administrator changes while the run goes on', () => {
  lay(JSON.stringify({ 10: login('a') }));
  const credentials = open();
  expect(credentials.find(10)).toEqual(login('a'));
  lay(JSON.stringify({ 10: login('new'), 40: login('d') }));

  credentials.put(20, login('b'));

  expect(stored()).toEqual({ 10: login('new'), 20: login('b'), 40: login('d') });
});

it.each<[string, string | Buffer, string]>([
  ['nothing', '', 'it is not valid JSON'],
  ['no JSON', '{"10": {"adminuser": "oxadmin", "adminpass": geheim}}', 'not valid JSON'],
  [
    'no UTF-8',
    Buffer.from('{"10": {"adminuser": "oxadmin", "adminpass": "geheim\xe4"}}', 'latin1'),
    'it is not valid UTF-8',
  ],
  ['a list', '["geheim"]', 'found a list'],
  [
    'deep nesting',
    `{"tool": ${'['.repeat(9000)}"geheim"${']'.repeat(9000)}}`,
    'it is nested more than 100 levels deep',
  ],
  ['an entry that is a text', '{"10": "geheim"}', '/10: found a string'],
  ['an entry without password', '{"10": {"adminuser": "oxadmin"}}', '/10: adminpass is missing'],
])('refuses a file with %s in it, shows no secret and never overwrites it', (_what, content, message) => {
  lay(content);
  for (const act of [
    () => open().find(10),
    () => open().ofMaster(),
    () => open().put(20, login('b')),
    () => open().remove(10),
  ]) {
    const error = thrownBy(act) as Error;
    expect(error).toMatchObject({
      code: 'CREDENTIALS_BROKEN',
      exitCode: 78,
      fields: { path: file() },
      remedy:
        'Correct the file by hand: {"master": {"adminuser": "…", "adminpass": "…"}, "10": {…}}. It is left as it is.',
    });
    expect(error.message).toContain(`the credentials file ${file()} is broken: `);
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('geheim');
  }
  expect(readFileSync(file())).toEqual(Buffer.from(content));
  expect(readdirSync(dirname(file()))).toEqual(['contexts.json']);
});
