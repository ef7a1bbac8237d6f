/** OX's ids of users, from OX into their last states (docs/behaviour.md, "Remembered ids"). */
import type { ConnectorError } from '../errors/connector-error.ts';
import type { LastStates } from '../memory/last-state.ts';
import type { Memory } from '../memory/memory.ts';
import { type Envelope, withoutOxId } from '../model/change.ts';
import { type Place, userPlace } from '../model/claims.ts';
import { readBoolean, readInteger } from '../model/udm.ts';
import type { OxUser, Ref } from './services/ox.ts';
import { refs } from './services/refs.ts';
import { inChunks, type UserLists, usersThere } from './services/users-there.ts';

/** OX's side, as far as it is asked here. */
interface UserDirectory extends UserLists {
  find(context: number, ref: Ref): Promise<OxUser | null>;
}

export interface CacheDeps {
  readonly lastStates: LastStates;
  readonly memory: Pick<Memory, 'put' | 'byDn' | 'claimants' | 'claimingWithin'>;
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
  /** Their context has no credentials, or OX refuses them. */
  readonly skipped: number;
  /** The first login that OX has refused. */
  readonly refusal?: ConnectorError | null;
}

export type Count = { -readonly [name in Exclude<keyof CacheSummary, 'refusal'>]: number };

export function nothing(): Count {
  return { seen: 0, changed: 0, unchanged: 0, missing: 0, skipped: 0 };
}

export function oxUserOf(envelope: Envelope | null, deps: CacheDeps): (Place & { readonly id: string }) | null {
  if (envelope?.udm_object_type !== 'users/user' || !readBoolean(envelope.object?.isOxUser)) {
    return null;
  }
  const place = userPlace(envelope, deps.identifier);
  return place && { id: envelope.id, ...place };
}

/** Takes from `users` those that were found; `unnamed` is told who is there under none of their names. */
export async function fetchContext(
  deps: CacheDeps,
  count: Count,
  context: number,
  users: Map<string, string>,
  chunkSize: number | undefined,
  total: number,
  unnamed: (found: OxUser) => void = () => undefined,
): Promise<void> {
  const { ids: there } = await usersThere(deps.users, context, () => [...users.keys()].map((name) => ({ name })));
  const ids = [...there].sort((a, b) => a - b);
  for (const chunk of inChunks(ids, chunkSize)) {
    if (deps.isStopped()) {
      return;
    }
    for (const found of await deps.users.findMany(context, refs(chunk), inShort)) {
      if (!takeFound(deps, count, users, found)) {
        unnamed(found);
      }
    }
    deps.progress(count.changed + count.unchanged, total);
  }
}

/** Whether it was one of them. */
export function takeFound(deps: CacheDeps, count: Count, users: Map<string, string>, found: OxUser): boolean {
  const id = users.get(found.name ?? '');
  if (id === undefined || !found.name) {
    return false;
  }
  users.delete(found.name);
  remember(deps, count, id, found);
  return true;
}

export function inShort({ id, name, primaryEmail }: OxUser): OxUser {
  return { ...(typeof id === 'number' && { id }), ...(name && { name }), ...(primaryEmail && { primaryEmail }) };
}

export function remember(deps: CacheDeps, count: Count, id: string, found: OxUser | null): void {
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

export function forgetId(deps: CacheDeps, id: string): void {
  const envelope = deps.lastStates.read(id);
  if (envelope?.object) {
    write(deps, { ...envelope, object: withoutOxId(envelope.object) });
  }
}

export function write(deps: CacheDeps, envelope: Envelope): void {
  if (!deps.dryRun) {
    deps.memory.put(envelope);
  }
}
