/** Which names are queue files, and in which order. */
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasWaitingFiles, listWaitingFiles } from '../../../lib/queue/listing.ts';
import { freshFolder } from '../../harness/temporary.ts';

const folder = freshFolder();

it('lists regular files ending in .json and nothing else', () => {
  writeFileSync(join(folder(), 'a.json'), '');
  for (const name of ['a.json.tmp', 'a.tmp', '.hidden.json', '.lock', 'a.JSON', 'json', 'a.json~', '.json']) {
    writeFileSync(join(folder(), name), '');
  }
  mkdirSync(join(folder(), 'directory.json'));
  symlinkSync(join(folder(), 'a.json'), join(folder(), 'link.json'));

  expect(listWaitingFiles(folder())).toEqual(['a.json']);
  expect(hasWaitingFiles(folder())).toBe(true);
  expect(readdirSync(folder())).toHaveLength(11);
});

it('names the directory that it cannot read', () => {
  const path = join(folder(), 'file');
  writeFileSync(path, '');
  expect(() => listWaitingFiles(path)).toThrow(expect.objectContaining({ code: 'ENOTDIR', path }));
});

it('sees no file in an empty directory, nor where only foreign ones are', () => {
  expect([hasWaitingFiles(folder()), listWaitingFiles(folder())]).toEqual([false, []]);
  writeFileSync(join(folder(), 'a.tmp'), '');
  mkdirSync(join(folder(), 'd.json'));
  expect([hasWaitingFiles(folder()), listWaitingFiles(folder())]).toEqual([false, []]);
});

it('puts a second without microseconds before the same second with them', () => {
  const names = [
    '2026-11-20-08-00-00.json',
    '2026-11-20-08-00-00-000001.json',
    '2026-11-20-08-00-00-999999.json',
    '2026-11-20-08-00-01.json',
    '2026-11-20-10-00-00.json',
    'B.json',
    'a.json',
  ];
  for (const name of names.toReversed()) {
    writeFileSync(join(folder(), name), '');
  }
  expect(listWaitingFiles(folder())).toEqual(names);
});

it('does not hide that the directory cannot be read', () => {
  expect(() => listWaitingFiles(join(folder(), 'missing'))).toThrow(/ENOENT/);
  expect(() => hasWaitingFiles(join(folder(), 'missing'))).toThrow(/ENOENT/);
});
