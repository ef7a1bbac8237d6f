/** What OX or the connector may refuse, given what OX has: the reason in a word, or null. Broad: one is enough. */
import type { Directory, Group, Kind, Resource, User } from './directory.ts';

export function clashOf(
  kind: Kind,
  object: User & Group & Resource,
  held: Directory,
  id: string,
  mayChangeNames: boolean,
): string | null {
  if (kind === 'user') return userClash(object, held, id, mayChangeNames);
  if (kind === 'group') {
    if (object.name.includes('/')) return 'characters';
    return others(held.groups, id).some(({ name }) => equal(name, object.name)) ? 'group name taken' : null;
  }
  if (kind !== 'resource') return null;
  const resources = others(held.resources, id).filter(({ context }) => context === object.context);
  if (resources.some(({ name }) => equal(name, object.name))) return 'resource name taken';
  return resources.some(({ mail }) => equal(mail, object.mail)) ? 'resource address taken' : null;
}

function userClash(user: User, held: Directory, id: string, mayChangeNames: boolean): string | null {
  if (!user.isOx) return null;
  const before = held.users.get(id);
  if (before?.isOx && before.name !== user.name && !mayChangeNames) return 'user name may not change';
  const neighbours = others(held.users, id).filter(({ isOx, context }) => isOx && context === user.context);
  if (neighbours.some(({ name }) => equal(name, user.name))) return 'user name taken';
  if (neighbours.some(({ display }) => display === user.display)) return 'display name taken';
  const own = [user.mail, ...user.aliases];
  const taken = neighbours.some(({ mail, aliases }) =>
    [mail, ...aliases].some((one) => own.some((each) => equal(one, each))),
  );
  return taken ? 'address taken' : null;
}

function others<T extends { readonly id: string }>(objects: ReadonlyMap<string, T>, id: string): T[] {
  return [...objects.values()].filter((object) => object.id !== id);
}

function equal(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
