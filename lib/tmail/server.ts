/** What WebAdmin can do, as functions: paths, bodies and answers are known here alone. */
import { ConnectorError } from '../errors/connector-error.ts';
import { type Answer, isRefusal, type TmailClient } from './client.ts';

export interface Mapping {
  readonly type: string;
  readonly target: string;
}

/** As WebAdmin has it. */
interface WebMapping {
  readonly type: string;
  readonly mapping: string;
}

export interface Identity {
  readonly id: string;
  readonly name: string;
}

export interface Contact {
  readonly firstname: string;
  readonly lastname: string;
}

export interface TmailServer {
  /** Nothing is sent to it. */
  readonly isDry: boolean;
  users(): Promise<string[]>;
  hasUser(address: string): Promise<boolean>;
  /** Done as well where it is there already. */
  createUser(address: string, password: string): Promise<void>;
  removeUser(address: string): Promise<void>;
  /** Moves mail, filters, forwards and quota; leaves a forward behind. Both accounts must be there. */
  rename(from: string, to: string): Promise<void>;
  mailboxes(address: string): Promise<number>;
  removeMailboxes(address: string): Promise<void>;
  /** Everybody's aliases, forwards and mappings by source. */
  mappings(): Promise<ReadonlyMap<string, readonly Mapping[]>>;
  aliasesOf(address: string): Promise<string[]>;
  /** All kinds that have the address as their source. */
  mappingsOf(address: string): Promise<readonly Mapping[]>;
  ownQuota(address: string): Promise<string | null>;
  addAlias(destination: string, alias: string): Promise<void>;
  removeAlias(destination: string, alias: string): Promise<void>;
  addForward(address: string, target: string): Promise<void>;
  removeForward(address: string, target: string): Promise<void>;
  addMapping(address: string, target: string): Promise<void>;
  removeMapping(address: string, target: string): Promise<void>;
  /** Own quotas, not those that hold by domain or server. */
  quotas(): Promise<ReadonlyMap<string, string>>;
  setQuota(address: string, bytes: string): Promise<void>;
  /** Done as well where the account is gone. */
  clearQuota(address: string): Promise<void>;
  defaultIdentity(address: string): Promise<Identity | null>;
  createIdentity(address: string, name: string): Promise<void>;
  renameIdentity(address: string, id: string, name: string): Promise<void>;
  hasContacts(): Promise<boolean>;
  contact(address: string): Promise<Contact | null>;
  setContact(address: string, firstname: string, lastname: string): Promise<void>;
  removeContact(address: string): Promise<void>;
  domains(): Promise<string[]>;
}

const PAGE = 1000;
const TASK_SECONDS = 30;

