/** OXResourceService. */

import { asAdmin } from '../auth.ts';
import type { OxContext, Resource } from '../context.ts';
import { fault, invalidData, missingList, nullArgument, type OxFault, unresolvedName } from '../faults.ts';
import { checkResourceLengths } from '../lengths.ts';
import { likePattern } from '../patterns.ts';
import { checkChars, isMailAddress, primaryMailTaken, USER_CHARS } from '../user-checks.ts';
import { missingOf } from '../user-store.ts';
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

export const resources: Handlers = {
  create(call) {
    const context = asAdmin(call);
    const sent = sentResource(call);
    const missing = missingOf(sent, ['name', 'displayname', 'email']);
    if (missing.length > 0) throw invalidData(`Mandatory fields not set: [${missing.join(', ')}]`);
    checkName(call, context, textOf(sent, 'name') ?? '');
    checkMail(context, textOf(sent, 'email') ?? '');
    checkResourceLengths(sent);
    return new Work(() => {
      const resource: Resource = { id: context.nextId(), fields: { available: true, ...stored(sent) } };
      context.resources.set(resource.id, resource);
      return { ...sent, available: null, id: resource.id };
    });
  },

  change(call) {
    const context = asAdmin(call);
    const sent = sentResource(call);
    const resource = findResource(context, sent, 'Resource with this id does not exists');
    const name = nameOf(sent);
    if (name !== undefined && name !== resource.fields.name) checkName(call, context, name, resource);
    const email = textOf(sent, 'email');
    if (email) checkMail(context, email, resource);
    checkResourceLengths(sent);
    Object.assign(resource.fields, stored(sent));
    return undefined;
  },

  delete(call) {
    const context = asAdmin(call);
    const resource = findResource(context, sentResource(call), 'Resource with this id does not exist');
    context.resources.delete(resource.id);
    return undefined;
  },

  getData(call) {
    const context = asAdmin(call);
    return resourceData(findResource(context, sentResource(call), 'resource with with this id does not exist'));
  },

  getMultipleData(call) {
    const context = asAdmin(call);
    const sent = listOf(call.args, 'resources');
    if (sent === undefined) throw missingList('resources');
    return sent.filter(isFields).map((one) => {
      if (idOf(one) === undefined && nameOf(one) === undefined) {
        throw invalidData('Resourcename and resourceid missing!Cannot resolve resource data');
      }
      return resourceData(findResource(context, one, `No such resource ${idOf(one)}`));
    });
  },

  list(call) {
    const context = asAdmin(call);
    const pattern = textOf(call.args, 'pattern');
    if (!pattern) throw invalidData('Invalid pattern!');
    const like = likePattern(pattern, true);
    return sorted(context)
      .filter(({ fields }) => like.test(textOf(fields, 'name') ?? '') || like.test(textOf(fields, 'displayname') ?? ''))
      .map(resourceData);
  },

  listAll: (call) => sorted(asAdmin(call)).map(resourceData),
};

function sentResource(call: Call): Fields {
  const sent = fieldsOf(call.args, 'res');
  if (sent === undefined) throw nullArgument();
  return sent;
}

function findResource(context: OxContext, sent: Fields, unknownId: string): Resource {
  const id = idOf(sent);
  if (id !== undefined) {
    const resource = context.resources.get(id);
    if (resource === undefined) throw noSuchResource(unknownId);
    return resource;
  }
  const name = nameOf(sent);
  if (name === undefined) throw invalidData('One resourceobject has no resourceid or resourcename');
  const resource = context.resourceBy('name', name);
  if (resource !== undefined) return resource;
  throw unresolvedName('NoSuchResourceException', `No such resource ${name} in context ${context.id}`);
}

function noSuchResource(text: string): OxFault {
  return fault('NoSuchResourceException', text);
}

function checkName(call: Call, context: OxContext, name: string, own?: Resource): void {
  if (call.world.options.checkResourceNames) checkChars(name, USER_CHARS);
  const other = context.resourceBy('name', name);
  if (other !== undefined && other !== own) throw invalidData(`Resource ${name} already exists in this context`);
}

function checkMail(context: OxContext, email: string, own?: Resource): void {
  if (!isMailAddress(email)) throw invalidData(`Invalid email address: ${email}`);
  const other = context.resourceBy('email', email);
  if (other !== undefined && other !== own) throw invalidData('Resource with this email address already exists');
  for (const user of context.usersByPrimaryMail(email)) throw primaryMailTaken(email, context, user);
}

/** Absent and nil keep; an empty description is stored, an empty name or address ignored. */
function stored(sent: Fields): Fields {
  const fields: Fields = {};
  for (const [name, value] of Object.entries(sent)) {
    if (value === null || value === undefined || name === 'id' || name === 'permissions') continue;
    if (value === '' && name === 'name') continue;
    fields[name] = value;
  }
  const permissions = listOf(sent, 'permissions')?.filter(isFields);
  if (permissions !== undefined) fields.permissions = isUnmanaged(permissions) ? undefined : permissions;
  return fields;
}

/** One entry for everybody who may book directly is the state without permissions. */
function isUnmanaged(permissions: Fields[]): boolean {
  const only = permissions.length === 1 ? permissions[0] : undefined;
  if (only === undefined || numberOf(only, 'entity') !== 0 || booleanOf(only, 'group') !== true) return false;
  return textOf(only, 'privilege') === 'book_directly';
}

function sorted(context: OxContext): Resource[] {
  return [...context.resources.values()].sort((a, b) => a.id - b.id);
}

function resourceData(resource: Resource): Value {
  const everybody: Value[] = [{ entity: 0, group: true, privilege: 'book_directly' }];
  return { ...resource.fields, id: resource.id, permissions: resource.fields.permissions ?? everybody };
}
