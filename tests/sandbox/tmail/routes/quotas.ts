/** Quotas of users. */
import { Refused, type State } from '../state.ts';
import { DONE, type Route, userOf } from './route.ts';

export const QUOTAS: readonly Route[] = [
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
];

function quotaOf(state: State, username: string): { username: string; detail: unknown } {
  // Names of quotas are joined by it.
  if (username.includes('&')) {
    throw new Refused(500, 'WebAdmin encountered an unexpected internal error', 'ServerError');
  }
  const size = state.quotas.get(username);
  const user = size === undefined ? null : { size: Number(size), count: null };
  return { username, detail: { user, domain: null, global: null, computed: null, occupation: null } };
}
