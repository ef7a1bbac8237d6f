/** Files that are replaced as a whole, for the owner only. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { readIfThere, removeDurably, removeIfThere, writeDurably, writeSynced } from '../../../lib/files/durable.ts';
import { freshFolder, thrownBy } from '../../harness/temporary.ts';

const folder = freshFolder();
const mode = (path: string): number => statSync(path).mode & 0o777;

it('makes and replaces a file for the owner only, and leaves nothing beside it', () => {
  const path = join(folder(), 'a.json');
  writeDurably(path, 'one');
  expect({ content: readFileSync(path, 'utf8'), mode: mode(path) }).toEqual({ content: 'one', mode: 0o600 });

  chmodSync(path, 0o666);
  writeDurably(path, 'two: ü 😀');

  expect({ content: readFileSync(path, 'utf8'), mode: mode(path) }).toEqual({ content: 'two: ü 😀', mode: 0o600 });
  expect(readdirSync(folder())).toEqual(['a.json']);
});

it('reads what is there, and says which one it cannot read', () => {
  const path = join(folder(), 'a.json');
  expect(readIfThere(path)).toBeNull();
  writeDurably(path, 'x');
  expect(readIfThere(path)?.toString()).toBe('x');
  expect(thrownBy(() => readIfThere(folder()))).toMatchObject({ code: 'EISDIR', path: folder() });
});

it('takes a link to nowhere for a mistake, not for a missing file', () => {
  const [path, target] = [join(folder(), 'link.json'), join(folder(), 'unmounted', 'a.json')];
  symlinkSync(target, path);
  expect(thrownBy(() => readIfThere(path))).toMatchObject({
    code: 'DATA_UNREADABLE',
    message: `cannot read ${path}: it is a link to ${target}, which is not there`,
    remedy: 'Put the file there, or remove the link.',
    fields: { path },
  });
});

it('gives the mode asked for, whatever the umask', () => {
  const former = process.umask(0o077);
  try {
    writeSynced(join(folder(), 'a'), 'x', 0o644);
  } finally {
    process.umask(former);
  }
  expect(mode(join(folder(), 'a'))).toBe(0o644);
});

it('replaces the leftover of a crash', () => {
  const path = join(folder(), 'a.json');
  writeFileSync(`${path}.tmp`, 'half of a fi', { mode: 0o666 });

  writeDurably(path, 'whole');

  expect({ content: readFileSync(path, 'utf8'), mode: mode(path) }).toEqual({ content: 'whole', mode: 0o600 });
  expect(readdirSync(folder())).toEqual(['a.json']);
});

it('never writes through a symbolic link, neither under its own name nor under the temporary one', () => {
  const victim = join(folder(), 'victim');
  const path = join(folder(), 'a.json');
  writeFileSync(victim, 'precious');
  symlinkSync(victim, `${path}.tmp`);
  symlinkSync(victim, path);

  writeDurably(path, 'new');

  expect(readFileSync(victim, 'utf8')).toBe('precious');
  expect(lstatSync(path).isFile()).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe('new');
});

it('leaves the old content where the new one cannot be put in place', () => {
  const path = join(folder(), 'a');
  mkdirSync(path);
  writeFileSync(join(path, 'inside'), 'old');

  expect(thrownBy(() => writeDurably(path, 'new'))).toMatchObject({ syscall: 'rename' });

  expect(readFileSync(join(path, 'inside'), 'utf8')).toBe('old');
});

it('removes what is there and takes what is not for removed', () => {
  const path = join(folder(), 'a');
  writeFileSync(path, '');
  removeDurably(path);
  expect(existsSync(path)).toBe(false);
  removeDurably(path);

  writeFileSync(path, '');
  expect([removeIfThere(path), removeIfThere(path)]).toEqual([true, false]);
});

it('does not hide any other failure to remove', () => {
  mkdirSync(join(folder(), 'd'));
  expect(thrownBy(() => removeIfThere(join(folder(), 'd')))).toMatchObject({ syscall: 'unlink' });
});
