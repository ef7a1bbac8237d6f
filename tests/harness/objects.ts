/** Queue files as UCS writes them, cut down to what matters, with ids that tell the object. */
import { createHash } from 'node:crypto';

export interface QueueFile {
  readonly id: string;
  readonly udm_object_type: string;
  readonly dn: string;
  readonly object: Readonly<Record<string, unknown>> | null;
  readonly options: unknown;
}

const KINDS = { context: 'c', profile: 'a', user: 'b', group: 'd', account: 'e', resource: 'f' } as const;

type Kind = keyof typeof KINDS;

/** A stable UUID for the object of this kind and name. */
export function idOf(kind: Kind, name: string): string {
  const hash = createHash('sha256').update(name).digest('hex');
  return `${KINDS[kind].repeat(8)}-0000-4000-8000-${hash.slice(0, 12)}`;
}

type Properties = Readonly<Record<string, unknown>>;

export const userDn = (name: string): string => `uid=${name},cn=users,dc=example,dc=org`;
export const groupDn = (name: string): string => `cn=${name},cn=groups,dc=example,dc=org`;

/** An OX user of context 10; `id` and DN come from `name`. */
export function aUser(name: string, properties: Properties = {}): QueueFile {
  return file('user', 'users/user', name, userDn(name), {
    username: name,
    isOxUser: true,
    oxContext: 10,
    oxAccess: 'premium',
    mailPrimaryAddress: `${name}@example.org`,
    mailAlternativeAddress: [],
    firstname: name.toUpperCase(),
    lastname: 'Example',
    displayName: `${name} Example`,
    groups: [],
    ...properties,
  });
}

export function aGroup(name: string, users: readonly string[], properties: Properties = {}): QueueFile {
  return file('group', 'groups/group', name, groupDn(name), {
    name,
    isOxGroup: true,
    users: users.map(userDn),
    ...properties,
  });
}

export function aContext(id: number, properties: Properties = {}): QueueFile {
  const name = `context${id}`;
  return file('context', 'oxmail/oxcontext', name, `cn=${name},cn=open-xchange,dc=example,dc=org`, {
    contextid: id,
    name,
    oxQuota: 1000,
    ...properties,
  });
}

export function aProfile(name: string, rights: readonly string[]): QueueFile {
  const granted = Object.fromEntries(rights.map((right) => [right, true]));
  return file('profile', 'oxmail/accessprofile', name, `cn=${name},cn=accessprofiles,dc=example,dc=org`, {
    name,
    displayName: name,
    ...granted,
  });
}

export function anAccount(name: string, users: readonly string[], properties: Properties = {}): QueueFile {
  return file('account', 'oxmail/functional_account', name, `cn=${name},cn=functional_accounts,dc=example,dc=org`, {
    name,
    mailPrimaryAddress: `${name}@example.org`,
    personal: `The ${name}`,
    users: users.map(userDn),
    groups: [],
    ...properties,
  });
}

export function aResource(name: string, properties: Properties = {}): QueueFile {
  return file('resource', 'oxresources/oxresources', name, `cn=${name},cn=oxresources,dc=example,dc=org`, {
    name,
    displayname: `The ${name}`,
    description: 'first floor',
    resourceMailAddress: `${name}@example.org`,
    oxContext: 10,
    ...properties,
  });
}

/** The same object, changed. */
export function changed(before: QueueFile, properties: Properties): QueueFile {
  return { ...before, object: { ...before.object, ...properties } };
}

export function deleted(before: QueueFile): QueueFile {
  return { ...before, object: null, options: null };
}

/** The same object as the listener converter spells it: all is text, and empty lists are left out. */
export function asConverted(file: QueueFile): QueueFile {
  const spell = (value: unknown): unknown =>
    typeof value === 'boolean' ? (value ? 'TRUE' : 'FALSE') : typeof value === 'number' ? String(value) : value;
  const entries = Object.entries(file.object ?? {}).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  return { ...file, object: Object.fromEntries(entries.map(([name, value]) => [name, spell(value)])) };
}

function file(kind: Kind, type: string, name: string, dn: string, object: Properties): QueueFile {
  return { id: idOf(kind, name), udm_object_type: type, dn, object, options: ['default'] };
}
