/** What WebAdmin can do, as functions: paths, bodies and answers are known here alone. */
import { type Answer, type Call, isRefusal, type TmailClient } from '../client.ts';
import { type Identity, type Mapping, NotOffered, nameOf, type TmailServer } from '../server.ts';
import { createSegments, once } from './paths.ts';
import { ownQuotaIn, ownQuotas } from './quotas.ts';
import { rename } from './rename.ts';

/** As WebAdmin has it. */
interface WebMapping {
  readonly type: string;
  readonly mapping: string;
}

const ROUTES = {
  aliases: { method: 'PUT', route: '/address/aliases', between: '/sources' },
  forwards: { method: 'PUT', route: '/address/forwards', between: '/targets' },
  mappings: { method: 'POST', route: '/mappings/address', between: '/targets' },
} as const;

/** `lacksContacts` is called once, when the server turns out to have none. */
export function createServer(client: TmailClient, lacksContacts: () => void = () => undefined): TmailServer {
  const segment = createSegments(client);
  const path = async (before: string, address: string, between = '', value: string | null = null): Promise<string> =>
    `${before}/${await segment(address)}${between}${value === null ? '' : `/${await segment(value)}`}`;
  const ask = (method: Call['method'], to: string, object: string, more: Partial<Call> = {}): Promise<Answer> =>
    client.call({ method, path: to, object, ...more });
  const orMissing = { expects: [404] };
  const list = async (path: string, object: string, isRight: (value: unknown) => boolean): Promise<unknown> =>
    (await ask('GET', path, object, { vital: true })).json(isRight);
  const contactPath = (address: string): string => {
    const at = address.lastIndexOf('@');
    return `/domains/${once(address.slice(at + 1))}/contacts/${once(address.slice(0, at))}`;
  };

  let contacts: Promise<boolean> | null = null;

  const server: TmailServer = {
    isDry: false,
    async users() {
      const users = (await list('/users', 'the list of users', Array.isArray)) as readonly { username: string }[];
      return users.map(({ username }) => username.toLowerCase());
    },
    async hasUser(address) {
      return (await ask('HEAD', `/users/${once(address)}`, `account ${address}`, orMissing)).status !== 404;
    },
    async createUser(address, password) {
      try {
        const body = JSON.stringify({ password });
        await ask('PUT', `/users/${once(address)}`, `the account ${address}`, { body });
      } catch (error) {
        // It may be there: created by the attempt whose answer did not arrive.
        if (!(isRefusal(error) && error.fields.status === 409 && (await server.hasUser(address)))) {
          throw error;
        }
      }
    },
    removeUser: async (address) =>
      void (await ask('DELETE', `/users/${once(address)}`, `the removal of account ${address}`)),
    rename: (from, to) => rename(client, from, to),
    async mailboxes(address) {
      const answer = await ask('GET', `/users/${once(address)}/mailboxes`, `mailboxes of ${address}`, orMissing);
      return answer.status === 404 ? 0 : (answer.json() as readonly unknown[]).length;
    },
    removeMailboxes: async (address) =>
      void (await ask(
        'DELETE',
        `/users/${once(address)}/mailboxes`,
        `the removal of the mail of ${address}`,
        orMissing,
      )),

    async mappings() {
      const all = (await list('/mappings', 'the list of mappings', isLists)) as Record<string, readonly WebMapping[]>;
      // One after the other: of a large site all of them take much memory.
      return Iterator.from(Object.keys(all)).map((source) => [source, (all[source] ?? []).map(mappingOf)] as const);
    },
    async aliasesOf(address) {
      const list = (await ask('GET', await path('/address/aliases', address), `aliases of ${address}`)).json();
      return (list as readonly { source: string }[]).map(({ source }) => source);
    },
    async mappingsOf(address) {
      const list = (await ask('GET', `/mappings/user/${once(address)}`, `mappings of ${address}`)).json();
      return (list as readonly WebMapping[]).map(mappingOf);
    },
    async ownQuota(address) {
      // It cannot be asked for, though it may be set: see the list.
      if (address.includes('&')) {
        return null;
      }
      const to = await path('/quota/users', address);
      const { text, status } = await ask('GET', to, `quota of ${address}`, orMissing);
      return status === 404 ? null : ownQuotaIn(text);
    },
    async add(list, owner, value) {
      const { method, route, between } = ROUTES[list];
      const to = await path(route, owner, between, value);
      await ask(method, to, nameOf(list, owner, value), { repeatable: true });
    },
    async remove(list, owner, value) {
      const { route, between } = ROUTES[list];
      const what = `${list === 'aliases' ? '' : 'the '}${nameOf(list, owner, value)}`;
      await ask('DELETE', await path(route, owner, between, value), `the removal of ${what}`);
    },

    quotas: () => ownQuotas(client),
    async setQuota(address, bytes) {
      const to = await path('/quota/users', address, '/size');
      await ask('PUT', to, `quota ${bytes} of ${address}`, { body: bytes });
    },
    async clearQuota(address) {
      const to = await path('/quota/users', address, '/size');
      await ask('DELETE', to, `the removal of the quota of ${address}`, orMissing);
    },

    async defaultIdentity(address) {
      const to = `/users/${once(address)}/identities?default=true`;
      const answer = await ask('GET', to, `identity of ${address}`, orMissing);
      const [first] = answer.status === 404 ? [] : (answer.json() as readonly Identity[]);
      return first ? { id: first.id, name: first.name } : null;
    },
    async createIdentity(address, name) {
      const to = `/users/${once(address)}/identities`;
      const body = JSON.stringify({ email: address, name, sortOrder: 0 });
      for (let left = 2; ; left -= 1) {
        try {
          await ask('POST', to, `a new identity of ${address}`, { body });
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
      const to = `/users/${once(address)}/identities/${once(id)}`;
      await ask('PUT', to, `the name of the identity of ${address}`, { body: JSON.stringify({ name }) });
    },

    hasContacts() {
      contacts ??= ask('GET', '/domains/contacts/all', 'the list of contacts', orMissing).then(({ status }) => {
        if (status === 404) {
          lacksContacts();
        }
        return status !== 404;
      });
      return contacts;
    },
    async contact(address) {
      const answer = await ask('GET', contactPath(address), `contact ${address}`, orMissing);
      if (answer.status === 404) {
        return null;
      }
      const { firstname, surname } = answer.json() as { firstname?: string | null; surname?: string | null };
      return { firstname: firstname ?? '', lastname: surname ?? '' };
    },
    async setContact(address, firstname, lastname) {
      if ((await contacts) === false) {
        throw new NotOffered();
      }
      const body = JSON.stringify({ firstname, surname: lastname });
      try {
        await ask('PUT', contactPath(address), `a new value of contact ${address}`, { body });
      } catch (error) {
        // It may be the domain that is not there, or the route.
        if (isRefusal(error) && error.fields.status === 404 && !(await server.hasContacts())) {
          throw new NotOffered();
        }
        throw error;
      }
    },
    async removeContact(address) {
      await ask('DELETE', contactPath(address), `the removal of contact ${address}`, orMissing);
    },
    async domains() {
      return ((await list('/domains', 'the list of domains', Array.isArray)) as string[]).map((domain) =>
        domain.toLowerCase(),
      );
    },
  };
  return server;
}

function isLists(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every(Array.isArray);
}

function mayBeRepeated(error: unknown): boolean {
  const { code, fields } = error as { code?: string; fields?: { status?: number } };
  return code === 'TMAIL_UNREACHABLE' || (code === 'TMAIL_REFUSED' && (fields?.status ?? 0) >= 500);
}

function mappingOf({ type, mapping }: WebMapping): Mapping {
  return { type, target: mapping };
}
