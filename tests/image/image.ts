/** Builds the image of the Dockerfile without a Docker engine: mmdebstrap for the base, buildah for the rest. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TOOLS = ['buildah', 'mmdebstrap', 'unshare', 'nsenter'];
/** Kept between runs for the base, which takes half a minute. */
const STORE = '/var/tmp/ox-connector-image';
const BASE = 'localhost/ox-connector-base';
/** What debian:bookworm-slim leaves out. */
const SLIM = ['man', 'locale', 'doc'].map((each) => `--dpkgopt=path-exclude=/usr/share/${each}/*`);

/** null: the image can be built here. */
export function whyNot(): string | null {
  if (process.getuid?.() !== 0) {
    return 'needs root';
  }
  const missing = TOOLS.filter((tool) => !['/usr/bin', '/usr/sbin', '/bin'].some((at) => existsSync(join(at, tool))));
  return missing.length === 0 ? null : `needs ${missing.join(', ')}`;
}

export interface Image {
  /** Where its files are mounted. */
  readonly root: string;
  readonly config: ImageConfig;
  readonly megabytes: number;
  remove(): void;
}

interface ImageConfig {
  readonly Cmd: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
  readonly Healthcheck: { readonly Test: readonly string[] };
}

/** From `dist` as built, in place of the stage of the Dockerfile that builds it: that one needs npm in the image. */
export function buildImage(): Image {
  const name = `localhost/ox-connector:test-${process.pid}`;
  let base = '';
  const scratch = mkdtempSync(join(tmpdir(), 'ox-connector-image-'));
  try {
    makeBase(scratch);
    const stage = join(scratch, 'stage', 'src');
    for (const path of ['dist/listener_trigger', 'dist/share', 'build/image/stay-up']) {
      cpSync(path, join(stage, path), { recursive: true });
    }
    const context = join(scratch, 'stage');
    const bud = (...options: string[]) =>
      buildah('bud', '--isolation', 'chroot', '--pull-never', '--quiet', '--format', 'docker', ...options, '.');
    base = bud('--target', 'base', '--build-arg', `BASE=${BASE}`);
    completeBill(base, join(stage, 'dist/share/ox-connector/sbom.cdx.json'));
    bud('--build-arg', `BASE=${BASE}`, '--build-context', `build=${context}`, '--target', 'runtime', '-t', name);
  } finally {
    rmSync(scratch, { recursive: true });
  }
  const container = buildah('from', '--pull-never', name);
  const root = buildah('mount', container);
  const { Docker } = JSON.parse(buildah('inspect', '--type', 'image', name)) as { Docker: { config: ImageConfig } };
  return {
    root,
    config: Docker.config,
    megabytes: Number(execFileSync('du', ['-sm', root], { encoding: 'utf8' }).split('\t')[0]),
    remove: () => {
      buildah('rm', container);
      buildah('rmi', name, base);
    },
  };
}

function makeBase(scratch: string): void {
  if (buildah('images', '--format', '{{.Name}}').split('\n').includes(BASE)) {
    return;
  }
  const directory = join(scratch, 'base');
  mkdirSync(directory);
  const sources = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'].filter((file) =>
    existsSync(file),
  );
  run('mmdebstrap', [
    '--quiet',
    '--variant=minbase',
    ...SLIM,
    '--dpkgopt=path-include=/usr/share/doc/*/copyright',
    'bookworm',
    join(directory, 'rootfs.tar'),
    ...sources.slice(0, 1),
  ]);
  writeFileSync(join(directory, 'Dockerfile'), 'FROM scratch\nADD rootfs.tar /\nCMD ["bash"]\n');
  buildah('bud', '--isolation', 'chroot', '--quiet', '--tag', BASE, directory);
}

/** What the build stage does with the list of packages of the base. */
function completeBill(base: string, bill: string): void {
  const container = buildah('from', '--pull-never', base);
  const packages = join(buildah('mount', container), 'usr/local/share/ox-connector/debian-packages.tsv');
  run(join('node_modules', '.bin', 'node'), ['build/image/complete-bill.ts', bill, packages]);
  buildah('rm', container);
}

export function readBill(root: string): { components: { name: string; purl: string }[] } {
  return JSON.parse(readFileSync(join(root, 'usr/local/share/ox-connector/sbom.cdx.json'), 'utf8'));
}

function buildah(...args: string[]): string {
  const store = ['--storage-driver', 'overlay', '--root', `${STORE}/storage`, '--runroot', `${STORE}/run`];
  return run('buildah', [...store, ...args]).trim();
}

function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
