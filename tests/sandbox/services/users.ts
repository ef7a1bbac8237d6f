/** OXUserService. */

import { accessFrom, combination, combinationName } from '../access.ts';
import { asAdmin, asAdminOrSelf, asMaster, permissionDenied } from '../auth.ts';
import { type Access, ADMIN, type OxContext, type User } from '../context.ts';
import { fault, invalidData, missingList, nullArgument } from '../faults.ts';
import { likePattern } from '../patterns.ts';
import { userData, userWithIdOnly } from '../user-answers.ts';
import { findUser, sentUser } from '../user-store.ts';
import { changeAccess, changeUser, createUser } from '../user-writes.ts';
import {
  booleanOf,
  type Fields,
  fieldsOf,
  idOf,
  isFields,
  listOf,
  nameOf,
  numberOf,
  textOf,
  type Value,
} from '../values.ts';
import { type Call, type Handlers, Work } from '../world.ts';

export const users: Handlers = {
  create(call) {
    const context = asAdmin(call);
    return creation(call, context, sentUser(call.args, 'usrdata'), inherited(context));
  },

  createByModuleAccess(call) {
    const context = asAdmin(call);
    const sent = sentUser(call.args, 'usrdata');
    const access = fieldsOf(call.args, 'access');
    if (access === undefined) throw nullArgument();
    return creation(call, context, sent, accessFrom(access));
  },

  createByModuleAccessName(call) {
    const context = asAdmin(call);
    const access = combination(textOf(call.args, 'access_combination_name'));
    return creation(call, context, sentUser(call.args, 'usrdata'), access);
  },

  change(call) {
    const { context, self } = asAdminOrSelf(call, 'change');
    const sent = fieldsOf(call.args, 'usrdata');
    if (sent === undefined) throw invalidData('One of the given arguments for change is null');
    const user = findUser(context, sent);
    if (self !== null && self !== user) throw permissionDenied();
    return changeUser(context, call.world.options, user, sent);
  },

  /** Changes the access only, whatever else the user element holds. */
  changeByModuleAccess(call) {
    const context = asAdmin(call);
    const sent = fieldsOf(call.args, 'user');
    const access = fieldsOf(call.args, 'moduleAccess');
    if (sent === undefined || access === undefined) throw invalidData('User or UserModuleAccess is null');
    return changeAccess(context, findUser(context, sent), accessFrom(access));
  },

  changeByModuleAccessName(call) {
    const context = asAdmin(call);
    const user = findUser(context, sentUser(call.args, 'user'));
    return changeAccess(context, user, combination(textOf(call.args, 'access_combination_name')));
  },

  /** For all users of the contexts whose admin has that combination, or of all. */
  changeModuleAccessGlobal(call) {
    asMaster(call);
    const filter = textOf(call.args, 'filter');
    const wanted = filter ? combination(filter) : undefined;
    const add = flagsOf(call, 'addAccess');
    const remove = flagsOf(call, 'removeAccess');
    for (const context of call.world.contexts.values()) {
      for (const user of context.users.values()) {
        if (wanted !== undefined && combinationName(user.access) !== filter) continue;
        for (const flag of add) user.access[flag] = true;
        for (const flag of remove) user.access[flag] = false;
      }
    }
    return undefined;
  },

  delete(call) {
    const context = asAdmin(call);
    return removeUsers(call, context, [sentUser(call.args, 'user')]);
  },

  deleteMultiple(call) {
    const context = asAdmin(call);
    return removeUsers(call, context, sentUsers(call));
  },

  exists(call) {
    const context = asAdmin(call);
    const sent = sentUser(call.args, 'user');
    const id = numberOf(sent, 'id');
    if (id !== undefined) return context.users.has(id);
    const name = nameOf(sent);
    if (name !== undefined) return context.userByName(name) !== undefined;
    const display = textOf(sent, 'display_name');
    if (display) return context.usersByDisplayName(display).size > 0;
    throw invalidData('Neither identifier, name nor display name set in given user object');
  },

  getData(call) {
    const { context, self } = asAdminOrSelf(call, 'getData');
    const user = dataOf(context, sentUser(call.args, 'user'));
    if (self !== null && self !== user) throw permissionDenied();
    return userData(user);
  },

  getMultipleData(call) {
    const { context, self } = asAdminOrSelf(call, 'getData');
    const sent = listOf(call.args, 'users')?.filter(isFields) ?? [];
    if (sent.length === 0) throw invalidData('Invalid data sent!');
    const found = sent.map((one) => dataOf(context, one));
    if (self !== null && found.some((user) => user !== self)) throw permissionDenied();
    return found.map(userData);
  },

  getModuleAccess: (call) => ({ ...accessOf(call) }),
  getAccessCombinationName: (call) => combinationName(accessOf(call)),

  getContextAdmin(call) {
    const { admin } = asAdmin(call);
    return admin === undefined ? null : userData(admin);
  },

  list: (call) => idsLike(call, false),
  listAll: (call) => idsLike(call, false),
  listCaseInsensitive: (call) => idsLike(call, true),

  listByAliasDomain(call) {
    const context = asAdmin(call);
    const domain = `@${(textOf(call.args, 'alias_domain') ?? '').toLowerCase()}`;
    const found = [...context.users.values()].filter((user) =>
      listOf(user.fields, 'aliases')?.some((alias) => String(alias).toLowerCase().endsWith(domain)),
    );
    return page(call, found);
  },
};

