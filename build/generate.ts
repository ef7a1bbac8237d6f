/** Writes what is made from `schemas/` into `dist/generated`: the SOAP contract, its types, and the validators. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { makeContract, makeTypes } from './contract.ts';
import { makeValidators } from './validators.ts';

const root = join(import.meta.dirname, '..');
const target = join(root, 'dist', 'generated');
mkdirSync(target, { recursive: true });

const contract = makeContract(join(root, 'schemas', 'soap'));
// Each service as a text: a run reads those it talks to.
const services = Object.entries(contract.services).map(([name, service]) => [name, JSON.stringify(service)]);
writeFileSync(join(target, 'contract.json'), JSON.stringify({ ...contract, services: Object.fromEntries(services) }));
writeFileSync(join(target, 'soap-types.ts'), makeTypes(contract));

const schemas = readdirSync(join(root, 'schemas'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.schema.json'))
  .sort()
  .map(
    (path) => [basename(path, '.schema.json'), JSON.parse(readFileSync(join(root, 'schemas', path), 'utf8'))] as const,
  );
for (const [name, source] of Object.entries(makeValidators(new Map(schemas)))) {
  writeFileSync(join(target, name), source);
}
