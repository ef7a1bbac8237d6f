/**
 * The cache of OX's ids, `oxDbId` in `old/*.json`: drop it, fill the gaps, or rebuild it in bulk
 * (docs/behaviour.md, "Remembered ids").
 */

import type { LastStates } from '../memory/last-state.ts';
import type { Memory } from '../memory/memory.ts';
import { type Envelope, withoutOxId } from '../model/change.ts';
import { claimsWithin, type Place, userPlace } from '../model/claims.ts';
import { readBoolean, readInteger } from '../model/udm.ts';
import type { OxUser, Ref } from './services/ox.ts';
import { refs } from './services/refs.ts';
import { inChunks, type UserLists, usersThere } from './services/users-there.ts';
import { faultOf } from './soap/client.ts';

/** OX's side, as far as it is asked here. */
interface UserDirectory extends UserLists {
  find(context: number, ref: Ref): Promise<OxUser | null>;
}

export interface CacheDeps {
  readonly lastStates: LastStates;
  readonly memory: Pick<Memory, 'put' | 'claimingWithin'>;
  readonly users: UserDirectory;
  readonly hasCredentials: (context: number) => boolean;
  /** The UDM property that names users in OX, where the last state does not remember it. */
  readonly identifier: string;
  readonly progress: (done: number, total: number) => void;
  readonly warn: (reason: string) => void;
  readonly isStopped: () => boolean;
  /** Looks, but writes nothing. */
  readonly dryRun: boolean;
}

export interface CacheSummary {
  /** OX users in `old/`; with `deleteIds` all objects. */
  readonly seen: number;
  readonly changed: number;
  readonly unchanged: number;
  /** OX does not know them. */
  readonly missing: number;
  /** Their context has no credentials. */
  readonly skipped: number;
}

type Count = { -readonly [name in keyof CacheSummary]: CacheSummary[name] };

/** Removes every `oxDbId`: after OX was restored from a backup no remembered id can be trusted. */
export async function deleteIds(deps: CacheDeps): Promise<CacheSummary> {
  const count = nothing();
  for await (const envelope of all(deps)) {
    if (envelope.object) {
      const { oxDbId, oxDbAccess } = envelope.object;
      const isKnown = oxDbId !== undefined || oxDbAccess !== undefined;
      count.seen += 1;
      count[isKnown ? 'changed' : 'unchanged'] += 1;
      if (isKnown) {
        write(deps, { ...envelope, object: withoutOxId(envelope.object) });
      }
    }
  }
  return count;
}

/** Asks OX for each OX user that has no `oxDbId`. */
export async function fillGaps(deps: CacheDeps): Promise<CacheSummary> {
  const count = nothing();
  const skipped = new Set<number>();
  for await (const envelope of all(deps)) {
    const user = oxUserOf(envelope, deps);
    if (user) {
      count.seen += 1;
      if (user.oxId !== null) {
        count.unchanged += 1;
      } else if (!deps.hasCredentials(user.context)) {
        count.skipped += 1;
        skipped.add(user.context);
      } else {
        remember(deps, count, user.id, await deps.users.find(user.context, { name: user.name }));
      }
    }
  }
  warnOfContexts(deps, skipped);
  return count;
}

/** Fetches the users of each context in bulk: their ids at once, the details in chunks. */
export async function rebuild(deps: CacheDeps, chunkSize: number): Promise<CacheSummary> {
  const count = nothing();
  const byContext = await collect(deps);
  const total = [...byContext.values()].reduce((sum, users) => sum + users.size, 0);
  const skipped = new Set<number>();
  for (const [context, users] of [...byContext].sort(([a], [b]) => a - b)) {
    if (deps.isStopped()) {
      break;
    }
    count.seen += users.size;
    if (!deps.hasCredentials(context)) {
      count.skipped += users.size;
      skipped.add(context);
      continue;
    }
    await fetchContext(deps, count, context, users, chunkSize, total);
    if (!deps.isStopped()) {
      for (const id of users.values()) {
        remember(deps, count, id, null);
      }
    }
  }
  warnOfContexts(deps, skipped);
  return count;
}

/**
 * Looks up the ids of all users that are remembered in this context. `missing` is told the objects that OX does not have there,
 * before their ids are forgotten: nobody could tell afterwards. `except`: an object that is being worked on, and knows better.
 */
export async function lookUpAgain(
  deps: CacheDeps,
  context: number,
  except: string,
  missing: (ids: readonly string[]) => void,
): Promise<void> {
  const users = new Map<string, string>();
  const here = claimsWithin(context).flatMap((each) => deps.memory.claimingWithin(each));
  for (const id of here.filter((each) => each !== except.toLowerCase())) {
    const user = oxUserOf(deps.lastStates.read(id), deps);
    if (user?.context === context) {
      users.set(user.name, id);
    }
  }
  const count = nothing();
  if (!(await isFetchedByName(deps, count, context, users))) {
    await fetchContext(deps, count, context, users, undefined, users.size);
  }
  missing([...users.values()]);
  for (const id of users.values()) {
    const envelope = deps.lastStates.read(id);
    if (envelope?.object) {
      write(deps, { ...envelope, object: withoutOxId(envelope.object) });
    }
  }
}