export function createServer(client: TmailClient): TmailServer {
  let decodesTwice: Promise<boolean> | null = null;
  /**
   * James before 3.9 decodes these paths twice (JAMES-3936), so that a `+` arrives as a blank. Whether it does shows a
   * question that has one answer with a blank, and another without.
   */
  const twice = (): Promise<boolean> => {
    decodesTwice ??= client
      .call({
        method: 'GET',
        path: '/address/aliases/x%2By@any.example',
        object: 'how it decodes paths',
        expects: [400],
      })
      .then(({ status }) => status === 400);
    return decodesTwice;
  };
  const segment = async (text: string): Promise<string> =>
    /[+%]/.test(text) && (await twice()) ? once(once(text)) : once(text);
  const path = async (before: string, address: string, between = '', value: string | null = null): Promise<string> =>
    `${before}/${await segment(address)}${between}${value === null ? '' : `/${await segment(value)}`}`;
  const put = (to: string, object: string, body?: string): Promise<Answer> =>
    client.call({ method: 'PUT', path: to, object, ...(body === undefined ? {} : { body }) });
  const remove = (to: string, object: string, expects: readonly number[] = []): Promise<Answer> =>
    client.call({ method: 'DELETE', path: to, object, expects });
  const get = (to: string, object: string, expects: readonly number[] = []): Promise<Answer> =>
    client.call({ method: 'GET', path: to, object, expects });
  const list = async (path: string, object: string): Promise<unknown> =>
    (await client.call({ method: 'GET', path, object, vital: true })).json();
  const contactPath = (address: string): string => {
    const at = address.lastIndexOf('@');
    return `/domains/${once(address.slice(at + 1))}/contacts/${once(address.slice(0, at))}`;
  };

  const server: TmailServer = {
    isDry: false,
    async users() {
      const users = (await list('/users', 'the list of users')) as readonly { username: string }[];
      return users.map(({ username }) => username.toLowerCase());
    },
    async hasUser(address) {
      const call = {
        method: 'HEAD',
        path: `/users/${once(address)}`,
        object: `account ${address}`,
        expects: [404],
      } as const;
      return (await client.call(call)).status !== 404;
    },
    async createUser(address, password) {
      try {
        await put(`/users/${once(address)}`, `the account ${address}`, JSON.stringify({ password }));
      } catch (error) {
        // It may be there: created by the attempt whose answer did not arrive.
        if (!(isRefusal(error) && error.fields.status === 409 && (await server.hasUser(address)))) {
          throw error;
        }
      }
    },
    removeUser: async (address) => void (await remove(`/users/${once(address)}`, `the removal of account ${address}`)),
    rename: (from, to) => rename(client, from, to),
    async mailboxes(address) {
      const answer = await get(`/users/${once(address)}/mailboxes`, `mailboxes of ${address}`, [404]);
      return answer.status === 404 ? 0 : (answer.json() as readonly unknown[]).length;
    },
    removeMailboxes: async (address) =>
      void (await remove(`/users/${once(address)}/mailboxes`, `the removal of the mail of ${address}`, [404])),

    async mappings() {
      const all = (await list('/mappings', 'the list of mappings')) as Record<string, readonly WebMapping[]>;
      return new Map(
        Object.entries(all).map(([source, each]) => [
          source,
          each.map(({ type, mapping }) => ({ type, target: mapping })),
        ]),
      );
    },
    async aliasesOf(address) {
      const list = (await get(await path('/address/aliases', address), `aliases of ${address}`)).json();
      return (list as readonly { source: string }[]).map(({ source }) => source);
    },
    async mappingsOf(address) {
      const list = (await get(`/mappings/user/${once(address)}`, `mappings of ${address}`)).json();
      return (list as readonly WebMapping[]).map(({ type, mapping }) => ({ type, target: mapping }));
    },
    async ownQuota(address) {
      const { text, status } = await get(await path('/quota/users', address), `quota of ${address}`, [404]);
      return status === 404 ? null : sizeOf(parseExactly(text) as QuotaDetail);
    },
    async addAlias(destination, alias) {
      await put(await path('/address/aliases', destination, '/sources', alias), `alias ${alias} of ${destination}`);
    },
    async removeAlias(destination, alias) {
      const to = await path('/address/aliases', destination, '/sources', alias);
      await remove(to, `the removal of alias ${alias} of ${destination}`);
    },
    async addForward(address, target) {
      await put(await path('/address/forwards', address, '/targets', target), `forward of ${address} to ${target}`);
    },
    async removeForward(address, target) {
      const to = await path('/address/forwards', address, '/targets', target);
      await remove(to, `the removal of the forward of ${address} to ${target}`);
    },
    async addMapping(address, target) {
      const to = await path('/mappings/address', address, '/targets', target);
      await client.call({ method: 'POST', path: to, object: `mapping of ${address} to ${target}`, repeatable: true });
    },
    async removeMapping(address, target) {
      const to = await path('/mappings/address', address, '/targets', target);
      await remove(to, `the removal of the mapping of ${address} to ${target}`);
    },

    quotas: () => ownQuotas(client),
    async setQuota(address, bytes) {
      await put(await path('/quota/users', address, '/size'), `quota ${bytes} of ${address}`, bytes);
    },
    async clearQuota(address) {
      await remove(await path('/quota/users', address, '/size'), `the removal of the quota of ${address}`, [404]);
    },

    async defaultIdentity(address) {
      const answer = await get(`/users/${once(address)}/identities?default=true`, `identity of ${address}`, [404]);
      const [first] = answer.status === 404 ? [] : (answer.json() as readonly Identity[]);
      return first ? { id: first.id, name: first.name } : null;
    },
    async createIdentity(address, name) {
      const call = {
        method: 'POST',
        path: `/users/${once(address)}/identities`,
        object: `identity of ${address}`,
        body: JSON.stringify({ email: address, name, sortOrder: 0 }),
      } as const;
      for (let left = 2; ; left -= 1) {
        try {
          await client.call(call);
          return;
        } catch (error) {
          // Sent twice it would be two: whether the first one arrived is asked before.
          if (!mayBeRepeated(error) || left === 0) {
            throw error;
          }
          if ((await server.defaultIdentity(address)) !== null) {
            return;
          }
        }
      }
    },
    async renameIdentity(address, id, name) {
      await put(`/users/${once(address)}/identities/${once(id)}`, `identity of ${address}`, JSON.stringify({ name }));
    },

    async hasContacts() {
      return (await get('/domains/contacts/all', 'the list of contacts', [404])).status !== 404;
    },
    async contact(address) {
      const answer = await get(contactPath(address), `contact ${address}`, [404]);
      if (answer.status === 404) {
        return null;
      }
      const { firstname, surname } = answer.json() as { firstname?: string | null; surname?: string | null };
      return { firstname: firstname ?? '', lastname: surname ?? '' };
    },
    async setContact(address, firstname, lastname) {
      await put(contactPath(address), `contact ${address}`, JSON.stringify({ firstname, surname: lastname }));
    },
    async removeContact(address) {
      await remove(contactPath(address), `the removal of contact ${address}`, [404]);
    },
    async domains() {
      return ((await list('/domains', 'the list of domains')) as string[]).map((domain) => domain.toLowerCase());
    },
  };
  return server;
}

