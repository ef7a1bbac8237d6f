/** Who knows whom: by imports, by the words in which the core speaks, and that its parts have their tests. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OBJECT_TYPES } from '../../lib/model/change.ts';

function linesOf(folder: string): string[] {
  const files = readdirSync(folder).map((name) => join(folder, name));
  return files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => `${file}: ${line}`),
  );
}

/**
 * Folder of lib → all that it imports: other folders of lib, packages. Those of OX and TMail have their own border in the linter
 * as well. What is left out here is bin's.
 */
const KNOWN: Readonly<Record<string, string>> = {
  errors: '',
  model: '',
  http: '',
  files: 'errors',
  validate: 'model #generated ajv',
  settings: 'errors model schemas #generated',
  logger: 'errors settings winston winston-transport',
  queue: 'errors files model',
  memory: 'errors files model queue',
  target: 'errors model queue',
  run: 'errors files logger memory model queue target',
  plan: 'errors memory model queue run target',
  'source/ldap': 'errors ldapts',
  'source/provisioning': 'errors files http logger memory model queue settings validate',
  status: 'errors files memory model queue run source/provisioning',
  check: 'errors files model queue status target',
  support: 'errors model queue',
  'ox/soap': 'errors http #generated fast-xml-parser',
  'ox/services': 'ox/soap #generated',
  'ox/mapping': 'errors files ox/soap',
  'ox/credentials': 'errors files ox/services',
  ox: 'errors files memory model ox/services ox/soap',
  'ox/types': 'errors model ox ox/credentials ox/mapping ox/services ox/soap settings target',
  'ox/target': 'errors logger memory model ox/types queue target',
  'ox/plan': 'errors model ox ox/credentials ox/services ox/soap ox/types plan target',
  'ox/check':
    'check errors memory model ox ox/credentials ox/services ox/soap ox/types queue settings source/provisioning status target',
  tmail: 'check errors files http memory model queue run source/ldap target validate #generated fast-xml-parser',
};

const IMPORT = /(?:\bfrom|\bimport\(|^import)\s*'([^']+)'/gm;

/** The folder that a row speaks of: subfolders of TMail are its own matter. */
function folderOf(path: string): string {
  const [top = '', ...others] = path.split('/');
  return top === 'tmail' || others.length === 0 ? top : `${top}/${others[0]}`;
}

function importsOf(file: string): string[] {
  const found = [...readFileSync(join('lib', file), 'utf8').matchAll(IMPORT)].map(([, name = '']) => name);
  return found.flatMap((name) => {
    if (name.startsWith('.')) {
      const path = dirname(join('lib', dirname(file), name));
      return path.startsWith('lib/') ? folderOf(path.slice('lib/'.length)) : path;
    }
    return name.startsWith('node:') ? [] : (name.split('/')[0] ?? '');
  });
}

it('each folder of lib imports what its row says, and nothing else', () => {
  const found = new Map<string, Set<string>>();
  for (const file of readdirSync('lib', { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.ts')) {
      const folder = folderOf(dirname(file));
      const others = importsOf(file).filter((name) => name !== folder);
      found.set(folder, new Set([...(found.get(folder) ?? []), ...others]));
    }
  }
  const sorted = (names: Iterable<string>): string =>
    [...names]
      .filter((name) => name !== '')
      .sort()
      .join(' ');
  const rows = Object.entries(KNOWN).map(([folder, names]) => [folder, sorted(names.split(' '))]);
  expect(Object.fromEntries([...found].map(([folder, names]) => [folder, sorted(names)]))).toEqual(
    Object.fromEntries(rows),
  );
});

it.each(['lib/run', 'lib/queue', 'lib/memory', 'lib/target'])('%s names no type of object', (folder) => {
  const lines = linesOf(folder);
  expect(lines.length).toBeGreaterThan(100);
  expect(lines.filter((line) => OBJECT_TYPES.some((type) => line.includes(type)))).toEqual([]);
});

it('lib/run knows no contexts and no credentials', () => {
  expect(linesOf('lib/run').filter((line) => /context|credential/i.test(line))).toEqual([]);
});

/** false: it says what is what, and does nothing that could be tested. */
function hasCode(file: string): boolean {
  return /^(?:export )?(?:async )?(?:function|const|let|class)\b/m.test(readFileSync(file, 'utf8'));
}

it.each([
  'lib/check',
  'lib/memory',
  'lib/ox/check',
  'lib/ox/plan',
  'lib/ox/target',
  'lib/plan',
  'lib/queue',
  'lib/run',
])('each file of %s has its test beside the others', (folder) => {
  const files = readdirSync(folder).filter((name) => hasCode(join(folder, name)));
  expect(files.length).toBeGreaterThan(2);
  const tests = files.map((name) => join('tests', folder, name.replace('.ts', '.test.ts')));
  expect(tests.filter((test) => !existsSync(test))).toEqual([]);
});
