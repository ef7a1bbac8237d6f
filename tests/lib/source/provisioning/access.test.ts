/** Who we are and where the service is: from the environment, files, and what the join script has left. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../../../../lib/settings/settings.ts';
import { readAccess, readAdmin } from '../../../../lib/source/provisioning/access.ts';
import { readShellFile } from '../../../../lib/source/provisioning/shell-file.ts';
import { freshFolder, thrownBy } from '../../../harness/temporary.ts';

const folder = freshFolder();
const data = () => join(folder(), 'data');
const read = (environment: Record<string, string>) => readAccess(readSettings(environment).provisioning, data());

const ALL = {
  PROVISIONING_API_BASE_URL: 'https://ucs.example.org/univention/provisioning/',
  PROVISIONING_API_USERNAME: 'ox-connector',
  PROVISIONING_API_PASSWORD: "it's secret",
};
const EXPECTED = {
  baseUrl: 'https://ucs.example.org/univention/provisioning',
  username: 'ox-connector',
  password: "it's secret",
};

it('takes the environment', () => {
  expect(read(ALL)).toEqual(EXPECTED);
});

it('takes files with one value each', () => {
  const files = Object.entries(ALL).map(([name, value]) => {
    writeFileSync(join(folder(), name), `${value}\n`);
    return [`${name}_FILE`, join(folder(), name)];
  });
  expect(read(Object.fromEntries(files))).toEqual(EXPECTED);
});

it('takes what the join script has left beside the data directory, but prefers what is set', () => {
  mkdirSync(join(folder(), 'conf'));
  writeFileSync(
    join(folder(), 'conf', 'provisioning.env'),
    'export PROVISIONING_API_USERNAME=ox-connector\nexport PROVISIONING_API_PASSWORD="other"\n',
  );
  const { PROVISIONING_API_USERNAME: _, ...others } = ALL;
  expect(read(others)).toEqual(EXPECTED);
});

it('does not read that file where all is set: it may be closed to us', () => {
  mkdirSync(join(folder(), 'conf', 'provisioning.env'), { recursive: true });
  expect(read(ALL)).toEqual(EXPECTED);
  expect(thrownBy(() => read({}))).toMatchObject({
    code: 'SETTINGS_INVALID',
    message: expect.stringMatching(/^cannot read .*provisioning\.env: EISDIR/),
  });
});

it('takes the JSON of the subscription tools', () => {
  const file = join(folder(), 'subscription.json');
  writeFileSync(file, JSON.stringify({ subscription_name: 'ox-connector', subscription_password: "it's secret" }));
  const { PROVISIONING_API_BASE_URL } = ALL;
  expect(read({ PROVISIONING_API_BASE_URL, PROVISIONING_API_ENV_FILE: file })).toEqual(EXPECTED);
});

it('says nothing of what stands in that JSON where it is none', () => {
  const file = join(folder(), 'subscription.json');
  writeFileSync(file, '{"subscription_name": "ox-connector", "subscription_password": geheim1}');
  expect(thrownBy(() => read({ PROVISIONING_API_ENV_FILE: file }))).toMatchObject({
    code: 'SETTINGS_INVALID',
    message: `cannot read ${file}: it is not valid JSON`,
  });
});

it('names all that is missing at once, and where it looked', () => {
  expect(thrownBy(() => read({}))).toMatchObject({
    code: 'SETTINGS_INVALID',
    message: ['BASE_URL', 'USERNAME', 'PASSWORD']
      .map((each) => `PROVISIONING_API_${each}`)
      .map(
        (each) =>
          `${each} is not set: neither in the environment, nor by ${each}_FILE, nor in ${folder()}/conf/provisioning.env`,
      )
      .join('; '),
    remedy: 'Set them in the environment, by file, or in provisioning.env (docs/provisioning-api.md has all ways).',
  });
});

it.each<[Record<string, string>, RegExp]>([
  [{ PROVISIONING_API_ENV_FILE: '/nowhere/provisioning.env' }, /cannot read \/nowhere/],
  [
    { ...ALL, PROVISIONING_API_PASSWORD: '', PROVISIONING_API_PASSWORD_FILE: '/nowhere/pw' },
    /cannot read \/nowhere\/pw/,
  ],
])('says what it cannot read: %j', (environment, message) => {
  expect(thrownBy(() => read(environment))).toMatchObject({
    code: 'SETTINGS_INVALID',
    message: expect.stringMatching(message),
  });
});

const URL_EXPECTED = 'an http or https URL with a host, without user name, query or fragment';

it.each<[string, string, string]>([
  ['BASE_URL', 'https://user:pass@ucs/x', URL_EXPECTED],
  ['BASE_URL', 'ucs.example.org', URL_EXPECTED],
  ['USERNAME', 'a.b', 'the name of a subscription: letters, digits, _ and -'],
  ['PASSWORD', 'pässword', 'at most 72 ASCII characters'],
  ['PASSWORD', 'x'.repeat(73), 'at most 72 ASCII characters'],
])('refuses %s=%s in a file without showing a password', (name, value, expected) => {
  const file = join(folder(), 'provisioning.env');
  writeFileSync(file, `PROVISIONING_API_${name}='${value}'`);
  const error = thrownBy(() => read({ PROVISIONING_API_ENV_FILE: file })) as Error;
  const found = name === 'USERNAME' ? JSON.stringify(value) : 'not right';
  expect(error.message).toContain(`PROVISIONING_API_${name} is ${found}, expected ${expected}`);
  expect(error.message).not.toContain('pass@');
  expect(name === 'PASSWORD' && error.message.includes(value)).toBe(false);
});

it.each<[string, string]>([
  ['export A=b', 'b'],
  ['A=b', 'b'],
  ["A='b c'", 'b c'],
  ['A="b \\"c\\" \\$d"', 'b "c" $d'],
  ['A=b\'c d\'"e"', 'bc de'],
  ['A=b # comment', 'b'],
  ['A=b#c', 'b#c'],
  ['A=', ''],
  ['A=b\\ c', 'b c'],
])('understands the line %j as a shell does', (line, value) => {
  expect(readShellFile(`# comment\n${line}\r\nif true; then\n`).get('A')).toBe(value);
});

it('needs name and password of the administrator', () => {
  const file = join(folder(), 'admin');
  writeFileSync(file, 'secret\n');
  expect(readAdmin({ username: 'admin', password: { value: '', file } })).toEqual({
    username: 'admin',
    password: 'secret',
  });
  for (const [username, value, missing] of [
    ['', 'x', 'name'],
    ['admin', '', 'password'],
  ] as const) {
    expect(thrownBy(() => readAdmin({ username, password: { value, file: '' } }))).toMatchObject({
      code: 'SETTINGS_INVALID',
      message: `the ${missing} of the service's administrator is not given`,
      remedy:
        'Use --admin-username and --admin-password-file, or PROVISIONING_API_ADMIN_USERNAME and PROVISIONING_API_ADMIN_PASSWORD (or its _FILE).',
    });
  }
});
