/**
 * Which users of a context OX has, also where their list is larger than an answer may be (docs/ox.md, "Reading users").
 */
import { isTooLarge, nullWhere } from '../soap/client.ts';
import type { Ox, OxUser, Ref } from './ox.ts';

export type UserLists = Pick<Ox['users'], 'listIds' | 'findMany'>;

export interface UsersThere {
  readonly ids: Set<number>;
  /** false: only those asked for are in it. */
  readonly isComplete: boolean;
}

/** What is kept of a user whose id alone is asked for. */
export function idOnly({ id }: OxUser): OxUser {
  return typeof id === 'number' ? { id } : {};
}

export function idsOf(users: readonly OxUser[]): number[] {
  return users.flatMap(({ id }) => (typeof id === 'number' ? [id] : []));
}

/** Users, or what they have, asked for in one call: OX sends some 10 kB for each, and takes longer for each the more they are. */
const CHUNK = 100;

export function* inChunks<T>(all: readonly T[], size = CHUNK): Generator<T[]> {
  for (let start = 0; start < all.length; start += size) {
    yield all.slice(start, start + size);
  }
}

/** 12 MB of an answer. */
const PAGE = 1000;

/** OX knows this since some version only; pages are by id, so that what comes meanwhile is on the last one. */
export async function idsByPages(
  list: (length: number, offset: number) => Promise<readonly OxUser[]>,
  length = PAGE,
): Promise<Set<number>> {
  const ids = new Set<number>();
  for (let found = length, offset = 0; found === length; offset += length) {
    const page = idsOf(await list(length, offset));
    found = page.length;
    for (const id of page) {
      ids.add(id);
    }
  }
  return ids;
}

/** The ids of all users of the context; of those to `ask` for, in chunks, if there are more than one answer can hold. */
export async function usersThere(users: UserLists, context: number, ask: () => readonly Ref[]): Promise<UsersThere> {
  try {
    return { ids: await users.listIds(context), isComplete: true };
  } catch (error) {
    if (!isTooLarge(error)) {
      throw error;
    }
  }
  const asked = ask();
  const ids = new Set<number>();
  for (const chunk of inChunks(asked)) {
    for (const id of await idsOfKnown(users, context, chunk)) {
      ids.add(id);
    }
  }
  return { ids, isComplete: false };
}

/** One unknown user makes OX refuse all (docs/ox.md, "Reading users"): the halves are asked for then. */
async function idsOfKnown(users: UserLists, context: number, asked: readonly Ref[]): Promise<number[]> {
  const found = await nullWhere((fault) => fault.isNoSuchUser, users.findMany(context, asked, idOnly));
  if (found !== null) {
    return idsOf(found);
  }
  if (asked.length === 1) {
    return [];
  }
  const middle = asked.length >> 1;
  const first = await idsOfKnown(users, context, asked.slice(0, middle));
  return [...first, ...(await idsOfKnown(users, context, asked.slice(middle)))];
}
