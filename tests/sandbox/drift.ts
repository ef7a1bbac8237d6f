/** Changes behind the client's back, as an administrator or a restored backup would make them. */

import { ADMIN, type OxContext, type User } from './context.ts';
import { setGroup, setResource, setUser } from './seed.ts';
import type { Drift } from './types.ts';
import { textOf } from './values.ts';
import type { World } from './world.ts';

export function applyDrift(world: World, drift: Drift): void {
  if (drift.deleteUser) {
    const context = contextOf(world, drift.deleteUser);
    context.removeUser(userOf(context, drift.deleteUser.name));
  }
  if (drift.setUser) {
    const context = contextOf(world, drift.setUser);
    setUser(context, userOf(context, drift.setUser.name), drift.setUser.fields);
  }
  if (drift.deleteGroup) {
    const context = contextOf(world, drift.deleteGroup);
    context.removeGroup(found(context.groupByName(drift.deleteGroup.name), drift.deleteGroup.name));
  }
  if (drift.setGroup) setGroup(contextOf(world, drift.setGroup), drift.setGroup);
  if (drift.deleteResource) {
    const context = contextOf(world, drift.deleteResource);
    const { name } = drift.deleteResource;
    context.resources.delete(found(context.resourceBy('name', name), name).id);
  }
  if (drift.setResource) {
    setResource(contextOf(world, drift.setResource), drift.setResource.name, drift.setResource.fields);
  }
  if (drift.removeAccount) {
    const { name, primaryAddress } = drift.removeAccount;
    const user = userOf(contextOf(world, drift.removeAccount), name);
    user.accounts = user.accounts.filter((account) => textOf(account.fields, 'primaryAddress') !== primaryAddress);
  }
  if (drift.lockUsers) world.locks.set(drift.lockUsers.context, performance.now() + drift.lockUsers.ms);
  if (drift.renumber) renumber(contextOf(world, drift.renumber));
  if (drift.deleteContext) world.contexts.delete(contextOf(world, drift.deleteContext).id);
}

/** All users but the admin get new ids. */
function renumber(context: OxContext): void {
  for (const user of [...context.users.values()]) {
    if (user.id !== ADMIN) context.renumberUser(user, context.nextId());
  }
}

function contextOf(world: World, { context }: { context: number }): OxContext {
  return found(world.contexts.get(context), `context ${context}`);
}

function userOf(context: OxContext, name: string): User {
  return found(context.userByName(name), name);
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`drift: no ${name}`);
  return value;
}
