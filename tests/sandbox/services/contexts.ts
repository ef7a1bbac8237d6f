/** OXContextService: the master admin's. */

import { accessFrom, combination, combinationName, NEW_CONTEXT_ACCESS } from '../access.ts';
import { asMaster, credentialsOf, isMaster } from '../auth.ts';
import { type Access, ADMIN, OxContext } from '../context.ts';
import { checkTablesClean, deleteContext } from '../deletions.ts';
import { asStorageFault, fault, invalidData, nullArgument, OxFault, storageFault, unresolvedName } from '../faults.ts';
import { checkContextLengths } from '../lengths.ts';
import { checkMappingChars, checkMappingRows, sentMappings } from '../login-mappings.ts';
import { likePattern } from '../patterns.ts';
import { MANDATORY, mergedAttributes, missingOf, storeNewUser } from '../user-store.ts';
import { checkNewUser } from '../user-writes.ts';
import { type Fields, fieldsOf, idOf, nameOf, numberOf, textOf, textsOf } from '../values.ts';
import { type Call, contextByMapping, contextByName, type Handlers, Work, type World } from '../world.ts';

export const contexts: Handlers = {
  create(call) {
    asMaster(call);
    return createContext(call, combination(NEW_CONTEXT_ACCESS));
  },

  createModuleAccess(call) {
    asMaster(call);
    const access = fieldsOf(call.args, 'access');
    if (access === undefined) throw nullArgument();
    return createContext(call, accessFrom(access));
  },

  createModuleAccessByName(call) {
    asMaster(call);
    return createContext(call, combination(textOf(call.args, 'access_combination_name')));
  },

  change(call) {
    asMaster(call);
    const sent = sentContext(call);
    changeContext(call.world, findContext(call.world, sent, 'Context does not exist'), sent);
    return undefined;
  },

  delete(call) {
    deleteContext(call.world, known(call).id);
    return undefined;
  },

  exists(call) {
    asMaster(call);
    const sent = sentContext(call);
    const id = idOf(sent);
    if (id !== undefined) return call.world.contexts.has(id);
    const name = nameOf(sent);
    if (name === undefined) throw neither();
    return contextByName(call.world, name) !== undefined;
  },

  getData(call) {
    const id = idOf(fieldsOf(call.args, 'ctx') ?? {});
    const context = id === undefined ? undefined : call.world.contexts.get(id);
    if (context !== undefined && !isMaster(call.world, credentialsOf(call)) && isAdminOf(context, call)) {
      return contextData(context);
    }
    return contextData(known(call));
  },

  getAdminId(call) {
    const { id, admin } = known(call);
    if (admin === undefined) throw storageFault(`Unable to determine admin for context ${id}`);
    return ADMIN;
  },

  list(call) {
    asMaster(call);
    const pattern = textOf(call.args, 'search_pattern') || '*';
    const like = likePattern(pattern, true);
    return sorted(call.world)
      .filter(
        (context) =>
          String(context.id) === pattern ||
          like.test(context.name) ||
          context.loginMappings.some((mapping) => like.test(mapping)),
      )
      .map(contextData);
  },

  listAll(call) {
    asMaster(call);
    return sorted(call.world).map(contextData);
  },

  enable(call) {
    known(call).enabled = true;
    return undefined;
  },

  disable(call) {
    known(call).enabled = false;
    return undefined;
  },

  changeModuleAccess(call) {
    const context = known(call);
    const access = fieldsOf(call.args, 'access');
    if (access === undefined) throw nullArgument();
    changeAccess(context, accessFrom(access));
    return undefined;
  },

  changeModuleAccessByName(call) {
    changeAccess(known(call), combination(textOf(call.args, 'access_combination_name')));
    return undefined;
  },

  getModuleAccess: (call) => ({ ...known(call).admin?.access }),
  getAccessCombinationName: (call) => combinationName(known(call).admin?.access ?? {}),
};

function sentContext(call: Call): Fields {
  const sent = fieldsOf(call.args, 'ctx');
  if (sent === undefined) throw nullArgument();
  return sent;
}

function neither(): OxFault {
  return invalidData('One contextobject has no contextid or contextname');
}

/** The context an authenticated master names. */
function known(call: Call): OxContext {
  asMaster(call);
  return findContext(call.world, sentContext(call));
}

function findContext(world: World, sent: Fields, unknown?: string): OxContext {
  const id = idOf(sent);
  const name = nameOf(sent);
  if (id !== undefined) {
    const context = world.contexts.get(id);
    if (context === undefined) throw fault('NoSuchContextException', unknown ?? `Context ${id} does not exist`);
    return context;
  }
  if (name === undefined) throw neither();
  const context = contextByName(world, name);
  if (context === undefined) throw unresolvedName('NoSuchContextException', `No such context ${name}`);
  return context;
}

function isAdminOf(context: OxContext, call: Call): boolean {
  const { login, password } = credentialsOf(call);
  const { fields } = context.admin ?? { fields: {} };
  return textOf(fields, 'name') === login && textOf(fields, 'password') === password;
}

