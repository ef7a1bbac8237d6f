/** Queue files are read with distrust and added durably. */
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_FILE_BYTES, openInbox, parseJson, readRegularFile } from '../../../lib/queue/inbox.ts';
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
import { aUser } from '../../harness/objects.ts';
import { freshFolder, thrownBy } from '../../harness/temporary.ts';

const folder = freshFolder();
const inbox = () => openInbox(folder(), envelopeMistakes);

function read(content: string | Buffer): unknown {
  writeFileSync(join(folder(), '1.json'), content);
  return inbox().read('1.json');
}

it('reads a file as it is, with keys and properties that nobody knows', () => {
  const file = { ...aUser('änna', { unknown: ['kept'] }), newKey: { a: 1 } };
  expect(read(JSON.stringify(file))).toEqual(file);
});

it('reads a file that starts with a byte order mark', () => {
  expect(read(`\ufeff${JSON.stringify(aUser('anna'))}`)).toMatchObject({ dn: aUser('anna').dn });
});

it.each<[string, string | Buffer, RegExp]>([
  ['nothing', '', /is not valid JSON: it ends too early/],
  ['half an object', '{"id": "a', / is not valid JSON: mistake in line 1, column 10$/],
  ['a mistake', '{\n"id": geheim}', /is not valid JSON: syntax error/],
  ['a mistake whose place is known', '{\n"id": "geheim",}', /is not valid JSON: mistake in line 2, column 16/],
  ['two objects', '{}{}', /is not valid JSON/],
  ['Latin-1', Buffer.from('{"id": "M\xfcller"}', 'latin1'), /is not valid UTF-8/],
  ['UTF-16', Buffer.from('{"id": "x"}', 'utf16le'), /is not valid/],
  ['a cut multi-byte character', Buffer.from('{"id": "ü').subarray(0, -1), /is not valid UTF-8/],
  ['a list', '[]', /holds a list, expected an object/],
  ['null', 'null', /holds null, expected an object/],
  ['a text', '"geheim"', /holds a string, expected an object/],
  ['a number', '1', /holds a number, expected an object/],
  ['deep nesting', `{"a":${'['.repeat(200)}${']'.repeat(200)}}`, / is nested more than 100 levels deep$/],
  ['very deep nesting', `{"a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`, /nested more than 100 levels/],
  ['no envelope', '{}', /\/: id is missing; .*dn is missing/],
])('refuses %s, without showing the content', (_what, content, message) => {
  const error = thrownBy(() => read(content));
  expect(error).toMatchObject({ code: 'QUEUE_FILE_INVALID', message: expect.stringMatching(message) });
  expect((error as Error).message).toContain(join(folder(), '1.json'));
  expect((error as Error).message).not.toContain('geheim');
  expect(readdirSync(folder())).toEqual(['1.json']);
});

it('refuses a file larger than 16 MiB unread and takes one of exactly that size', () => {
  const path = join(folder(), '1.json');
  writeFileSync(path, JSON.stringify(aUser('anna')).padEnd(MAX_FILE_BYTES));
  expect(inbox().read('1.json')).toMatchObject({ udm_object_type: 'users/user' });

  truncateSync(path, MAX_FILE_BYTES + 1);
  expect(thrownBy(() => inbox().read('1.json'))).toMatchObject({
    code: 'QUEUE_FILE_INVALID',
    message: expect.stringContaining(`has ${MAX_FILE_BYTES + 1} bytes, expected at most ${MAX_FILE_BYTES}`),
  });
});

it('refuses what is no regular file when its turn comes', () => {
  writeFileSync(join(folder(), 'target'), '{}');
  symlinkSync(join(folder(), 'target'), join(folder(), 'link.json'));
  mkdirSync(join(folder(), 'directory.json'));
  for (const [name, said] of [
    ['link.json', 'is a symbolic link, expected a regular file'],
    ['directory.json', 'is not a regular file'],
  ] as const) {
    expect(thrownBy(() => inbox().read(name))).toMatchObject({
      code: 'QUEUE_FILE_INVALID',
      message: `${join(folder(), name)} ${said}`,
      remedy:
        'Correct the file where it is, or set it aside (listener_trigger queue drop) and save the object in UDM once more.',
    });
  }
});

it('takes a file that is gone for no error', () => {
  expect(inbox().read('1.json')).toBeNull();
  expect(readRegularFile(join(folder(), '1.json'))).toBeNull();
  inbox().remove('1.json');
});

it('adds files for the owner only, under names that sort after those of now, however many come at once', () => {
  const box = inbox();
  const names = Array.from({ length: 50 }, () => box.add(aUser('anna') as never));

  expect(box.list()).toEqual(names);
  expect(new Set(names).size).toBe(50);
  expect(names[0]).toMatch(/^\d{4}(-\d\d){5}-\d{6}\.json$/);
  expect(box.read(names[0] ?? '')).toEqual(aUser('anna'));
  expect(statSync(box.path(names[0] ?? '')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder()).sort()).toEqual(names);
});

it('never replaces a file that is there under the name it would take', () => {
  const box = inbox();
  jest.useFakeTimers({ now: new Date('2026-11-20T08:00:00Z') });
  try {
    const first = box.add(aUser('anna') as never);
    writeFileSync(box.path(first), 'of the converter');
    const second = box.add(aUser('bert') as never);
    expect(readFileSync(box.path(first), 'utf8')).toBe('of the converter');
    expect(second > first).toBe(true);
  } finally {
    jest.useRealTimers();
  }
});

it('keeps a key called __proto__ a key', () => {
  const value = parseJson(Buffer.from('{"__proto__": {"polluted": true}}'), 'x');
  expect(Object.hasOwn(value, '__proto__')).toBe(true);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});
