/** OXSecondaryAccountService. */

import { asAdmin } from '../auth.ts';
import { type Account, type OxContext, primaryMail, type User } from '../context.ts';
import { codedFault, fault, invalidData, storageFault } from '../faults.ts';
import { checkAccountLengths } from '../lengths.ts';
import { endpoint } from '../user-answers.ts';
import { type Fields, fieldsOf, isFields, listOf, numberOf, textOf, type Value } from '../values.ts';
import { type Call, type Handlers, Work } from '../world.ts';

export const accounts: Handlers = {
  /** One call is one transaction: one duplicate undoes it for all. */
  create(call) {
    const context = accountContext(call);
    const data = fieldsOf(call.args, 'accountDataOnCreate');
    if (data === undefined) throw invalidData('Account data is missing.');
    const users = namedUsers(call, context);
    if (users === null) throw missingUsers();
    const planned = users.map((user) => ({ user, fields: accountFields(user, data) }));
    for (const { user, fields } of planned)
      checkDuplicate(context, user, fields, textOf(data, 'mailServer') !== undefined);
    for (const column of ['name', 'login', 'primaryAddress']) {
      if (textOf(data, column) === undefined) {
        throw storageFault(`java.sql.SQLIntegrityConstraintViolationException: Column '${column}' cannot be null`);
      }
    }
    checkAccountLengths(data);
    return new Work(() => {
      for (const { user, fields } of planned) user.accounts.push({ id: context.nextAccountId(), fields });
      return undefined;
    });
  },

  update(call) {
    const context = accountContext(call);
    const data = fieldsOf(call.args, 'accountDataUpdate');
    if (data === undefined) throw invalidData('Account data is missing.');
    const { address, users } = addressed(call, context);
    checkAccountLengths(data);
    let updated = false;
    for (const user of users) {
      if (isPrimary(user, address)) {
        call.violation(`update of ${address} reaches the primary account of user ${user.id}`);
        user.fields.primaryAccountName = textOf(data, 'name') ?? user.fields.primaryAccountName;
        updated = true;
      }
      for (const account of accountsBy(user, address)) {
        Object.assign(account.fields, sentFields(data));
        updated = true;
      }
    }
    return updated;
  },

  /** By address alone, the user's own primary account included. */
  delete(call) {
    const context = accountContext(call);
    const { address, users } = addressed(call, context);
    let deleted = false;
    for (const user of users) {
      if (isPrimary(user, address)) {
        call.violation(`delete of ${address} removes the primary account of user ${user.id}`);
        user.primaryAccountRemoved = true;
        deleted = true;
      }
      const gone = accountsBy(user, address);
      user.accounts = user.accounts.filter((account) => !gone.includes(account));
      deleted ||= gone.length > 0;
    }
    return deleted;
  },

  list(call) {
    const context = accountContext(call);
    const users = namedUsers(call, context) ?? [...context.users.values()];
    const primary = call.world.options.listPrimaryAccounts;
    return [...users]
      .sort((a, b) => a.id - b.id)
      .flatMap((user) =>
        [...(primary ? primaryAccount(user) : []), ...user.accounts.filter((account) => !account.isUnmarked)].map(
          (one) => data(context, user, one),
        ),
      );
  },
};

function accountContext(call: Call): OxContext {
  if (fieldsOf(call.args, 'context') === undefined) throw invalidData('Missing context.');
  return asAdmin(call, 'context');
}

function missingUsers(): Error {
  return invalidData('Missing users/groups in account data');
}

function addressed(call: Call, context: OxContext): { address: string; users: User[] } {
  const address = textOf(call.args, 'primaryAddress');
  if (!address) throw invalidData('Primary address is empty.');
  const users = namedUsers(call, context);
  if (users === null) throw missingUsers();
  return { address, users };
}

