/** What `npm run release:check` finds. */
import { readFileSync } from 'node:fs';
import { type ReleaseFiles, releaseMistakes } from '../../build/release.ts';

const READY: ReleaseFiles = {
  status: '',
  packageJson: '{"version":"3.1.0"}',
  lock: '{"version":"3.1.0"}',
  ini: 'Version = 3.1.0\nDockerImage = ox-connector:3.1.0\n',
  dockerfile: 'ARG VERSION=3.1.0\n',
  changelog: '## [Unreleased]\n\n## [3.1.0] - 2026-12-01\n\n## [3.0.0] - 2026-11-01\n',
};

it('finds nothing where all agrees', () => {
  expect(releaseMistakes(READY)).toEqual([]);
});

it.each<[string, Partial<ReleaseFiles>]>([
  ['package-lock.json', { lock: '{"version":"3.0.0"}' }],
  ['Version in', { ini: READY.ini.replace('Version = 3.1.0', 'Version = 3.0.0') }],
  ['DockerImage', { ini: READY.ini.replace(':3.1.0', ':3.0.0') }],
  ['Dockerfile', { dockerfile: '' }],
  ['CHANGELOG.md', { changelog: READY.changelog.replace('## [3.1.0]', '## 3.1.0') }],
  ['not committed', { status: ' M lib/ox/ox.ts\n' }],
])('names %s where it differs', (expected, files) => {
  expect(releaseMistakes({ ...READY, ...files })).toEqual([expect.stringContaining(expected)]);
});

it('the lock file names every optional dependency, also of other platforms: npm ci refuses it otherwise', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const locked = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')));
  const optional = Object.values(packages).flatMap((each) => Object.keys(each.optionalDependencies ?? {}));

  expect(optional.filter((name) => !locked.has(name))).toEqual([]);
  expect(optional.length).toBeGreaterThan(0);
});
