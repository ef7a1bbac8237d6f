/** `npm run docs`: writes the pages and descriptors that are made from schemas and tables. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePages } from './pages.ts';

const root = join(import.meta.dirname, '..');
const pages = makePages((path) => readFileSync(join(root, path), 'utf8'));
for (const [path, content] of Object.entries(pages)) {
  writeFileSync(join(root, path), content);
}
