/** A small directory as UDM keeps it: its objects, and what is unique among them. Answers queue files; knows nothing of OX. */
import type { QueueFile } from '../harness/objects.ts';

export interface User {
  readonly id: string;
  /** null: this site shows none. */
  readonly number: number | null;
  name: string;
  isOx: boolean;
  context: number;
  access: string | null;
  mail: string;
  aliases: string[];
  display: string;
  first: string;
  company: string | null;
  note: string | null;
  phones: string[];
  birthday: string;
  mailServer: string | null;
  quota: number | null;
}

export interface Group {
  readonly id: string;
  name: string;
  isOx: boolean;
  /** Ids of users. */
  members: Set<string>;
}

export interface Account {
  readonly id: string;
  name: string;
  mail: string;
  personal: string | null;
  members: Set<string>;
}

export interface Resource {
  readonly id: string;
  name: string;
  context: number;
  mail: string;
  display: string;
  description: string | null;
}

export interface Context {
  readonly id: string;
  readonly number: number;
  name: string;
  quota: number;
}

export interface Profile {
  readonly id: string;
  name: string;
  rights: string[];
}

export type Kind = 'context' | 'profile' | 'user' | 'group' | 'account' | 'resource';

const TYPES: Readonly<Record<Kind, string>> = {
  context: 'oxmail/oxcontext',
  profile: 'oxmail/accessprofile',
  user: 'users/user',
  group: 'groups/group',
  account: 'oxmail/functional_account',
  resource: 'oxresources/oxresources',
};

const DIGITS: Readonly<Record<Kind, string>> = {
  context: 'c',
  profile: 'a',
  user: 'b',
  group: 'd',
  account: 'e',
  resource: 'f',
};

/** The context that is always there. */
export const DEFAULT_CONTEXT = 10;

export class Directory {
  readonly users = new Map<string, User>();
  readonly groups = new Map<string, Group>();
  readonly accounts = new Map<string, Account>();
  readonly resources = new Map<string, Resource>();
  readonly contexts = new Map<string, Context>();
  readonly profiles = new Map<string, Profile>();
  /** Ids and DNs of deleted users. */
  readonly graves: { id: string; dn: string }[] = [];
  /** Objects that came again under another id; the deletion of the former one may still come. */
  readonly formers: { id: string; former: QueueFile }[] = [];
  readonly #firstIds = new Map<string, string>();
  #ids = 0;

  newId(kind: Kind): string {
    this.#ids += 1;
    return `${DIGITS[kind].repeat(8)}-0000-4000-8000-${String(this.#ids).padStart(12, '0')}`;
  }

  newNumber(): number {
    this.#ids += 1;
    return 2000 + this.#ids;
  }

  /** The id under which the object was known first. */
  firstId(id: string): string {
    return this.#firstIds.get(id) ?? id;
  }

  /** The object is the same; the new id may sort before the former one or behind it. */
  changeId(kind: Kind, former: string, isBefore: boolean): string {
    const id = `${isBefore ? '0' : 'f'}${this.newId(kind).slice(1)}`;
    const last = this.deletionOf(kind, former);
    const objects = this[`${kind}s`] as unknown as Map<string, { id: string }>;
    objects.set(id, { ...wanted(objects, former), id });
    objects.delete(former);
    for (const { members } of [...this.groups.values(), ...this.accounts.values()]) {
      if (members.delete(former)) members.add(id);
    }
    this.#firstIds.set(id, this.firstId(former));
    this.formers.push({ id, former: last });
    return id;
  }

  hasContext(number: number): boolean {
    return number === DEFAULT_CONTEXT || [...this.contexts.values()].some((context) => context.number === number);
  }

  /** `style` chooses among the forms that versions of UDM write. */
  fileOf(kind: Kind, id: string, style = 0): QueueFile {
    const { dn, object } = this.#write(kind, id, style);
    return { id, udm_object_type: TYPES[kind], dn, object, options: style % 2 === 0 ? ['default'] : null };
  }

  deletionOf(kind: Kind, id: string): QueueFile {
    return { id, udm_object_type: TYPES[kind], dn: this.#write(kind, id, 0).dn, object: null, options: null };
  }

  /** Every object there is, in the order of UDM's modules. */
  all(): [Kind, string][] {
    const kinds: [Kind, Iterable<string>][] = [
      ['user', this.users.keys()],
      ['group', this.groups.keys()],
      ['account', this.accounts.keys()],
      ['resource', this.resources.keys()],
      ['profile', this.profiles.keys()],
      ['context', this.contexts.keys()],
    ];
    return kinds.flatMap(([kind, ids]) => [...ids].map((id): [Kind, string] => [kind, id]));
  }

  dnOf(user: User): string {
    return `uid=${escapeRdn(user.name)},cn=users,dc=example,dc=org`;
  }

  #write(kind: Kind, id: string, style: number): { dn: string; object: Record<string, unknown> } {
    switch (kind) {
      case 'user':
        return this.#user(wanted(this.users, id), style);
      case 'group':
        return this.#group(wanted(this.groups, id), style);
      case 'account':
        return this.#account(wanted(this.accounts, id), style);
      case 'resource':
        return resource(wanted(this.resources, id), style);
      case 'context':
        return context(wanted(this.contexts, id), style);
      case 'profile':
        return profile(wanted(this.profiles, id), style);
    }
  }