function createContext(call: Call, access: Access): Work {
  const { world } = call;
  const sent = sentContext(call);
  const admin = fieldsOf(call.args, 'admin_user');
  if (admin === undefined) throw invalidData('Context or user not correct');
  const id = numberOf(sent, 'id');
  if (id === undefined) throw invalidData('Mandatory fields in context not set: [id]');
  if (id < 1) throw invalidData(`The context identifier ${id} is not allowed!`);
  const quota = numberOf(sent, 'maxQuota');
  if (quota === undefined) throw invalidData('Mandatory fields in context not set: [maxQuota]');
  const missing = missingOf(admin, MANDATORY);
  if (missing.length > 0) throw invalidData(`Mandatory fields in admin user not set: [${missing.join(', ')}]`);
  checkStrategy(call);
  const name = nameOf(sent) ?? String(id);
  if (world.contexts.has(id)) throw fault('ContextExistsException', `Context ${id} already exists!`);
  if (contextByName(world, name) !== undefined) {
    throw fault('ContextExistsException', `Context ${name} already exists!`);
  }

  const context = new OxContext(id, name);
  context.maxQuota = quota;
  const mappings = sentMappings(sent);
  checkMappingChars([name, ...mappings]);
  context.loginMappings = [...new Set([...context.loginMappings, ...mappings])];
  checkContextLengths(name, context.loginMappings);
  const taken = context.loginMappings.find((mapping) => contextByMapping(world, mapping) !== undefined);
  if (taken !== undefined) {
    throw storageFault(`Cannot map '${taken}' to the newly created context. This mapping is already in use.`);
  }
  createAdmin(world, context, admin, access);
  context.attributes = attributesOf(null, sent);
  checkTablesClean(world, id);
  return new Work(() => {
    if (world.contexts.has(id)) throw fault('ContextExistsException', `Context ${id} already exists!`);
    checkTablesClean(world, id);
    world.contexts.set(id, context);
    return {
      ...sent,
      enabled: true,
      name,
      filestoreId: 3,
      filestore_name: `${id}_ctx_store`,
      loginMappings: context.loginMappings,
    };
  });
}

/** What the admin's values lack shows only in the storage. */
function createAdmin(world: World, context: OxContext, sent: Fields, access: Access): void {
  try {
    checkNewUser(context, world.options, sent);
  } catch (cause) {
    if (!(cause instanceof OxFault) || cause.message.startsWith('Invalid email address')) throw cause;
    throw asStorageFault(cause);
  }
  storeNewUser(context, ADMIN, sent, access);
}

function checkStrategy(call: Call): void {
  const strategy = fieldsOf(call.args, 'schema_select_strategy');
  if (strategy === undefined) return;
  if (textOf(strategy, 'strategy') && textOf(strategy, 'schema_name'))
    throw invalidData('Ambiguous schema select strategy');
}

function changeContext(world: World, context: OxContext, sent: Fields): void {
  const name = nameOf(sent);
  if (name !== undefined && name !== context.name) {
    const other = contextByName(world, name);
    if (other !== undefined && other !== context) throw invalidData(`Context ${name} already exists!`);
  }
  const mappings = textsOf(sent, 'loginMappings') === undefined ? null : sentMappings(sent);
  checkMappingChars(mappings ?? []);
  // Without a list the old one stays, even at a rename: then it holds the old name and lacks the new one.
  const next =
    mappings === null ? context.loginMappings : [...new Set([String(context.id), name ?? context.name, ...mappings])];
  for (const mapping of mappings === null ? [] : next) {
    const other = contextByMapping(world, mapping);
    if (other !== undefined && other !== context) {
      throw invalidData(`A mapping with login info "${mapping}" already exists in the system!`);
    }
  }
  checkContextLengths(name, next);
  checkMappingRows(next);
  if (name !== undefined) context.name = name;
  context.loginMappings = next;
  context.maxQuota = numberOf(sent, 'maxQuota') ?? context.maxQuota;
  context.attributes = attributesOf(context.attributes, sent);
}

function attributesOf(before: Fields | null, sent: Fields): Fields | null {
  const attributes = fieldsOf(sent, 'userAttributes');
  if (attributes === undefined) return before;
  const merged = mergedAttributes(before, attributes);
  return typeof merged === 'object' && !Array.isArray(merged) ? merged : null;
}

function changeAccess(context: OxContext, access: Access): void {
  for (const user of context.users.values()) user.access = { ...access };
}

function sorted(world: World): OxContext[] {
  return [...world.contexts.values()].sort((a, b) => a.id - b.id);
}

/** Unlimited comes back as nil; the id is not among the mappings. */
function contextData(context: OxContext): Fields {
  const database: Fields = {
    id: 4,
    name: 'oxdb',
    scheme: 'oxdb_5',
    url: 'jdbc:mysql://localhost/?a=1&b=2',
    master: true,
  };
  return {
    average_size: 100,
    enabled: context.enabled,
    filestoreId: 3,
    filestore_name: `${context.id}_ctx_store`,
    id: context.id,
    loginMappings: context.loginMappings.filter((mapping) => mapping !== String(context.id)),
    maxQuota: context.maxQuota === -1 ? null : context.maxQuota,
    name: context.name,
    readDatabase: database,
    usedQuota: 0,
    userAttributes: context.attributes ?? {},
    writeDatabase: database,
  };
}