/** One call for a hundred, if OX has all of them. Takes from `users` those that were found. */
async function isFetchedByName(
  deps: CacheDeps,
  count: Count,
  context: number,
  users: Map<string, string>,
): Promise<boolean> {
  const names = [...users.keys()];
  try {
    for (const chunk of inChunks(names)) {
      const named = chunk.map((name) => ({ name }));
      for (const found of await deps.users.findMany(context, named, nameAndId)) {
        takeFound(deps, count, users, found);
      }
    }
    return true;
  } catch (error) {
    if (!faultOf(error)?.isNoSuchUser) {
      throw error;
    }
    return false;
  }
}

function takeFound(deps: CacheDeps, count: Count, users: Map<string, string>, found: OxUser): void {
  const id = users.get(found.name ?? '');
  if (id !== undefined && found.name) {
    users.delete(found.name);
    remember(deps, count, id, found);
  }
}

/** Takes from `users` those that were found. */
async function fetchContext(
  deps: CacheDeps,
  count: Count,
  context: number,
  users: Map<string, string>,
  chunkSize: number | undefined,
  total: number,
): Promise<void> {
  const { ids: there } = await usersThere(deps.users, context, () => [...users.keys()].map((name) => ({ name })));
  const ids = [...there].sort((a, b) => a - b);
  for (const chunk of inChunks(ids, chunkSize)) {
    if (deps.isStopped()) {
      return;
    }
    for (const found of await deps.users.findMany(context, refs(chunk), nameAndId)) {
      takeFound(deps, count, users, found);
    }
    deps.progress(count.changed + count.unchanged, total);
  }
}

function nameAndId({ id, name }: OxUser): OxUser {
  return { ...(typeof id === 'number' && { id }), ...(name && { name }) };
}

function oxUserOf(envelope: Envelope | null, deps: CacheDeps): (Place & { readonly id: string }) | null {
  if (envelope?.udm_object_type !== 'users/user' || !readBoolean(envelope.object?.isOxUser)) {
    return null;
  }
  const place = userPlace(envelope, deps.identifier);
  return place && { id: envelope.id, ...place };
}

/** Context → OX name → id of the object. Names and ids only: `old/` itself may be gigabytes. */
async function collect(deps: CacheDeps): Promise<Map<number, Map<string, string>>> {
  const byContext = new Map<number, Map<string, string>>();
  for await (const envelope of all({ ...deps, progress: () => undefined })) {
    const user = oxUserOf(envelope, deps);
    if (user) {
      const users = byContext.get(user.context) ?? new Map<string, string>();
      byContext.set(user.context, users.set(user.name, user.id));
    }
  }
  return byContext;
}

function remember(deps: CacheDeps, count: Count, id: string, found: OxUser | null): void {
  const envelope = deps.lastStates.read(id);
  if (!envelope?.object) {
    return;
  }
  if (typeof found?.id !== 'number') {
    count.missing += 1;
    deps.warn(`OX does not know ${envelope.dn}: provision the user again (listener_trigger reprovision)`);
    return;
  }
  const isSameId = readInteger(envelope.object.oxDbId) === found.id;
  const kept = isSameId ? envelope.object : withoutOxId(envelope.object);
  const object = { ...kept, oxDbId: found.id, ...(found.name ? { oxDbUsername: found.name } : {}) };
  const isNews = !isSameId || envelope.object.oxDbUsername !== object.oxDbUsername;
  count[isNews ? 'changed' : 'unchanged'] += 1;
  if (isNews) {
    write(deps, { ...envelope, object });
  }
}

function write(deps: CacheDeps, envelope: Envelope): void {
  if (!deps.dryRun) {
    deps.memory.put(envelope);
  }
}

function warnOfContexts(deps: CacheDeps, contexts: ReadonlySet<number>): void {
  for (const context of [...contexts].sort((a, b) => a - b)) {
    deps.warn(
      `skipped the users of context ${context}: contexts.json has no credentials for it (listener_trigger credentials set ${context})`,
    );
  }
}

/** All last states. Signals are heard, and the progress is shown, between files. */
async function* all({ lastStates, isStopped, progress }: CacheDeps): AsyncGenerator<Envelope> {
  const ids = lastStates.ids();
  for (const [at, id] of ids.entries()) {
    if (isStopped()) {
      return;
    }
    const envelope = lastStates.read(id);
    if (envelope !== null) {
      yield envelope;
    }
    const done = at + 1;
    if (done % 200 === 0 || done === ids.length) {
      progress(done, ids.length);
      await new Promise(setImmediate);
    }
  }
}

function nothing(): Count {
  return { seen: 0, changed: 0, unchanged: 0, missing: 0, skipped: 0 };
}
