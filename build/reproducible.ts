/** `npm run reproducible`: two builds of this commit, in two places, give the same bundle and descriptors byte for byte. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'ox-connector-build-'));
try {
  const [first, second] = ['one', 'another/place'].map((name) => buildIn(join(scratch, name)));
  const different = Object.keys({ ...first, ...second }).filter((file) => first?.[file] !== second?.[file]);
  if (different.length > 0) {
    throw new Error(`two builds of one commit differ in ${different.join(', ')}`);
  }
  process.stdout.write(`two builds give the same ${Object.keys(first ?? {}).length} files\n`);
} finally {
  rmSync(scratch, { recursive: true });
}

/** File → hash, of what is built from the last commit. The binary itself holds V8's code cache, which is not stable. */
function buildIn(directory: string): Record<string, string> {
  execFileSync('git', ['clone', '--quiet', '--no-local', '--depth', '1', `file://${root}`, directory]);
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  execFileSync(process.execPath, ['build/build.ts'], { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
  const dist = join(directory, 'dist');
  const files = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'listener_trigger')
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(files.map((file) => [file.slice(dist.length + 1), hash(file)]));
}

function hash(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
