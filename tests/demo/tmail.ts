/** `npm run demo -- --tmail`: OpenLDAP with twenty people, James, a first sync, changes, a second one, and what came of it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'ldapts';
import { WebAdmin } from '../harness/tmail/web-admin.ts';
import { makeWorkplace, type RunResult, type Workplace } from '../harness/workplace.ts';
import { startStandIn } from '../sandbox/tmail/stand-in.ts';
import { missingForJames, startJames } from '../tmail/james.ts';
import { changePerson, missingForSlapd, PEOPLE, personLdif, READER, type Slapd, startSlapd } from '../tmail/slapd.ts';

interface DemoServer {
  readonly url: string;
  readonly token: string;
  readonly hasContacts: boolean;
  stop(): Promise<void>;
}

const DOMAIN = 'example.org';
const NAMES =
  'anna bert carla doris emil frieda georg hanna ivo jana karl lena max nora otto paula quirin rosa stefan tina'.split(
    ' ',
  );

/** Answers the exit code. */
export async function showTmail(print: (title: string, rows: readonly (readonly string[])[]) => void): Promise<number> {
  if (missingForSlapd() !== null) {
    process.stderr.write('The demonstration needs slapd (Debian package slapd, without starting its service).\n');
    return 69;
  }
  const slapd = await startSlapd(NAMES.map(person).join(''));
  const missing = missingForJames();
  const server = missing === null ? await startJames() : await standIn(missing);
  const place = makeWorkplace('http://127.0.0.1:1');
  const admin = new WebAdmin(server.url, server.token);
  try {
    await admin.call('PUT', `/domains/${DOMAIN}`);
    configure(place, slapd, server);
    const first = await place.run({ args: ['sync', '--clean'] });
    print('The server after the first sync', await contentOf(admin));
    tell(print, 'First sync', first);

    const client = await slapd.client();
    await admin.putMail(`anna@${DOMAIN}`);
    await changeSome(client);
    await client.unbind();
    const second = await place.run({ args: ['sync', '--clean'] });
    print(
      'The server after: anna is called anna.berg now, bert left, carla has another alias, one of doris’ is bert’s old address',
      await contentOf(admin),
    );
    tell(print, 'Second sync', second);
    const third = await place.run({ args: ['sync', '--clean'] });
    tell(print, 'Third sync, nothing changed', third);
    return Math.max(...[first, second, third].map(({ code }) => code ?? 1));
  } finally {
    place.remove();
    await server.stop();
    await slapd.stop();
  }
}

function person(name: string, at: number): string {
  const address = `${name}@${DOMAIN}`;
  return personLdif(name, {
    mail: address,
    givenName: `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
    sn: 'Müller',
    ...(at % 2 === 0 ? { mailAlias: `${name}.mueller@${DOMAIN}` } : {}),
    ...(at % 5 === 0 ? { mailForward: `${name}@other.example` } : {}),
    ...(at % 3 === 0 ? { mailQuotaSize: '5000000' } : {}),
  });
}

async function changeSome(client: Client): Promise<void> {
  await changePerson(client, 'anna', { mail: `anna.berg@${DOMAIN}` });
  await client.del(`uid=bert,${PEOPLE}`);
  await changePerson(client, 'carla', { mailAlias: `info@${DOMAIN}` });
  await changePerson(client, 'doris', { mailAlias: `bert@${DOMAIN}` });
}

async function standIn(missing: string): Promise<DemoServer> {
  process.stdout.write(`${missing} is not installed: a stand-in takes the place of James.\n`);
  const { url, stop } = await startStandIn({ token: 'demo', hasContacts: false });
  return { url, token: 'demo', hasContacts: false, stop };
}

function configure(place: Workplace, slapd: Slapd, server: DemoServer): void {
  writeFileSync(join(place.data, 'secrets', 'token'), server.token);
  writeFileSync(join(place.data, 'secrets', 'ldap'), READER.password);
  const file = {
    server: { url: server.url, token_file: 'secrets/token' },
    ldap: { url: slapd.url, bind_dn: READER.dn, password_file: 'secrets/ldap', base: PEOPLE },
    facets: ['account', 'aliases', 'forwards', 'quota', 'identity'],
  };
  writeFileSync(join(place.data, 'tmail.json'), JSON.stringify(file));
}

async function contentOf(admin: WebAdmin): Promise<string[][]> {
  const rows = [['mailbox', 'name', 'aliases', 'forwards', 'quota', 'folders']];
  for (const user of (await admin.users()).sort()) {
    const aliases = (await admin.aliases(user)).join(' ');
    const forwards = (await admin.forwards(user)).join(' ');
    const quota = (await admin.quota(user)) ?? '';
    rows.push([
      user,
      (await admin.identity(user)) ?? '',
      aliases,
      forwards,
      quota,
      String(await admin.mailboxes(user)),
    ]);
  }
  return rows;
}

function tell(
  print: (title: string, rows: readonly (readonly string[])[]) => void,
  title: string,
  { code, stdout, stderr }: RunResult,
): void {
  print(`${title}: log of listener_trigger sync --clean (exit code ${code})`, [[`${stdout}${stderr}`.trim()]]);
}