/** The admin's access, but public folders stay closed. */
function inherited(context: OxContext): Access {
  return { ...context.admin?.access, publicFolderEditable: false };
}

function creation(call: Call, context: OxContext, sent: Fields, access: Access): Work {
  const { world, args } = call;
  const convertGuest = booleanOf(args, 'convertguest') === true;
  return createUser({ context, options: world.options, sent, access, convertGuest });
}

function flagsOf(call: Call, parameter: string): string[] {
  return Object.entries(fieldsOf(call.args, parameter) ?? {}).flatMap(([flag, on]) => (on === true ? [flag] : []));
}

function accessOf(call: Call): Access {
  return findUser(asAdmin(call), sentUser(call.args, 'user')).access;
}

function sentUsers(call: Call): Fields[] {
  const sent = listOf(call.args, 'users');
  if (sent === undefined) throw missingList('users');
  return sent.filter(isFields);
}

function removeUsers(call: Call, context: OxContext, sent: Fields[]): Work {
  if (sent.length === 0) throw invalidData('User array is empty');
  const ids = sent.map((one) => idOf(one) ?? findUser(context, one).id);
  // All of them are named, also those that exist.
  if (ids.some((id) => !context.users.has(id))) throw noSuchUsers(context, ids);
  if (ids.includes(ADMIN)) throw invalidData('Admin delete not supported');
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw invalidData(`User ${twice} is contained multiple times in delete request.`);
  checkReassign(context, numberOf(call.args, 'reassign'), ids);
  return new Work(() => {
    const found = ids.map((id) => context.users.get(id));
    for (const user of found) {
      if (user === undefined) throw noSuchUsers(context, ids);
      context.removeUser(user);
    }
    return undefined;
  }, context);
}

function noSuchUsers(context: OxContext, ids: readonly number[]): Error {
  return fault('NoSuchUserException', `No such user(s) ${ids.join(', ')} in context ${context.id}`);
}

/** Who inherits what is shared; 0 is as absent. */
function checkReassign(context: OxContext, reassign: number | undefined, ids: readonly number[]): void {
  if (!reassign) return;
  if (!context.users.has(reassign)) {
    throw invalidData(`The reassign user with id ${reassign} does not exist in context ${context.id}.`);
  }
  if (!ids.includes(reassign)) return;
  throw invalidData('It is not allowed to reassign the shared data to the user which should be deleted.');
}

/** Where both are sent, both must exist; the id decides, even 0. */
function dataOf(context: OxContext, sent: Fields): User {
  const id = numberOf(sent, 'id');
  const name = nameOf(sent);
  const byId = id === undefined ? undefined : context.users.get(id);
  const byName = name === undefined ? undefined : context.userByName(name);
  const user = byId ?? byName;
  if (id === undefined && name === undefined) throw invalidData('Username and userid missing.');
  if (user === undefined || (id !== undefined && byId === undefined) || (name !== undefined && byName === undefined)) {
    throw fault('NoSuchUserException', `No such user ${name ?? id} in context ${context.id}`);
  }
  return user;
}

function idsLike(call: Call, ignoreCase: boolean): Value {
  const context = asAdmin(call);
  if (booleanOf(call.args, 'exclude_users') === true) return [];
  const pattern = textOf(call.args, 'search_pattern') || '*';
  const all = [...context.users.values()];
  if (pattern === '*') return page(call, all);
  const like = likePattern(pattern, ignoreCase);
  return page(
    call,
    all.filter(
      (user) => like.test(textOf(user.fields, 'name') ?? '') || like.test(textOf(user.fields, 'display_name') ?? ''),
    ),
  );
}

function page(call: Call, found: User[]): Value {
  const offset = numberOf(call.args, 'offset') ?? 0;
  const length = numberOf(call.args, 'length');
  const ids = found.map((user) => user.id).sort((a, b) => a - b);
  return (length === undefined ? ids : ids.slice(offset, offset + length)).map(userWithIdOnly);
}
