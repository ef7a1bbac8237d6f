/** A real OpenLDAP for the tests, on loopback, with an encrypted and a plain port; it ends with the test run. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Attribute, Change, Client } from 'ldapts';
import { type Certificates, makeCertificates } from '../sandbox/certificates.ts';
import { end, freePort } from './processes.ts';

export const SUFFIX = 'dc=example,dc=org';
export const PEOPLE = `ou=people,${SUFFIX}`;
export const ROOT = { dn: `cn=root,${SUFFIX}`, password: 'root-secret' } as const;
export const READER = { dn: `cn=reader,${SUFFIX}`, password: 'reader-secret' } as const;
/** May read ten entries at most. */
export const LIMITED = { dn: `cn=limited,${SUFFIX}`, password: 'limited-secret' } as const;

export interface Slapd {
  readonly url: string;
  readonly secureUrl: string;
  readonly certificates: Certificates;
  /** Logged in as root. */
  client(): Promise<Client>;
  stop(): Promise<void>;
}

export type Attributes = Readonly<Record<string, string | readonly string[]>>;

export function missingForSlapd(): string | null {
  return existsSync('/usr/sbin/slapd') && existsSync('/usr/lib/ldap') ? null : 'slapd';
}

const SCHEMA = `
attributetype ( 1.3.6.1.4.1.4203.666.1.901 NAME 'mailAlias' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributetype ( 1.3.6.1.4.1.4203.666.1.902 NAME 'mailForward' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributetype ( 1.3.6.1.4.1.4203.666.1.903 NAME 'mailMapping' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributetype ( 1.3.6.1.4.1.4203.666.1.904 NAME 'mailQuotaSize' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.4203.666.3.901 NAME 'mailPerson' SUP top AUXILIARY MAY ( mail $ mailAlias $ mailForward $ mailMapping $ mailQuotaSize $ otherMailbox ) )
`;

/** `ldif`: entries beside those of the suffix. */
export async function startSlapd(ldif = ''): Promise<Slapd> {
  const directory = mkdtempSync(join(tmpdir(), 'slapd-'));
  const certificates = makeCertificates(join(directory, 'certificates'));
  mkdirSync(join(directory, 'data'));
  writeFileSync(join(directory, 'mail.schema'), SCHEMA);
  const configuration = join(directory, 'slapd.conf');
  writeFileSync(
    configuration,
    `modulepath /usr/lib/ldap
moduleload back_mdb
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include ${join(directory, 'mail.schema')}
pidfile ${join(directory, 'slapd.pid')}
TLSCACertificateFile ${certificates.ca}
TLSCertificateFile ${certificates.good.cert}
TLSCertificateKeyFile ${certificates.good.key}
database mdb
suffix "${SUFFIX}"
directory ${join(directory, 'data')}
maxsize 1073741824
dbnosync
rootdn "${ROOT.dn}"
rootpw ${ROOT.password}
sizelimit 1000000
limits dn.exact="${LIMITED.dn}" size.hard=10 size.soft=10 size.prtotal=10
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="${READER.dn}" read by dn.exact="${LIMITED.dn}" read by anonymous auth by * none
index objectClass,entryUUID,mail eq
`,
  );
  const account = (dn: string, password: string): string =>
    `\ndn: ${dn}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: ${dn.slice(3, dn.indexOf(','))}\nuserPassword: ${password}\n`;
  const base = `dn: ${SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n\ndn: ${PEOPLE}\nobjectClass: organizationalUnit\nou: people\n${account(READER.dn, READER.password)}${account(LIMITED.dn, LIMITED.password)}\n`;
  writeFileSync(join(directory, 'start.ldif'), base + ldif);
  execFileSync('/usr/sbin/slapadd', ['-q', '-f', configuration, '-l', join(directory, 'start.ldif')], {
    stdio: 'pipe',
  });

  const url = `ldap://127.0.0.1:${await freePort()}`;
  const secureUrl = `ldaps://127.0.0.1:${await freePort()}`;
  const child = spawn('/usr/sbin/slapd', ['-h', `${url} ${secureUrl}`, '-f', configuration, '-d', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const client = async (): Promise<Client> => {
    const made = new Client({ url });
    await made.bind(ROOT.dn, ROOT.password);
    return made;
  };
  for (let n = 0; ; n += 1) {
    try {
      await (await client()).unbind();
      break;
    } catch (error) {
      if (n === 200 || child.exitCode !== null) {
        throw new Error(`slapd did not start: ${said}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return {
    url,
    secureUrl,
    certificates,
    client,
    stop: () => end(child).then(() => rmSync(directory, { recursive: true, force: true })),
  };
}

/** A person as LDIF. */
export function personLdif(uid: string, attributes: Attributes): string {
  const lines = Object.entries({ sn: uid, cn: uid, ...attributes }).flatMap(([name, value]) =>
    [value].flat().map((each) => `${name}:: ${Buffer.from(each).toString('base64')}`),
  );
  return `dn: uid=${uid},${PEOPLE}\nobjectClass: inetOrgPerson\nobjectClass: mailPerson\nuid: ${uid}\n${lines.join('\n')}\n\n`;
}

export async function putPerson(client: Client, uid: string, attributes: Attributes): Promise<void> {
  const given = Object.entries({ sn: uid, cn: uid, ...attributes })
    .map(([name, value]) => [name, [value].flat()] as const)
    .filter(([, values]) => values.length > 0);
  await client.add(`uid=${uid},${PEOPLE}`, {
    objectClass: ['inetOrgPerson', 'mailPerson'],
    uid,
    ...Object.fromEntries(given),
  });
}

/** What is named has these values from then on, and the entry stays the same one. */
export async function changePerson(client: Client, uid: string, attributes: Attributes): Promise<void> {
  const changes = Object.entries(attributes).map(
    ([type, value]) =>
      new Change({ operation: 'replace', modification: new Attribute({ type, values: [value].flat() }) }),
  );
  await client.modify(`uid=${uid},${PEOPLE}`, changes);
}

/** Certificates as settings take them. */
export function pem(path: string): string {
  return readFileSync(path, 'utf8');
}
