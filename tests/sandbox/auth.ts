/** Who may call what: the master admin, the admin of a context, or a user for itself (docs/ox.md, "Logins"). */

import { ADMIN, type OxContext, type User } from './context.ts';
import { fault, invalidData, storageFault } from './faults.ts';
import { fieldsOf, numberOf, textOf } from './values.ts';
import type { Call, Credentials, World } from './world.ts';

/** How an operation answers when it cannot authenticate; most do as DEFAULT does. */
export type AuthStyle = 'default' | 'change' | 'getData';

const FAILED = 'Authentication failed';

export function asMaster(call: Call): void {
  const auth = credentialsOf(call);
  if (isMaster(call.world, auth)) return;
  if (isSomeAdmin(call.world, auth)) call.violation('credentials of a context admin sent to a master operation');
  throw fault('InvalidCredentialsException', FAILED);
}

export function isMaster(world: World, auth: Credentials): boolean {
  return auth.login === world.master.login && auth.password === world.master.password;
}

/** The context named in `ctx` (or `context`), once its admin has proved to be that. */
export function asAdmin(call: Call, parameter = 'ctx', style: AuthStyle = 'default'): OxContext {
  return authenticate(call, parameter, style).context;
}

/** Like asAdmin, but an ordinary user may come as well: then the caller must check that it acts on itself. */
export function asAdminOrSelf(call: Call, style: AuthStyle): { context: OxContext; self: User | null } {
  return authenticate(call, 'ctx', style);
}

export function permissionDenied(): Error {
  return fault('InvalidCredentialsException', 'Permission denied');
}

function authenticate(call: Call, parameter: string, style: AuthStyle): { context: OxContext; self: User | null } {
  const { world } = call;
  const id = contextId(call, parameter, style);
  const auth = credentialsOf(call);
  const context = world.contexts.get(id);
  const admin = context?.users.get(ADMIN);

  if (auth.login === world.master.login && textOf(admin?.fields ?? {}, 'name') !== auth.login) {
    if (!world.options.masterOverride) call.violation('credentials of the master admin sent to a context operation');
    else if (context !== undefined && isMaster(world, auth)) return { context, self: null };
  }
  if (context === undefined) throw unknownContext(id, style);

  const user = context.userByName(auth.login);
  if (user === undefined) throw unknownLogin(auth.login, id, style);
  const right = textOf(user.fields, 'password') === auth.password;
  if (user.id === ADMIN) {
    if (!right) throw fault('InvalidCredentialsException', FAILED);
    return { context, self: null };
  }
  if (style === 'default') throw fault('InvalidCredentialsException', FAILED);
  if (!right) throw fault('InvalidCredentialsException', `Authentication failed for user ${auth.login}`);
  return { context, self: user };
}

function contextId(call: Call, parameter: string, style: AuthStyle): number {
  const ctx = fieldsOf(call.args, parameter);
  const id = ctx === undefined ? undefined : numberOf(ctx, 'id');
  if (id !== undefined) return id;
  if (style === 'getData') throw invalidData('Context invalid');
  throw fault('InvalidCredentialsException', 'Client sent invalid context data object');
}

function unknownContext(id: number, style: AuthStyle): Error {
  if (style === 'change') return fault('NoSuchContextException', `The context ${id} does not exist!`);
  if (style === 'getData') return fault('NoSuchContextException', `Context ${id} does not exist`);
  return fault('InvalidCredentialsException', FAILED);
}

function unknownLogin(login: string, context: number, style: AuthStyle): Error {
  const text = `No such user ${login} in context ${context}`;
  if (style === 'change') return fault('NoSuchUserException', text);
  if (style === 'getData') return storageFault(text);
  return fault('InvalidCredentialsException', FAILED);
}

function isSomeAdmin(world: World, auth: Credentials): boolean {
  for (const { admin } of world.contexts.values()) {
    if (admin !== undefined && textOf(admin.fields, 'name') === auth.login) {
      if (textOf(admin.fields, 'password') === auth.password) return true;
    }
  }
  return false;
}

export function credentialsOf(call: Call): Credentials {
  const auth = fieldsOf(call.args, 'auth') ?? {};
  return { login: textOf(auth, 'login') ?? '', password: textOf(auth, 'password') ?? '' };
}
