/** OXGroupService. */

import { asAdmin } from '../auth.ts';
import { DEFAULT_GROUP, type Group, type OxContext, type User } from '../context.ts';
import {
  fault,
  invalidData,
  missingList,
  nullArgument,
  type OxFault,
  serverError,
  storageFault,
  unresolvedName,
} from '../faults.ts';
import { checkGroupLengths } from '../lengths.ts';
import { likePattern } from '../patterns.ts';
import { userWithIdOnly } from '../user-answers.ts';
import { checkChars, GROUP_CHARS } from '../user-checks.ts';
import { findUser, missingOf } from '../user-store.ts';
import { type Fields, fieldsOf, idOf, isFields, listOf, nameOf, textOf, type Value } from '../values.ts';
import { type Call, type Handlers, Work } from '../world.ts';

export const groups: Handlers = {
  create(call) {
    const context = asAdmin(call);
    const sent = sentGroup(call);
    const missing = missingOf(sent, ['name', 'displayname']);
    if (missing.length > 0) throw invalidData(`Mandatory fields not set: [${missing.join(', ')}]`);
    const name = textOf(sent, 'name') ?? '';
    if (name.trim() === '') throw invalidData('Invalid group name');
    if (call.world.options.checkGroupNames) checkChars(name, GROUP_CHARS);
    if (context.groupByName(name) !== undefined) throw invalidData('Group already exists!');
    const members = sentMembers(call, context, sent);
    checkGroupLengths(sent);
    return new Work(() => {
      const group: Group = { id: context.nextId(), name, displayname: textOf(sent, 'displayname') ?? '', members };
      context.addGroup(group);
      return { ...sent, id: group.id };
    });
  },

  /** Members are replaced even when none are sent. */
  change(call) {
    const context = asAdmin(call);
    const sent = sentGroup(call);
    const group = findGroup(context, sent, () => noSuchGroup());
    const name = nameOf(sent) ?? group.name;
    if (name !== group.name) {
      if (call.world.options.checkGroupNames) checkChars(name, GROUP_CHARS);
      const other = context.groupByName(name);
      if (other !== undefined && other !== group) throw invalidData(`Group ${name} already exists in this context`);
    }
    const members = sentMembers(call, context, sent);
    checkGroupLengths(sent);
    context.renameGroup(group, name);
    group.displayname = textOf(sent, 'displayname') ?? group.displayname;
    group.members = members;
    return undefined;
  },

  delete(call) {
    const context = asAdmin(call);
    removeGroups(context, [sentGroup(call)]);
    return undefined;
  },

  deleteMultiple(call) {
    const context = asAdmin(call);
    removeGroups(context, sentGroups(call));
    return undefined;
  },

  getData(call) {
    const context = asAdmin(call);
    return groupData(dataOf(context, sentGroup(call)));
  },

  getMultipleData(call) {
    const context = asAdmin(call);
    return sentGroups(call).map((sent) => groupData(dataOf(context, sent)));
  },

  list(call) {
    const context = asAdmin(call);
    const pattern = textOf(call.args, 'pattern');
    if (pattern === undefined) throw invalidData('Invalid data sent!');
    const like = likePattern(pattern, true);
    return sorted(context)
      .filter((group) => like.test(group.name) || like.test(group.displayname))
      .map(groupData);
  },

  listAll: (call) => sorted(asAdmin(call)).map(groupData),

  listGroupsForUser(call) {
    const context = asAdmin(call);
    const sent = fieldsOf(call.args, 'usr');
    if (sent === undefined) throw nullArgument();
    const user = findUser(context, sent);
    return sorted(context)
      .filter((group) => group.members.has(user.id))
      .map(groupData);
  },

  addMember(call) {
    const context = asAdmin(call);
    const group = findGroup(context, sentGroup(call), () => noSuchGroup());
    const members = namedMembers(call, context);
    if (members.some((user) => group.members.has(user.id))) throw invalidData('Member already exists in group');
    if (new Set(members).size < members.length) throw noSuchUser();
    return new Work(() => {
      const twice = members.find((user) => group.members.has(user.id));
      if (twice !== undefined) {
        const row = `Duplicate entry '${context.id}-${group.id}-${twice.id}' for key 'PRIMARY'`;
        throw storageFault(`java.sql.BatchUpdateException: ${row}`);
      }
      for (const user of members) group.members.add(user.id);
      return undefined;
    });
  },

  removeMember(call) {
    const context = asAdmin(call);
    const group = findGroup(context, sentGroup(call), () => noSuchGroup());
    for (const user of namedMembers(call, context)) group.members.delete(user.id);
    return undefined;
  },

  getMembers(call) {
    const context = asAdmin(call);
    const group = findGroup(context, sentGroup(call), () => noSuchGroup());
    return [...group.members].sort((a, b) => a - b).map(userWithIdOnly);
  },

  getDefaultGroup(call) {
    asAdmin(call);
    return { id: DEFAULT_GROUP };
  },
};

