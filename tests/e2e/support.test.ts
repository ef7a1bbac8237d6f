/** `support`: what is in the archive, and that nothing in it is about people or secret. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aGroup, anAccount, aUser, deleted } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';
import type { RunResult } from '../harness/workplace.ts';

const scene = useScene();

/** Everywhere where a person's data may be, each word of its own. */
const PERSON = {
  username: 'zwusername',
  firstname: 'Zwvorname',
  lastname: 'Zwnachname-Doppel',
  displayName: 'Zwanzeige Zwnachname',
  mailPrimaryAddress: 'zwlocal.part@zwdomain.example',
  mailAlternativeAddress: ['zwzweite@zwdomain.example'],
  phone: ['+49 30 7654321'],
  street: 'Zwstrasse 12',
  city: 'Zwstadt',
  oxNote: 'zwnotiz “quoted” text',
  employeeNumber: '88776655',
  title: 'Zwtitel',
  jpegPhoto: '/9j/zwbild',
  userPassword: '{crypt}$6$zwhash',
  oxUserfield01: 'Zwfeld',
};
const DN = 'uid=zwusername,cn=zwabteilung,dc=zwfirma,dc=example';
const SECRETS = { OX_MASTER_PASSWORD: 'zwgeheim1', PROVISIONING_API_PASSWORD: 'zwgeheim2' };

const archive = (): string => join(scene.place.data, 'support.tar.gz');
const support = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<RunResult> =>
  scene.place.run({ args: ['support', '--output', archive(), ...args], env });

/** Name → content; unpacked by the system's own tar. */
function unpack(): Record<string, string> {
  const to = join(scene.place.data, 'unpacked');
  rmSync(to, { recursive: true, force: true });
  execFileSync('mkdir', [to]);
  execFileSync('tar', ['-xzf', archive(), '-C', to]);
  const [name = ''] = readdirSync(to);
  return Object.fromEntries(
    readdirSync(join(to, name)).map((file) => [file, readFileSync(join(to, name, file), 'utf8')]),
  );
}

function expectNothingPersonal(files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    expect({ name, found: content.match(/\w*(?:zw|7654321|88776655|secret10|masterpw)\w*/gi) }).toEqual({
      name,
      found: null,
    });
  }
}

/** A site in trouble: refusals, invalid files, parked ones, what differs, and all of it in the log. */
async function trouble(): Promise<void> {
  const person = { ...aUser('zwusername', PERSON), dn: DN };
  scene.place.drop(person, {
    ...aGroup('zwgruppe', []),
    dn: 'cn=zwgruppe,dc=zwfirma',
    object: { ...aGroup('zwgruppe', []).object, users: [DN] },
  });
  let log = (await scene.place.run({ env: { OX_CONNECTOR_LOG_LEVEL: 'DEBUG' } })).stderr;
  await scene.sandbox.drift([
    { setUser: { context: 10, name: 'zwusername', fields: { title: 'Zwfremdertitel', note: 'zwfremd' } } },
  ]);
  await scene.sandbox.seed({ contexts: { 10: { users: [{ name: 'zwfremder' }] } } });
  const goOn = { OX_CONNECTOR_STOP_ON_ERROR: 'false' };
  scene.place.drop(
    {
      ...aUser('zwzwilling', { displayName: PERSON.displayName, lastname: 'Zwling' }),
      dn: 'uid=zwzwilling,dc=zwfirma',
    },
    aUser('zwfalsch', { oxContext: 'zwzehn' }),
    { ...anAccount('zwkonto', []), dn: 'cn=zwkonto,dc=zwfirma' },
  );
  log += (await scene.place.run({ env: goOn })).stderr;
  scene.place.drop(
    { ...aUser('zwdritter', { displayName: PERSON.displayName }), dn: 'uid=zwdritter\\, zwmann,dc=zwfirma' },
    deleted(aUser('zwnie')),
  );
  log += (await scene.place.run()).stderr;
  log += (await scene.place.run({ env: { OX_CONNECTOR_LOG_FORMAT: 'json' } })).stderr;
  writeFileSync(
    join(scene.place.data, 'connector.log'),
    `${log}2026-11-28 12:00:00 converter: writing uid=zwusername,cn=zwabteilung,dc=zwfirma for "zw unbekannt" <zwpost@zwdomain.example>\n`,
  );
}