  #user(user: User, style: number): { dn: string; object: Record<string, unknown> } {
    const groups = [...this.groups.values()].filter((group) => group.members.has(user.id)).map(groupDn);
    return {
      dn: this.dnOf(user),
      object: {
        username: user.name,
        ...(user.number === null ? {} : { uidNumber: integer(user.number, style) }),
        isOxUser: written(user.isOx, ['OK', 'Not'], style),
        oxContext: integer(user.context, style),
        oxAccess: user.access,
        mailPrimaryAddress: user.mail,
        mailAlternativeAddress: user.aliases,
        oxDisplayName: style % 3 === 1 ? user.display : null,
        displayName: style % 3 === 1 ? 'not this one' : user.display,
        firstname: user.first,
        lastname: 'Muster',
        organisation: user.company,
        oxNote: user.note,
        phone: user.phones,
        birthday: user.birthday,
        mailHomeServer: user.mailServer,
        ...(user.quota === null ? {} : { oxUserQuota: integer(user.quota, style) }),
        groups,
        disabled: false,
      },
    };
  }

  #group(group: Group, style: number): { dn: string; object: Record<string, unknown> } {
    return {
      dn: groupDn(group),
      object: {
        name: group.name,
        isOxGroup: written(group.isOx, ['OK', 'Not'], style),
        users: this.#dns(group, style),
      },
    };
  }

  #account(account: Account, style: number): { dn: string; object: Record<string, unknown> } {
    return {
      dn: `cn=${this.firstId(account.id)},cn=functional_accounts,dc=example,dc=org`,
      object: {
        name: account.name,
        mailPrimaryAddress: account.mail,
        personal: account.personal,
        users: this.#dns(account, style),
        groups: [],
      },
    };
  }

  /** The same DNs in one of the ways LDAP takes for equal. */
  #dns({ members }: { members: ReadonlySet<string> }, style: number): string[] {
    const dns = [...members].flatMap((id) => this.users.get(id) ?? []).map((user) => this.dnOf(user));
    if (style % 4 === 1) return dns.map((dn) => dn.toUpperCase());
    if (style % 4 === 2) return dns.map((dn) => dn.replaceAll(',cn=', ' , cn = ').replaceAll('\\+', '\\2b'));
    return style % 4 === 3 ? [...dns, ...dns] : dns;
  }
}

function groupDn(group: Group): string {
  return `cn=${escapeRdn(group.name)},cn=groups,dc=example,dc=org`;
}

function resource(one: Resource, style: number): { dn: string; object: Record<string, unknown> } {
  return {
    dn: `cn=${escapeRdn(one.name)},cn=oxresources,dc=example,dc=org`,
    object: {
      name: one.name,
      displayname: one.display,
      description: one.description,
      resourceMailAddress: one.mail,
      oxContext: integer(one.context, style),
    },
  };
}

function context(one: Context, style: number): { dn: string; object: Record<string, unknown> } {
  return {
    dn: `cn=${one.name},cn=open-xchange,dc=example,dc=org`,
    object: { name: one.name, contextid: integer(one.number, style), oxQuota: integer(one.quota, style) },
  };
}

function profile(one: Profile, style: number): { dn: string; object: Record<string, unknown> } {
  const rights = Object.fromEntries(one.rights.map((right) => [right, written(true, ['OK', 'Not'], style)]));
  return {
    dn: `cn=${escapeRdn(one.name)},cn=accessprofiles,dc=example,dc=org`,
    object: { name: one.name, displayName: one.name, ...rights },
  };
}

function wanted<T>(objects: ReadonlyMap<string, T>, id: string): T {
  const found = objects.get(id);
  if (found === undefined) throw new Error(`the directory has no ${id}`);
  return found;
}

function written(value: boolean, [yes, no]: readonly [string, string], style: number): unknown {
  return [value, value ? 'TRUE' : 'FALSE', value ? '1' : '0', value ? yes : no][style % 4];
}

function integer(value: number, style: number): unknown {
  return style % 2 === 0 ? value : String(value);
}

function escapeRdn(value: string): string {
  return value.replace(/[+=,]/g, (special) => `\\${special}`);
}
