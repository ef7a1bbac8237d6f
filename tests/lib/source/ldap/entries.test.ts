/** What a directory may answer and OpenLDAP does not: RFC 2696 allows a page without entries before the last one. */
import { createServer } from 'node:net';
import { BerReader, BerWriter, PagedResultsControl, ProtocolOperation } from 'ldapts';
import { type LdapSource, readEntries } from '../../../../lib/source/ldap/entries.ts';
import { listen } from '../../../harness/serving.ts';

/** As they came. */
const asked: string[] = [];

/**
 * Answers every search with the next page: the numbers of its entries. All but the last have a cookie. `login`: the result of
 * each login. `closesAfter`: this page is the last thing that it says to anybody who logged in.
 */
async function directory(
  pages: readonly (readonly number[])[],
  { login = 0, closesAfter = -1 }: { readonly login?: number; readonly closesAfter?: number } = {},
): Promise<string> {
  let page = 0;
  const { port } = await listen(
    createServer((socket) => {
      socket.on('data', (data: Buffer) => {
        asked.push(data.toString('latin1'));
        const reader = new BerReader(data);
        reader.readSequence();
        const messageId = reader.readInt() ?? 0;
        if (reader.peek() === ProtocolOperation.LDAP_REQ_BIND) {
          socket.write(message(messageId, (writer) => writeResult(writer, ProtocolOperation.LDAP_RES_BIND, login)));
        }
        if (reader.peek() !== ProtocolOperation.LDAP_REQ_SEARCH) {
          return;
        }
        for (const n of pages[page] ?? []) {
          socket.write(message(messageId, (writer) => writeEntry(writer, n)));
        }
        page += 1;
        const isLast = page >= pages.length || page === closesAfter;
        socket.write(message(messageId, writeDone, isLast ? '' : `after ${page}`));
        if (page === closesAfter) {
          socket.end();
        }
      });
      socket.on('error', () => undefined);
    }),
  );
  return `ldap://127.0.0.1:${port}`;
}

function message(messageId: number, write: (writer: BerWriter) => void, cookie?: string): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(messageId);
  write(writer);
  if (cookie !== undefined) {
    writer.startSequence(ProtocolOperation.LDAP_CONTROLS);
    new PagedResultsControl({ value: { size: 0, cookie: Buffer.from(cookie) } }).write(writer);
    writer.endSequence();
  }
  writer.endSequence();
  return writer.buffer;
}

function writeEntry(writer: BerWriter, n: number): void {
  writer.startSequence(ProtocolOperation.LDAP_RES_SEARCH_ENTRY);
  writer.writeString(`uid=u${n},dc=example`);
  writer.startSequence();
  writer.startSequence();
  writer.writeString('MAIL');
  writer.startSequence(0x31);
  writer.writeString(`u${n}@example.org`);
  writer.endSequence();
  writer.endSequence();
  writer.endSequence();
  writer.endSequence();
}

function writeDone(writer: BerWriter): void {
  writeResult(writer, ProtocolOperation.LDAP_RES_SEARCH, 0);
}

function writeResult(writer: BerWriter, operation: number, code: number): void {
  writer.startSequence(operation);
  writer.writeEnumeration(code);
  writer.writeString('');
  writer.writeString('');
  writer.endSequence();
}

const sourceAt = (url: string, pageSize: number): LdapSource => ({
  url,
  startTls: false,
  bindDn: null,
  password: '',
  base: 'dc=example',
  filter: '(mail=*)',
  pageSize,
  timeout: 30,
  readCertificates: () => '',
});

it.each([
  ['in the middle', [[1, 2], [], [3]]],
  ['at the beginning', [[], [1, 2], [3]]],
  ['at the end', [[1, 2], [3], []]],
])('an empty page %s is not taken for the end, and attributes may be spelled otherwise', async (_, given) => {
  const found: unknown[] = [];
  for await (const { values } of readEntries(sourceAt(await directory(given), 2), ['mail'])) {
    found.push(values.get('mail'));
  }
  expect(found).toEqual([['u1@example.org'], ['u2@example.org'], ['u3@example.org']]);
});

it('takes more than a hundred thousand entries in one answer as they come', async () => {
  const url = await directory([Array.from({ length: 150_000 }, (_, n) => n)]);
  let count = 0;
  for await (const _ of readEntries(sourceAt(url, 0), ['mail'])) {
    count += 1;
  }
  expect(count).toBe(150_000);
});

it('does not log in without a password: a directory takes that for nobody, who may see a part of the people', async () => {
  const source = sourceAt(await directory([[1]]), 2);
  const reading = readEntries({ ...source, bindDn: 'cn=reader,dc=example' }, ['mail']).next();
  await expect(reading).rejects.toMatchObject({
    code: 'TMAIL_CONFIGURATION',
    message: 'the password of cn=reader,dc=example is not given',
    remedy: 'Give it: ldap.password_file, or TMAIL_LDAP_PASSWORD. To read without a login leave bind_dn out.',
  });
});

const withLogin = (url: string): LdapSource => ({ ...sourceAt(url, 2), bindDn: 'cn=reader,dc=example', password: 'x' });

it('does not go on as nobody where the connection is lost between two searches: whom it cannot see then would be gone', async () => {
  const url = await directory([[1, 2], [3]], { closesAfter: 1 });
  const found: unknown[] = [];
  const read = async (): Promise<void> => {
    for await (const { values } of readEntries({ ...withLogin(url), keepFilter: '(mail=a*)' }, ['mail'])) {
      found.push(values.get('mail'));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await expect(read()).rejects.toMatchObject({ code: 'LDAP_UNREACHABLE' });
  expect(found).toHaveLength(2);
});

it.each([
  [49, 'LDAP_CREDENTIALS', 'wrong password'],
  [34, 'LDAP_CREDENTIALS', 'no DN'],
  [53, 'LDAP_CREDENTIALS', 'locked'],
  [51, 'LDAP_UNREACHABLE', 'busy'],
  [52, 'LDAP_UNREACHABLE', 'out of service'],
  [3, 'LDAP_UNREACHABLE', 'too slow'],
  [80, 'LDAP_UNREACHABLE', 'a failure of its own'],
])('a login that is answered with %i is %s: %s', async (login, code) => {
  const reading = readEntries(withLogin(await directory([[1]], { login })), ['mail']).next();
  await expect(reading).rejects.toMatchObject({ code });
});

it.each([{ filter: '(mail=*' }, { keepFilter: '(mail=*' }])(
  'says of a filter that is none that it is (%j)',
  async (filters) => {
    const reading = readEntries({ ...sourceAt(await directory([[1]]), 2), ...filters }, ['mail']).next();
    await expect(reading).rejects.toMatchObject({
      code: 'TMAIL_CONFIGURATION',
      message: 'the filter (mail=* is none',
    });
  },
);

it.each(['(&(objectClass=person)\n   (mail=*))', ' ( & ( objectClass=person) ( | (cn=a & b ) (mail=*) ) )\n'])(
  'takes a filter that is laid out for readers: %j',
  async (filter) => {
    const reading = readEntries({ ...sourceAt(await directory([[1]]), 2), filter }, ['mail']).next();
    await expect(reading).resolves.toMatchObject({ done: false });
    expect(asked.at(-1)).toMatch(/objectClass\W+person/);
    expect(asked.at(-1)).toContain('mail');
    expect(asked.at(-1)?.includes('a & b ')).toBe(filter.includes('a & b'));
  },
);
