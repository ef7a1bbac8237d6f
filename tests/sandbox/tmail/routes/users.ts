/** Accounts, their mail and identities, renames. */
import { Refused } from '../state.ts';
import { DONE, lower, parse, type Route, userOf } from './route.ts';

export const USERS: readonly Route[] = [
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
      const { status, steps } = task;
      return { status: 200, body: { taskId: id, status, additionalInformation: { status: steps } } };
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
      const user = userOf(state, name);
      if (user.includes('&') && state.mailboxes.has(user)) {
        throw new Refused(400, 'Username should not contain &');
      }
      state.mailboxes.delete(user);
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
];
