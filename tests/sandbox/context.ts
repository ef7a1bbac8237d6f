/** One OX context in memory: its users, groups and resources, with the look-ups that keep big contexts fast. */

import { type Fields, textOf, textsOf } from './values.ts';

export type Access = Record<string, boolean>;

export interface Account {
  id: number;
  /** A copy of a secondary account, which is not marked as one any more: `list` leaves it out. */
  isUnmarked?: boolean;
  fields: Fields;
}

export interface User {
  id: number;
  /** WSDL names; `name`, `display_name` and `primaryEmail` are indexed: change them through the context. */
  fields: Fields;
  access: Access;
  accounts: Account[];
  primaryAccountRemoved: boolean;
}

export interface Group {
  id: number;
  name: string;
  displayname: string;
  members: Set<number>;
}

export interface Resource {
  id: number;
  fields: Fields;
}

export const DEFAULT_GROUP = 1;
export const ADMIN = 2;

export class OxContext {
  readonly id: number;
  name: string;
  maxQuota = -1;
  enabled = true;
  /** Without the id and the name, which are always login mappings. */
  mappings: string[] = [];
  attributes: Fields | null = null;
  readonly users = new Map<number, User>();
  readonly groups = new Map<number, Group>();
  readonly resources = new Map<number, Resource>();
  #nextId = ADMIN + 1;
  #nextAccount = 1;
  readonly #names = new Map<string, User>();
  readonly #displayNames = new Map<string, Set<User>>();
  readonly #primaryMails = new Map<string, Set<User>>();
  readonly #groupNames = new Map<string, Group>();

  constructor(id: number, name: string) {
    this.id = id;
    this.name = name;
    this.addGroup({ id: DEFAULT_GROUP, name: 'users', displayname: 'Standard group', members: new Set() });
  }

  /** One sequence numbers users, groups and resources. */
  nextId(): number {
    return this.#nextId++;
  }

  reserveId(id: number): void {
    this.#nextId = Math.max(this.#nextId, id + 1);
  }

  nextAccountId(): number {
    return this.#nextAccount++;
  }

  get admin(): User | undefined {
    return this.users.get(ADMIN);
  }

  get loginMappings(): string[] {
    return [...new Set([String(this.id), this.name, ...this.mappings])];
  }

  addUser(user: User): void {
    this.users.set(user.id, user);
    this.#index(user);
  }

  /** Also leaves all groups. */
  removeUser(user: User): void {
    this.#unindex(user);
    this.users.delete(user.id);
    for (const group of this.groups.values()) group.members.delete(user.id);
  }

  updateUser(user: User, fields: Fields): void {
    this.#unindex(user);
    Object.assign(user.fields, fields);
    this.#index(user);
  }

  /** Memberships follow. */
  renumberUser(user: User, id: number): void {
    this.users.delete(user.id);
    for (const group of this.groups.values()) {
      if (group.members.delete(user.id)) group.members.add(id);
    }
    user.id = id;
    this.users.set(id, user);
  }

  userByName(name: string): User | undefined {
    return this.#names.get(name);
  }

  usersByDisplayName(name: string): ReadonlySet<User> {
    return this.#displayNames.get(name) ?? NOBODY;
  }

  /** Not case-sensitive. */
  usersByPrimaryMail(address: string): ReadonlySet<User> {
    return this.#primaryMails.get(address.toLowerCase()) ?? NOBODY;
  }

  addGroup(group: Group): void {
    this.groups.set(group.id, group);
    this.#groupNames.set(group.name.toLowerCase(), group);
  }

  removeGroup(group: Group): void {
    this.groups.delete(group.id);
    this.#groupNames.delete(group.name.toLowerCase());
  }

  renameGroup(group: Group, name: string): void {
    this.#groupNames.delete(group.name.toLowerCase());
    group.name = name;
    this.#groupNames.set(name.toLowerCase(), group);
  }

  /** Not case-sensitive, as the database's collation. */
  groupByName(name: string): Group | undefined {
    return this.#groupNames.get(name.toLowerCase());
  }

  /** Not case-sensitive, as the database's collation. */
  resourceBy(field: 'name' | 'email', value: string): Resource | undefined {
    const wanted = value.toLowerCase();
    for (const resource of this.resources.values()) {
      if (textOf(resource.fields, field)?.toLowerCase() === wanted) return resource;
    }
    return undefined;
  }

  #index(user: User): void {
    const { name, display, mail } = keysOf(user);
    this.#names.set(name, user);
    add(this.#displayNames, display, user);
    add(this.#primaryMails, mail, user);
  }

  #unindex(user: User): void {
    const { name, display, mail } = keysOf(user);
    if (this.#names.get(name) === user) this.#names.delete(name);
    remove(this.#displayNames, display, user);
    remove(this.#primaryMails, mail, user);
  }
}

const NOBODY: ReadonlySet<User> = new Set();

export function userName(user: User): string {
  return textOf(user.fields, 'name') ?? '';
}

export function primaryMail(user: User): string {
  return textOf(user.fields, 'primaryEmail') ?? '';
}

export function aliasesOf(user: User): string[] {
  return textsOf(user.fields, 'aliases') ?? [];
}

function keysOf(user: User): { name: string; display: string; mail: string } {
  return {
    name: userName(user),
    display: textOf(user.fields, 'display_name') ?? '',
    mail: primaryMail(user).toLowerCase(),
  };
}

function add(index: Map<string, Set<User>>, key: string, user: User): void {
  const users = index.get(key);
  if (users === undefined) index.set(key, new Set([user]));
  else users.add(user);
}

function remove(index: Map<string, Set<User>>, key: string, user: User): void {
  const users = index.get(key);
  users?.delete(user);
  if (users?.size === 0) index.delete(key);
}
