/** CONTRIBUTING.md's way to a new object type, gone in a scratch copy: it compiles, builds, and provisions. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { aUser } from '../harness/objects.ts';
import { makeWorkplace } from '../harness/workplace.ts';
import { type Sandbox, startSandbox } from '../sandbox/client.ts';

const TYPE = 'oxresources/room';

const SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://ox-connector.invalid/schemas/room.schema.json',
  title: `A room: UDM ${TYPE}`,
  type: 'object',
  required: ['name', 'mail', 'oxContext'],
  properties: {
    name: { $ref: 'common.schema.json#/$defs/name' },
    mail: { $ref: 'common.schema.json#/$defs/name' },
    oxContext: { $ref: 'common.schema.json#/$defs/contextId' },
    users: { type: 'array', items: { type: 'string' } },
  },
};

const PROVISIONER = `/** ${TYPE}: a resource of OX that is a room, for those users who are in OX; it waits for the service that opens doors. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Change } from '../../model/change.ts';
import { readTexts } from '../../model/udm.ts';
import type { Plan } from '../../target/plan.ts';
import type { Parts } from './registry.ts';
import { planResource, type ResourcePlace, type ResourceWanted } from './resource.ts';

const DOORS = 'service:doors';

export function hasDoors({ settings }: Parts): (waitsFor: string) => boolean {
  return (waitsFor) => waitsFor === DOORS && existsSync(join(settings.dataDirectory, 'doors'));
}

export function planRoom(change: Change, parts: Parts): Plan<ResourcePlace, ResourceWanted> {
  if (!hasDoors(parts)(DOORS)) {
    return { targets: [], warnings: [], touches: [], skip: { reason: 'nothing opens doors', waitsFor: [DOORS] } };
  }
  const inOx = (dn: string): boolean => (parts.known.byDn(dn)?.context ?? null) !== null;
  const asResource = (properties: Change['after']) =>
    properties && {
      ...properties,
      resourceMailAddress: properties.mail,
      description: \`for \${readTexts(properties.users).filter(inOx).length}\`,
    };
  return planResource({ ...change, before: asResource(change.before), after: asResource(change.after) }, parts);
}
`;

/** File → text that is there → text that takes its place. */
const LINES: readonly [string, string, string][] = [
  ['schemas/envelope.schema.json', '"oxresources/oxresources"\n', `"oxresources/oxresources",\n        "${TYPE}"\n`],
  ['lib/model/change.ts', "'oxresources/oxresources',\n", `'oxresources/oxresources',\n  '${TYPE}',\n`],
  [
    'lib/validate/objects.ts',
    'import { validate as user }',
    "import { validate as room } from '#generated/validate-room.cjs';\nimport { validate as user }",
  ],
  ['lib/validate/objects.ts', 'resource,\n};', `resource,\n  '${TYPE}': room,\n};`],
  [
    'lib/ox/types/registry.ts',
    'import { planUser }',
    "import { hasDoors, planRoom } from './room.ts';\nimport { planUser }",
  ],
  [
    'lib/ox/types/registry.ts',
    "    'oxresources/oxresources': defineProvisioner(",
    `    '${TYPE}': {\n      ...defineProvisioner(planRoom, resourceOperations, parts),\n      isReady: hasDoors(parts),\n    },\n    'oxresources/oxresources': defineProvisioner(`,
  ],
  [
    'lib/model/types.ts',
    "  'oxresources/oxresources': {",
    `  '${TYPE}': {\n    claims: resourceClaims,\n    place: ({ object }) => resourcePlace(object ?? {}),\n    rememberedName: 'oxDbResourcename',\n    references: 'users',\n  },\n  'oxresources/oxresources': {`,
  ],
];

