/** The routes of the stand-in. */
import type { Request } from './stand-in.ts';
import { Refused, type State } from './state.ts';

export interface Result {
  readonly status: number;
  readonly body?: unknown;
}

interface Behaviour {
  readonly decodesTwice: boolean;
  readonly hasContacts: boolean;
}

type Handler = (state: State, parts: readonly string[], body: string, query: URLSearchParams) => Result;

interface Route {
  readonly method: string;
  readonly pattern: RegExp;
  readonly handler: Handler;
  readonly twice?: true;
  readonly contacts?: true;
}

const DONE: Result = { status: 204 };

function parse(body: string): Record<string, unknown> {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    throw new Refused(400, 'JSON payload of the request is not valid');
  }
}

const lower = (text: string | undefined): string => (text ?? '').toLowerCase();

function userOf(state: State, name: string | undefined): string {
  const user = lower(name);
  if (!state.users.has(user)) {
    throw new Refused(404, 'User not found');
  }
  return user;
}

const ROUTES: readonly Route[] = [
  {
    method: 'GET',
    pattern: /^\/users$/,
    handler: (state) => ({ status: 200, body: [...state.users.keys()].map((username) => ({ username })) }),
  },
  {
    method: 'HEAD',
    pattern: /^\/users\/([^/]+)$/,
    handler: (state, [user]) => ({ status: state.users.has(lower(user)) ? 200 : 404 }),
  },
  {
    method: 'PUT',
    pattern: /^\/users\/([^/]+)$/,
    handler(state, [user = ''], body, query) {
      state.createUser(user, parse(body).password, query.has('force'));
      return DONE;
    },
  },
  {
    method: 'DELETE',
    pattern: /^\/users\/([^/]+)$/,
    handler(state, [user]) {
      state.users.delete(lower(user));
      return DONE;
    },
  },
  {
    method: 'POST',
    pattern: /^\/users\/([^/]+)\/rename\/([^/]+)$/,
    handler: (state, [from, to]) => ({ status: 201, body: { taskId: state.rename(lower(from), lower(to)) } }),
  },
  {
    method: 'GET',
    pattern: /^\/tasks\/([^/]+)\/await$/,
    handler(state, [id = '']) {
      const task = state.tasks.get(id);
      if (!task) {
        throw new Refused(404, 'The task can not be found');
      }
      return { status: 200, body: { taskId: id, status: task.status, additionalInformation: {} } };
    },
  },
  {
    method: 'GET',
    pattern: /^\/users\/([^/]+)\/mailboxes$/,
    handler(state, [name]) {
      const user = userOf(state, name);
      return {
        status: 200,
        body: [...(state.mailboxes.get(user) ?? [])].map((mailboxName) => ({ mailboxName, mailboxId: mailboxName })),
      };
    },
  },
  {
    method: 'PUT',
    pattern: /^\/users\/([^/]+)\/mailboxes\/([^/]+)$/,
    handler(state, [name, box = '']) {
      const user = userOf(state, name);
      state.mailboxes.set(user, new Set([...(state.mailboxes.get(user) ?? []), box]));
      return DONE;
    },
  },
  {
    method: 'DELETE',
    pattern: /^\/users\/([^/]+)\/mailboxes$/,
    handler(state, [name]) {
      state.mailboxes.delete(userOf(state, name));
      return DONE;
    },
  },
  {
    method: 'GET',
    pattern: /^\/users\/([^/]+)\/identities$/,
    handler(state, [user], _, query) {
      const all = [...(state.identities.get(lower(user)) ?? [])].sort((a, b) => a.sortOrder - b.sortOrder);
      if (query.get('default') === 'true') {
        if (all.length === 0) {
          throw new Refused(404, 'Default identity can not be found');
        }
        return { status: 200, body: all.slice(0, 1) };
      }
      return { status: 200, body: all };
    },
  },
  {
    method: 'POST',
    pattern: /^\/users\/([^/]+)\/identities$/,
    handler(state, [name], body) {
      const user = lower(name);
      const { email, name: shown, sortOrder } = parse(body) as { email: string; name: string; sortOrder: number };
      if (lower(email) !== user && !state.aliasesOf(user).includes(lower(email))) {
        throw new Refused(500, 'Not allowed to send from this address', 'ServerError');
      }
      const list = state.identities.get(user) ?? [];
      state.identities.set(user, [...list, { id: state.id(), email, name: shown, sortOrder }]);
      return { status: 201 };
    },
  },
  {
    method: 'PUT',
    pattern: /^\/users\/([^/]+)\/identities\/([^/]+)$/,
    handler(state, [user, id], body) {
      const found = state.identities.get(lower(user))?.find((each) => each.id === id);
      if (!found) {
        throw new Refused(404, 'The identity can not be found');
      }
      Object.assign(found, parse(body));
      return DONE;
    },
  },
  {
    method: 'GET',
    pattern: /^\/address\/aliases$/,
    handler: (state) => ({
      status: 200,
      body: [
        ...new Set(
          [...state.mappings.values()]
            .flatMap((list) => [...list.values()])
            .filter(({ type }) => type === 'Alias')
            .map(({ mapping }) => mapping),
        ),
      ].sort(),
    }),
  },
  {
    method: 'GET',
    pattern: /^\/address\/aliases\/([^/]+)$/,
    twice: true,
    handler: (state, [user = '']) => ({ status: 200, body: state.aliasesOf(user).map((source) => ({ source })) }),
  },
  {
    method: 'PUT',
    pattern: /^\/address\/aliases\/([^/]+)\/sources\/([^/]+)$/,
    twice: true,
    handler(state, [user = '', alias = '']) {
      state.add('Alias', alias, user);
      return DONE;
    },
  },
  {
    method: 'DELETE',
    pattern: /^\/address\/aliases\/([^/]+)\/sources\/([^/]+)$/,
    twice: true,
    handler(state, [user = '', alias = '']) {
      state.remove('Alias', alias, user);
      return DONE;
    },
  },
  {
    method: 'GET',
    pattern: /^\/address\/forwards$/,
    handler: (state) => ({
      status: 200,
      body: [...state.mappings]
        .filter(([, list]) => [...list.values()].some(({ type }) => type === 'Forward'))
        .map(([source]) => source)
        .sort(),
    }),
  },
  {
    method: 'GET',
    pattern: /^\/address\/forwards\/([^/]+)$/,
    twice: true,
    handler(state, [user = '']) {
      const list = state.targets('Forward', user);
      if (list.length === 0) {
        throw new Refused(404, 'The forward does not exist', 'InvalidArgument');
      }
      return { status: 200, body: list.map((mailAddress) => ({ mailAddress })) };
    },
  },
  {
    method: 'PUT',
    pattern: /^\/address\/forwards\/([^/]+)\/targets\/([^/]+)$/,
    twice: true,
    handler(state, [user = '', target = '']) {
      state.add('Forward', user, target);
      return DONE;
    },
  },
  {
    method: 'DELETE',
    pattern: /^\/address\/forwards\/([^/]+)\/targets\/([^/]+)$/,
    twice: true,
    handler(state, [user = '', target = '']) {
      state.remove('Forward', user, target);
      return DONE;
    },
  },
  {
    method: 'GET',
    pattern: /^\/mappings$/,
    handler: (state) => ({
      status: 200,
      body: Object.fromEntries([...state.mappings].map(([source, list]) => [source, [...list.values()]])),
    }),
  },
  {
    method: 'GET',
    pattern: /^\/mappings\/user\/([^/]+)$/,
    handler: (state, [user]) => ({ status: 200, body: [...(state.mappings.get(lower(user))?.values() ?? [])] }),
  },
  {
    method: 'POST',
    pattern: /^\/mappings\/address\/([^/]+)\/targets\/([^/]+)$/,
    twice: true,
    handler(state, [source = '', target = '']) {
      state.add('Address', source, target);
      return DONE;
    },
  },
  {
    method: 'DELETE',
    pattern: /^\/mappings\/address\/([^/]+)\/targets\/([^/]+)$/,
    twice: true,
    handler(state, [source = '', target = '']) {
      state.remove('Address', source, target);
      return DONE;
    },
  },
  {
    method: 'GET',
    pattern: /^\/quota\/users$/,
    handler(state, _, __, query) {
      const offset = Number(query.get('offset') ?? 0);
      const users = [...state.users.keys()].sort().slice(offset, offset + Number(query.get('limit') ?? 1e9));
      return { status: 200, body: users.map((username) => quotaOf(state, username)) };
    },
  },
  {
    method: 'GET',
    pattern: /^\/quota\/users\/([^/]+)$/,
    twice: true,
    handler: (state, [name]) => ({ status: 200, body: quotaOf(state, userOf(state, name)).detail }),
  },
  {
    method: 'GET',
    pattern: /^\/quota\/users\/([^/]+)\/size$/,
    twice: true,
    handler(state, [name]) {
      const size = state.quotas.get(userOf(state, name));
      return size === undefined ? DONE : { status: 200, body: Number(size) };
    },
  },
  {
    method: 'PUT',
    pattern: /^\/quota\/users\/([^/]+)\/size$/,
    twice: true,
    handler(state, [name], body) {
      const user = userOf(state, name);
      if (!/^-?\d+$/.test(body) || BigInt(body) < -1n || BigInt(body) >= 2n ** 63n) {
        throw new Refused(400, 'Invalid quota. Need to be an integer value greater or equal to -1');
      }
      state.quotas.set(user, body);
      return DONE;
    },
  },
  {
    method: 'DELETE',
    pattern: /^\/quota\/users\/([^/]+)\/size$/,
    twice: true,
    handler(state, [name]) {
      state.quotas.delete(userOf(state, name));
      return DONE;
    },
  },
  { method: 'GET', pattern: /^\/domains$/, handler: (state) => ({ status: 200, body: [...state.domains] }) },
  {
    method: 'PUT',
    pattern: /^\/domains\/([^/]+)$/,
    handler(state, [domain]) {
      state.domains.add(lower(domain));
      return DONE;
    },
  },
  {
    method: 'GET',
    pattern: /^\/domains\/contacts\/all$/,
    contacts: true,
    handler: (state) => ({ status: 200, body: [...state.contacts.keys()] }),
  },
  {
    method: 'GET',
    pattern: /^\/domains\/([^/]+)\/contacts\/([^/]+)$/,
    contacts: true,
    handler(state, [domain, local]) {
      const address = lower(`${local}@${domain}`);
      const found = state.contacts.get(address);
      if (!found) {
        throw new Refused(404, 'The contact can not be found');
      }
      return { status: 200, body: { emailAddress: address, ...found } };
    },
  },
  {
    method: 'PUT',
    pattern: /^\/domains\/([^/]+)\/contacts\/([^/]+)$/,
    contacts: true,
    handler(state, [domain, local], body) {
      if (!state.domains.has(lower(domain))) {
        throw new Refused(404, `The domain does not exist: ${domain}`);
      }
      const address = lower(`${local}@${domain}`);
      const { firstname, surname } = parse(body) as { firstname?: string | null; surname?: string | null };
      const before = state.contacts.get(address) ?? { id: state.id(), firstname: null, surname: null };
      const value = (given: string | null | undefined, old: string | null): string | null =>
        given == null ? old : given === '' ? null : given;
      state.contacts.set(address, {
        id: before.id,
        firstname: value(firstname, before.firstname),
        surname: value(surname, before.surname),
      });
      return DONE;
    },
  },
  {
    method: 'DELETE',
    pattern: /^\/domains\/([^/]+)\/contacts\/([^/]+)$/,
    contacts: true,
    handler(state, [domain, local]) {
      state.contacts.delete(lower(`${local}@${domain}`));
      return DONE;
    },
  },
];

function quotaOf(state: State, username: string): { username: string; detail: unknown } {
  const size = state.quotas.get(username);
  const user = size === undefined ? null : { size: Number(size), count: null };
  return { username, detail: { user, domain: null, global: null, computed: null, occupation: null } };
}

export function routes(state: State, behaviour: Behaviour): (request: Request) => Result {
  return ({ method, path, body }) => {
    const [raw = '', query = ''] = path.split('?');
    for (const route of ROUTES) {
      const match =
        route.method === method && (route.contacts !== true || behaviour.hasContacts) ? route.pattern.exec(raw) : null;
      if (match) {
        const parts = match.slice(1).map((part) => decode(part, route.twice === true && behaviour.decodesTwice));
        return route.handler(state, parts, body, new URLSearchParams(query));
      }
    }
    throw new Refused(404, `${method} ${raw} can not be found`);
  };
}

/** The second time as forms are decoded: a plus sign becomes a blank. */
function decode(part: string, twice: boolean): string {
  const once = decodeURIComponent(part);
  return twice ? decodeURIComponent(once.replaceAll('+', ' ')) : once;
}
