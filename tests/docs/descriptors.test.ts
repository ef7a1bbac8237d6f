/** The App Center's descriptors say what the program says. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import german from '../../build/appcenter/settings.de.json' with { type: 'json' };
import packageJson from '../../package.json' with { type: 'json' };
import envelope from '../../schemas/envelope.schema.json' with { type: 'json' };
import settingsSchema from '../../schemas/settings.schema.json' with { type: 'json' };

const DIRECTORY = 'build/appcenter';
const SCRIPTS = ['preinst', 'configure', 'configure_host', 'listener_trigger'].map((name) => join(DIRECTORY, name));

/** Not for administrators: fixed by the image, by UCS, or served by another one. */
const NOT_SHOWN = [
  'OX_CONNECTOR_DATA_DIR',
  'OX_CREDENTIALS_FILE',
  'DOMAINNAME',
  'REQUESTS_CA_BUNDLE',
  'SSL_CERT_FILE',
  'OX_CONNECTOR_TARGET',
  ...Object.keys(settingsSchema.properties).filter((name) => name.startsWith('PROVISIONING_API_')),
];

const ini = (name: string): string =>
  new RegExp(`^${name} = (.*)$`, 'm').exec(readFileSync(join(DIRECTORY, 'ini'), 'utf8'))?.[1] ?? '';

it('listens to the types that a queue file may have', () => {
  const types = envelope.properties.udm_object_type.enum;

  expect(ini('ListenerUDMModules').split(', ').sort()).toEqual([...types].sort());
});

it('has one version everywhere', () => {
  const { version } = packageJson;

  expect(ini('Version')).toBe(version);
  expect(ini('DockerImage')).toBe(`ox-connector:${version}`);
  expect(readFileSync('Dockerfile', 'utf8')).toContain(`ARG VERSION=${version}\n`);
});

it('shows every setting in English and German, or has a reason not to', () => {
  expect([...Object.keys(german), ...NOT_SHOWN].sort()).toEqual(Object.keys(settingsSchema.properties).sort());
});

it.each([...SCRIPTS, 'build/image/stay-up', '.ci/run'])('%s is an executable script', (file) => {
  expect(statSync(file).mode & 0o111).toBe(0o111);
  expect(readFileSync(file, 'utf8')).toMatch(/^#!\/bin\/(ba)?sh\n/);
});

const hasShellcheck = process.env.OX_CONNECTOR_REQUIRE_TOOLS === '1' || isThere('shellcheck');
(hasShellcheck ? it : it.skip)('shellcheck finds nothing (skipped where it is not installed)', () => {
  const check = () => execFileSync('shellcheck', [...SCRIPTS, 'build/image/stay-up', '.ci/run'], { stdio: 'pipe' });

  expect(check).not.toThrow();
});

describe('the scripts', () => {
  let scratch: string;
  let data: string;
  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), 'ox-connector-app-'));
    data = join(scratch, 'data');
    mkdirSync(join(data, 'secrets'), { recursive: true });
  });
  afterEach(() => rmSync(scratch, { recursive: true }));

  function start(script: string, machine = 'x86_64'): { code: number; message: string } {
    writeFileSync(join(scratch, 'uname'), `#!/bin/sh\necho ${machine}\n`);
    chmodSync(join(scratch, 'uname'), 0o755);
    const env = { PATH: `${scratch}:${process.env.PATH}`, OX_CONNECTOR_DATA_DIR: data };
    try {
      execFileSync(join(DIRECTORY, script), { env, stdio: 'pipe' });
      return { code: 0, message: '' };
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: Buffer };
      return { code: status, message: stderr.toString() };
    }
  }

  it.each([
    ['a new installation', [], 'x86_64', 0],
    ['a data directory of 2.x', ['contexts.json'], 'x86_64', 0],
    ['one of 2.x that was 1.x once', ['contexts.json', 'context10.secret'], 'x86_64', 0],
    ['one of 1.x', ['context10.secret'], 'x86_64', 1],
    ['another machine', [], 'aarch64', 1],
  ])('preinst decides on %s', (_, files, machine, expected) => {
    for (const file of files) {
      writeFileSync(join(data, 'secrets', file), '{}');
    }

    const { code, message } = start('preinst', machine);

    expect(code).toBe(expected);
    expect(message === '').toBe(expected === 0);
  });

  it('configure lays out the data directory, and leaves what is there', () => {
    writeFileSync(join(data, 'secrets', 'contexts.json'), '{"10":{}}');

    expect(start('configure')).toEqual({ code: 0, message: '' });
    expect(start('configure').code).toBe(0);

    expect(readdirSync(data).sort()).toEqual(['conf', 'listener', 'secrets']);
    expect(statSync(join(data, 'secrets')).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(data, 'secrets', 'contexts.json'), 'utf8')).toBe('{"10":{}}');
  });
});

function isThere(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