let copy: string;
let sandbox: Sandbox;

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), 'ox-connector-type-'));
  for (const path of ['bin', 'build', 'lib', 'schemas', 'LICENSE', 'esbuild.config.mjs', 'package.json']) {
    cpSync(path, join(copy, path), { recursive: true });
  }
  cpSync('package-lock.json', join(copy, 'package-lock.json'));
  const { compilerOptions } = JSON.parse(readFileSync('tsconfig.json', 'utf8'));
  writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['bin', 'lib'] }));
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  sandbox = await startSandbox();
  await sandbox.seed({ contexts: { '20': { admin: { name: 'oxadmin', password: 'secret10' } } } });
});
afterAll(async () => {
  await sandbox.stop();
  rmSync(copy, { recursive: true });
});

function inCopy(...command: readonly string[]): string {
  const [program = '', ...args] = command;
  try {
    return execFileSync(resolve('node_modules/.bin', program), args, { cwd: copy, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

it('needs a schema, a provisioner and its lines in the lists; the compiler names a list that was forgotten', async () => {
  writeFileSync(join(copy, 'schemas/room.schema.json'), JSON.stringify(SCHEMA));
  writeFileSync(join(copy, 'lib/ox/types/room.ts'), PROVISIONER);
  const [envelope, type, ...others] = LINES;
  for (const line of [envelope, type]) {
    replace(line);
  }
  inCopy('node', '--no-deprecation', 'build/generate.ts');
  const complaints = inCopy('tsc', '-p', '.');
  expect(complaints).toContain('lib/validate/objects.ts');
  expect(complaints).toContain('lib/ox/types/registry.ts');
  expect(complaints).toContain('lib/model/types.ts');

  for (const line of others) {
    replace(line);
  }
  expect(inCopy('tsc', '-p', '.')).toBe('');
  inCopy('node', 'build/build.ts');
  const place = makeWorkplace(sandbox.url);
  const binary = join(copy, 'dist', 'listener_trigger');
  const elbe = { name: 'elbe', mail: 'elbe@example.org', oxContext: '20', users: [aUser('anna').dn] };
  const room = async () => (await sandbox.canonicalState()).contexts['20']?.resources[0];
  place.dropRaw('2026-11-20-08-00-00.json', file(elbe));
  expect((await place.run({ binary })).stderr).toContain('nothing opens doors');
  expect(place.waiting()).toEqual([]);

  // It waits for its service, then for its context.
  writeFileSync(join(place.data, 'doors'), '');
  place.drop(aUser('carl'));
  expect((await place.run({ binary })).stderr).toContain('contexts.json has no credentials for context 20');
  expect(await room()).toBeUndefined();

  // It is provisioned again when a user appears whom it names.
  const login = { adminuser: 'oxadmin', adminpass: 'secret10' };
  writeFileSync(join(place.data, 'secrets', 'contexts.json'), JSON.stringify({ ...place.credentials(), 20: login }));
  place.drop(aUser('bert'));
  expect((await place.run({ binary })).code).toBe(0);
  expect(await room()).toMatchObject({ name: 'elbe', email: 'elbe@example.org', description: 'for 0' });
  place.drop(aUser('anna'));
  expect((await place.run({ binary })).code).toBe(0);
  expect(await room()).toMatchObject({ description: 'for 1' });

  place.dropRaw('2026-11-20-08-00-01.json', file({ name: 'elbe', oxContext: '10' }));
  const { code, stderr } = await place.run({ binary });

  expect({ code, stderr }).toEqual({ code: 65, stderr: expect.stringContaining('/object: mail is missing') });
  expect(place.waiting()).toEqual(['2026-11-20-08-00-01.json']);
  place.remove();
}, 180_000);

function replace(line: (typeof LINES)[number] | undefined): void {
  const [file = '', before = '', after = ''] = line ?? [];
  const text = readFileSync(join(copy, file), 'utf8');
  expect(text).toContain(before);
  writeFileSync(join(copy, file), text.replace(before, after));
}

function file(object: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    id: '9a9a9a9a-0000-4000-8000-000000000001',
    udm_object_type: TYPE,
    dn: 'cn=elbe,cn=rooms,dc=example,dc=org',
    object,
    options: [],
  });
}
