/** What OX has accepted of the files of the queue, and what of them it lacks: what was refused waits, is parked or was dropped. */
import { basename } from 'node:path';
import { type Objects, objectsOf } from './choice.ts';
import { Directory, type Kind, type User } from './directory.ts';

/** What a queue file says: the object as it is to be, with the DNs of its members as they were then; null: deleted. */
export interface Version {
  readonly kind: Kind;
  readonly id: string;
  readonly object: Objects[Kind] | null;
  readonly dns: ReadonlyMap<string, string>;
}

const KINDS: readonly Kind[] = ['user', 'group', 'account', 'resource', 'context', 'profile'];

export class Accepted {
  readonly held = new Directory();
  /** Objects whose news were dropped, or that were to be provisioned once more, which was refused: what OX lacks of them is open until they have news. */
  readonly undone = new Set<string>();
  readonly #dns = new Map<string, ReadonlyMap<string, string>>();
  /** By the place of the file in the order: it may get another name. */
  readonly #versions = new Map<string, Version>();

  /** A file that was written, its members as the directory has them. */
  write(name: string, kind: Kind, id: string, object: Objects[Kind] | null, directory: Directory): void {
    const members = object !== null && 'members' in object ? [...object.members] : [];
    const users = members.flatMap((member) => directory.users.get(member) ?? []);
    const dns = new Map(users.map((user) => [user.id, dnOf(directory, user)]));
    this.#versions.set(placeOf(name), { kind, id, object: structuredClone(object), dns });
  }

  drop(name: string): void {
    const dropped = this.versionAt(placeOf(name));
    if (dropped) this.undone.add(dropped.id);
    this.#versions.delete(placeOf(name));
  }

  versionAt(place: string): Version | undefined {
    return this.#versions.get(place);
  }

  /** Of each file that is not left OX has taken what it says, unless a newer one took its place. Answers the ids of the objects. */
  accept(left: ReadonlySet<string>, outdated: ReadonlySet<string>): string[] {
    const changed: string[] = [];
    for (const [place, { kind, id, object, dns }] of [...this.#versions].sort(([one], [other]) =>
      one < other ? -1 : 1,
    )) {
      if (left.has(place)) continue;
      this.#versions.delete(place);
      if (outdated.has(place)) continue;
      changed.push(id);
      this.undone.delete(id);
      this.#dns.set(id, dns);
      for (const each of object === null ? KINDS : []) objectsOf(this.held, each).delete(id);
      if (object !== null) objectsOf(this.held, kind).set(id, object);
    }
    return changed;
  }

  /** Objects that OX does not have as they were accepted, or as UDM has them. */
  behind(): ReadonlySet<string> {
    return new Set([...[...this.#versions.values()].map(({ id }) => id), ...this.undone]);
  }

  /** What is held, with those members only that are known under the DN by which they are named. */
  view(): Directory {
    const view = new Directory();
    for (const kind of KINDS) {
      for (const [id, object] of objectsOf(this.held, kind)) objectsOf(view, kind).set(id, structuredClone(object));
    }
    for (const { id, members } of [...view.groups.values(), ...view.accounts.values()]) {
      for (const member of members) {
        const user = view.users.get(member);
        if (user === undefined || dnOf(view, user) !== this.#dns.get(id)?.get(member)) members.delete(member);
      }
    }
    return view;
  }
}

/** As LDAP compares it. */
function dnOf(directory: Directory, user: User): string {
  return directory.dnOf(user).toLowerCase();
}

/** `queue retry` gives files other names at their places. */
export function placeOf(name: string): string {
  return basename(name).replace(/(\+\d+)*\.json$/, '');
}
