/** Who had a DN when a queue file was written, until nobody is named by it any more. */
import { appendFileSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FormerDns } from '../../../lib/memory/former-dns.ts';
import { freshFolder } from '../../harness/temporary.ts';

const folder = freshFolder();
let directory: string;
let open: FormerDns[];
const former = (mayWrite = true): FormerDns => {
  const made = new FormerDns(directory, mayWrite);
  open.push(made);
  return made;
};
const path = (): string => join(directory, '.former-dns');

const ANNA = 'uid=anna,dc=example,dc=org';

beforeEach(() => {
  directory = folder();
  open = [];
});

afterEach(() => {
  for (const each of open) {
    each.close();
  }
});

it('what was written before a DN was given up means who had it, however it is spelled and whoever asks', () => {
  former().note(ANNA, 'AAAA', '2026-11-20-08-00-05.json');
  const dns = former();
  expect(dns.holderAt('UID=Anna, dc=example,dc=org', '2026-11-20-08-00-04.json')).toBe('aaaa');
  expect(dns.holderAt(ANNA, '')).toBe('aaaa');
  expect(dns.holderAt(ANNA, '2026-11-20-08-00-05.json')).toBeNull();
  expect(dns.holderAt(ANNA, '2026-11-20-08-00-06.json')).toBeNull();
  expect(dns.holderAt('uid=bert,dc=example,dc=org', '')).toBeNull();
  expect(dns.of('aaaa')).toEqual([ANNA]);
});

it('of several who had it, the one whose it was at that time, in whatever order that was noted', () => {
  const dns = former();
  dns.note(ANNA, 'second', '2026-11-20-08-00-05.json');
  dns.note(ANNA, 'first', '2026-11-20-08-00-03+1.json');
  expect(['01', '03', '04', '05'].map((second) => dns.holderAt(ANNA, `2026-11-20-08-00-${second}.json`))).toEqual([
    'first',
    'second',
    'second',
    null,
  ]);
});

it('a note that is repeated is not written twice', () => {
  former().note(ANNA, 'aaaa', '2026-11-20-08-00-05.json');
  const before = readFileSync(path(), 'utf8');
  former().note(ANNA, 'aaaa', '2026-11-20-08-00-05.json');
  expect(readFileSync(path(), 'utf8')).toBe(before);
});

it('keeps what is needed, and goes with the last of it', () => {
  const dns = former();
  dns.note(ANNA, 'first', '2026-11-20-08-00-03.json');
  dns.note(ANNA, 'second', '2026-11-20-08-00-05.json');
  dns.forget((_dn, until) => until > '2026-11-20-08-00-04.json');
  expect(former().holderAt(ANNA, '')).toBe('second');
  dns.forget(() => false);
  expect(existsSync(path())).toBe(false);
  dns.note(ANNA, 'third', '2026-11-20-08-00-07.json');
  expect(former().holderAt(ANNA, '')).toBe('third');
});

it('writes nothing where it may only look, but knows what it was told', () => {
  const dns = former(false);
  dns.note(ANNA, 'aaaa', '2026-11-20-08-00-05.json');
  expect(dns.holderAt(ANNA, '')).toBe('aaaa');
  dns.forget(() => false);
  expect(dns.holderAt(ANNA, '')).toBeNull();
  expect(existsSync(path())).toBe(false);
});

it('a line that a power cut left in half does not count', () => {
  former().note(ANNA, 'aaaa', '2026-11-20-08-00-05.json');
  appendFileSync(path(), '{"key":"uid=bert');
  former().note('uid=carl', 'cccc', '2026-11-20-08-00-06.json');
  expect(former().of('cccc')).toEqual(['uid=carl']);
});

it('is never written through a link', () => {
  const other = join(directory, 'other');
  writeFileSync(other, '');
  symlinkSync(other, path());
  former().note(ANNA, 'aaaa', '2026-11-20-08-00-05.json');
  expect(readFileSync(other, 'utf8')).toBe('');
  expect(former().holderAt(ANNA, '')).toBe('aaaa');
});

it('a damaged one is told, with what to do', () => {
  writeFileSync(path(), 'rubbish\n');
  expect(() => former().holderAt(ANNA, '')).toThrow(/\.former-dns is damaged: line 1 is none of ours/);
});