it('holds what is needed to help, and nothing of anybody', async () => {
  await trouble();

  const { code, stdout, stderr } = await support(['--log', join(scene.place.data, 'connector.log')], SECRETS);

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const files = unpack();
  expect(Object.keys(files).sort()).toEqual([
    'README.txt',
    'check.json',
    'failing-file.json',
    'log.txt',
    'queue.json',
    'runs.json',
    'settings.json',
    'status.json',
    'versions.json',
  ]);
  expect(files['README.txt']?.replaceAll('\n', ' ')).toBe(
    'What is about people is masked: the same value has the same mark («123abc») in all of these files, and nobody can tell from a ' +
      'mark what it stood for. Passwords and other secrets are left out. See docs/security.md of the connector, "What support masks". ',
  );
  expect(stdout).toMatch(/\nLook through it before you send it\.\n$/);
  for (const name of Object.keys(files)) {
    expect(stdout).toContain(`  ${name}\n`);
  }
  expectNothingPersonal(files);
  expect(statSync(archive()).mode & 0o777).toBe(0o600);

  expect(JSON.parse(files['status.json'] ?? '')).toMatchObject({
    status: 'warning',
    code: 'OX_REFUSED',
    filename: expect.stringMatching(/2026-11-20-08-00-00-\d{6}\.json$/),
    message: expect.stringMatching(/displayname is already used/i),
    remedy: expect.stringContaining('com.openexchange.user.enforceUniqueDisplayName=false'),
  });
  expect(JSON.parse(files['queue.json'] ?? '')).toMatchObject({
    waiting: { 'users/user': { files: 2 } },
    parked: expect.arrayContaining([
      { files: 1, reason: expect.stringMatching(/displayname is already used/i), remedy: expect.any(String) },
    ]),
  });
  expect(files['log.txt']).toMatch(
    /INFO {4}provisioned file=\S+\.json type=users\/user dn="uid=«[0-9a-f]{6}»,cn=«[0-9a-f]{6}»,dc=«.*action="created in context 10" duration=\d+ms/,
  );
  expect(files['log.txt']).toMatch(
    /call service=OXUserService operation=create\w* object="user \\"«[0-9a-f]{6}»\\" in context 10" result=\d+/,
  );
  expect(JSON.parse(files['failing-file.json'] ?? '')).toMatchObject({
    udm_object_type: 'users/user',
    object: { isOxUser: true, oxContext: 10, displayName: expect.stringMatching(/^«[0-9a-f]{6}» 20 characters$/) },
  });
  const findings = JSON.parse(files['check.json'] ?? '') as { kind: string; fields?: { field: string }[] }[];
  expect(findings.find(({ kind }) => kind === 'differs')?.fields?.map(({ field }) => field)).toEqual(['title', 'note']);
  expect(JSON.parse(files['settings.json'] ?? '')).toMatchObject({ OX_MASTER_PASSWORD: '(set, not shown)' });
  expect(JSON.parse(files['runs.json'] ?? '')).toHaveLength(3);
}, 60_000);

it('marks the same person in the same way in all files, and differently in another archive', async () => {
  await trouble();
  const markOf = (): string => {
    const { object, dn } = JSON.parse(unpack()['failing-file.json'] ?? '') as {
      object: { username: string };
      dn: string;
    };
    expect(dn).toMatch(/^«/);
    return object.username.slice(0, 8);
  };
  await support(['--no-check', '--log', join(scene.place.data, 'connector.log')]);
  const first = markOf();
  expect(unpack()['log.txt']).toContain(`user \\"${first}\\" in context 10`);
  await support(['--no-check']);
  expect(markOf()).not.toBe(first);
  expect(Object.keys(unpack())).not.toContain('check.json');
}, 60_000);

it.each<[string, Readonly<Record<string, string>>]>([
  ['wrong settings', { OX_SOAP_TIMEOUT: 'soon', OX_SOAP_SERVER: 'https://zwadmin:zwgeheim1@ox.example' }],
  ['no data directory', { OX_CONNECTOR_DATA_DIR: '/nope' }],
])('is written in spite of %s, which it tells', async (_, env) => {
  const { code } = await support([], { ...SECRETS, ...env });
  expect(code).toBe(0);
  const files = unpack();
  expectNothingPersonal(files);
  expect(files['failure.json']).toMatch(/OX_SOAP_TIMEOUT|\/nope/);
});

it('tells what cannot be looked at, and goes on', async () => {
  scene.place.drop(aUser('anna'));
  rmSync(join(scene.place.data, 'secrets', 'contexts.json'));
  writeFileSync(join(scene.place.data, 'secrets', 'contexts.json'), '{"10": {"adminpass": "zwgeheim');
  writeFileSync(join(scene.place.queue, 'parked'), '');
  const { code } = await support(['--log', '/nope/log'], { OX_SOAP_SERVER: 'http://127.0.0.1:9' });
  expect(code).toBe(0);
  const files = unpack();
  expectNothingPersonal(files);
  expect(files['status.json']).toContain('DATA_UNREADABLE');
  expect(files['check.json']).toMatch(/CREDENTIALS_BROKEN|DATA_UNREADABLE/);
  expect(files['log.json']).toContain('ENOENT');
});

it('takes the last 2,000 lines of the log', async () => {
  const log = join(scene.place.data, 'connector.log');
  writeFileSync(
    log,
    Array.from({ length: 150_000 }, (_, at) => `line ${at} with some more text to be long\n`).join(''),
  );
  await support(['--no-check', '--log', log]);
  const lines = (unpack()['log.txt'] ?? '').trimEnd().split('\n');
  expect([lines.length, lines.at(0)?.slice(0, 5)]).toEqual([2000, 'line ']);
});

it('says which file it cannot write, and leaves nothing', async () => {
  const { code, stdout, stderr } = await scene.place.run({
    args: ['support', '--no-check', '--output', '/nope/x.tar.gz'],
  });
  expect({ code, stdout }).toEqual({ code: 74, stdout: '' });
  expect(stderr).toMatch(
    /^error: cannot write \/nope\/x\.tar\.gz: .*\nWhat to do: Name a file in a directory that is there and can be written\.\n$/,
  );
  expect(existsSync('/nope')).toBe(false);
});