function sentGroup(call: Call): Fields {
  const sent = fieldsOf(call.args, 'grp');
  if (sent === undefined) throw nullArgument();
  return sent;
}

function sentGroups(call: Call): Fields[] {
  const sent = listOf(call.args, 'grps');
  if (sent === undefined) throw missingList('grps');
  return sent.filter(isFields);
}

function noSuchGroup(name?: string | number): OxFault {
  return fault('NoSuchGroupException', name === undefined ? 'No such group' : `No such group ${name}`);
}

function noSuchUser(): OxFault {
  return fault('NoSuchUserException', 'No such user');
}

function findGroup(context: OxContext, sent: Fields, unknownId: (id: number) => OxFault): Group {
  const id = idOf(sent);
  if (id !== undefined) {
    const group = context.groups.get(id);
    if (group === undefined) throw unknownId(id);
    return group;
  }
  const name = nameOf(sent);
  if (name === undefined) throw invalidData('One groupobject has no groupid or groupname');
  const group = context.groupByName(name);
  if (group === undefined) {
    throw unresolvedName('NoSuchGroupException', `No such group ${name} in context ${context.id}`);
  }
  return group;
}

function dataOf(context: OxContext, sent: Fields): Group {
  if (idOf(sent) === undefined && nameOf(sent) === undefined) {
    throw invalidData('Groupname and groupid missing! Cannot resolve group data');
  }
  const id = idOf(sent);
  const group = id === undefined ? context.groupByName(nameOf(sent) ?? '') : context.groups.get(id);
  if (group === undefined) throw noSuchGroup(id ?? nameOf(sent) ?? '');
  return group;
}

/** Every id must exist, and only once; a nil element breaks OX. */
function sentMembers(call: Call, context: OxContext, sent: Fields): Set<number> {
  const ids = listOf(sent, 'members') ?? [];
  const members = new Set<number>();
  for (const id of ids) {
    if (id === null) {
      call.violation('Group.members sent as xsi:nil');
      throw serverError();
    }
    if (typeof id !== 'number' || !context.users.has(id) || members.has(id)) throw noSuchUser();
    members.add(id);
  }
  return members;
}

function namedMembers(call: Call, context: OxContext): User[] {
  const sent = listOf(call.args, 'members');
  if (sent === undefined) throw missingList('members');
  return sent.filter(isFields).map((one) => {
    const id = idOf(one);
    if (id !== undefined && !context.users.has(id)) throw noSuchUser();
    return findUser(context, one);
  });
}

function removeGroups(context: OxContext, sent: Fields[]): void {
  const found = sent.map((one) => findGroup(context, one, () => noSuchGroup()));
  if (found.some((group) => group.id === DEFAULT_GROUP)) {
    throw invalidData(`Group with id ${DEFAULT_GROUP} cannot be deleted`);
  }
  for (const group of found) context.removeGroup(group);
}

function sorted(context: OxContext): Group[] {
  return [...context.groups.values()].sort((a, b) => a.id - b.id);
}

function groupData(group: Group): Fields {
  const members: Value[] = [...group.members].sort((a, b) => a - b);
  return { id: group.id, name: group.name, displayname: group.displayname, members };
}
