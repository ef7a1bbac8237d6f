/**
 * What is remembered of the objects: their last states, and the index of them, by which they are found without reading all
 * files (docs/behaviour.md, "Last states"). The index is an SQLite file that is derived from `old/`: it is rebuilt when missing,
 * damaged or of another version, an entry is used only while its file looks as it did (inode, size, time), and changes made by
 * others are found by the directory's time. It belongs to the holder of the lock alone.
 */
import { dirname, join } from 'node:path';
import { type Envelope, type ObjectType, writtenIn } from '../model/change.ts';
import { DEFAULT_IDENTIFIERS, type Identifiers } from '../model/claims.ts';
import type { KnownObject, KnownObjectsReader } from '../model/known.ts';
import { comparePlaces } from '../queue/listing.ts';
import { isDamage, sqliteCode } from '../queue/lock.ts';
import { FormerDns } from './former-dns.ts';
import { asDataError, IN_MEMORY, openDatabase, removeDatabase } from './index-database.ts';
import { type LastStateFiles, type LastStates, survivorsOf } from './last-state.ts';
import { ObjectIndex } from './object-index.ts';

export interface Memory extends LastStates, KnownObjectsReader {
  /** `id` gave up the DN by the queue file `until`. Durable when it returns. */
  noteFormerDn(dn: string, id: string, until: string): void;
  /** The DNs that the object has given up, as far as somebody may still be named by one. */
  formerDnsOf(id: string): readonly string[];
  /** Whether these DNs meant the same objects in both queue files. */
  isMeaningSame(dns: readonly string[], one: string, other: string): boolean;
  /** Forgets the former DNs by which no last state names anybody. Only where no older file waits. */
  forgetFormerDns(): void;
  /** The id of the object that had this id formerly; null: nobody had. */
  currentId(formerId: string): string | null;
  /** The id of the object of this type that has the DN. */
  holderOf(dn: string, type: ObjectType): string | null;
  /** What objects wait for, such as `login:30`. */
  awaited(): string[];
  /** The ids of the objects that wait for this. */
  waitingFor(what: string): string[];
  /** The ids of the objects that claim something that begins so. */
  claimingWithin(beginning: string): string[];
  /** All objects of a type, by id, but for those whose last states are damaged. */
  list(type: ObjectType): KnownObject[];
  /** Durable when it returns, as are the next two. */
  put(state: Envelope): void;
  remove(id: string): void;
  /** The object that was `formerId` has the id of `state` now. May be cut off and repeated. */
  move(formerId: string, state: Envelope): void;
  /** Makes the index durable; cheap to call often. */
  checkpoint(): void;
  close(): void;
}

export function openMemory(
  queueDirectory: string,
  files: LastStateFiles,
  identifiers: Identifiers = DEFAULT_IDENTIFIERS,
): Memory {
  const path = join(queueDirectory, '.index.sqlite');
  let index: ObjectIndex | null = null;

  const openIndex = (): ObjectIndex => {
    const database = openDatabase(path);
    try {
      return new ObjectIndex(database, files, identifiers);
    } catch (error) {
      // It is locked as long as it is open, also for this process.
      database.close();
      throw error;
    }
  };

  /** Damage may show at any page: throw the file away, rebuild it from `old/`, and ask again. */
  const ask: Ask = (question) => {
    const answer = () => {
      index ??= openIndex();
      return question(index);
    };
    try {
      try {
        return answer();
      } catch (error) {
        if (!isDamage(error)) {
          throw error;
        }
      }
      index?.abandon();
      index = null;
      removeDatabase(path);
      return answer();
    } catch (error) {
      throw asDataError(error, path);
    }
  };
  const close = (): void => {
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
  };
  return memoryOf(files, new FormerDns(queueDirectory, true), ask, close);
}

/**
 * For looking only: needs no lock and writes no file of its own. `old/` is read once, all of it. What others do there meanwhile
 * is noticed after a while: a run changes it all the time, and each time all of it has to be compared.
 */
export function openMemoryForLooking(files: LastStateFiles, identifiers: Identifiers = DEFAULT_IDENTIFIERS): Memory {
  const index = new ObjectIndex(openDatabase(IN_MEMORY), files, identifiers);
  return memoryOf(
    files,
    new FormerDns(dirname(files.directory), false),
    (question) => question(index),
    () => index.abandon(),
    atIntervals(() => index.noticeOthers()),
  );
}

/** How many times as long as it takes to notice others is given to what is asked. */
const SHARE = 5;

function atIntervals(act: () => void): () => void {
  let next = 0;
  return () => {
    const begun = performance.now();
    if (begun >= next) {
      act();
      const ended = performance.now();
      next = ended + SHARE * (ended - begun);
    }
  };
}

type Ask = <T>(question: (index: ObjectIndex) => T) => T;

function memoryOf(
  files: LastStateFiles,
  formerDns: FormerDns,
  ask: Ask,
  close: () => void,
  noticeOthers = (index: ObjectIndex): void => index.noticeOthers(),
): Memory {
  const { directory, path, ids, has, read } = files;
  const survivors = survivorsOf(files).lastStates;
  const inquire: Ask = (question) =>
    ask((index) => {
      noticeOthers(index);
      return question(index);
    });
  const settle = (id: string, state: Envelope | null, write: () => void): void => {
    let isWritten = false;
    const writeOnce = (): void => {
      if (!isWritten) {
        write();
        isWritten = true;
      }
    };
    ask((index) => index.track(id, state, writeOnce));
  };
  return {
    directory,
    path,
    ids,
    has,
    read,
    look: (id) => survivors.read(id),
    byDn: (dn) => inquire((index) => index.byDn(dn)),
    meant: (dn, file) => {
      const former = formerDns.holderAt(dn, file);
      if (former === null) {
        return inquire((index) => index.byDn(dn));
      }
      return survivors.read(former)?.object?.oxDbDeletion === true ? null : inquire((index) => index.byId(former));
    },
    noteFormerDn: (dn, id, until) => formerDns.note(dn, id, until),
    formerDnsOf: (id) => formerDns.of(id),
    isMeaningSame: (dns, one, other) =>
      dns.every((dn) => formerDns.holderAt(dn, one) === formerDns.holderAt(dn, other)),
    forgetFormerDns: () =>
      formerDns.forget((dn, until) =>
        inquire((index) => index.referring(dn)).some((id) => {
          const state = survivors.read(id);
          return state === null || comparePlaces(writtenIn(state.object), until) < 0;
        }),
      ),
    byId: (id) => inquire((index) => index.byId(id)),
    currentId: (id) => inquire((index) => index.currentId(id)),
    holderOf: (dn, type) => inquire((index) => index.holderOf(dn, type)),
    referring: (dn) => inquire((index) => index.referring(dn)),
    awaited: () => inquire(({ tables }) => tables.awaited()),
    waitingFor: (what) => inquire(({ tables }) => tables.waitingFor(what)),
    claimingWithin: (beginning) => inquire(({ tables }) => tables.claimingWithin(beginning)),
    claimants: (claim) => inquire((index) => index.claimants(claim)),
    damaged: () => inquire((index) => index.damaged()),
    list: (type) => inquire((index) => index.list(type)),
    put: (state) => settle(state.id, state, () => files.write(state)),
    remove: (id) => settle(id, null, () => files.remove(id)),
    move: (formerId, state) => {
      settle(formerId, null, () => files.move(formerId, state));
      settle(state.id, state, () => undefined);
    },
    checkpoint: () => ask((index) => index.checkpoint()),
    close: () => {
      try {
        formerDns.close();
      } finally {
        close();
      }
    },
  };
}
