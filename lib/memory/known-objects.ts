/**
 * Finds objects of `old/` by DN, and the groups and accounts that name a DN, without reading all files
 * (docs/behaviour.md, "Last states"). An SQLite file that is derived from `old/`: it is rebuilt when missing, damaged
 * or of another version, an entry is used only while its file looks as it did (inode, size, time), and changes made by
 * others are found by the directory's time. It belongs to the holder of the lock alone.
 */
import { join } from 'node:path';
import type { Envelope, ObjectType } from '../model/change.ts';
import { DEFAULT_IDENTIFIERS, type Identifiers } from '../model/claims.ts';
import type { KnownObject, KnownObjectsReader } from '../model/known.ts';
import { sqliteCode } from '../queue/lock.ts';
import { asDataError, IN_MEMORY, isDamage, openDatabase, removeDatabase } from './index-database.ts';
import { type LastStates, survivorsOf } from './last-state.ts';
import { ObjectIndex } from './object-index.ts';

export interface KnownObjects extends KnownObjectsReader {
  /** The id of the object that had this id formerly; null: nobody had. */
  currentId(formerId: string): string | null;
  /** The id of the object of this type that has the DN. */
  holderOf(dn: string, type: ObjectType): string | null;
  /** The ids of the objects that were skipped because this context had no credentials. */
  skippedFor(context: number): string[];
  /** Contexts for which objects were skipped. */
  skippedContexts(): number[];
  /** The ids of the objects that have something in this context of OX, or wait to be removed there. */
  inContext(context: number): string[];
  /** All objects of a type, by id, but for those whose last states are damaged. */
  list(type: ObjectType): KnownObject[];
  /** Takes note of a last state just written (null: removed) by this run. `settle` is what changes `old/`. */
  track(id: string, settle: () => Envelope | null): void;
  /** Makes what was noted durable; cheap to call often. */
  checkpoint(): void;
  close(): void;
}

export function openKnownObjects(
  queueDirectory: string,
  lastStates: LastStates,
  identifiers: Identifiers = DEFAULT_IDENTIFIERS,
): KnownObjects {
  const path = join(queueDirectory, '.index.sqlite');
  const others = survivorsOf(lastStates).lastStates;
  let index: ObjectIndex | null = null;

  /** Damage may show at any page: throw the file away, rebuild it from `old/`, and ask again. */
  const ask = <T>(question: (index: ObjectIndex) => T): T => {
    try {
      index ??= new ObjectIndex(openDatabase(path), lastStates, identifiers);
      return question(index);
    } catch (error) {
      if (!isDamage(error)) {
        throw asDataError(error, path);
      }
    }
    index?.abandon();
    removeDatabase(path);
    try {
      index = new ObjectIndex(openDatabase(path), lastStates, identifiers);
      return question(index);
    } catch (error) {
      throw asDataError(error, path);
    }
  };

  return {
    byDn: (dn) => ask((each) => each.byDn(dn)),
    byId: (id) => ask((each) => each.byId(id)),
    currentId: (id) => ask((each) => each.currentId(id)),
    holderOf: (dn, type) => ask((each) => each.holderOf(dn, type)),
    read: (id) => others.read(id)?.object ?? null,
    referring: (dn) => ask((each) => each.referring(dn)),
    skippedFor: (context) => ask((each) => each.skippedFor(context)),
    skippedContexts: () => ask((each) => each.skippedContexts()),
    inContext: (context) => ask((each) => each.inContext(context)),
    claimants: (claim) => ask((each) => each.claimants(claim)),
    dnOf: (id) => others.read(id)?.dn ?? null,
    damaged: () => ask((each) => each.damaged()),
    list: (type) => ask((each) => each.list(type)),
    track: (id, settle) => {
      let settled: { envelope: Envelope | null } | null = null;
      const settleOnce = (): Envelope | null => {
        settled ??= { envelope: settle() };
        return settled.envelope;
      };
      ask((each) => each.track(id, settleOnce));
    },
    checkpoint: () => ask((each) => each.checkpoint()),
    close: () => {
      try {
        index?.checkpoint();
      } catch (error) {
        // What could not be noted is found by comparing next time: no reason to hide how the run ended.
        if (sqliteCode(error) === null) {
          throw error;
        }
      } finally {
        index?.abandon();
      }
    },
  };
}

/** For looking only: needs no lock and writes no file. `old/` is read once, all of it. */
export function openKnownObjectsInMemory(
  lastStates: LastStates,
  identifiers: Identifiers = DEFAULT_IDENTIFIERS,
): KnownObjects {
  const index = new ObjectIndex(openDatabase(IN_MEMORY), lastStates, identifiers);
  const others = survivorsOf(lastStates).lastStates;
  return {
    byDn: (dn) => index.byDn(dn),
    byId: (id) => index.byId(id),
    currentId: (id) => index.currentId(id),
    holderOf: (dn, type) => index.holderOf(dn, type),
    read: (id) => others.read(id)?.object ?? null,
    referring: (dn) => index.referring(dn),
    skippedFor: (context) => index.skippedFor(context),
    skippedContexts: () => index.skippedContexts(),
    inContext: (context) => index.inContext(context),
    claimants: (claim) => index.claimants(claim),
    dnOf: (id) => others.read(id)?.dn ?? null,
    damaged: () => index.damaged(),
    list: (type) => index.list(type),
    track: (id, settle) => index.track(id, settle),
    checkpoint: () => index.checkpoint(),
    close: () => index.abandon(),
  };
}
