/** OXUserCopyService: copies a user into another context; the source stays. */

import { setTimeout as sleep } from 'node:timers/promises';
import { asMaster } from '../auth.ts';
import { type OxContext, type User, userName } from '../context.ts';
import { beginCopy, type CopyRun, endCopy } from '../copies.ts';
import { codedFault, fault, invalidData, nullArgument, unresolvedName } from '../faults.ts';
import { userWithIdOnly } from '../user-answers.ts';
import { type Fields, fieldsOf, idOf, nameOf } from '../values.ts';
import { type Call, type Handlers, Work, type World } from '../world.ts';

export const copy: Handlers = {
  copyUser(call) {
    asMaster(call);
    const sent = fieldsOf(call.args, 'user');
    if (sent === undefined) throw nullArgument();
    const source = contextOf(call, 'src', 'source');
    const destination = contextOf(call, 'dest', 'destination');
    const user = findUser(source, sent);
    checkFree(destination, user, nameOf(sent));

    const run = beginCopy(call.world);
    return new Work(
      async () => {
        try {
          return await finish(call.world, run, destination, user);
        } finally {
          endCopy(call.world, run);
        }
      },
      null,
      call.world.options.copyMs,
    );
  },
};

async function finish(world: World, { harm }: CopyRun, destination: OxContext, user: User): Promise<Fields> {
  const copied = copyOf(user, destination);
  if (harm === 'absent') return userWithIdOnly(copied.id);
  if (harm === 'hang') await sleep(world.options.copyHangMs);
  if (harm === 'partial') {
    copied.accounts = [];
    copied.access = { webmail: true };
  }
  // No groups at all, not even the default one.
  if (harm !== 'hang') destination.addUser(copied);
  if (harm !== null) throw codedFault('UCP-0003', 'ERROR', 'Unexpected problem occurred.');
  return userWithIdOnly(copied.id);
}

/** Its secondary accounts are no longer marked as such. */
function copyOf(user: User, destination: OxContext): User {
  return {
    id: destination.nextId(),
    fields: { ...structuredClone(user.fields), maxQuota: 0 },
    access: { ...user.access, globalAddressBookDisabled: true },
    accounts: user.accounts.map((account) => ({
      id: destination.nextAccountId(),
      isUnmarked: true,
      fields: structuredClone(account.fields),
    })),
    primaryAccountRemoved: user.primaryAccountRemoved,
    hasFilestore: user.hasFilestore,
  };
}

function contextOf(call: Call, parameter: string, word: string): OxContext {
  const id = idOf(fieldsOf(call.args, parameter) ?? {});
  if (id === undefined) throw invalidData(`Client sent invalid ${word} context data object`);
  const context = call.world.contexts.get(id);
  if (context === undefined) throw fault('NoSuchContextException', `The context ${id} does not exist!`);
  return context;
}

function findUser(context: OxContext, sent: Fields): User {
  const id = idOf(sent);
  const name = nameOf(sent);
  if (id === undefined && name === undefined) throw invalidData('One userobject has no userid or username');
  const user = id === undefined ? context.userByName(name ?? '') : context.users.get(id);
  if (user !== undefined) return user;
  const text = `No such user ${id ?? name} in context ${context.id}`;
  throw id === undefined ? unresolvedName('NoSuchUserException', text) : fault('NoSuchUserException', text);
}

/** OX looks ahead only for a name that was sent; otherwise the copy itself fails. */
function checkFree(destination: OxContext, user: User, sentName: string | undefined): void {
  if (sentName !== undefined && destination.userByName(sentName) !== undefined) {
    throw fault('UserExistsException', `User ${sentName} already exists in context ${destination.id}`);
  }
  const name = userName(user);
  if (destination.userByName(name) !== undefined) {
    const text = `A user named ${name} already exists in destination context ${destination.id}.`;
    throw codedFault('UCP-0011', 'USER_INPUT', text);
  }
}
