/** `credentials`: logins are entered once OX has accepted them; no password is shown, no other entry lost. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aUser } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';
import type { RunResult } from '../harness/workplace.ts';
import { ADMIN_10, MASTER } from '../sandbox/client.ts';

const scene = useScene();
const ADMIN_30 = { login: 'oxadmin-context30', password: 'secret "30" ä' };
const secrets = (): string => join(scene.place.data, 'secrets');
const stored = (): Record<string, unknown> => JSON.parse(readFileSync(join(secrets(), 'contexts.json'), 'utf8'));

beforeEach(() =>
  scene.sandbox.seed({
    contexts: { '30': { name: 'context30', admin: { name: ADMIN_30.login, password: ADMIN_30.password } } },
  }),
);

const verb = (words: readonly string[], input = '', env = {}): Promise<RunResult> =>
  scene.place.run({ args: ['credentials', ...words], input, env });

it('lists whose logins are known and what waits for others, no passwords', async () => {
  scene.place.drop(aUser('anna', { oxContext: 30 }));
  await scene.place.run();

  const { stdout, stderr } = await verb(['list']);

  expect(stdout).toMatch(/^master +file +- +\w+$/m);
  expect(stdout).toMatch(new RegExp(`^10 +file +- +${ADMIN_10.login}$`, 'm'));
  expect(stdout).toMatch(/^30 +missing +1 object +-$/m);
  expect(stdout + stderr + (await verb(['list', '--json'])).stdout).not.toMatch(
    new RegExp(`${ADMIN_10.password}|${MASTER.password}`),
  );
});

it.each([
  ['standard input', []],
  ['a file', ['--password-file', 'FILE']],
])('enters a login that OX accepts, from %s, and keeps what is there', async (_what, options) => {
  const file = join(scene.place.data, 'password');
  writeFileSync(file, ADMIN_30.password);
  writeFileSync(join(secrets(), 'contexts.json'), JSON.stringify({ ...scene.place.credentials(), note: ['mine'] }));
  const before = stored();
  const words = options.map((word) => (word === 'FILE' ? file : word));

  const result = await verb(['set', '30', '--user', ADMIN_30.login, ...words], `${ADMIN_30.password}\n`);

  expect(result).toMatchObject({ code: 0, stdout: 'context 30: entered, OX accepts the login\n' });
  expect(stored()).toEqual({ ...before, 30: { adminuser: ADMIN_30.login, adminpass: ADMIN_30.password } });
  expect(statSync(join(secrets(), 'contexts.json')).mode & 0o777).toBe(0o600);
  expect(readdirSync(secrets())).toEqual(['contexts.json']);
});

it('says of entries that nobody would find that they are of no use', async () => {
  writeFileSync(
    join(secrets(), 'contexts.json'),
    JSON.stringify({ ...scene.place.credentials(), '010': scene.place.credentials()[10], $note: 'mine' }),
  );
  const { code, stdout } = await verb(['verify']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/contexts\.json has an entry "010": no context is called so\n {4}What to do: /);
  expect(stdout).not.toMatch(new RegExp(`\\$note|${ADMIN_10.password}`));
});

it('keeps the name that is entered already, and takes master', async () => {
  expect((await verb(['set', 'master'], MASTER.password)).code).toBe(0);
  expect((await verb(['set', '10'], ADMIN_10.password)).code).toBe(0);
  expect(stored()).toMatchObject({ master: { adminuser: MASTER.login }, 10: { adminuser: ADMIN_10.login } });
});

it.each([
  [
    'a password that OX refuses',
    ['set', '30', '--user', ADMIN_30.login],
    'wrong',
    {},
    77,
    /nothing was written: .*Authentication failed/,
  ],
  ['a context that OX does not have', ['set', '77', '--user', 'oxadmin'], 'x', {}, 77, /the context does not exist/],
  [
    'an OX that cannot be reached',
    ['set', '10'],
    'x',
    { OX_SOAP_SERVER: 'http://127.0.0.1:9' },
    69,
    /nothing was written: .*ECONNREFUSED/,
  ],
  [
    'no password',
    ['set', '10'],
    '',
    {},
    64,
    /no password was given.*\n.*What to do: Give it as the one line of standard input, or of the file named by --password-file\.\n$/,
  ],
  ['two lines', ['set', '10'], 'a\nb\n', {}, 64, /nothing was done: the password has more than one line/],
  [
    'nobody',
    ['set', '30'],
    'x',
    {},
    64,
    /nothing was done: it is not known what the admin of context 30 is called.*\n.*What to do: Name the login with --user\.\n$/,
  ],
  ['what is no context', ['set', 'thirty'], 'x', {}, 64, /expected the number of a context, or master/],
  ['what no context can be', ['set', '2147483648'], 'x', {}, 64, /expected the number of a context, or master/],
  [
    'a password as an argument',
    ['set', '30', '--user', ADMIN_30.login, ADMIN_30.password],
    '',
    {},
    64,
    /too many arguments: the password is read from standard input/,
  ],
  [
    'a file that is not there',
    ['set', '10', '--password-file', '/nope'],
    '',
    {},
    64,
    /nothing was done: cannot read the password: ENOENT/,
  ],
])('refuses %s, and writes nothing', async (_what, words, input, env, code, said) => {
  const before = readFileSync(join(secrets(), 'contexts.json'));

  const result = await verb(words, input, env);

  expect(result.code).toBe(code);
  expect(result.stderr).toMatch(said);
  expect(result.stderr).not.toMatch(/wrong|secret/);
  expect(readFileSync(join(secrets(), 'contexts.json'))).toEqual(before);
});

it('enters what cannot be tried where it is asked to', async () => {
  const offline = { OX_SOAP_SERVER: 'http://127.0.0.1:9' };
  const { code, stdout } = await verb(['set', '30', '--user', 'oxadmin', '--no-verify'], 'later', offline);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'context 30: entered, not tried\n' });
  expect(stored()['30']).toEqual({ adminuser: 'oxadmin', adminpass: 'later' });
});

it('tries the logins that are entered, and tells by the exit code', async () => {
  expect(await verb(['verify'])).toMatchObject({
    code: 0,
    stdout: `master: OX accepts ${MASTER.login}\ncontext 10: OX accepts ${ADMIN_10.login}\n`,
  });
  await verb(['set', '30', '--user', 'oxadmin', '--no-verify'], 'later');

  const { code, stdout } = await verb(['verify']);

  expect(code).toBe(77);
  expect(stdout).toMatch(/^context 10: OX accepts.*\ncontext 30: .*\n {4}What to do: .*credentials set/m);
  expect((await verb(['verify', '10'])).code).toBe(0);
  expect(await verb(['verify', '40', '10'])).toMatchObject({
    code: 77,
    stdout: expect.stringMatching(
      /^context 40: .*no entry.*\n {4}What to do: .*credentials set 40\.\ncontext 10: OX accepts/,
    ),
  });
});

it('does not come between a run and the file', async () => {
  await scene.sandbox.rules([{ match: { operation: 'create' }, action: { delay: 2000 } }]);
  scene.place.drop(aUser('anna'));
  const run = scene.place.run();
  while ((await scene.sandbox.remainingRules()).length > 0) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect((await verb(['set', '10'], ADMIN_10.password)).code).toBe(75);
  expect((await run).code).toBe(0);
});