function once(text: string): string {
  return encodeURIComponent(text).replaceAll('%40', '@');
}

function mayBeRepeated(error: unknown): boolean {
  const { code, fields } = error as { code?: string; fields?: { status?: number } };
  return code === 'TMAIL_UNREACHABLE' || (code === 'TMAIL_REFUSED' && (fields?.status ?? 0) >= 500);
}

/** Its own value, not what holds: with a quota of the domain everybody has one that holds. */
async function ownQuotas(client: TmailClient): Promise<Map<string, string>> {
  const quotas = new Map<string, string>();
  for (let offset = 0; ; offset += PAGE) {
    const path = `/quota/users?limit=${PAGE}&offset=${offset}`;
    const { text } = await client.call({ method: 'GET', path, object: 'the list of quotas', vital: true });
    const page = parseQuotas(text);
    for (const { username, size } of page) {
      if (size !== null) {
        quotas.set(username.toLowerCase(), size);
      }
    }
    if (page.length < PAGE) {
      return quotas;
    }
  }
}

interface QuotaDetail {
  readonly user?: { readonly size?: number | string | null } | null;
}

function parseQuotas(text: string): { username: string; size: string | null }[] {
  const users = parseExactly(text) as readonly { username: string; detail?: QuotaDetail | null }[];
  return users.map(({ username, detail }) => ({ username, size: sizeOf(detail ?? {}) }));
}

function sizeOf({ user }: QuotaDetail): string | null {
  const size = user?.size ?? null;
  return size === null ? null : String(size);
}

/** Sizes go up to 2^63-1, which a number does not hold exactly. */
function parseExactly(text: string): unknown {
  const exact = text.replace(
    /("(?:[^"\\]|\\.)*")|(-?\d{16,})/g,
    (_, quoted: string | undefined, digits: string) => quoted ?? `"${digits}"`,
  );
  return JSON.parse(exact);
}

async function rename(client: TmailClient, from: string, to: string): Promise<void> {
  const object = `the rename of ${from} to ${to}`;
  const path = `/users/${once(from)}/rename/${once(to)}?action=rename`;
  const { taskId } = (await client.call({ method: 'POST', path, object })).json() as { taskId: string };
  for (;;) {
    const await_ = `/tasks/${once(taskId)}/await?timeout=${TASK_SECONDS}s`;
    const answer = await client.call({ method: 'GET', path: await_, object, expects: [408] });
    if (answer.status !== 408) {
      const { status, additionalInformation } = answer.json() as { status: string; additionalInformation?: unknown };
      if (status === 'completed') {
        return;
      }
      throw renameFailure(object, status, additionalInformation);
    }
  }
}

function renameFailure(object: string, status: string, details: unknown): ConnectorError {
  return new ConnectorError(
    'TMAIL_REFUSED',
    `the server could not carry out ${object}: its task is ${status} (${JSON.stringify(details ?? {})})`,
    { object },
    undefined,
    "Look into the server's own log. The next run tries it again.",
  );
}
