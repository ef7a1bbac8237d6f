/** What `check` says of the disk, and of who may read what. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkDirectory, checkSpace } from '../../../lib/check/files.ts';
import { type Planted, useCheckedSite } from '../../harness/checked-site.ts';
import { freshFolder } from '../../harness/temporary.ts';

const folder = freshFolder();

const PLENTY = { bavail: 1_000_000, bsize: 4096, files: 1_000_000, ffree: 900_000 };

it.each([
  ['room enough', {}, []],
  ['little space', { bavail: 1000 }, ['3 MiB are free at /data']],
  ['few files left', { ffree: 100 }, ['100 more files can be made at /data']],
  ['a file system without a fixed number of files', { files: 0, ffree: 0 }, []],
])('judges a disk with %s', (_, free, said) => {
  const findings = checkSpace('/data', { ...PLENTY, ...free } as never);
  expect(findings.map(({ message }) => message)).toEqual(said);
  expect(findings.map(({ remedy }) => remedy)).toEqual(
    said.map(() => 'Free some space: a full disk stops the queue. Nothing is lost by that.'),
  );
  expect(findings.every(({ kind, severity }) => kind === 'disk-space' && severity === 'error')).toBe(true);
});

it('tells a directory that is none, and one that it may not use', () => {
  const [file, closed] = [join(folder(), 'file'), join(folder(), 'closed')];
  writeFileSync(file, '');
  mkdirSync(closed);
  chmodSync(closed, 0);
  chmodSync(folder(), 0o755);
  expect(checkDirectory(file)).toMatchObject([{ kind: 'permissions', message: `${file} is not a directory` }]);
  // Root may do everything: as somebody else, once all is loaded.
  const script = `const { checkDirectory } = await import(${JSON.stringify(resolve('lib/check/files.ts'))});
    if (process.getuid() === 0) process.setuid(65534);
    console.log(JSON.stringify(checkDirectory(${JSON.stringify(closed)})));`;
  const { stdout } = spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', script]);
  expect(JSON.parse(stdout.toString())).toMatchObject([
    { kind: 'permissions', message: `${closed} cannot be read and written by this user`, object: closed },
  ]);
});

describe('on a site', () => {
  const checked = useCheckedSite();
  const { site } = checked;

  it.each<Planted>([
    [
      'a login under a name that is none of a context',
      () =>
        writeFileSync(
          join(site.place.data, 'secrets', 'contexts.json'),
          JSON.stringify({ ...site.place.credentials(), '020': site.place.credentials()[20] }),
          { mode: 0o600 },
        ),
      ['credentials-unknown 020'],
      /contexts\.json has an entry "020": no context is called so: Entries of contexts\.json are called "master" or by the number of a context, such as "10": give it its name \(or one that begins with \$ where it is a note\)\.$/,
    ],
    [
      'passwords that others can read',
      () => chmodSync(join(site.place.data, 'secrets', 'contexts.json'), 0o644),
      ['permissions DATA/secrets/contexts.json'],
      /holds passwords, but has mode 644: expected 600: Correct owner and mode of the path; the connector usually runs as root in the container\.$/,
    ],
    [
      'a directory that everybody can write',
      () => chmodSync(join(site.place.queue, 'old'), 0o777),
      ['permissions OLD'],
      /can be written by everybody: Correct owner/,
    ],
  ])('finds %s, and nothing else', async (_, plant, expected, said) => {
    await checked.finds(plant, expected, said);
  });
});
