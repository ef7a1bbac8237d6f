/** A site in step with OX, of 10,000 objects unless told otherwise: last states in `old/`, and the seed of the sandbox that fits them. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Seed, SeedUser } from '../sandbox/client.ts';
import { aContext, aGroup, anAccount, aProfile, aResource, aUser, idOf, type QueueFile } from './objects.ts';
import type { Workplace } from './workplace.ts';

const USERS = 9000;
const MOST_ACCOUNTS = 40;
const RESOURCES = 58;
const CONTEXTS = [10, 20] as const;

export const ADMIN_20 = { name: 'oxadmin-context20', password: 'secret20' } as const;

export const userName = (index: number): string => `user${String(index).padStart(4, '0')}`;
const contextOf = (index: number, users: number): number => (index < (users * 2) / 3 ? 10 : 20);
const oxIdOf = (index: number): number => 1000 + index;

/** In a group with nine others of its context; groups and accounts of two contexts are tested elsewhere. */
const groupsOf = (users: number): number => users / 10;
const groupMembers = (group: number): string[] => range(10).map((at) => userName(group * 10 + at));
const accountsOf = (users: number): number => Math.min(MOST_ACCOUNTS, Math.floor(users / 100));
const accountUsers = (account: number): string[] => range(3).map((at) => userName(account * 100 + at));

/** Writes the last states, credentials and profiles. */
export function writeBigSite(place: Workplace, objects = bigSite()): void {
  const old = join(place.queue, 'old');
  mkdirSync(old);
  for (const { id, ...rest } of objects) {
    writeFileSync(join(old, `${id}.json`), JSON.stringify({ id, ...rest }), { mode: 0o600 });
  }
  writeFileSync(join(place.data, 'ModuleAccessDefinitions.properties'), 'premium=calendar,webmail\n');
  const logins = { ...place.credentials(), 20: { adminuser: ADMIN_20.name, adminpass: ADMIN_20.password } };
  writeFileSync(join(place.data, 'secrets', 'contexts.json'), JSON.stringify(logins), { mode: 0o600 });
}

/** `count`: of the users, a multiple of thirty. */
export function bigSite(count = USERS): QueueFile[] {
  const users = range(count).map((index) => {
    const context = contextOf(index, count);
    const learnt = { oxDbId: oxIdOf(index), oxDbUsername: userName(index), oxDbContext: context };
    return aUser(userName(index), { oxContext: context, ...learnt });
  });
  const groups = range(groupsOf(count)).map((group) => {
    const learnt = { oxDbGroupname: `group${group}`, oxDbContexts: [contextOf(group * 10, count)] };
    return aGroup(`group${group}`, groupMembers(group), learnt);
  });
  const accounts = range(accountsOf(count)).map((account) =>
    anAccount(`box${account}`, accountUsers(account), {
      oxDbUsers: accountUsers(account).map((name) => idOf('user', name)),
    }),
  );
  const resources = range(RESOURCES).map((index) => aResource(`room${index}`));
  return [...users, ...groups, ...accounts, ...resources, aProfile('premium', ['calendar', 'webmail']), aContext(20)];
}

/** Seed twice: members of groups must exist. */
export function bigSeed(count = USERS): Seed {
  const users = range(count).map((index): [number, SeedUser] => [contextOf(index, count), aSeedUser(index, count)]);
  const groups = range(groupsOf(count)).map((group) => {
    const name = `group${group}`;
    return [contextOf(group * 10, count), { name, displayname: name, members: groupMembers(group) }] as const;
  });
  const resources = range(RESOURCES).map((index) => ({
    name: `room${index}`,
    displayname: `The room${index}`,
    description: 'first floor',
    email: `room${index}@example.org`,
  }));
  const contexts = CONTEXTS.map((context) => [
    context,
    {
      name: `context${context}`,
      ...(context === 20 ? { admin: ADMIN_20, maxQuota: 1000 } : { admin: { name: 'oxadmin', password: 'secret10' } }),
      users: users.filter(([place]) => place === context).map(([, user]) => user),
      groups: groups.filter(([place]) => place === context).map(([, group]) => group),
      resources: context === 10 ? resources : [],
    },
  ]);
  return { contexts: Object.fromEntries(contexts) };
}

function aSeedUser(index: number, count: number): SeedUser {
  const name = userName(index);
  const mail = `${name}@example.org`;
  const account = index % 100 < 3 && index < accountsOf(count) * 100 ? `box${Math.floor(index / 100)}` : null;
  return {
    name,
    id: oxIdOf(index),
    display_name: `${name} Example`,
    given_name: name.toUpperCase(),
    sur_name: 'Example',
    email1: mail,
    primaryEmail: mail,
    aliases: [mail],
    imapServer: 'imap://localhost:143',
    smtpServer: 'smtp://localhost:587',
    imapLogin: mail,
    mailenabled: true,
    gui_spam_filter_enabled: true,
    ...(account === null ? {} : { accounts: [secondaryAccount(account, name)] }),
  };
}

function secondaryAccount(account: string, user: string): Record<string, unknown> {
  return {
    primaryAddress: `${account}@example.org`,
    name: account,
    personal: `The ${account}`,
    login: `${idOf('account', account)}${user}`,
  };
}

/** Every file and directory below DATA: what it holds, and when and how it was last touched. */
export function footprint(directory: string): Record<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { mode, ino, mtimeMs, size } = statSync(path);
      const content = entry.isFile() ? readFileSync(path, 'latin1') : '';
      return [path, `${mode} ${ino} ${mtimeMs} ${size} ${content}`];
    }),
  );
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
