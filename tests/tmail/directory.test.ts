/** Reading a real OpenLDAP: what comes, and that what does not come is an error and never an end. */
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectorError } from '../../lib/errors/connector-error.ts';
import { type LdapEntry, type LdapSource, readEntries } from '../../lib/source/ldap/entries.ts';
import { finallyDo, listen } from '../harness/serving.ts';
import { LIMITED, missingForSlapd, PEOPLE, pem, personLdif, READER, type Slapd, startSlapd } from './slapd.ts';
import { describeOrSkip } from './tools.ts';

const COUNT = 1234;

describeOrSkip('a real OpenLDAP', missingForSlapd(), () => {
  let slapd: Slapd;

  beforeAll(async () => {
    const people = Array.from({ length: COUNT }, (_, n) =>
      personLdif(`u${n}`, {
        mail: `u${n}@example.org`,
        givenName: 'Änna',
        mailAlias: [`a${n}@example.org`, `b${n}@example.org`],
      }),
    );
    slapd = await startSlapd(people.join(''));
  }, 120_000);
  afterAll(() => slapd.stop());

  const source = (given: Partial<LdapSource> = {}): LdapSource => ({
    url: slapd.url,
    startTls: false,
    bindDn: READER.dn,
    password: READER.password,
    base: PEOPLE,
    filter: '(mail=*)',
    pageSize: 100,
    timeout: 20,
    readCertificates: () => pem(slapd.certificates.ca),
    ...given,
  });
  const read = async (given: Partial<LdapSource> = {}): Promise<LdapEntry[]> => {
    const all: LdapEntry[] = [];
    for await (const entry of readEntries(source(given), ['mail', 'mailAlias', 'givenName', 'entryUUID'])) {
      all.push(entry);
    }
    return all;
  };

  it.each<[string, () => Partial<LdapSource>]>([
    ['in pages', () => ({})],
    ['at once', () => ({ pageSize: 0 })],
    ['over ldaps', () => ({ url: slapd.secureUrl })],
    ['with StartTLS', () => ({ startTls: true })],
  ])('reads all entries %s', async (_, given) => {
    const all = await read(given());

    expect(new Set(all.map(({ dn }) => dn)).size).toBe(COUNT);
    const one = all.find(({ dn }) => dn === `uid=u7,${PEOPLE}`);
    expect(one?.values.get('mail')).toEqual(['u7@example.org']);
    expect(one?.values.get('givenname')).toEqual(['Änna']);
    expect([...(one?.values.get('mailalias') ?? [])].sort()).toEqual(['a7@example.org', 'b7@example.org']);
    expect(one?.values.get('entryuuid')?.[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each<[string, () => Partial<LdapSource>, string, RegExp]>([
    [
      'a wrong password',
      () => ({ password: 'x' }),
      'LDAP_CREDENTIALS',
      / refuses the login: .*\(LDAP result 49\): Correct ldap\.bind_dn and the password in ldap\.password_file, and what this user may read\.$/,
    ],
    ['no login', () => ({ bindDn: null }), 'LDAP_CREDENTIALS', /: Correct ldap\.bind_dn/],
    [
      'a wrong base',
      () => ({ base: 'ou=nobody,dc=example,dc=org' }),
      'TMAIL_CONFIGURATION',
      /cannot carry out the search under ou=nobody.*\(LDAP result 32\): Correct ldap\.base and ldap\.filter\.$/,
    ],
    [
      'a base of another directory',
      () => ({ base: 'dc=other' }),
      'TMAIL_CONFIGURATION',
      /cannot carry out the search under dc=other: .*: Correct ldap\.base/,
    ],
    [
      'a broken filter',
      () => ({ filter: '(mail=*' }),
      'TMAIL_CONFIGURATION',
      /^the filter \(mail=\* is none: Correct ldap\.base/,
    ],
    [
      'a limit of size, in pages',
      () => ({ bindDn: LIMITED.dn, password: LIMITED.password, pageSize: 4 }),
      'LDAP_UNREACHABLE',
      /ended the search before everything was read: .*: Raise the limits of the directory for ldap\.bind_dn \(size, time, pages\), or set ldap\.page_size\. Until then nothing is removed\.$/,
    ],
    [
      'a limit of size, at once',
      () => ({ bindDn: LIMITED.dn, password: LIMITED.password, pageSize: 0 }),
      'LDAP_UNREACHABLE',
      /ended the search before everything was read: .*\(LDAP result \d+\): Raise the limits/,
    ],
    [
      'nobody there',
      () => ({ url: 'ldap://127.0.0.1:1' }),
      'LDAP_UNREACHABLE',
      /cannot be used: the login failed: .*ECONNREFUSED.*: Check that the directory is running, that ldap\.url is right, and its certificate\. Until then nothing is removed\.$/,
    ],
    [
      'a certificate of somebody else, ldaps',
      () => ({ url: slapd.secureUrl, readCertificates: () => '' }),
      'LDAP_UNREACHABLE',
      /cannot be used: .* failed: .*certificate.*: Check that the directory is running/i,
    ],
    [
      'a certificate of somebody else, StartTLS',
      () => ({ startTls: true, readCertificates: () => '' }),
      'LDAP_UNREACHABLE',
      /cannot be used: the encrypted connection failed: .*certificate/i,
    ],
  ])('ends with an error: %s', async (_, given, code, said) => {
    const error = await read(given()).then(
      () => null,
      (thrown: unknown) => thrown as ConnectorError,
    );
    expect(error).toMatchObject({ code });
    expect(`${error?.message}: ${error?.remedy}`).toMatch(said);
  });

  it('never takes a connection that broke off for the end', async () => {
    for (const [bytes, pageSize] of [
      [2_000, 100],
      [20_000, 100],
      [60_000, 100],
      [60_000, 0],
    ] as const) {
      const port = await proxyThatEndsAfter(bytes, Number(new URL(slapd.url).port));
      let count = 0;
      await expect(
        (async () => {
          for await (const _ of readEntries(source({ url: `ldap://127.0.0.1:${port}`, pageSize }), ['mail'])) {
            count += 1;
          }
        })(),
      ).rejects.toMatchObject({
        code: expect.stringMatching(/^LDAP_/),
        message: expect.stringMatching(/ cannot be used: the search failed: |refuses the search: /),
      });
      expect(count).toBeLessThan(COUNT);
      expect(count > 0 || bytes < 60_000).toBe(true);
    }
  });

  it('never goes on as nobody where the connection, and with it the login, was lost between two pages', async () => {
    const upstream = connect(Number(new URL(slapd.url).port), '127.0.0.1');
    finallyDo(() => void upstream.destroy());
    // The directory goes on for whoever comes next.
    const { port, sockets } = await listen(
      createServer((client) => {
        upstream.removeAllListeners('data').on('data', (chunk) => client.write(chunk));
        client.on('data', (chunk) => upstream.write(chunk)).on('error', () => undefined);
      }),
    );
    let count = 0;
    const reading = (async () => {
      for await (const _ of readEntries(source({ url: `ldap://127.0.0.1:${port}` }), ['mail'])) {
        count += 1;
        if (count === 100) {
          await sleep(50);
          sockets.forEach((socket) => void socket.destroy());
          await sleep(50);
        }
      }
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'LDAP_UNREACHABLE',
      message: expect.stringMatching(/ cannot be used: the search failed: ./),
    });
    expect(count).toBe(100);
  });

  it('ends after the time limit when the directory hangs', async () => {
    const { port } = await listen(createServer(() => undefined));

    await expect(read({ url: `ldap://127.0.0.1:${port}`, timeout: 1 })).rejects.toMatchObject({
      code: 'LDAP_UNREACHABLE',
    });
  });
});

/** The first connection ends after exactly so many bytes of answers; later ones work, as after a restart. */
async function proxyThatEndsAfter(bytes: number, target: number): Promise<number> {
  let connections = 0;
  const server = createServer((client: Socket) => {
    connections += 1;
    const isFirst = connections === 1;
    const upstream = connect(target, '127.0.0.1');
    let left = isFirst ? bytes : Infinity;
    upstream.on('data', (chunk: Buffer) => {
      // How much comes in one piece is chance.
      const part = chunk.subarray(0, left);
      left -= part.length;
      if (left === 0) {
        client.end(part, () => upstream.destroy());
      } else {
        client.write(part);
      }
    });
    client.on('data', (chunk: Buffer) => upstream.write(chunk));
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  finallyDo(() => server.close());
  return (await listen(server)).port;
}
