/** Puts contexts, users, groups, resources and accounts into the sandbox without asking OX's rules. */

import { combination, NEW_CONTEXT_ACCESS } from './access.ts';
import { type Access, ADMIN, OxContext, type User } from './context.ts';
import type { Seed, SeedContext, SeedUser } from './types.ts';
import { serverUrl } from './user-answers.ts';
import { storeNewUser } from './user-store.ts';
import { type Fields, isFields, type Value } from './values.ts';
import { contextByName, type World } from './world.ts';

export const DEFAULT_SEED: Seed = {
  contexts: { '10': { name: 'context10', admin: { name: 'oxadmin', password: 'secret10' } } },
};

/** Merges: what exists by that name is updated. */
export function seedWorld(world: World, seed: Seed): void {
  for (const [id, context] of Object.entries(seed.contexts ?? {})) seedContext(world, Number(id), context);
}

function seedContext(world: World, id: number, seed: SeedContext): void {
  if (!Number.isInteger(id) || id < 1) throw new Error(`bad context id ${id}`);
  let context = world.contexts.get(id);
  if (context === undefined) {
    context = new OxContext(id, seed.name ?? `context${id}`);
    if (contextByName(world, context.name) !== undefined) throw new Error(`context ${context.name} exists already`);
    world.contexts.set(id, context);
    const name = id === 10 ? 'oxadmin' : `oxadmin-context${id}`;
    addUser(context, ADMIN, { display_name: 'OX Admin', ...seed.admin, name: seed.admin?.name ?? name });
  } else if (seed.admin !== undefined && context.admin !== undefined) {
    setUser(context, context.admin, seed.admin);
  }
  context.name = seed.name ?? context.name;
  if (seed.loginMappings !== undefined) {
    context.loginMappings = [...new Set([String(id), context.name, ...seed.loginMappings])];
  }
  context.maxQuota = seed.maxQuota ?? context.maxQuota;
  context.enabled = seed.enabled ?? context.enabled;

  for (const user of seed.users ?? []) {
    const known = context.userByName(user.name);
    if (known === undefined) addUser(context, user.id ?? context.nextId(), user);
    else setUser(context, known, user);
  }
  for (const group of seed.groups ?? []) setGroup(context, group);
  for (const address of seed.guests ?? []) context.guests.set(address.toLowerCase(), context.nextId());
  for (const resource of seed.resources ?? []) setResource(context, resource.name, resource);
}

function addUser(context: OxContext, id: number, seed: Partial<SeedUser>): void {
  if (context.users.has(id)) throw new Error(`user ${id} exists already in context ${context.id}`);
  const { id: _id, moduleAccess, accounts, ...fields } = seed;
  const mail = fields.primaryEmail ?? fields.email1 ?? `${seed.name}@example.com`;
  const sent = asFields({
    display_name: seed.name,
    given_name: seed.name,
    sur_name: seed.name,
    password: 'secret',
    primaryEmail: mail,
    email1: mail,
    ...fields,
  });
  context.reserveId(id);
  const user = storeNewUser(context, id, sent, accessOf(moduleAccess));
  addAccounts(context, user, accounts);
}

/** Only the fields named; memberships and everything else stay. */
export function setUser(context: OxContext, user: User, changes: Record<string, unknown>): void {
  const { id: _id, moduleAccess, accounts, ...rest } = changes;
  const fields = asFields(rest);
  for (const kind of ['imap', 'smtp'] as const) {
    const server = fields[`${kind}Server`];
    if (typeof server === 'string') fields[`${kind}Server`] = serverUrl(kind, server, undefined);
  }
  context.updateUser(user, fields);
  if (isFields(moduleAccess)) user.access = { ...user.access, ...(moduleAccess as Access) };
  addAccounts(context, user, accounts as SeedUser['accounts']);
}

export function setGroup(
  context: OxContext,
  seed: { name: string; displayname?: string; members?: (string | number)[] },
): void {
  const members = seed.members?.map((member) => memberId(context, member));
  const group = context.groupByName(seed.name);
  if (group === undefined) {
    const displayname = seed.displayname ?? seed.name;
    context.addGroup({ id: context.nextId(), name: seed.name, displayname, members: new Set(members) });
    return;
  }
  group.displayname = seed.displayname ?? group.displayname;
  if (members !== undefined) group.members = new Set(members);
}

export function setResource(context: OxContext, name: string, changes: Record<string, unknown>): void {
  const { id: _id, ...fields } = changes;
  const resource = context.resourceBy('name', name);
  if (resource !== undefined) {
    Object.assign(resource.fields, asFields(fields));
    return;
  }
  const defaults: Fields = { name, displayname: name, email: `${name}@example.com`, available: true };
  const id = context.nextId();
  context.resources.set(id, { id, fields: { ...defaults, ...asFields(fields) } });
}

function memberId(context: OxContext, member: string | number): number {
  const id = typeof member === 'number' ? member : context.userByName(member)?.id;
  if (id === undefined || !context.users.has(id)) throw new Error(`no user ${member} in context ${context.id}`);
  return id;
}

function addAccounts(context: OxContext, user: User, accounts: SeedUser['accounts']): void {
  for (const account of accounts ?? []) {
    user.accounts.push({
      id: context.nextAccountId(),
      fields: asFields({ name: 'Account', login: 'login', ...account }),
    });
  }
}

function accessOf(seed: Record<string, boolean> | undefined): Access {
  return { ...combination(NEW_CONTEXT_ACCESS), ...seed };
}

/** JSON is made of the same values as requests. */
function asFields(json: Record<string, unknown>): Fields {
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, value as Value | undefined]));
}
