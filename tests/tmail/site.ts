/** A directory for all tests of a block, and for each of them a server, a data directory and some people. */
import type { Client } from 'ldapts';
import { WebAdmin } from '../harness/tmail/web-admin.ts';
import { makeWorkplace, type Workplace } from '../harness/workplace.ts';
import { type StandIn, startStandIn } from '../sandbox/tmail/stand-in.ts';
import { type Attributes, PEOPLE, putPerson, type Slapd, startSlapd } from './slapd.ts';

export const TOKEN = 'a-secret-token';

export interface Directory {
  readonly slapd: Slapd;
  /** Logged in as root. */
  readonly client: Client;
}

export interface Site extends Directory {
  readonly server: StandIn;
  readonly admin: WebAdmin;
  readonly place: Workplace;
}

export function useDirectory(take: (directory: Directory) => void): void {
  let slapd: Slapd;
  let client: Client;
  beforeAll(async () => {
    slapd = await startSlapd();
    client = await slapd.client();
    take({ slapd, client });
  }, 120_000);
  afterAll(async () => {
    await client.unbind();
    await slapd.stop();
  });
}

/** `people`: uid → what they have beside an address. */
export function useSite(people: Readonly<Record<string, Attributes>>, take: (site: Site) => void): void {
  let directory: Directory;
  let server: StandIn;
  let place: Workplace;
  useDirectory((opened) => {
    directory = opened;
  });
  beforeEach(async () => {
    server = await startStandIn({ token: TOKEN });
    server.state.domains.add('example.org');
    place = makeWorkplace('http://127.0.0.1:1');
    for (const [uid, attributes] of Object.entries(people)) {
      await putPerson(directory.client, uid, {
        mail: `${uid}@example.org`,
        mailAlias: `${uid}.x@example.org`,
        mailQuotaSize: '1000',
        ...attributes,
      });
    }
    take({ ...directory, server, place, admin: new WebAdmin(server.url, TOKEN) });
  });
  afterEach(async () => {
    place.remove();
    await server.stop();
    const { client } = directory;
    const { searchEntries } = await client.search(PEOPLE, { filter: '(uid=*)', attributes: ['1.1'] });
    for (const { dn } of searchEntries) {
      await client.del(dn);
    }
  });
}
