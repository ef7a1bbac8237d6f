/** The built binary between a real OpenLDAP and a server, as cron starts it: exit codes, output, files, signals. */
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'ldapts';
import type { WebAdmin } from '../harness/tmail/web-admin.ts';
import { BINARY, type RunResult, type Workplace } from '../harness/workplace.ts';
import type { StandIn } from '../sandbox/tmail/stand-in.ts';
import { TOKEN, useSite } from './site.ts';
import { changePerson, LIMITED, missingForSlapd, PEOPLE, putPerson, READER, type Slapd, SUFFIX } from './slapd.ts';
import { describeOrSkip } from './tools.ts';

describeOrSkip('sync as cron starts it', missingForSlapd(), () => {
  let slapd: Slapd;
  let client: Client;
  let server: StandIn;
  let admin: WebAdmin;
  let place: Workplace;

  useSite({ anna: {}, bert: {}, carl: {} }, (site) => {
    ({ slapd, client, server, admin, place } = site);
    configure();
  });

  function configure(given: { server?: object; ldap?: object; [name: string]: unknown } = {}): void {
    writeFileSync(join(place.data, 'secrets', 'token'), `${TOKEN}\n`);
    writeFileSync(join(place.data, 'secrets', 'ldap'), READER.password);
    const file = {
      ...given,
      server: { url: server.url, token_file: 'secrets/token', ...given.server },
      ldap: { url: slapd.url, bind_dn: READER.dn, password_file: 'secrets/ldap', base: PEOPLE, ...given.ldap },
    };
    writeFileSync(join(place.data, 'tmail.json'), JSON.stringify(file));
  }

  const run = (args: readonly string[] = [], env: Record<string, string> = {}): Promise<RunResult> =>
    place.run({ args: ['sync', ...args], env });
  const change = (uid: string, attribute: string, values: string[]): Promise<void> =>
    changePerson(client, uid, { [attribute]: values });
  const users = async (): Promise<string[]> => (await admin.users()).map((user) => user.split('@')[0] ?? '').sort();

  it('brings the server in step, says what it did, and does nothing the second time', async () => {
    const first = await run();
    expect(first).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/3 entries: 3 created, .* 0 refused; \d+ requests/),
    });
    expect(first.stderr).toContain('address=anna@example.org');
    expect(await users()).toEqual(['anna', 'bert', 'carl']);
    expect(await admin.aliases('anna@example.org')).toEqual(['anna.x@example.org']);

    server.requests.length = 0;
    expect(await run()).toMatchObject({ code: 0, stderr: expect.stringContaining('3 unchanged') });
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /users']);
    expect(readdirSync(place.queue).filter((name) => name.endsWith('.json'))).toEqual([]);
    expect(first.stderr + first.stdout).not.toMatch(new RegExp(`${TOKEN}|${READER.password}`));
  });

  it('status tells how the last run ended, whatever became of it, and not of looks', async () => {
    const status = async (): Promise<{ code: number | null; syncs: { code: number; outcome: string }[] }> => {
      const { code, stdout } = await place.run({ args: ['status', '--json'] });
      return { code, syncs: (JSON.parse(stdout) as { syncs?: { code: number; outcome: string }[] }).syncs ?? [] };
    };
    expect((await run(['--dry-run'])).stderr).toContain(' would be done address=anna@example.org ');
    expect(await status()).toMatchObject({ code: 0, syncs: [] });

    await run();
    expect(await status()).toMatchObject({
      code: 0,
      syncs: [{ code: 0, outcome: expect.stringContaining('3 created') }],
    });

    configure({ ldap: { url: 'ldap://127.0.0.1:1' } });
    await run();
    expect(await status()).toMatchObject({ code: 1, syncs: [{ code: 69 }] });

    configure({ ldap: { base: '' } });
    await run();
    expect(await status()).toMatchObject({ code: 1, syncs: [{ code: 78 }] });

    configure();
    await run();
    expect(await status()).toMatchObject({ code: 0, syncs: [{ code: 0 }] });

    let kill = (): boolean => false;
    server.fault = () => {
      kill();
      return 'before';
    };
    await place.run({ args: ['sync'], onStart: (child) => (kill = () => child.kill('SIGKILL')) });
    server.fault = null;
    expect(await status()).toMatchObject({ code: 1, syncs: [{ isCutOff: true }] });
  });

  it('a record that cannot be written does not hide why a run failed', async () => {
    server.fault = () => {
      rmSync(join(place.data, 'tmail'), { recursive: true, force: true });
      writeFileSync(join(place.data, 'tmail'), '');
      return 401;
    };
    expect(await run()).toMatchObject({ code: 77, stderr: expect.stringContaining('token') });
  });

  it('prints the result as JSON', async () => {
    await change('anna', 'mailAlias', ['bäd@example.org']);

    const { code, stdout } = await run(['--json']);

    expect(code).toBe(76);
    expect(JSON.parse(stdout)).toMatchObject({
      entries: 3,
      created: 3,
      refused: [{ address: 'anna@example.org', dn: `uid=anna,${PEOPLE}`, facet: 'aliases', value: 'bäd@example.org' }],
      failure: null,
    });
  });

  it('takes part of the work, and of the people', async () => {
    expect((await run(['--jobs', 'account,quota', '--only', 'Anna@example.org', 'bert@example.org'])).code).toBe(0);

    expect(await users()).toEqual(['anna', 'bert']);
    expect(await admin.quota('anna@example.org')).toBe('1000');
    expect(await admin.aliases('anna@example.org')).toEqual([]);
  });

  it('renames by the entry’s own id, and removes only with --clean', async () => {
    await run();
    await admin.putMail('anna@example.org');
    await change('anna', 'mail', ['berg@example.org']);
    await client.del(`uid=bert,${PEOPLE}`);

    expect(await run()).toMatchObject({ code: 0, stderr: expect.stringContaining('renamed from anna@example.org') });
    expect(await users()).toEqual(['berg', 'bert', 'carl']);
    expect(await admin.mailboxes('berg@example.org')).toBe(1);
    expect((await run(['--clean', '--dry-run'])).stderr).toContain('1 removed');
    expect(await users()).toEqual(['berg', 'bert', 'carl']);
    expect((await run(['--clean'])).code).toBe(0);
    expect(await users()).toEqual(['berg', 'carl']);
  });

  it('adopts mail that was left', async () => {
    await run();
    await admin.putMail('anna@example.org');
    await client.del(`uid=anna,${PEOPLE}`);
    expect(await run(['--clean'])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('adopt anna@example.org'),
    });
    await putPerson(client, 'anna', { mail: 'anna@example.org' });

    expect(await run()).toMatchObject({ code: 76, stderr: expect.stringContaining('adopt anna@example.org') });
    expect((await place.run({ args: ['adopt', 'nobody@example.org'] })).code).toBe(65);
    expect(await place.run({ args: ['adopt', 'ANNA@example.org'] })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('whoever has anna@example.org next gets the mail that was left there\n'),
    });
    expect((await run()).code).toBe(0);
    expect(await users()).toEqual(['anna', 'bert', 'carl']);
  });

  it.each<[string, () => Parameters<typeof configure>[0], number]>([
    ['the directory is not there', () => ({ ldap: { url: 'ldap://127.0.0.1:1' } }), 69],
    ['it refuses the login', () => ({ ldap: { bind_dn: LIMITED.dn } }), 77],
    ['it answers nothing', () => ({ ldap: { filter: '(mail=nobody)' } }), 65],
    ['its base is not there', () => ({ ldap: { base: `ou=x,${SUFFIX}` } }), 78],
    ['the server is not there', () => ({ server: { url: 'http://127.0.0.1:1' } }), 69],
    ['a name in the file is unknown', () => ({ facet: ['account'] }), 78],
    ['a secret is not there', () => ({ server: { token_file: 'secrets/none' } }), 78],
    ['a certificate cannot be trusted', () => ({ ldap: { url: slapd.secureUrl } }), 69],
  ])('ends with the right code when %s, and removes nothing', async (_, given, code) => {
    await run();
    configure(given());

    expect(await run(['--clean'])).toMatchObject({ code, stderr: expect.stringContaining('What to do: ') });

    expect(await users()).toEqual(['anna', 'bert', 'carl']);
  });

  it('ends with 77 when the token is refused, from the environment too', async () => {
    expect(await run([], { TMAIL_TOKEN: 'wrong' })).toMatchObject({ code: 77 });
  });

  it('an LDAP that hits a limit removes nothing; what is new is set, and the code says it', async () => {
    for (let n = 0; n < 10; n += 1) {
      await putPerson(client, `p${n}`, { mail: `p${n}@example.org` });
    }
    await run();
    const before = await users();
    await change('anna', 'mailAlias', []);
    configure({ ldap: { bind_dn: LIMITED.dn, page_size: 2 } });
    writeFileSync(join(place.data, 'secrets', 'ldap'), LIMITED.password);

    expect(await run(['--clean'])).toMatchObject({ code: 69, stderr: expect.stringContaining('nothing is removed') });

    expect(await users()).toEqual(before);
    expect(await admin.aliases('anna@example.org')).toEqual(['anna.x@example.org']);
  });

  it.each([undefined, 0, 4])('with pages of %s, all that came before the limit is new', async (pageSize) => {
    for (let n = 0; n < 20; n += 1) {
      await putPerson(client, `p${n}`, { mail: `p${n}@example.org` });
    }
    configure({ ldap: { bind_dn: LIMITED.dn, page_size: pageSize } });
    writeFileSync(join(place.data, 'secrets', 'ldap'), LIMITED.password);

    expect(await run(['--clean'])).toMatchObject({ code: 69, stderr: expect.stringContaining(' 10 created, ') });

    expect(await users()).toHaveLength(10);
  });

  it('goes over encrypted connections that are verified', async () => {
    mkdirSync(join(place.data, 'conf', 'ca-certificates'), { recursive: true });
    writeFileSync(join(place.data, 'conf', 'ca-certificates', 'ca.crt'), readFileSync(slapd.certificates.ca));
    configure({ ldap: { start_tls: true } });
    expect(await run()).toMatchObject({ code: 0 });
    configure({ ldap: { url: slapd.secureUrl } });
    expect(await run()).toMatchObject({ code: 0, stderr: expect.stringContaining('3 unchanged') });
  });

  it('is checked: what differs, what would be refused, domains that are not there, and what cannot be reached', async () => {
    const check = (...args: string[]): Promise<RunResult> =>
      place.run({ args: ['check', ...args], env: { OX_CONNECTOR_TARGET: 'tmail' } });
    await run();
    expect(await check()).toMatchObject({ code: 0, stdout: expect.stringContaining('0 errors, 0 warnings') });

    await admin.call('DELETE', '/address/aliases/anna@example.org/sources/anna.x@example.org');
    await client.del(`uid=carl,${PEOPLE}`);
    await change('bert', 'mailAlias', ['x@missing.example', 'bäd@example.org', 'anna@example.org']);
    const { code, stdout } = await check('--json');

    expect(code).toBe(1);
    const found = (JSON.parse(stdout) as { findings: { kind: string; object: string; message: string }[] }).findings;
    const lines = found.map(({ kind, object, message }) => `${kind} ${object} ${message}`);
    expect(lines).toContainEqual(expect.stringMatching(/^refused missing\.example .*does not have the domain/));
    expect(lines).toContainEqual(
      expect.stringMatching(/^differs anna@example\.org .*alias anna\.x@example\.org added/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^differs carl@example\.org .*account removed/));
    expect(lines).toContainEqual(expect.stringMatching(/^refused bert@example\.org .*bäd@example\.org/));
    expect(lines).toContainEqual(expect.stringMatching(/^address-claimed anna@example\.org .*an alias of uid=bert/));
    expect(await users()).toEqual(['anna', 'bert', 'carl']);

    configure({ ldap: { url: 'ldap://127.0.0.1:1' } });
    expect((await check()).code).toBe(69);
  });

  it('stops at a signal after what is in hand, and goes on from there', async () => {
    server.fault = ({ method }, n) => (method === 'PUT' && n > 4 ? 'before' : null);
    expect((await run()).code).toBe(69);
    server.fault = null;

    const stopped = await place.run({
      args: ['sync'],
      onStart: (child) => {
        server.fault = ({ method, path }) => {
          if (method === 'PUT' && path.startsWith('/users/bert')) {
            child.kill('SIGTERM');
          }
          return null;
        };
      },
    });
    expect(stopped.code).toBe(143);
    expect(stopped.stderr).toContain(
      'received SIGTERM: finishing what is in hand, then stopping; the next run goes on\n',
    );
    server.fault = null;
    expect(await run()).toMatchObject({ code: 0 });
    expect(await users()).toEqual(['anna', 'bert', 'carl']);
  });

  it('runs once at a time, and is called tmail-sync too', async () => {
    const binary = join(place.data, 'tmail-sync');
    symlinkSync(BINARY, binary);
    const others: Promise<RunResult>[] = [];
    server.fault = ({ method }, n) => {
      if (n === 1) {
        others.push(run(), run(['--dry-run']));
      }
      return method === 'PUT' ? 'before' : null;
    };

    // The server resets every write: while it tries again, the others look.
    expect(await place.run({ binary })).toMatchObject({ code: 69 });
    const [second, dry] = await Promise.all(others);
    expect(second).toMatchObject({ code: 75 });
    expect(dry).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing was sent') });
  });
});
