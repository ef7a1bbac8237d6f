/** The manual: generated parts are current, links lead somewhere, and what it names is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makePages } from '../../build/pages.ts';
import { EXIT_CODES } from '../../lib/errors/connector-error.ts';
import packageJson from '../../package.json' with { type: 'json' };

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

const SOURCES = ['bin', 'build', 'lib', 'tests'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
);

it.each(Object.entries(makePages((path) => readFileSync(path, 'utf8'))))(
  '%s is what its sources make of it (npm run docs)',
  (path, content) => {
    expect(readFileSync(path, 'utf8')).toBe(content);
  },
);

it.each(PAGES)('%s: every link leads to a file, and to a heading in it', (page) => {
  const broken = linksOf(readFileSync(page, 'utf8')).filter((link) => !leadsSomewhere(page, link));

  expect(broken).toEqual([]);
});

it.each(PAGES)('%s: every npm script that it names is there', (page) => {
  const named = [...readFileSync(page, 'utf8').matchAll(/npm run (?:-s )?([a-z]+(?::[a-z\d]+)*)/g)].map(
    ([, name]) => name ?? '',
  );

  expect(named.filter((name) => !(name in packageJson.scripts))).toEqual([]);
});

it.each(PAGES)('%s: every source file that it names is there', (page) => {
  const named = [...readFileSync(page, 'utf8').matchAll(/`([\w./-]+\.ts)`/g)];
  const isThere = (name: string): boolean => SOURCES.some((source) => `/${source}`.endsWith(`/${name}`));

  expect(named.map(([, name = '']) => name).filter((name) => !isThere(name))).toEqual([]);
});

it('every page can be reached from the README', () => {
  const reached = new Set<string>();
  const follow = (page: string): void => {
    if (!page.endsWith('.md') || reached.has(page)) {
      return;
    }
    reached.add(page);
    for (const link of linksOf(readFileSync(page, 'utf8')).filter((each) => !isExternal(each))) {
      follow(join(dirname(page), link.replace(/#.*$/, '')));
    }
  };
  follow('README.md');

  expect(PAGES.filter((page) => !reached.has(page))).toEqual([]);
});

it('troubleshooting explains every exit code', () => {
  const page = readFileSync('docs/troubleshooting.md', 'utf8');

  expect([...new Set(Object.values(EXIT_CODES))].filter((code) => !page.includes(`| ${code} |`))).toEqual([]);
});

function linksOf(text: string): string[] {
  const prose = text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? '');
}

function isExternal(link: string): boolean {
  return /^https?:/.test(link);
}

function leadsSomewhere(page: string, link: string): boolean {
  if (isExternal(link)) {
    return URL.canParse(link);
  }
  const [path = '', heading] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(target)) {
    return false;
  }
  return heading === undefined || headingsOf(readFileSync(target, 'utf8')).includes(heading);
}

/** As GitHub and GitLab name them. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
