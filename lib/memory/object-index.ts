/**
 * The index of last states: who has a DN, who names one; each answer is checked against the file it came from. Before it is asked
 * it has to notice what others did.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Envelope, ObjectType } from '../model/change.ts';
import { claimKeys, type Identifiers } from '../model/claims.ts';
import { dnKey } from '../model/dn.ts';
import type { DamagedState, KnownObject } from '../model/known.ts';
import { entryOf, givenUp } from './index-entry.ts';
import { IndexTables, type Row } from './index-tables.ts';
import type { LastStates } from './last-state.ts';
import { signatureOf, timeOf } from './traces.ts';

const CHECKPOINT_EVERY = 2000;

export class ObjectIndex {
  readonly tables: IndexTables;
  readonly #lastStates: LastStates;
  readonly #identifiers: Identifiers;
  /** The time of `old/` up to which the index knows every file; empty: it has to be compared. */
  #directoryTime: string;
  /** Id → how the file looked when it could not be read. Its row, if there is one, tells what was in it before. */
  readonly #damaged: Map<string, string>;
  #damageChecked = false;
  #swept = false;
  #referrersChecked = false;
  #pending = 0;

  constructor(database: DatabaseSync, lastStates: LastStates, identifiers: Identifiers) {
    this.tables = new IndexTables(database);
    this.#lastStates = lastStates;
    this.#identifiers = identifiers;
    this.#forgetOtherIdentifiers();
    this.#directoryTime = this.tables.meta('directory') ?? '';
    this.#damaged = this.tables.damaged();
    this.tables.begin();
  }

  byDn(dn: string): KnownObject | null {
    const key = dnKey(dn);
    const found = this.#freshByKey(key);
    if (found || this.#swept) {
      return found;
    }
    // Nothing known under this DN: a file may have been edited in place, which the directory's time does not show.
    this.#sweep();
    return this.#freshByKey(key);
  }

  #freshByKey(key: string, type?: ObjectType): KnownObject | null {
    for (const row of this.tables.byDn(key)) {
      const fresh = this.#fresh(row);
      if (fresh?.dn === key && (type === undefined || fresh.type === type)) {
        return this.#known(fresh);
      }
    }
    return null;
  }

  /** An id that the object had formerly leads to it too. */
  byId(id: string): KnownObject | null {
    const row = this.#freshById(id) ?? this.#currentOf(id);
    return row && this.#known(row);
  }

  /** The id of the object that had this id formerly. */
  currentId(formerId: string): string | null {
    return this.#currentOf(formerId)?.id ?? null;
  }

  /** Without a look at files that were edited in place: asked for every new object. */
  holderOf(dn: string, type: ObjectType): string | null {
    const found = this.#freshByKey(dnKey(dn), type) ?? this.#freshByKey(givenUp(dnKey(dn)), type);
    return found?.id ?? null;
  }

  #currentOf(formerId: string): Row | null {
    for (const id of this.tables.withFormer(formerId)) {
      const fresh = this.#freshById(id);
      if (fresh) {
        return fresh;
      }
    }
    return null;
  }

  referring(dn: string): string[] {
    this.#checkReferrers();
    return this.tables.referring(dnKey(dn));
  }

  /** The ids of the objects whose last state claims this. */
  claimants(claim: string): string[] {
    const found = this.tables.claimants(claim);
    const stale = found.filter((row) => this.#fresh(row)?.signature !== row.signature);
    return (stale.length > 0 ? this.tables.claimants(claim) : found).map(({ id }) => id);
  }

  list(type: ObjectType): KnownObject[] {
    const readable = this.tables.ofType(type).filter(({ id }) => !this.#damaged.has(id));
    return readable.map((row) => this.#known(row));
  }

  damaged(): DamagedState[] {
    return [...this.#damaged.keys()].map((id) => ({
      id,
      path: this.#lastStates.path(id),
      isUnknown: this.tables.row(id) === undefined,
    }));
  }

  /** `write` makes `state` (null: none) the last state. */
  track(id: string, state: Envelope | null, write: () => void): void {
    const untouched = this.#directoryTime !== '' && this.#directoryTime === timeOf(this.#lastStates.directory);
    write();
    this.#put(id.toLowerCase(), state);
    this.#directoryTime = untouched ? timeOf(this.#lastStates.directory) : '';
    this.#pending += 1;
    if (this.#pending >= CHECKPOINT_EVERY) {
      this.checkpoint();
    }
  }

  checkpoint(): void {
    this.tables.setMeta('directory', this.#directoryTime);
    this.tables.commit();
    this.#pending = 0;
  }

  /** Closes the file as it is, without noting anything. */
  abandon(): void {
    this.tables.close();
  }

  /** How users and groups are named where nothing is remembered decides what they claim. */
  #forgetOtherIdentifiers(): void {
    const now = JSON.stringify(this.#identifiers);
    if (this.tables.meta('identifiers') !== now) {
      this.tables.clear();
      this.tables.setMeta('identifiers', now);
    }
  }

  #known({ id, type, is_ox, context, ox_id }: Row): KnownObject {
    const isInDoubt = context !== null && ox_id !== null && this.tables.countOf(claimKeys.userId(context, ox_id)) > 1;
    const isDamaged = this.#damaged.has(id);
    return { id, type, isOx: is_ox === 1, context, oxId: isInDoubt ? null : ox_id, isInDoubt, isDamaged };
  }

  /** Files were added or removed by somebody else (or by a run that was killed): compare all. */
  noticeOthers(): void {
    if (this.#directoryTime === '' || this.#directoryTime !== timeOf(this.#lastStates.directory)) {
      this.#sweep();
    } else if (!this.#damageChecked) {
      this.#damageChecked = true;
      for (const id of this.#damaged.keys()) {
        this.#compare(id);
      }
    }
  }

  /** Compares every file of `old/` with its entry and reads those that differ. */
  #sweep(): void {
    const time = timeOf(this.#lastStates.directory);
    const ids = new Set(this.#lastStates.ids());
    for (const id of [...this.tables.ids(), ...this.#damaged.keys()]) {
      if (!ids.has(id)) {
        this.#put(id, null);
      }
    }
    for (const id of ids) {
      this.#compare(id);
    }
    this.#directoryTime = time;
    this.#swept = true;
    this.checkpoint();
  }

  /** Groups and accounts are few beside users: look at each of them once in a run before trusting who names whom. */
  #checkReferrers(): void {
    if (this.#referrersChecked || this.#swept) {
      return;
    }
    this.#referrersChecked = true;
    for (const row of this.tables.referrers()) {
      this.#fresh(row);
    }
  }

  #freshById(id: string): Row | null {
    const row = this.tables.row(id);
    return row ? this.#fresh(row) : null;
  }

  /** The entry, read again if its file has changed; null if the file is gone. */
  #fresh(row: Row): Row | null {
    return this.#compare(row.id, row.signature) ? row : (this.tables.row(row.id) ?? null);
  }

  /**
   * Reads a file again that looks otherwise than it did. A damaged one is no reason to stop: until it is repaired, its object is
   * what it was when the file could be read, as far as that is known. Answers whether nothing was to be done.
   */
  #compare(id: string, known = this.tables.row(id)?.signature ?? ''): boolean {
    const signature = signatureOf(this.#lastStates.path(id));
    if (signature === (this.#damaged.get(id) ?? known)) {
      return true;
    }
    try {
      this.#put(id, this.#lastStates.read(id));
    } catch {
      this.#damaged.set(id, signature);
      this.tables.putDamaged(id, signature);
    }
    return false;
  }

  #put(id: string, envelope: Envelope | null): void {
    if (this.#damaged.delete(id)) {
      this.tables.removeDamaged(id);
    }
    if (envelope) {
      this.tables.put(id, entryOf(id, envelope, this.#identifiers), signatureOf(this.#lastStates.path(id)));
    } else {
      this.tables.remove(id);
    }
  }
}
