/** How numbers choose what happens in a directory, and what the steps of all kinds of objects share. */
import type { QueueFile } from '../harness/objects.ts';
import {
  type Account,
  type Context,
  DEFAULT_CONTEXT,
  type Directory,
  type Group,
  type Kind,
  type Profile,
  type Resource,
  type User,
} from './directory.ts';

/** Numbers that choose: the object, what of it, and how it is written. */
export interface Choice {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

export type Effect = (directory: Directory, choice: Choice) => QueueFile[];

/** What may happen, and how often. */
export type Effects = Readonly<Record<string, { readonly weight: number; readonly effect: Effect }>>;

export const PROFILES = ['premium', 'base line', 'a=b', 'none'];

export const CONTEXTS = [DEFAULT_CONTEXT, DEFAULT_CONTEXT, 20, 30];

export const TEXTS = ['Müller & Söhne', '<b>"x"</b>', "it's ]]> fine", ' padded ', '🚀 Ω', null, null];

export function pick<T>(list: readonly T[], choice: number): T | undefined {
  return list[choice % list.length];
}

export function one<T>(list: readonly [T, ...T[]] | readonly T[], choice: number): T {
  return list[choice % list.length] as T;
}

/** By their kinds. */
export type Objects = {
  user: User;
  group: Group;
  account: Account;
  resource: Resource;
  profile: Profile;
  context: Context;
};

export function objectsOf<K extends Kind>(directory: Directory, kind: K): Map<string, Objects[K]> {
  return directory[`${kind}s`] as unknown as Map<string, Objects[K]>;
}

export function changes<K extends Kind>(
  kind: K,
  change: (object: Objects[K], choice: Choice, directory: Directory) => void,
): Effect {
  return (directory, choice) => {
    const object = pick([...objectsOf(directory, kind).values()], choice.a);
    if (object === undefined) return [];
    change(object, choice, directory);
    return [directory.fileOf(kind, object.id, choice.c)];
  };
}

export function deletes(kind: Exclude<Kind, 'user'>): Effect {
  return (directory, { a }) => {
    const objects = objectsOf(directory, kind);
    const id = pick([...objects.keys()], a);
    if (id === undefined) return [];
    const file = directory.deletionOf(kind, id);
    objects.delete(id);
    return [file];
  };
}

export function isFree(directory: Directory, kind: Kind, name: string, own?: string): boolean {
  const taken = [...objectsOf(directory, kind).values()] as { id: string; name?: string }[];
  return !taken.some((object) => object.id !== own && object.name?.toLowerCase() === name.toLowerCase());
}

/** The first one from there on that nobody has. */
export function firstFree(choice: number, form: (at: number) => string, isTaken: (each: string) => boolean): string {
  for (let at = choice; ; at += 1) {
    const each = form(at);
    if (!isTaken(each)) return each;
  }
}

export function switchOver(object: { isOx: boolean }): void {
  object.isOx = !object.isOx;
}

export function regroup(object: { members: Set<string> }, { b, c }: Choice, directory: Directory): void {
  const users = [...directory.users.keys()];
  object.members = new Set(users.filter((_, at) => ((b ^ (c * 7)) >> (at % 8)) % 2 === 1));
}
