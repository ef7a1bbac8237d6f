/** The state as JSON: complete, or canonical to compare what two histories led to. */

import { createHash } from 'node:crypto';
import { type Account, ADMIN, type Group, type OxContext, type User, userName } from './context.ts';
import type { AccountState, CanonicalContext, CanonicalState, ContextState, SandboxState, UserState } from './types.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf, textsOf } from './values.ts';
import type { World } from './world.ts';

export function fullState(world: World): SandboxState {
  return { contexts: eachContext(world, contextState) };
}

export function canonicalState(world: World): CanonicalState {
  return { contexts: eachContext(world, canonicalContext) };
}

function eachContext<T>(world: World, state: (context: OxContext) => T): Record<string, T> {
  const contexts = [...world.contexts.values()].sort((a, b) => a.id - b.id);
  return Object.fromEntries(contexts.map((context) => [String(context.id), state(context)]));
}

function contextState(context: OxContext): ContextState {
  const users = byId(context.users.values()).map(userState);
  return {
    id: context.id,
    ...common(context),
    admin: users.find((user) => user.id === ADMIN) ?? { id: ADMIN, name: '', moduleAccess: {}, accounts: [] },
    users: users.filter((user) => user.id !== ADMIN),
    groups: byId(context.groups.values()).map((group) => ({
      id: group.id,
      name: group.name,
      displayname: group.displayname,
      members: [...group.members].sort((a, b) => a - b),
    })),
    resources: byId(context.resources.values()).map((resource) => ({
      id: resource.id,
      name: textOf(resource.fields, 'name') ?? '',
      ...sorted(resource.fields),
    })),
  };
}

function canonicalContext(context: OxContext): CanonicalContext {
  const { admin } = context;
  const users = [...context.users.values()].filter((user) => user.id !== ADMIN);
  return {
    ...common(context),
    admin: admin === undefined ? {} : canonicalUser(admin),
    users: byName(users.map(canonicalUser)),
    groups: byName([...context.groups.values()].map((group) => canonicalGroup(context, group))),
    resources: byName([...context.resources.values()].map((resource) => sorted(resource.fields))),
  };
}

function common(context: OxContext): Pick<ContextState, 'name' | 'maxQuota' | 'enabled' | 'loginMappings'> {
  const { name, maxQuota, enabled, loginMappings, attributes } = context;
  const extra = attributes === null ? {} : { userAttributes: attributeMap(attributes) };
  return { name, maxQuota, enabled, loginMappings: [...loginMappings].sort(), ...extra };
}

function userState(user: User): UserState {
  return {
    id: user.id,
    name: userName(user),
    ...sorted(user.fields),
    moduleAccess: sortedAccess(user),
    accounts: [...user.accounts].sort((a, b) => a.id - b.id).map(accountState),
    ...(user.primaryAccountRemoved ? { primaryAccountRemoved: true as const } : {}),
  };
}

function canonicalUser(user: User): Record<string, unknown> {
  const { id: _id, password: _password, image1, ...state } = userState(user);
  return {
    ...state,
    ...(typeof image1 === 'string' ? { image1: `sha256:${createHash('sha256').update(image1).digest('hex')}` } : {}),
    accounts: user.accounts.map((account) => withoutSecrets(accountState(account))).sort(byAddress),
  };
}

function canonicalGroup(context: OxContext, group: Group): CanonicalContext['groups'][number] {
  const members = [...group.members].map((id) => {
    const user = context.users.get(id);
    return user === undefined ? `unknown ${id}` : userName(user);
  });
  return { name: group.name, displayname: group.displayname, members: members.sort() };
}

function accountState(account: Account): AccountState {
  return { id: account.id, primaryAddress: textOf(account.fields, 'primaryAddress') ?? '', ...sorted(account.fields) };
}

function withoutSecrets(account: AccountState): Record<string, unknown> {
  const { id: _id, password: _password, transportPassword: _transport, ...rest } = account;
  return rest;
}

function byAddress(a: Record<string, unknown>, b: Record<string, unknown>): number {
  return compare(String(a.primaryAddress), String(b.primaryAddress));
}

function sorted(fields: Fields): Record<string, unknown> {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(
    known
      .sort(([a], [b]) => compare(a, b))
      .map(([name, value]) => {
        if (name === 'aliases') return [name, (textsOf(fields, 'aliases') ?? []).sort()];
        if (name === 'userAttributes' && isFields(value)) return [name, attributeMap(value)];
        return [name, value];
      }),
  );
}

function sortedAccess(user: User): Record<string, boolean> {
  return Object.fromEntries(Object.entries(user.access).sort(([a], [b]) => compare(a, b)));
}

/** The two-level map without its SOAP clothing. */
function attributeMap(map: Fields): Record<string, Record<string, string>> {
  const spaces: Record<string, Record<string, string>> = {};
  for (const space of entries(map)) {
    const inner = entries(fieldsOf(space, 'value') ?? {}).map((entry) => [
      textOf(entry, 'key'),
      textOf(entry, 'value'),
    ]);
    spaces[textOf(space, 'key') ?? ''] = Object.fromEntries(inner);
  }
  return spaces;
}

function entries(map: Fields): Fields[] {
  const list = (listOf(map, 'entries') ?? []).filter(isFields);
  return [...list].sort((a, b) => compare(textOf(a, 'key') ?? '', textOf(b, 'key') ?? ''));
}

function byId<T extends { id: number }>(items: Iterable<T>): T[] {
  return [...items].sort((a, b) => a.id - b.id);
}

function byName<T extends { name?: unknown }>(items: T[]): T[] {
  return items.sort((a, b) => compare(String(a.name), String(b.name)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
