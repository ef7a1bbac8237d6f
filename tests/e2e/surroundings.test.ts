/** The binary runs by itself, wherever it is put, and says which build it is. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import settings from '../../schemas/settings.schema.json' with { type: 'json' };
import { aUser } from '../harness/objects.ts';
import { useScene } from '../harness/scene.ts';
import { BINARY, runBinary, type Workplace } from '../harness/workplace.ts';

const scene = useScene();
let elsewhere: string;

beforeEach(() => {
  elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
});
afterEach(() => {
  rmSync(elsewhere, { recursive: true });
});

async function expectWork(run: ReturnType<Workplace['run']>): Promise<void> {
  expect(await run).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringContaining('Successfully processed 1 files'),
  });
  expect(scene.place.waiting()).toEqual([]);
  expect((await scene.sandbox.state()).contexts['10']?.users.map(({ name }) => name)).toEqual(['anna']);
}

it('works as a copy in another directory, far from node_modules', async () => {
  const copy = join(elsewhere, 'listener_trigger');
  copyFileSync(BINARY, copy);
  scene.place.drop(aUser('anna'));
  await expectWork(scene.place.run({ binary: copy, cwd: elsewhere }));
});

it('works in a directory whose node_modules and settings of Node lead astray', async () => {
  mkdirSync(join(elsewhere, 'node_modules', 'winston'), { recursive: true });
  scene.place.drop(aUser('anna'));
  await expectWork(scene.place.run({ cwd: elsewhere }));
});

it.each([
  { NODE_OPTIONS: '--nonsense --require /no/such/file.js' },
  { NODE_OPTIONS: '--inspect-brk' },
  { NODE_PATH: '/nowhere', NODE_EXTRA_CA_CERTS: '/nowhere', NODE_DEBUG: 'http' },
  { NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_ENV: 'nonsense' },
])('works whatever variables of Node are set: %j', async (env) => {
  scene.place.drop(aUser('anna'));
  const { code } = await scene.place.run({ env });
  expect(code).toBe(0);
  expect(scene.place.waiting()).toEqual([]);
});

it('works without HOME, PATH, TZ and a directory to be in', async () => {
  scene.place.drop(aUser('anna'));
  await expectWork(scene.place.run({ cwd: '/', env: { PATH: '', TZ: '' } }));
});

const canUnshare = ((): boolean => {
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

(canUnshare ? it : it.skip)('works where everything but DATA is read-only', async () => {
  scene.place.drop(aUser('anna'));
  const script = `
    mount -o remount,bind,ro / || exit 90
    for each in /tmp /var /run /root; do mount --bind $each $each && mount -o remount,bind,ro $each || exit 90; done
    mount --bind "$1" "$1" && mount -o remount,bind,rw "$1" || exit 90
    touch /tmp/writable 2>/dev/null && exit 91
    touch "$1/probe" && rm "$1/probe" || exit 92
    exec "$2"`;
  await expectWork(
    scene.place.run({ binary: 'unshare', args: ['-m', 'sh', '-c', script, 'sh', scene.place.data, BINARY], cwd: '/' }),
  );
});

it('says which build it is', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const build = readFileSync('dist/build-id', 'utf8').trim();
  for (const argument of ['--version', '-V']) {
    const { code, stdout, stderr } = await runBinary({ args: [argument] });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      new RegExp(`^${version.replaceAll('.', '\\.')} \\(commit (unknown|[0-9a-f]{12}(-dirty)?), build ${build}\\)\n$`),
    );
  }
});

it('explains itself to a stranger: every setting with its default, every exit code', async () => {
  const { code, stdout, stderr } = await runBinary({ args: ['--help'] });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const [name, { title, default: initial }] of Object.entries(settings.properties)) {
    // Long lines are broken between words.
    const entry = `${name}${initial === '' ? '' : ` (default: ${initial})`} ${title}`;
    expect(stdout.replace(/\s+/g, ' ')).toContain(entry);
  }
  for (const exitCode of [0, 64, 65, 69, 70, 74, 75, 76, 77, 78, 130, 143]) {
    expect(stdout).toMatch(new RegExp(`\\b${exitCode}\\b`));
  }
  expect(stdout).toContain('--data-dir');
});

it.each([[['--nonsense']], [['nonsense']], [['--data-dir']], [['--data-dir', '/x', 'y']]])(
  'refuses the command line %j with 64 and touches nothing',
  async (args) => {
    scene.place.drop(aUser('anna'));
    const { code, stdout, stderr } = await scene.place.run({ args });
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toMatch(/^error: /);
    expect(scene.place.waiting()).toHaveLength(1);
    expect((await scene.sandbox.counts()).total).toBe(0);
  },
);

it('takes the data directory from the option rather than from the environment', async () => {
  scene.place.drop(aUser('anna'));
  await expectWork(
    scene.place.run({ args: ['--data-dir', scene.place.data], env: { OX_CONNECTOR_DATA_DIR: '/nowhere' } }),
  );
});

it('ends at once, silently and without a call, where nothing waits', async () => {
  expect(await scene.place.run({ env: { OX_SOAP_SERVER: 'http://127.0.0.1:9' } })).toEqual({
    code: 0,
    signal: null,
    stdout: '',
    stderr: '',
  });
});
