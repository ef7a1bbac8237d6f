/** A directory in memory, a server that is real or not, and runs of `sync` between them. */
import { rmSync } from 'node:fs';
import { createTmailClient } from '../../../lib/tmail/client.ts';
import { completeConfiguration, type TmailConfiguration, type TmailFile } from '../../../lib/tmail/configuration.ts';
import { createDryServer } from '../../../lib/tmail/dry-server.ts';
import { openMemory, type Remembered } from '../../../lib/tmail/memory.ts';
import type { Entry } from '../../../lib/tmail/person.ts';
import type { SyncOptions } from '../../../lib/tmail/sync/options.ts';
import type { Done, Refusal, SyncReport } from '../../../lib/tmail/sync/report.ts';
import { sync } from '../../../lib/tmail/sync/run.ts';
import { createServer } from '../../../lib/tmail/web-admin/server.ts';
import { temporaryFolder } from '../temporary.ts';
import { WebAdmin } from './web-admin.ts';

/** A server that the same tests are run against. */
export interface TestServer {
  readonly url: string;
  readonly token: string;
  readonly hasContacts: boolean;
}

export interface PersonEntry {
  /** entryUUID; default: the name. */
  readonly id?: string;
  readonly mail?: string | readonly string[];
  readonly alias?: readonly string[];
  readonly forward?: readonly string[];
  readonly mapping?: readonly string[];
  readonly quota?: string;
  readonly first?: string;
  readonly last?: string;
}

export interface Mailbox {
  readonly aliases: readonly string[];
  readonly forwards: readonly string[];
  readonly mappings?: readonly string[];
  readonly quota: string | null;
  readonly name: string | null;
  readonly contact?: string | null;
}

let worlds = 0;

export class World {
  readonly server: TestServer;
  readonly domain: string;
  readonly data = temporaryFolder();
  readonly admin: WebAdmin;
  readonly people = new Map<string, PersonEntry>();
  readonly did: Done[] = [];
  readonly refused: Refusal[] = [];
  file: Partial<TmailFile> = {};
  /** Thrown after this many entries. */
  breaksOff: { after: number; error: Error } | null = null;

  constructor(server: TestServer, name = 'world') {
    worlds += 1;
    this.server = server;
    // The server keeps what addresses had: each test has a domain of its own.
    this.domain = `${name}-${process.pid}-${worlds}.example`;
    this.admin = new WebAdmin(server.url, server.token);
  }

  async open(): Promise<this> {
    await this.admin.call('PUT', `/domains/${this.domain}`);
    return this;
  }

  close(): void {
    rmSync(this.data, { recursive: true, force: true });
  }

  /** `anna` → `anna@domain`. */
  at(name: string): string {
    return name.includes('@') ? name : `${name}@${this.domain}`;
  }

  /** The id that the person of this name (or with this `id`) has in memory. */
  idOf(name: string): string {
    return name;
  }

  /** In the directory from now on, with the name as uid; names without @ are in the domain. */
  put(uid: string, entry: PersonEntry = {}): void {
    this.people.set(uid, entry);
  }

  drop(uid: string): void {
    this.people.delete(uid);
  }

  async *entries(): AsyncGenerator<Entry> {
    let n = 0;
    for (const [uid, { id, mail, alias, forward, mapping, quota, first, last }] of this.people) {
      if (this.breaksOff?.after === n) {
        throw this.breaksOff.error;
      }
      n += 1;
      const values: [string, string[]][] = [
        ['entryuuid', [id ?? uid]],
        ['mail', [mail ?? uid].flat().map((each) => this.at(each))],
        ['mailalias', (alias ?? []).map((each) => this.at(each))],
        ['mailforward', (forward ?? []).map((each) => this.at(each))],
        ['mailmapping', (mapping ?? []).map((each) => this.at(each))],
        ['mailquotasize', quota === undefined ? [] : [quota]],
        ['givenname', first === undefined ? [] : [first]],
        ['sn', [last ?? 'Test']],
      ];
      yield {
        dn: `uid=${uid},ou=people`,
        values: new Map(values.filter(([, list]) => list.length > 0 && list[0] !== '@')),
      };
    }
    if (this.breaksOff) {
      throw this.breaksOff.error;
    }
  }

