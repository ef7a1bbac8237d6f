/** Steps of a directory's life. Each resolves against the directory as it is, so that every list of steps is a valid history. */
import type { QueueFile } from '../harness/objects.ts';
import {
  type Account,
  DEFAULT_CONTEXT,
  type Directory,
  type Group,
  type Kind,
  type Resource,
  type User,
} from './directory.ts';
import { RIGHTS } from './rights.ts';

/** Numbers that choose: the object, what of it, and how it is written. */
export interface Choice {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

type Effect = (directory: Directory, choice: Choice) => QueueFile[];

const NAMES = ['anna', 'Anna', 'bert', 'carl', 'dora+1', 'emil', 'Frida', 'g.h', 'ida'];
const GROUPS = ['sales', 'Sales', 'r+d', 'all hands', 'staff'];
const RESOURCES = ['beamer', 'room-1', 'Room-1', 'car'];
const PROFILES = ['premium', 'base line', 'a=b', 'none'];
const ACCESS = [...PROFILES.slice(0, 3), 'none', null, 'not there'];
const CONTEXTS = [DEFAULT_CONTEXT, DEFAULT_CONTEXT, 20, 30];
const TEXTS = ['Müller & Söhne', '<b>"x"</b>', "it's ]]> fine", ' padded ', '🚀 Ω', null, null];
const HOSTS = [null, 'mail1.example.org', 'mail2.example.org'];

/** What may happen, and how often. */
export const EFFECTS: Readonly<Record<string, { weight: number; effect: Effect }>> = {
  'user created': { weight: 10, effect: createUser },
  'user edited': { weight: 6, effect: changesUser(edit) },
  'user renamed': { weight: 5, effect: changesUser(rename) },
  'user readdressed': { weight: 5, effect: changesUser(readdress) },
  'user moved': { weight: 6, effect: changesUser(move) },
  'user switched': { weight: 4, effect: changesUser(switchOver) },
  'user renamed, moved and readdressed': {
    weight: 3,
    effect: changesUser((user, choice, directory) => {
      rename(user, choice, directory);
      move(user, choice, directory);
      readdress(user, choice, directory);
    }),
  },
  'user deleted': { weight: 3, effect: deleteUser },
  'user restored': { weight: 1, effect: restoreUser },
  'id changed': { weight: 4, effect: changeId },
  'former id deleted': { weight: 2, effect: deleteFormer },
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
  'profile created': { weight: 3, effect: createProfile },
  'profile edited': { weight: 2, effect: editProfile },
  'profile deleted': { weight: 1, effect: deletes('profile') },
};

export function pick<T>(list: readonly T[], choice: number): T | undefined {
  return list[choice % list.length];
}

function one<T>(list: readonly [T, ...T[]] | readonly T[], choice: number): T {
  return list[choice % list.length] as T;
}

type Objects = {
  user: User;
  group: Group;
  account: Account;
  resource: Resource;
  profile: { id: string };
  context: { id: string };
};

function objectsOf<K extends Kind>(directory: Directory, kind: K): Map<string, Objects[K]> {
  return directory[`${kind}s`] as unknown as Map<string, Objects[K]>;
}

function changes<K extends Kind>(
  kind: K,
  change: (object: Objects[K], choice: Choice, directory: Directory) => void,
): Effect {
  return (directory, choice) => {
    const object = pick([...objectsOf(directory, kind).values()], choice.a);
    if (object === undefined) return [];
    change(object, choice, directory);
    return [directory.fileOf(kind, object.id, choice.c)];
  };
}

function deletes(kind: Exclude<Kind, 'user'>): Effect {
  return (directory, { a }) => {
    const objects = objectsOf(directory, kind);
    const id = pick([...objects.keys()], a);
    if (id === undefined) return [];
    const file = directory.deletionOf(kind, id);
    objects.delete(id);
    return [file];
  };
}

/** Groups and accounts that name the user change with its DN, as the directory keeps references right. */
function changesUser(change: (user: User, choice: Choice, directory: Directory) => void): Effect {
  return (directory, choice) => {
    const user = pick([...directory.users.values()], choice.a);
    if (user === undefined) return [];
    const dn = directory.dnOf(user);
    change(user, choice, directory);
    const own = directory.fileOf('user', user.id, choice.c);
    return directory.dnOf(user) === dn ? [own] : [own, ...referrersOf(directory, user.id, choice.c)];
  };
}

function referrersOf(directory: Directory, user: string, style: number): QueueFile[] {
  const naming = (kind: 'group' | 'account'): QueueFile[] =>
    [...objectsOf(directory, kind).values()]
      .filter(({ members }) => members.has(user))
      .map(({ id }) => directory.fileOf(kind, id, style));
  return [...naming('group'), ...naming('account')];
}

export function isFree(directory: Directory, kind: Kind, name: string, own?: string): boolean {
  const taken = [...objectsOf(directory, kind).values()] as { id: string; name?: string }[];
  return !taken.some((object) => object.id !== own && object.name?.toLowerCase() === name.toLowerCase());
}

function mails(directory: Directory): Set<string> {
  const all = [...directory.users.values()].flatMap((user) => [user.mail, ...user.aliases]);
  return new Set(all.map((mail) => mail.toLowerCase()));
}

function createUser(directory: Directory, { a, b, c }: Choice): QueueFile[] {
  const name = one(NAMES, a);
  if (!isFree(directory, 'user', name)) return [];
  const user: User = {
    id: directory.newId('user'),
    number: a % 3 === 0 ? null : directory.newNumber(),
    name,
    isOx: b % 5 !== 0,
    context: one(CONTEXTS, b),
    access: one(ACCESS, c),
    mail: '',
    aliases: [],
    display: '',
    first: `Vor ${c}`,
    company: one(TEXTS, b),
    note: one(TEXTS, c),
    phones: [],
    birthday: '1990-01-01',
    mailServer: one(HOSTS, c),
    quota: c % 3 === 0 ? 100 + c : null,
  };
  user.mail = freeMail(directory, a + c);
  user.display = freeDisplay(directory, user, b);
  directory.users.set(user.id, user);
  return [directory.fileOf('user', user.id, c)];
}

/** Few addresses, so that they pass from one user to the next. */
function freeMail(directory: Directory, choice: number): string {
  const taken = mails(directory);
  for (let at = choice; ; at += 1) {
    const mail = `${at % 2 === 0 ? 'm' : 'M'}${at % 40}@example.org`;
    if (!taken.has(mail.toLowerCase())) return mail;
  }
}

function freeDisplay(directory: Directory, own: User, choice: number): string {
  const taken = new Set([...directory.users.values()].filter((user) => user !== own).map((user) => user.display));
  for (let at = choice; ; at += 1) {
    const display = `Name ${at % 12}`;
    if (!taken.has(display)) return display;
  }
}

function switchOver(object: { isOx: boolean }): void {
  object.isOx = !object.isOx;
}

function edit(user: User, { b, c }: Choice, directory: Directory): void {
  switch (b % 8) {
    case 0:
      user.company = one(TEXTS, c);
      break;
    case 1:
      user.phones = Array.from({ length: c % 3 }, (_, at) => `+49 ${c}${at}`);
      break;
    case 2:
      user.access = one(ACCESS, c);
      break;
    case 3:
      user.display = freeDisplay(directory, user, c);
      break;
    case 4:
      user.birthday = `19${50 + (c % 50)}-0${1 + (c % 9)}-11`;
      break;
    case 5:
      user.mailServer = one(HOSTS, c);
      user.note = one(TEXTS, c);
      break;
    case 6:
      user.quota = c % 2 === 0 ? null : c;
      break;
    default:
      user.first = `Vor ${c}`;
  }
}

function rename(user: User, { b }: Choice, directory: Directory): void {
  const name = NAMES.map((_, at) => one(NAMES, b + at)).find(
    (each) => each !== user.name && isFree(directory, 'user', each, user.id),
  );
  user.name = name ?? user.name;
}

function readdress(user: User, { b, c }: Choice, directory: Directory): void {
  const alias = user.aliases[0];
  if (b % 4 === 0) {
    user.aliases = [...user.aliases, freeMail(directory, c)];
  } else if (b % 4 === 1) {
    user.aliases = user.aliases.slice(1);
  } else if (b % 4 === 2 && alias !== undefined) {
    user.aliases = [user.mail, ...user.aliases.slice(1)];
    user.mail = alias;
  } else {
    user.mail = freeMail(directory, c);
  }
}

/** To a context that is there: what becomes of users sent elsewhere is told by their past, not by their last version. */
function move(user: User, { b }: Choice, directory: Directory): void {
  const context = one(CONTEXTS.slice(1), b);
  user.context = directory.hasContext(context) ? context : user.context;
}

function deleteUser(directory: Directory, { a, c }: Choice): QueueFile[] {
  const user = pick([...directory.users.values()], a);
  if (user === undefined) return [];
  const own = directory.deletionOf('user', user.id);
  const naming = [...directory.groups.values(), ...directory.accounts.values()].filter(({ members }) =>
    members.delete(user.id),
  );
  directory.users.delete(user.id);
  directory.graves.push({ id: user.id, dn: own.dn });
  const kind = (id: string): Kind => (directory.groups.has(id) ? 'group' : 'account');
  return [own, ...naming.map(({ id }) => directory.fileOf(kind(id), id, c))];
}

/** The same entry once more, as after an administrator's mistake. */
function restoreUser(directory: Directory, { a, b, c }: Choice): QueueFile[] {
  const grave = pick(directory.graves, a);
  if (grave === undefined || directory.users.has(grave.id)) return [];
  // An id that a living object had before belongs to nobody else.
  if (directory.formers.some(({ former }) => former.id === grave.id)) return [];
  const created = createUser(directory, { a, b, c })[0];
  const user = created && directory.users.get(created.id);
  if (user === undefined) return [];
  directory.users.delete(user.id);
  directory.users.set(grave.id, { ...user, id: grave.id });
  // Its former ids went with its last state: what comes under one of them now is about whoever has the DN.
  directory.formers.splice(0, Number.POSITIVE_INFINITY, ...directory.formers.filter(({ id }) => id !== grave.id));
  return [directory.fileOf('user', grave.id, c)];
}

/** A site changes from entryUUID to univentionObjectIdentifier; the deletion of the former id comes at once, later or never. */
function changeId(directory: Directory, { a, b, c }: Choice): QueueFile[] {
  const object = pick(
    directory.all().filter(([, id]) => directory.firstId(id) === id),
    a,
  );
  if (object === undefined) return [];
  const [kind, former] = object;
  const deletion = directory.deletionOf(kind, former);
  const file = directory.fileOf(kind, directory.changeId(kind, former, b % 2 === 0), c);
  return b % 3 === 0 ? [file, deletion] : [file];
}

/** Somebody else may have its DN by now. */
function deleteFormer(directory: Directory, { a }: Choice): QueueFile[] {
  const alive = new Set(directory.all().map(([, id]) => id));
  const former = pick(
    directory.formers.filter(({ id }) => alive.has(id)),
    a,
  );
  return former ? [former.former] : [];
}

function regroup(object: { members: Set<string> }, { b, c }: Choice, directory: Directory): void {
  const users = [...directory.users.keys()];
  object.members = new Set(users.filter((_, at) => ((b ^ (c * 7)) >> (at % 8)) % 2 === 1));
}

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
  for (let at = choice; ; at += 1) {
    const mail = `${at % 2 === 0 ? 'info' : 'Info'}${at % 30}@example.org`;
    if (!taken.has(mail.toLowerCase())) return mail;
  }
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
  for (let at = choice; ; at += 1) {
    const mail = `res${at % 9}@example.org`;
    if (!taken.has(mail)) return mail;
  }
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