/** Users and members of groups, each once; group 0 is everybody. Null when neither is named. */
function namedUsers(call: Call, context: OxContext): User[] | null {
  const sentUsers = (listOf(call.args, 'users') ?? []).filter(isFields);
  const sentGroups = (listOf(call.args, 'groups') ?? []).filter(isFields);
  if (sentUsers.length + sentGroups.length === 0) return null;
  const found = new Set<User>();
  for (const sent of sentUsers) {
    const id = numberOf(sent, 'id') ?? 0;
    const user = context.users.get(id);
    if (user === undefined) throw fault('NoSuchUserException', `No such user ${id} in context ${context.id}`);
    found.add(user);
  }
  for (const sent of sentGroups) {
    for (const user of groupMembers(context, numberOf(sent, 'id') ?? 0)) found.add(user);
  }
  return [...found];
}

function groupMembers(context: OxContext, id: number): User[] {
  if (id === 0) return [...context.users.values()];
  const group = context.groups.get(id);
  if (group === undefined) throw fault('NoSuchUserException', `No such group ${id} in context ${context.id}`);
  return [...group.members].flatMap((member) => context.users.get(member) ?? []);
}

function accountFields(user: User, data: Fields): Fields {
  const { mailEndpointSource, transportEndpointSource: _ignored, ...rest } = sentFields(data);
  const source = typeof mailEndpointSource === 'string' ? mailEndpointSource.toLowerCase() : 'none';
  if (source === 'primary') return { ...rest, ...servers(user.fields) };
  if (source === 'localhost') return { ...rest, ...servers({}) };
  if (textOf(data, 'mailServer')) return rest;
  throw storageFault(
    'Missing mail end-point data. Set end-point source to either "primary" or "localhost"; ' +
      'or specify appropriate fields in account data',
  );
}

function servers(fields: Fields): Fields {
  const imap = endpoint('imap', fields);
  const smtp = endpoint('smtp', fields);
  return {
    mailServer: imap.host,
    mailPort: imap.port,
    mailProtocol: 'imap',
    mailSecure: imap.schema === 'imaps',
    transportServer: smtp.host,
    transportPort: smtp.port,
    transportProtocol: 'smtp',
    transportSecure: smtp.schema === 'smtps',
  };
}

/** The address counts among all accounts of the user; where a server was sent, so does the login there. */
function checkDuplicate(context: OxContext, user: User, fields: Fields, serverSent: boolean): void {
  const address = textOf(fields, 'primaryAddress') ?? '';
  const found = accountsBy(user, address).length + (isPrimary(user, address) ? 1 : 0);
  const who = `for user ${user.id} in context ${context.id}`;
  if (found > 1) throw storageFault(`Found two mail accounts with same E-Mail address ${address} ${who}`);
  if (found === 0 && !(serverSent && user.accounts.some((account) => sameServer(account.fields, fields)))) return;
  throw codedFault('ACC-0017', 'USER_INPUT', `Duplicate mail account ${who}.`);
}

function sameServer(one: Fields, other: Fields): boolean {
  return ['mailServer', 'mailProtocol', 'mailPort', 'login'].every(
    (name) => one[name] !== undefined && one[name] === other[name],
  );
}

function isPrimary(user: User, address: string): boolean {
  return !user.primaryAccountRemoved && primaryMail(user).toLowerCase() === address.toLowerCase();
}

function accountsBy(user: User, address: string): Account[] {
  const wanted = address.toLowerCase();
  return user.accounts.filter((account) => textOf(account.fields, 'primaryAddress')?.toLowerCase() === wanted);
}

function sentFields(data: Fields): Fields {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null && value !== undefined));
}

function primaryAccount(user: User): Account[] {
  if (user.primaryAccountRemoved) return [];
  const { primaryEmail, imapLogin, name, primaryAccountName } = user.fields;
  const fields: Fields = {
    primaryAddress: primaryEmail,
    login: imapLogin ?? name,
    name: primaryAccountName ?? 'E-Mail',
  };
  return [{ id: 0, fields: { ...fields, ...servers(user.fields) } }];
}

function data(context: OxContext, user: User, account: Account): Value {
  return { ...account.fields, contextId: context.id, userId: user.id, id: account.id };
}
