/** What the code says of the manual: each page and section that it cites is there, and nothing else is cited. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = ['bin', 'build', 'docs', 'lib', 'schemas', 'tests'];
const FILES = [
  ...readdirSync('.', { withFileTypes: true }).flatMap((entry) =>
    entry.isFile() && entry.name !== 'package-lock.json' ? [entry.name] : [],
  ),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
    ),
  ),
];

/** Written so that it does not find itself. */
const OUTSIDE = /\b(?:SPE[C]|FACT[S])\b/;

it('no file cites what is not in the repository', () => {
  expect(FILES.filter((file) => OUTSIDE.test(readFileSync(file, 'utf8')))).toEqual([]);
});

it('every page that is cited is there, and has the sections that are', () => {
  const cited = FILES.filter((file) => !file.startsWith('docs/')).flatMap((file) =>
    citationsIn(readFileSync(file, 'utf8')).map((citation) => ({ file, ...citation })),
  );
  const broken = cited.filter(({ page, sections }) => {
    const headings = existsSync(page) ? headingsOf(page) : null;
    return headings === null || sections.some((section) => !headings.has(section));
  });

  expect(cited.filter(({ sections }) => sections.length > 0).length).toBeGreaterThan(50);
  expect(broken).toEqual([]);
});

it('every workaround says what OX does, where that is known from, and what is done instead', () => {
  const quirks = FILES.filter((file) => /^(?:bin|lib)\//.test(file)).flatMap((file) =>
    (withoutBreaks(readFileSync(file, 'utf8')).match(/OX quirk: .{0,350}/g) ?? []).map((text) => ({
      file,
      text: text.split('*/')[0] ?? '',
    })),
  );

  expect(quirks.length).toBeGreaterThan(15);
  expect(quirks.filter(({ text }) => !/^OX quirk: .+? Seen: .*?docs\/ox\.md, ".+? So: /.test(text))).toEqual([]);
});

interface Citation {
  readonly page: string;
  readonly sections: readonly string[];
}

/** A page, a page and a section in quotes, or several sections in a row; comments break lines where they like. */
function citationsIn(text: string): Citation[] {
  return [...withoutBreaks(text).matchAll(/\b(docs\/[\w./-]+\.md)((?:, "[^"\n]+")*)/g)].map(
    ([, page = '', sections = '']) => ({
      page,
      sections: [...sections.matchAll(/"([^"]+)"/g)].map(([, section = '']) => section),
    }),
  );
}

function withoutBreaks(text: string): string {
  return text.replace(/\n[ \t]*(?:\*|\/\/|#)?[ \t]*/g, ' ');
}

function headingsOf(page: string): ReadonlySet<string> {
  return new Set([...readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading));
}
