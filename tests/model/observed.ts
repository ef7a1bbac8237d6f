/** What the sandbox holds, cut down to what the model speaks about. */
import type { CanonicalContext, CanonicalState } from '../sandbox/client.ts';
import { ALL_FLAGS } from './rights.ts';

export interface ObservedAccount {
  readonly primaryAddress: string;
  readonly name: string;
  readonly personal: string;
  readonly login: string;
}

export interface ObservedUser {
  /** Flags granted; null: not comparable. */
  access: string | null;
  readonly accounts: readonly ObservedAccount[];
  readonly [field: string]: unknown;
}

export interface ObservedContext {
  readonly name: string;
  /** null: not comparable. */
  readonly maxQuota: number | null;
  readonly users: Readonly<Record<string, ObservedUser>>;
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly resources: Readonly<Record<string, { displayname: string; description: string; email: string }>>;
}

/** Objects of others: nothing may ever touch them. */
export const STRANGERS = {
  user: 'stranger',
  group: 'strangers',
  resource: 'strange-room',
  account: 'private@other.org',
};

const TEXTS = [
  'display_name',
  'given_name',
  'sur_name',
  'primaryEmail',
  'email1',
  'defaultSenderAddress',
  'company',
  'note',
  'telephone_business1',
  'telephone_business2',
  'birthday',
  'imapServer',
  'smtpServer',
  'imapLogin',
  'language',
  'timezone',
];

export function observedContexts(state: CanonicalState): Record<string, ObservedContext> {
  return Object.fromEntries(Object.entries(state.contexts).map(([id, context]) => [id, observedContext(id, context)]));
}

function observedContext(id: string, context: CanonicalContext): ObservedContext {
  const ours = <T extends { name?: unknown }>(objects: readonly T[], stranger: string): T[] =>
    objects.filter(({ name }) => name !== stranger);
  return {
    name: context.name,
    maxQuota: id === '10' ? null : context.maxQuota,
    users: Object.fromEntries(
      ours(context.users, STRANGERS.user).map((user) => [String(user.name), observedUser(user)]),
    ),
    groups: Object.fromEntries(
      ours(context.groups, STRANGERS.group)
        .filter(({ name }) => name !== 'users')
        .map((group) => [
          group.name,
          group.name === group.displayname ? group.members : [`shown as ${group.displayname}`],
        ]),
    ),
    resources: Object.fromEntries(
      ours(context.resources, STRANGERS.resource).map((resource) => [
        String(resource.name),
        {
          displayname: text(resource.displayname),
          description: text(resource.description),
          email: text(resource.email),
        },
      ]),
    ),
  };
}

function observedUser(user: Readonly<Record<string, unknown>>): ObservedUser {
  return {
    ...Object.fromEntries(TEXTS.map((field) => [field, text(user[field])])),
    birthday: text(user.birthday).slice(0, 10),
    aliases: user.aliases,
    mailenabled: user.mailenabled,
    gui_spam_filter_enabled: user.gui_spam_filter_enabled,
    maxQuota: user.maxQuota ?? -1,
    access: Object.entries(user.moduleAccess as Record<string, boolean>)
      .filter(([flag, value]) => value && ALL_FLAGS.has(flag))
      .map(([flag]) => flag)
      .sort()
      .join(' '),
    accounts: (user.accounts as Record<string, unknown>[]).map((account) => ({
      primaryAddress: text(account.primaryAddress),
      name: text(account.name),
      personal: text(account.personal),
      login: text(account.login),
    })),
  };
}

/** A field that was emptied and one that was never set are the same. */
function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}

/** The strangers as they are, to be compared with how they were. */
export function strangersOf(state: CanonicalState): unknown {
  const context = state.contexts['10'];
  return {
    user: context?.users.find(({ name }) => name === STRANGERS.user),
    group: context?.groups.find(({ name }) => name === STRANGERS.group),
    resource: context?.resources.find(({ name }) => name === STRANGERS.resource),
  };
}
