/** `npm run release:check`: clean tree, versions equal, licences listed, builds reproducible, all tests. Says what is wrong. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { releaseMistakes } from './release.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const mistakes = releaseMistakes({
  status: execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' }),
  packageJson: read('package.json'),
  lock: read('package-lock.json'),
  ini: read('build/appcenter/ini'),
  dockerfile: read('Dockerfile'),
  changelog: read('CHANGELOG.md'),
});
if (mistakes.length > 0) {
  process.stderr.write(`not ready for a release:\n${mistakes.map((mistake) => `- ${mistake}\n`).join('')}`);
  process.exitCode = 1;
} else {
  // The build throws at a licence that does not fit, and lists all others.
  for (const script of ['test', 'reproducible']) {
    execFileSync('npm', ['run', '-s', script], { cwd: root, stdio: 'inherit' });
  }
}
