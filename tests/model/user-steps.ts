/** Steps of users: they come, change, move and go; what names them follows. */
import type { QueueFile } from '../harness/objects.ts';
import {
  type Choice,
  CONTEXTS,
  type Effect,
  type Effects,
  firstFree,
  isFree,
  objectsOf,
  one,
  PROFILES,
  pick,
  switchOver,
  TEXTS,
} from './choice.ts';
import type { Directory, Kind, User } from './directory.ts';

const NAMES = ['anna', 'Anna', 'bert', 'carl', 'dora+1', 'emil', 'Frida', 'g.h', 'ida'];
const ACCESS = [...PROFILES.slice(0, 3), 'none', null, 'not there'];
const HOSTS = [null, 'mail1.example.org', 'mail2.example.org'];

export const USER_STEPS: Effects = {
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
};

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
  const form = (at: number): string => `${at % 2 === 0 ? 'm' : 'M'}${at % 40}@example.org`;
  return firstFree(choice, form, (mail) => taken.has(mail.toLowerCase()));
}

function freeDisplay(directory: Directory, own: User, choice: number): string {
  const taken = new Set([...directory.users.values()].filter((user) => user !== own).map((user) => user.display));
  return firstFree(
    choice,
    (at) => `Name ${at % 12}`,
    (display) => taken.has(display),
  );
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
