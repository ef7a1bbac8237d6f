/**
 * What OX must hold for a directory, computed from the last version of each object alone (docs/behaviour.md). Written
 * without a look at lib: where the two disagree, one of them is wrong.
 */
import { DEFAULT_CONTEXT, type Directory, type Profile, type User } from './directory.ts';
import type { ObservedAccount, ObservedContext, ObservedUser } from './observed.ts';
import { FLAGS } from './rights.ts';

export function expectedContexts(directory: Directory): Record<string, ObservedContext> {
  const contexts = [
    { number: DEFAULT_CONTEXT, name: 'context10', quota: null },
    ...[...directory.contexts.values()].map(({ number, name, quota }) => ({ number, name, quota })),
  ];
  return Object.fromEntries(
    contexts
      .sort((a, b) => a.number - b.number)
      .map(({ number, name, quota }) => [String(number), expectedContext(directory, number, name, quota)]),
  );
}

function expectedContext(directory: Directory, number: number, name: string, quota: number | null): ObservedContext {
  const users = [...directory.users.values()].filter((user) => user.isOx && user.context === number);
  const groups = [...directory.groups.values()].filter((group) => group.isOx);
  const resources = [...directory.resources.values()].filter((resource) => resource.context === number);
  const members = (ids: ReadonlySet<string>): string[] =>
    users
      .filter((user) => ids.has(user.id))
      .map((user) => user.name)
      .sort();
  return {
    name,
    maxQuota: quota,
    users: Object.fromEntries(users.map((user) => [user.name, expectedUser(directory, user)])),
    groups: Object.fromEntries(
      groups.map((group) => [group.name, members(group.members)] as const).filter(([, names]) => names.length > 0),
    ),
    resources: Object.fromEntries(
      resources.map((resource) => [
        resource.name,
        { displayname: resource.display, description: resource.description ?? '', email: resource.mail },
      ]),
    ),
  };
}

function expectedUser(directory: Directory, user: User): ObservedUser {
  const profile = [...directory.profiles.values()].find((each) => each.name === user.access);
  return {
    display_name: user.display,
    given_name: user.first,
    sur_name: 'Muster',
    primaryEmail: user.mail,
    email1: user.mail,
    defaultSenderAddress: user.mail,
    aliases: [...new Set([user.mail, ...user.aliases])].sort(),
    company: user.company ?? '',
    note: user.note ?? '',
    telephone_business1: user.phones[0] ?? '',
    telephone_business2: user.phones[1] ?? '',
    birthday: user.birthday,
    imapServer: `imap://${user.mailServer ?? 'localhost'}:143`,
    smtpServer: `smtp://${user.mailServer ?? 'localhost'}:587`,
    imapLogin: user.mail,
    mailenabled: user.access !== null && user.access !== 'none',
    gui_spam_filter_enabled: true,
    language: 'de_DE',
    timezone: 'Europe/Berlin',
    maxQuota: user.quota ?? -1,
    access: user.access === null ? granted([]) : profile ? granted(profile.rights) : null,
    accounts: [...directory.accounts.values()]
      .filter((account) => account.members.has(user.id))
      .map(
        (account): ObservedAccount => ({
          primaryAddress: account.mail,
          name: account.name,
          personal: account.personal ?? '',
          login: `${directory.firstId(account.id)}${user.name}`,
        }),
      )
      .sort((a, b) => (a.primaryAddress < b.primaryAddress ? -1 : 1)),
  };
}

function granted(rights: readonly string[]): string {
  return rights
    .map((right) => FLAGS[right])
    .sort()
    .join(' ');
}

/** Lines of ModuleAccessDefinitions.properties. */
export function expectedProfiles(directory: Directory): string[] {
  const line = ({ name, rights }: Profile): string => `${name}=${[...rights].sort().join(',')}`;
  return [...directory.profiles.values()].map(line).sort();
}
