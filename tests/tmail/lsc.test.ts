/** The binary called `lsc`, with LSC's own options and configurations, as its lines of cron have them. */
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'ldapts';
import { LSC_JOBS, type LscJob, lscXml } from '../harness/tmail/lsc-files.ts';
import type { WebAdmin } from '../harness/tmail/web-admin.ts';
import { BINARY, type RunResult, type Workplace } from '../harness/workplace.ts';
import type { StandIn } from '../sandbox/tmail/stand-in.ts';
import { TOKEN, useSite } from './site.ts';
import { type Attributes, changePerson, missingForSlapd, PEOPLE, putPerson, READER, type Slapd } from './slapd.ts';
import { describeOrSkip } from './tools.ts';

describeOrSkip('the binary called lsc', missingForSlapd(), () => {
  let slapd: Slapd;
  let client: Client;
  let server: StandIn;
  let admin: WebAdmin;
  let place: Workplace;

  const more = (uid: string): Attributes => ({ givenName: uid, mailForward: `${uid}@other.example` });
  useSite({ anna: more('anna'), bert: more('bert') }, (site) => {
    ({ slapd, client, server, admin, place } = site);
    symlinkSync(BINARY, join(place.data, 'lsc'));
  });

  function configure(name: string, jobs: readonly LscJob[]): string {
    const directory = join(place.data, name);
    mkdirSync(directory, { recursive: true });
    const site = {
      ldap: slapd.url,
      bindDn: READER.dn,
      password: READER.password,
      base: PEOPLE,
      server: server.url,
      token: TOKEN,
    };
    writeFileSync(join(directory, 'lsc.xml'), lscXml(site, jobs));
    return directory;
  }

  const lsc = (line: string): Promise<RunResult> =>
    place.run({ binary: join(place.data, 'lsc'), args: line.split(' ').map((word) => word.replaceAll('_', ' ')) });
  const without = (facet: string): readonly LscJob[] => LSC_JOBS.filter(({ service }) => !service.includes(facet));
  const holds = async (user: string): Promise<unknown[]> => [
    await admin.aliases(user),
    await admin.forwards(user),
    await admin.quota(user),
    await admin.identity(user),
    await admin.contact(user),
  ];
  const ANNA = [['anna.x@example.org'], ['anna@other.example'], '1000', 'anna anna', 'anna anna'];

  it('does all jobs of one configuration', async () => {
    const directory = configure('all', without('Mapping'));

    expect(await lsc(`-f ${directory} -s all -c all -t 1`)).toMatchObject({ code: 0 });
    expect(await holds('anna@example.org')).toEqual(ANNA);
    expect(await lsc(`--config ${directory} --synchronize all --clean all -t 5`)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('2 unchanged'),
    });
  });

  it('does each of them from a directory of its own, and cleans', async () => {
    const directories = without('Mapping').map((job) => configure(job.task, [job]));
    for (const directory of directories) {
      expect(await lsc(`-f ${directory} -s all`)).toMatchObject({ code: 0 });
    }
    expect(await holds('anna@example.org')).toEqual(ANNA);

    await client.del(`uid=anna,${PEOPLE}`);
    for (const directory of directories.reverse()) {
      expect(await lsc(`-f ${directory} -s all -c all -nd`)).toMatchObject({ code: 0 });
    }
    expect(await admin.users()).toContain('anna@example.org');
    for (const directory of directories) {
      expect(await lsc(`-f ${directory} -s all -c all`)).toMatchObject({ code: 0 });
    }
    expect(await admin.users()).toEqual(['bert@example.org']);
    expect(await holds('anna@example.org')).toEqual([[], [], null, 'anna anna', null]);
    await putPerson(client, 'anna', { mail: 'anna@example.org' });
    for (const directory of directories.reverse()) {
      expect(await lsc(`-f ${directory} -s all -c all`)).toMatchObject({ code: 0 });
    }
    expect(await holds('anna@example.org')).toEqual([[], [], null, 'anna', 'anna']);
  });

  async function synchronizeEach(directories: readonly string[]): Promise<void> {
    for (const directory of directories) {
      expect(await lsc(`-f ${directory} -s all -c all`)).toMatchObject({ code: 0 });
    }
  }

  it('does the tasks that are named, and nothing in a dry run', async () => {
    const directory = configure('all', without('Mapping'));
    expect((await lsc(`-f ${directory} -s all -n`)).code).toBe(0);
    expect(await admin.users()).toEqual([]);

    expect((await lsc(`-f ${directory} -s userSynchronization,quotaSynchronization`)).code).toBe(0);

    expect(await holds('anna@example.org')).toEqual([[], [], '1000', null, null]);
    expect((await lsc(`-f ${directory} -s userSynchronisation`)).code).toBe(64);
    expect((await lsc(`-f ${directory} -s all -nc -nu`)).code).toBe(0);
    expect(await holds('anna@example.org')).toEqual([[], [], '1000', null, null]);
  });

  it('cleans and renames from directories of their own in any order, as with LSC', async () => {
    const directories = without('Mapping').map((job) => configure(job.task, [job]));
    const all = () => synchronizeEach(directories);
    await all();
    await client.del(`uid=anna,${PEOPLE}`);
    await changePerson(client, 'bert', { mail: 'berta@example.org' });

    await all();

    expect(await admin.users()).toEqual(['berta@example.org']);
    expect(await holds('anna@example.org')).toEqual([[], [], null, 'anna anna', null]);
    expect((await holds('bert@example.org')).slice(0, 3)).toEqual([[], [], null]);
    expect(await admin.contact('bert@example.org')).toBeNull();
    expect(await holds('berta@example.org')).toEqual([
      ['bert.x@example.org'],
      ['bert@other.example'],
      '1000',
      'bert bert',
      'bert bert',
    ]);
    await all();
    expect(await lsc(`-f ${directories[0]} -s all -c all`)).toMatchObject({
      stderr: expect.stringMatching(/ 1 unchanged, 0 refused; 1 requests/),
    });
  });

  it('renames from directories of their own although the one for accounts comes last', async () => {
    const directories = without('Mapping').map((job) => configure(job.task, [job]));
    const all = () => synchronizeEach(directories);
    await all();
    await admin.putMail('bert@example.org');
    await changePerson(client, 'bert', { mail: 'berta@example.org' });
    directories.reverse();

    await all();

    expect((await admin.users()).sort()).toEqual(['anna@example.org', 'berta@example.org']);
    expect(await admin.mailboxes('berta@example.org')).toBe(1);
    await all();
    expect(await holds('berta@example.org')).toEqual([
      ['bert.x@example.org'],
      ['bert@other.example'],
      '1000',
      'bert bert',
      'bert bert',
    ]);
    expect((await holds('bert@example.org')).slice(0, 3)).toEqual([[], [], null]);
    expect(await admin.contact('bert@example.org')).toBeNull();
  });

  it('is read by sync too, which does the jobs that are named', async () => {
    const directory = configure('all', without('Mapping'));
    const sync = (...args: string[]): Promise<RunResult> =>
      place.run({ args: ['sync', '--config', directory, ...args] });
    expect((await sync('--jobs', 'account,quota')).code).toBe(0);
    expect(await holds('anna@example.org')).toEqual([[], [], '1000', null, null]);

    await client.del(`uid=anna,${PEOPLE}`);
    expect((await sync('--jobs', 'quota', '--clean')).code).toBe(0);
    expect(await admin.users()).toContain('anna@example.org');
    expect(await admin.quota('anna@example.org')).toBeNull();

    expect(await sync('--jobs', 'mappings')).toMatchObject({
      code: 64,
      stderr: expect.stringMatching(/no task of the configuration is about mappings\b.*\n.*Name some of account, /),
    });
  });

  it('removes nobody whom the filter of cleaning finds, though another one tells who is set', async () => {
    const directory = configure('all', without('Mapping'));
    const file = join(directory, 'lsc.xml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replaceAll('(mail=*))]]></getAll', '(mail=*)(!(title=left)))]]></getAll'));
    expect((await lsc(`-f ${directory} -s all -c all`)).code).toBe(0);
    await changePerson(client, 'anna', { title: 'left', mailAlias: 'anna.y@example.org' });

    expect(await lsc(`-f ${directory} -v`)).toMatchObject({ code: 0 });
    expect(await lsc(`-f ${directory} -s all -c all`)).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/ 1 entries: .* 0 removed, 0 changed, 1 unchanged/),
    });
    expect(await holds('anna@example.org')).toEqual(ANNA);

    await client.del(`uid=anna,${PEOPLE}`);
    expect((await lsc(`-f ${directory} -s all -c all`)).code).toBe(0);
    expect(await admin.users()).toEqual(['bert@example.org']);
  });

  /** Aliases and accounts of entries of their own, in this order. */
  function configureTwo(filterOfAliases: string): string {
    const directory = configure('two', [LSC_JOBS[1] as LscJob, LSC_JOBS[0] as LscJob]);
    const file = join(directory, 'lsc.xml');
    const filter = '(&(objectClass=inetOrgPerson)(mail=*))';
    writeFileSync(file, readFileSync(file, 'utf8').replace(filter, filterOfAliases));
    return directory;
  }

  it('goes on with the other entries where a task finds none', async () => {
    const { code, stderr } = await lsc(`-f ${configureTwo('(uid=nobody)')} -s all`);
    expect([
      code,
      stderr.match(/the directory answers without any entry: nothing was done.*\n.*What to do: /g),
    ]).toEqual([65, [expect.anything()]]);
    expect((await admin.users()).sort()).toEqual(['anna@example.org', 'bert@example.org']);
  });

  it('ends at a signal, and does not go on with other entries then', async () => {
    const directory = configureTwo('(&(objectClass=inetOrgPerson)\n  (mail=*) )');
    let process: { kill(signal: 'SIGTERM'): boolean } | undefined;
    server.fault = ({ method, path }) => {
      if (method === 'PUT' && path.startsWith('/address/aliases/')) {
        process?.kill('SIGTERM');
      }
      return null;
    };
    const result = await place.run({
      binary: join(place.data, 'lsc'),
      args: ['-f', directory, '-s', 'all', '-t', '1'],
      onStart: (child) => {
        process = child;
      },
    });
    expect(result).toMatchObject({ code: 143 });
    expect(await admin.users()).toEqual([]);
    expect((await lsc(`-f ${directory} -s all`)).code).toBe(0);
    expect((await admin.users()).sort()).toEqual(['anna@example.org', 'bert@example.org']);
  });

  it('does the seventh job, mappings, from a directory of its own, and cleans', async () => {
    const users = configure('users', LSC_JOBS.slice(0, 1));
    const mappings = configure(
      'mappings',
      LSC_JOBS.filter(({ service }) => service.includes('Mapping')),
    );
    const mappingsOf = (user: string): string[] => [...(server.state.mappings.get(user)?.keys() ?? [])];
    await putPerson(client, 'carl', { mail: 'carl@example.org', mailMapping: 'out@other.example' });
    for (const directory of [users, mappings]) {
      expect(await lsc(`-f ${directory} -s all -c all -t 1`)).toMatchObject({ code: 0 });
    }
    expect(mappingsOf('carl@example.org')).toEqual(['Address out@other.example']);

    await changePerson(client, 'carl', { mailMapping: [] });
    expect((await lsc(`-f ${mappings} -s all`)).code).toBe(0);
    expect(mappingsOf('carl@example.org')).toEqual([]);
  });

  it('leaves out what it is told to: creating, changing, other addresses, removing', async () => {
    const directory = configure('all', without('Mapping'));
    expect((await lsc(`-f ${directory} -s all`)).code).toBe(0);
    await changePerson(client, 'anna', { mail: 'anne@example.org' });
    await changePerson(client, 'bert', { mailQuotaSize: '2000' });
    await putPerson(client, 'carl', { mail: 'carl@example.org' });

    expect((await lsc(`-f ${directory} -s all -nc -nr`)).code).toBe(0);
    expect((await admin.users()).sort()).toEqual(['anna@example.org', 'bert@example.org']);
    expect(await admin.quota('bert@example.org')).toBe('2000');

    await changePerson(client, 'bert', { mailQuotaSize: '3000' });
    expect((await lsc(`-f ${directory} -s all -nu -nr`)).code).toBe(0);
    expect(await admin.users()).toContain('carl@example.org');
    expect(await admin.quota('bert@example.org')).toBe('2000');

    expect((await lsc(`-f ${directory} -s all`)).code).toBe(0);
    expect((await admin.users()).sort()).toEqual(['anne@example.org', 'bert@example.org', 'carl@example.org']);
    expect(await admin.quota('bert@example.org')).toBe('3000');

    await client.del(`uid=carl,${PEOPLE}`);
    expect((await lsc(`-f ${directory} -c aliasSynchronization`)).code).toBe(0);
    expect(await admin.users()).toContain('carl@example.org');
    expect((await lsc(`-f ${directory} -c userSynchronization`)).code).toBe(0);
    expect(await admin.users()).not.toContain('carl@example.org');
  });

  it('ends after its time limit, and goes on the next time', async () => {
    const directory = configure('all', without('Mapping'));
    server.fault = () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
      return null;
    };

    const { code, stderr } = await lsc(`-f ${directory} -s all -i 1`);

    server.fault = null;
    expect(code).toBe(69);
    expect(stderr).toContain('the run was ended after the time limit of 1 second ');
    expect(stderr).toContain(
      'What to do: Raise the limit (--time-limit), or look why directory or server are slow. The next run goes on from here.\n',
    );
    expect(await lsc(`-f ${directory} -s all`)).toMatchObject({ code: 0 });
  });

  it('validates, and refuses what it does not take', async () => {
    const directory = configure('all', LSC_JOBS);
    expect(await lsc(`-f ${directory} -v`)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('account created'),
    });
    expect(await admin.users()).toEqual([]);
    expect((await lsc(`-f ${directory} -s all`)).code).toBe(0);
    expect(await lsc(`-f ${directory} -v`)).toMatchObject({ code: 0, stdout: expect.stringContaining('0 errors') });
    expect((await lsc(`-f ${directory}`)).code).toBe(64);
    expect(await lsc(`-f ${directory} -a all`)).toMatchObject({ code: 64, stderr: expect.stringContaining('-s all') });
    expect((await lsc(`-f ${place.data} -s all`)).code).toBe(78);
    expect((await lsc('-h')).stdout).toContain('--synchronize');
    server.state.domains.clear();
    await server.stop();
    expect((await lsc(`-f ${directory} -v`)).code).toBe(69);
  });

  it('is imported into a configuration of our own, with its secrets in files', async () => {
    const directories = without('Mapping').map((job) => configure(job.task, [job]));

    expect(await place.run({ args: ['sync', 'import', ...directories] })).toMatchObject({ code: 0 });

    const file = readFileSync(join(place.data, 'tmail.json'), 'utf8');
    expect(file).not.toMatch(new RegExp(`${TOKEN}|${READER.password}`));
    expect(statSync(join(place.data, 'secrets', 'tmail-token')).mode & 0o777).toBe(0o600);
    expect((await place.run({ args: ['sync', '--clean'] })).code).toBe(0);
    expect(await holds('anna@example.org')).toEqual(ANNA);
    expect((await place.run({ args: ['sync', 'import', ...directories] })).code).toBe(78);
    expect((await place.run({ args: ['sync', '--config', directories[0] ?? ''] })).code).toBe(0);
  });
});
