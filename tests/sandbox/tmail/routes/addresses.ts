/** Aliases, forwards and mappings. */
import { Refused } from '../state.ts';
import { DONE, lower, type Route } from './route.ts';

export const ADDRESSES: readonly Route[] = [
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
];
