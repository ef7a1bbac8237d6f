/** What `check`, `status`, `completion` and `man-page` answer: exit codes, tables, JSON, metrics, texts. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { footprint } from '../harness/big-site.ts';
import { aGroup, anAccount, aProfile, aResource, aUser, userDn } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';
import { BINARY, type RunResult } from '../harness/workplace.ts';

const scene = useScene();

beforeEach(async () => {
  scene.place.drop(aProfile('premium', ['webmail']), aUser('anna'), aGroup('sales', ['anna']));
  expect((await scene.verb()).code).toBe(0);
});

it('check shows a table without colours where no terminal is, and the same JSON each time', async () => {
  await scene.sandbox.drift({ setUser: { context: 10, name: 'anna', fields: { title: 'Prof.' } } });

  const { stdout } = await scene.verb('check');

  expect(stdout).toMatch(/^SEVERITY +KIND +CONTEXT +FINDING\n/);
  expect(stdout).toContain(`${userDn('anna')}: 1 field differs: title\n    title: Prof. → -\n`);
  expect(stdout).toMatch(/\nWhat to do:\n {2}differs: /);
  expect(stdout).toMatch(/\n1 of 2 objects are in OX as they should be\n0 errors, 1 warning\n$/);
  expect(stdout).not.toContain('\u001b');
  expect((await scene.verb('check', '--json')).stdout).toBe((await scene.verb('check', '--json')).stdout);
});

it('check --fix queues each repair once; a run repairs it, and what it cannot repair is found again', async () => {
  scene.place.drop(aResource('beamer'), aUser('bert'), anAccount('info', ['bert']));
  await scene.verb();
  scene.place.remember(aUser('müller', { mailPrimaryAddress: 'mueller@example.org' }));
  await scene.sandbox.seed({ contexts: { 10: { users: [{ name: 'stranger' }] } } });
  await scene.sandbox.drift([
    { setUser: { context: 10, name: 'anna', fields: { title: 'Prof.', note: 'mine' } } },
    { deleteUser: { context: 10, name: 'bert' } },
    { deleteResource: { context: 10, name: 'beamer' } },
    { setGroup: { context: 10, name: 'sales', members: [] } },
  ]);

  const first = reportOf(await scene.verb('check', '--json', '--fix'));
  const second = reportOf(await scene.verb('check', '--json', '--fix'));

  expect([first.summary.queued, second.summary.queued, scene.place.waiting().length]).toEqual([4, 0, 4]);
  expect(kindsOf(first)).toEqual(['differs', 'differs', 'missing', 'missing', 'refused', 'unknown']);
  expect((await scene.verb()).code).toBe(0);
  expect(kindsOf(reportOf(await scene.verb('check', '--json')))).toEqual(['refused', 'unknown']);
});

interface Report {
  readonly findings: readonly { readonly kind: string; readonly severity: string }[];
  readonly summary: Readonly<Record<string, number>>;
}

const reportOf = ({ stdout }: RunResult): Report => JSON.parse(stdout) as Report;

function kindsOf({ findings }: Report): string[] {
  return findings.flatMap(({ kind, severity }) => (severity === 'info' ? [] : [kind])).sort();
}

it.each([
  ['OX that cannot be reached', { OX_SOAP_SERVER: 'http://127.0.0.1:9' }, 69],
  ['a setting that is wrong', { OX_SOAP_SERVER: 'nowhere' }, 78],
  ['a master login that OX refuses', { OX_CREDENTIALS_FILE: '/nowhere/contexts.json' }, 77],
])('check ends with the exit code of %s', async (_, env, code) => {
  expect((await scene.place.run({ args: ['check'], env })).code).toBe(code);
});

it('check --json is one document also where the attribute mapping is broken', async () => {
  writeFileSync(join(scene.place.data, 'AttributeMapping.json'), '{');

  const { code, stdout } = await scene.verb('check', '--json');

  expect({
    code,
    kinds: (JSON.parse(stdout) as { findings: { kind: string }[] }).findings.map(({ kind }) => kind),
  }).toEqual({
    code: 78,
    kinds: ['failure'],
  });
});

it('status tells a healthy site', async () => {
  const before = footprint(scene.place.data);

  const { code, stdout } = await scene.verb('status', '--json');

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ errors: '0', status: 'ok', waitingTotal: 0, run: null, parked: 0 });
  expect(JSON.parse(stdout)).not.toHaveProperty('message');
  expect(footprint(scene.place.data)).toEqual(before);
});

it('status tells the file and the message of the error that blocks the queue', async () => {
  scene.place.dropRaw('2026-11-20-09-00-00.json', '{');
  scene.place.drop(aUser('bert'));
  await scene.verb();
  await scene.verb();

  const { code, stdout } = await scene.verb('status', '--json');

  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    errors: '2',
    filename: join(scene.place.queue, '2026-11-20-09-00-00.json'),
    message: expect.stringContaining('not valid JSON'),
    waiting: { invalid: 1 },
  });
  expect((await scene.verb('status', '--errors', '1,2')).code).toBe(2);
  expect((await scene.verb('status', '--errors', '2,1')).code).toBe(64);
});

it('status is well again after the file that failed was taken out, and a run found nothing to do', async () => {
  const [name = ''] = scene.place.drop(aUser('anna', { mailPrimaryAddress: '' }));
  await scene.place.run();
  expect((await scene.verb('status', '--errors', '1,1')).code).toBe(2);

  await scene.verb('queue', 'drop', name, '--reason', 'never');
  expect((await scene.place.run()).code).toBe(0);

  const { code, stdout } = await scene.verb('status', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ errors: '0', status: 'ok' });
  expect(readdirSync(scene.place.queue).filter((each) => each.endsWith('.json'))).toEqual([]);
});

it('nothing that a terminal acts on comes from a DN', async () => {
  const dn = 'uid=\u009b31m\u202eanna\n,dc=x';
  scene.place.drop({ ...aUser('anna', { mailPrimaryAddress: '' }), dn });
  const run = await scene.place.run();
  const shown = [run.stderr];
  for (const words of [['status'], ['queue', 'list'], ['plan'], ['status', '--json'], ['queue', 'list', '--json']]) {
    const { stdout, stderr } = await scene.verb(...words);
    shown.push(stdout + stderr);
  }
  expect(shown.join('')).toContain('\\u009b31m\\u202eanna');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  expect(shown.join('')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
});

it('status tells parked and skipped objects, and the run that is going on', async () => {
  mkdirSync(join(scene.place.queue, 'parked'));
  writeFileSync(join(scene.place.queue, 'parked', '2026-11-20-09-00-00.json'), '{}');
  scene.place.drop(aUser('late', { oxContext: 30 }));
  await scene.verb();
  await scene.sandbox.rules([{ match: { operation: 'createByModuleAccess' }, action: { delay: 3000 } }]);
  scene.place.drop(aUser('bert'));

  let pid = 0;
  const run = scene.place.run({
    onStart: (child) => {
      pid = child.pid ?? 0;
    },
  });
  while ((await scene.sandbox.remainingRules()).length > 0) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { stdout } = await scene.verb('status', '--json');

  expect(JSON.parse(stdout)).toMatchObject({ parked: 1, skipped: { 30: 1 }, run: { pid, object: userDn('bert') } });
  expect((await run).code).toBe(0);
});

it('status writes metrics for Prometheus to a file', async () => {
  const file = join(scene.place.data, 'metrics.prom');

  expect((await scene.verb('status', '--prometheus', '--output', file)).code).toBe(0);

  const metrics = readFileSync(file, 'utf8');
  for (const line of metrics.trimEnd().split('\n')) {
    expect(line).toMatch(
      /^(?:# (?:HELP|TYPE) ox_connector_\w+ .+|ox_connector_\w+(?:\{\w+="[^"]*"\})? \d+(?:\.\d+)?)$/,
    );
  }
  expect(metrics).toMatch(/^ox_connector_status 0$/m);
  expect(metrics).toMatch(/^ox_connector_last_success_timestamp_seconds [1-9]\d+$/m);
});

it('bash completes verbs, options, values and the files of the queue', () => {
  const [file = ''] = scene.place.drop(aUser('bert'));
  scene.place.dropRaw('$(touch injected).json', '{');

  expect(completions('chec')).toEqual(['check']);
  expect(completions('queue', '')).toEqual(expect.arrayContaining(['list', 'show', 'drop', 'retry']));
  expect(completions('status', '--pro')).toEqual(['--prometheus']);
  expect(completions('reprovision', '--type', 'groups')).toEqual(['groups/group']);
  expect(completions('queue', 'show', '2026')).toEqual([file]);
  expect(completions('status', '--errors', '')).toEqual([]);
});

/** What bash offers for the last word. */
function completions(...words: readonly string[]): string[] {
  const script =
    'source <("$1" completion); shift; COMP_WORDS=(listener_trigger "$@"); COMP_CWORD=$#; _listener_trigger; declare -p COMPREPLY';
  const environment = { PATH: process.env.PATH, OX_CONNECTOR_DATA_DIR: scene.place.data };
  const output = execFileSync('bash', ['--norc', '-c', script, 'bash', BINARY, ...words], {
    encoding: 'utf8',
    env: environment,
  });
  return [...output.matchAll(/\[\d+\]="([^"]*)"/g)].flatMap(([, word]) => word ?? []);
}

it('the man page names every verb and setting', async () => {
  const { code, stdout } = await scene.verb('man-page');

  expect(code).toBe(0);
  for (const name of ['.TH LISTENER_TRIGGER 1', '.SS "check"', '.SS "queue show <file>"', 'OX_SOAP_SERVER', '.B 77']) {
    expect(stdout).toContain(name);
  }
});
