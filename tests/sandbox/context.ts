/** One OX context in memory: its users, groups and resources, with the look-ups that keep big contexts fast. */

import { collated } from './collation.ts';
import { type Fields, textOf, textsOf } from './values.ts';

export type Access = Record<string, boolean>;

export interface Account {
  id: number;
  /** A copy of a secondary account: `list` leaves it out. */
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
  /** A file storage of its own: its quota can be changed. */
  hasFilestore: boolean;
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
  /** OX keeps id and name in it only where it touches the list. */
  loginMappings: string[];
  /** Recipients of shares: mail address and id. */
  readonly guests = new Map<string, number>();
  attributes: Fields | null = null;
  readonly users = new Map<number, User>();
  readonly groups = new Map<number, Group>();
  readonly resources = new Map<number, Resource>();
  #nextId = ADMIN + 1;
  #nextAccount = 1;
  readonly #names = new Map<string, User>();
  readonly #displayNames = new Map<string, Set<User>>();
  readonly #primaryMails = new Map<string, Set<User>>();
  readonly #groupNames = new Map<string, Set<Group>>();

  constructor(id: number, name: string) {
    this.id = id;
    this.name = name;
    this.loginMappings = [...new Set([String(id), name])];
    this.addGroup({ id: DEFAULT_GROUP, name: 'users', displayname: 'Standard group', members: new Set() });
  }

  /** One sequence numbers users, groups and resources. */
  nextId(): number {
    return this.#nextId++;
  }

  get upcomingId(): number {
    return this.#nextId;
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

  /** Without regard to case and blanks at the end; the caller may be stricter. */
  usersByDisplayName(name: string): ReadonlySet<User> {
    return this.#displayNames.get(collated(name)) ?? NOBODY;
  }

  /** Not case-sensitive. */
  usersByPrimaryMail(address: string): ReadonlySet<User> {
    return this.#primaryMails.get(address.toLowerCase()) ?? NOBODY;
  }

  addGroup(group: Group): void {
    this.groups.set(group.id, group);
    add(this.#groupNames, collated(group.name), group);
  }

  removeGroup(group: Group): void {
    this.groups.delete(group.id);
    remove(this.#groupNames, collated(group.name), group);
  }

  renameGroup(group: Group, name: string): void {
    remove(this.#groupNames, collated(group.name), group);
    group.name = name;
    add(this.#groupNames, collated(name), group);
  }

  /** The first of that name, by the database's collation. */
  groupByName(name: string): Group | undefined {
    return this.#groupNames.get(collated(name))?.values().next().value;
  }

  /** Not case-sensitive, as the database's collation. */
  resourceBy(field: 'name' | 'email', value: string): Resource | undefined {
    const wanted = collated(value);
    for (const resource of this.resources.values()) {
      if (collated(textOf(resource.fields, field) ?? '') === wanted) return resource;
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
    display: collated(textOf(user.fields, 'display_name') ?? ''),
    mail: primaryMail(user).toLowerCase(),
  };
}

function add<T>(index: Map<string, Set<T>>, key: string, item: T): void {
  const items = index.get(key);
  if (items === undefined) index.set(key, new Set([item]));
  else items.add(item);
}

function remove<T>(index: Map<string, Set<T>>, key: string, item: T): void {
  const items = index.get(key);
  items?.delete(item);
  if (items?.size === 0) index.delete(key);
}
