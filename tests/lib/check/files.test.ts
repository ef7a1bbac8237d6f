/** What `check` says of the disk. */
import { checkSpace } from '../../../lib/check/files.ts';

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
