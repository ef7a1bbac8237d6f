/** Steps of groups, functional accounts, resources, contexts and access profiles. */
import type { QueueFile } from '../harness/objects.ts';
import {
  type Choice,
  CONTEXTS,
  changes,
  deletes,
  type Effects,
  firstFree,
  isFree,
  one,
  PROFILES,
  pick,
  regroup,
  switchOver,
  TEXTS,
} from './choice.ts';
import type { Account, Directory, Group, Resource } from './directory.ts';
import { RIGHTS } from './rights.ts';

const GROUPS = ['sales', 'Sales', 'r+d', 'all hands', 'staff'];
const RESOURCES = ['beamer', 'room-1', 'Room-1', 'car'];

export const OBJECT_STEPS: Effects = {
  'group created': { weight: 5, effect: createGroup },
  'group members': {
    weight: 6,
    effect: changes('group', (group, choice, directory) => regroup(group, choice, directory)),
  },
  'group renamed': { weight: 3, effect: changes('group', renameGroup) },
  'group switched': { weight: 1, effect: changes('group', switchOver) },
  'group deleted': { weight: 1, effect: deletes('group') },
  'account created': { weight: 4, effect: createAccount },
  'account members': {
    weight: 5,
    effect: changes('account', (account, choice, directory) => regroup(account, choice, directory)),
  },
  'account edited': { weight: 4, effect: changes('account', editAccount) },
  'account deleted': { weight: 1, effect: deletes('account') },
  'resource created': { weight: 3, effect: createResource },
  'resource edited': { weight: 4, effect: changes('resource', editResource) },
  'resource deleted': { weight: 1, effect: deletes('resource') },
  'context created': { weight: 4, effect: createContext },
  'context edited': { weight: 1, effect: editContext },
  'context deleted': { weight: 1, effect: deletes('context') },
  'context made again': { weight: 1, effect: makeContextAgain },
  'profile created': { weight: 3, effect: createProfile },
  'profile edited': { weight: 2, effect: editProfile },
  'profile deleted': { weight: 1, effect: deletes('profile') },
};

function createGroup(directory: Directory, { a, b, c }: Choice): QueueFile[] {
  const name = one(GROUPS, a);
  if (!isFree(directory, 'group', name)) return [];
  const group: Group = { id: directory.newId('group'), name, isOx: c % 6 !== 0, members: new Set() };
  regroup(group, { a, b, c }, directory);
  directory.groups.set(group.id, group);
  return [directory.fileOf('group', group.id, c)];
}

function renameGroup(group: Group, { b }: Choice, directory: Directory): void {
  const name = one(GROUPS, b);
  group.name = isFree(directory, 'group', name, group.id) ? name : group.name;
}

function createAccount(directory: Directory, { a, b, c }: Choice): QueueFile[] {
  const account: Account = {
    id: directory.newId('account'),
    name: `Konto ${a}`,
    mail: freeAccountMail(directory, b),
    personal: one(TEXTS, c),
    members: new Set(),
  };
  regroup(account, { a, b, c }, directory);
  directory.accounts.set(account.id, account);
  return [directory.fileOf('account', account.id, c)];
}

function freeAccountMail(directory: Directory, choice: number): string {
  const taken = new Set([...directory.accounts.values()].map((account) => account.mail.toLowerCase()));
  const form = (at: number): string => `${at % 2 === 0 ? 'info' : 'Info'}${at % 30}@example.org`;
  return firstFree(choice, form, (mail) => taken.has(mail.toLowerCase()));
}

function editAccount(account: Account, choice: Choice, directory: Directory): void {
  const { b, c } = choice;
  if (b % 3 === 0) account.name = `Konto ${c}`;
  else if (b % 3 === 1) account.personal = one(TEXTS, c);
  else account.mail = freeAccountMail(directory, c);
  if (c % 3 === 0) regroup(account, choice, directory);
}

function createResource(directory: Directory, { a, b, c }: Choice): QueueFile[] {
  const name = one(RESOURCES, a);
  if (!isFree(directory, 'resource', name)) return [];
  const resource: Resource = {
    id: directory.newId('resource'),
    name,
    context: one(CONTEXTS, b),
    mail: freeResourceMail(directory, c),
    display: `Ding ${c}`,
    description: one(TEXTS, b),
  };
  directory.resources.set(resource.id, resource);
  return [directory.fileOf('resource', resource.id, c)];
}

function freeResourceMail(directory: Directory, choice: number): string {
  const taken = new Set([...directory.resources.values()].map((resource) => resource.mail));
  return firstFree(
    choice,
    (at) => `res${at % 9}@example.org`,
    (mail) => taken.has(mail),
  );
}

function editResource(resource: Resource, { b, c }: Choice, directory: Directory): void {
  switch (b % 5) {
    case 0:
      resource.description = one(TEXTS, c);
      break;
    case 1:
      resource.display = `Ding ${c}`;
      break;
    case 2:
      resource.mail = freeResourceMail(directory, c);
      break;
    case 3: {
      const name = one(RESOURCES, c);
      resource.name = isFree(directory, 'resource', name, resource.id) ? name : resource.name;
      break;
    }
    default: {
      const context = one(CONTEXTS, c);
      resource.context = directory.hasContext(context) ? context : resource.context;
    }
  }
}

function createContext(directory: Directory, { a, b, c }: Choice): QueueFile[] {
  const number = one([20, 30], a);
  if (directory.hasContext(number)) return [];
  const id = directory.newId('context');
  directory.contexts.set(id, { id, number, name: `customer-${number}-${b % 3}`, quota: c % 4 === 0 ? -1 : c });
  return [directory.fileOf('context', id, c)];
}

/** As another object: what is in it belongs to that one from then on. */
function makeContextAgain(directory: Directory, { a, c }: Choice): QueueFile[] {
  const context = pick([...directory.contexts.values()], a);
  if (context === undefined) return [];
  const deletion = directory.deletionOf('context', context.id);
  const id = directory.newId('context');
  directory.contexts.delete(context.id);
  directory.contexts.set(id, { ...context, id });
  return [deletion, directory.fileOf('context', id, c)];
}

function editContext(directory: Directory, { a, b, c }: Choice): QueueFile[] {
  const context = pick([...directory.contexts.values()], a);
  if (context === undefined) return [];
  context.name = `customer-${context.number}-${b % 3}`;
  context.quota = c;
  return [directory.fileOf('context', context.id, c)];
}

function createProfile(directory: Directory, { a, b, c }: Choice): QueueFile[] {
  const name = one(PROFILES, a);
  if (!isFree(directory, 'profile', name)) return [];
  const id = directory.newId('profile');
  directory.profiles.set(id, { id, name, rights: rightsBy(b + c) });
  return [directory.fileOf('profile', id, c)];
}

function editProfile(directory: Directory, { a, b, c }: Choice): QueueFile[] {
  const profile = pick([...directory.profiles.values()], a);
  if (profile === undefined) return [];
  const name = one(PROFILES, b);
  profile.name = c % 2 === 0 && isFree(directory, 'profile', name, profile.id) ? name : profile.name;
  profile.rights = rightsBy(c);
  return [directory.fileOf('profile', profile.id, c)];
}

function rightsBy(choice: number): string[] {
  return RIGHTS.filter((_, at) => (choice * 2_654_435) % (at + 2) === 0);
}