  configuration(): TmailConfiguration {
    return completeConfiguration(
      {
        server: { url: this.server.url },
        ldap: { url: 'ldap://127.0.0.1', base: 'ou=people' },
        domains: [this.domain],
        facets: [
          'account',
          'aliases',
          'forwards',
          'quota',
          'identity',
          ...(this.server.hasContacts ? (['contact'] as const) : []),
        ],
        ...this.file,
      },
      'tmail.json',
      this.data,
      { TMAIL_TOKEN: this.server.token },
    );
  }

  async run({
    dryRun = false,
    ...options
  }: Partial<SyncOptions> & { readonly dryRun?: boolean } = {}): Promise<SyncReport> {
    const configuration = this.configuration();
    const client = createTmailClient({
      ...configuration.server,
      connections: 4,
      readCertificates: () => '',
      pauseMilliseconds: 1,
    });
    const memory = openMemory(this.data, { mayWrite: !dryRun });
    this.did.length = 0;
    this.refused.length = 0;
    try {
      return await sync(
        {
          facets: configuration.facets,
          clean: [],
          full: false,
          only: null,
          allowedDeletions: null,
          concurrency: 1,
          ...options,
        },
        {
          configuration,
          entries: () => this.entries(),
          server: dryRun ? createDryServer(createServer(client)) : createServer(client),
          memory,
          reporter: { done: (done) => void this.did.push(done), refused: (refusal) => void this.refused.push(refusal) },
          progress: () => undefined,
          isStopped: () => false,
          requests: () => client.calls,
        },
      );
    } finally {
      client.close();
      memory.close();
    }
  }

  /** With removal of what the directory no longer has. */
  clean(options: Parameters<World['run']>[0] = {}): Promise<SyncReport> {
    return this.run({
      clean: ['account', 'aliases', 'forwards', 'mappings', 'quota', 'identity', 'contact'],
      ...options,
    });
  }

  adopt(name: string): void {
    const memory = openMemory(this.data, { mayWrite: true });
    const left = memory.leftMail.get(this.at(name));
    if (left === undefined) {
      throw new Error(`nobody left mail at ${name}`);
    }
    memory.leftMail.put(this.at(name), { ...left, adopted: true });
    memory.close();
  }

  /** As a run leaves it that was cut off at the rename. */
  begunTo(from: string, to: string): void {
    const memory = openMemory(this.data, { mayWrite: true });
    memory.put(from, { id: null, ...memory.mailboxes.get(from), renaming: to });
    memory.close();
  }

  /** By address. */
  remembered(): Map<string, Remembered> {
    const memory = openMemory(this.data, { mayWrite: false });
    const all = new Map(memory.mailboxes.entries());
    memory.close();
    return all;
  }

  /** The mailboxes of the domain as the server has them; names without the domain. */
  async holds(): Promise<Record<string, Mailbox>> {
    const names = (await this.admin.users()).filter((user) => user.endsWith(`@${this.domain}`)).sort();
    const boxes: [string, Mailbox][] = [];
    for (const user of names) {
      boxes.push([this.short(user), await this.mailbox(user)]);
    }
    return Object.fromEntries(boxes);
  }

  async mailbox(name: string): Promise<Mailbox> {
    const user = this.at(name);
    const { admin } = this;
    const mappings = (await admin.mappings(user)).map((each) => this.short(each));
    return {
      aliases: (await admin.aliases(user)).map((each) => this.short(each)).sort(),
      forwards: (await admin.forwards(user)).map((each) => this.short(each)),
      ...(mappings.length > 0 ? { mappings } : {}),
      quota: await admin.quota(user),
      name: await admin.identity(user),
      ...(this.server.hasContacts ? { contact: await admin.contact(user) } : {}),
    };
  }

  short(address: string): string {
    return address.endsWith(`@${this.domain}`) ? address.slice(0, -this.domain.length - 1) : address;
  }

  /** Why, and what to do, a line each. */
  reasons(): string {
    const lines = this.refused.map(({ reason, remedy }) => `${reason}: ${remedy}`);
    return lines.join('\n').replaceAll(`@${this.domain}`, '');
  }

  refusals(): string[] {
    return this.refused.map(({ address, facet, value }) => `${this.short(address)}: ${facet} ${this.short(value)}`);
  }
}

/** As `holds` tells it. */
export function aMailbox(server: TestServer, given: Partial<Mailbox> = {}): Mailbox {
  const name = given.name ?? 'Test';
  return { aliases: [], forwards: [], quota: null, name, ...(server.hasContacts ? { contact: name } : {}), ...given };
}
