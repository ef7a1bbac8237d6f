/** The index of last states: who has a DN, who names one; each answer is checked against the file it came from. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Envelope, ObjectType } from '../model/change.ts';
import { claimKeys, type Identifiers } from '../model/claims.ts';
import { dnKey } from '../model/dn.ts';
import type { KnownObject } from '../model/known.ts';
import { entryOf, givenUp } from './index-entry.ts';
import type { LastStates } from './last-state.ts';
import { isEmpty, signatureOf, timeOf } from './traces.ts';

const CHECKPOINT_EVERY = 2000;

const CLAIMANTS = 'SELECT object.* FROM claim JOIN object USING (id) WHERE claim = ? ORDER BY id';

interface Row {
  readonly id: string;
  readonly dn: string;
  readonly type: ObjectType;
  readonly is_ox: number;
  readonly context: number | null;
  readonly ox_id: number | null;
  readonly signature: string;
  /** What the file says beside its row, where that is short: what stays is not written again. Empty: unknown. */
  readonly notes: string;
}

export class ObjectIndex {
  readonly #database: DatabaseSync;
  readonly #lastStates: LastStates;
  readonly #identifiers: Identifiers;
  readonly #statements = new Map<string, StatementSync>();
  /** The time of `old/` up to which the index knows every file; empty: it has to be compared. */
  #directoryTime: string;
  /** A file was damaged: repaired in place it leaves no trace in the directory's time, so the next run compares. */
  #foundDamage = false;
  #swept = false;
  #referrersChecked = false;
  #pending = 0;

  constructor(database: DatabaseSync, lastStates: LastStates, identifiers: Identifiers) {
    this.#database = database;
    this.#lastStates = lastStates;
    this.#identifiers = identifiers;
    this.#forgetOtherIdentifiers();
    const row = this.#sql("SELECT value FROM meta WHERE name = 'directory'").get() as { value: string } | undefined;
    this.#directoryTime = row?.value ?? '';
    if (this.#directoryTime === '' && isEmpty(lastStates.directory)) {
      this.#directoryTime = timeOf(this.#lastStates.directory);
    }
    database.exec('BEGIN');
  }

  byDn(dn: string): KnownObject | null {
    this.#noticeOthers();
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
    for (const row of this.#sql('SELECT * FROM object WHERE dn = ?').all(key) as unknown as Row[]) {
      const fresh = this.#fresh(row);
      if (fresh?.dn === key && (type === undefined || fresh.type === type)) {
        return this.#known(fresh);
      }
    }
    return null;
  }

  /** An id that the object had formerly leads to it too. */
  byId(id: string): KnownObject | null {
    this.#noticeOthers();
    const row = this.#row(id);
    const fresh = row ? this.#fresh(row) : null;
    if (fresh) {
      return this.#known(fresh);
    }
    const current = this.#currentOf(id);
    return current && this.#known(current);
  }

  /** The id of the object that had this id formerly. */
  currentId(formerId: string): string | null {
    this.#noticeOthers();
    return this.#currentOf(formerId)?.id ?? null;
  }

  /** Without a look at files that were edited in place: asked for every new object. */
  holderOf(dn: string, type: ObjectType): string | null {
    this.#noticeOthers();
    const found = this.#freshByKey(dnKey(dn), type) ?? this.#freshByKey(givenUp(dnKey(dn)), type);
    return found?.id ?? null;
  }

  #currentOf(formerId: string): Row | null {
    for (const { id } of this.#sql('SELECT id FROM former WHERE former = ?').all(formerId.toLowerCase()) as unknown as {
      id: string;
    }[]) {
      const row = this.#row(id);
      const fresh = row ? this.#fresh(row) : null;
      if (fresh) {
        return fresh;
      }
    }
    return null;
  }

  referring(dn: string): string[] {
    this.#noticeOthers();
    this.#checkReferrers();
    const rows = this.#sql('SELECT id FROM reference WHERE dn = ? ORDER BY id').all(dnKey(dn));
    return (rows as unknown as { id: string }[]).map((row) => row.id);
  }

  /** The ids of the objects whose last state claims this. */
  claimants(claim: string): string[] {
    this.#noticeOthers();
    const ask = (): Row[] => this.#sql(CLAIMANTS).all(claim) as unknown as Row[];
    const found = ask();
    const isStale = found.filter((row) => this.#fresh(row)?.signature !== row.signature);
    return (isStale.length > 0 ? ask() : found).map(({ id }) => id);
  }

  skippedFor(context: number): string[] {
    this.#noticeOthers();
    const rows = this.#sql('SELECT id FROM object WHERE skipped = ? ORDER BY id').all(context);
    return (rows as unknown as { id: string }[]).map((row) => row.id);
  }

  skippedContexts(): number[] {
    this.#noticeOthers();
    const rows = this.#sql('SELECT DISTINCT skipped FROM object WHERE skipped IS NOT NULL ORDER BY skipped').all();
    return (rows as unknown as { skipped: number }[]).map((row) => row.skipped);
  }

  list(type: ObjectType): KnownObject[] {
    this.#noticeOthers();
    return (this.#sql('SELECT * FROM object WHERE type = ? ORDER BY id').all(type) as unknown as Row[]).map((row) =>
      this.#known(row),
    );
  }

  /** All that have something in this context, or wait to be removed there. */
  inContext(context: number): string[] {
    this.#noticeOthers();
    const rows = this.#sql('SELECT DISTINCT id FROM claim WHERE context = ? ORDER BY id').all(context);
    return (rows as unknown as { id: string }[]).map((row) => row.id);
  }

  track(id: string, settle: () => Envelope | null): void {
    const untouched = this.#directoryTime !== '' && this.#directoryTime === timeOf(this.#lastStates.directory);
    const envelope = settle();
    this.#put(id.toLowerCase(), envelope);
    this.#directoryTime = untouched ? timeOf(this.#lastStates.directory) : '';
    this.#pending += 1;
    if (this.#pending >= CHECKPOINT_EVERY) {
      this.checkpoint();
    }
  }

  checkpoint(): void {
    this.#sql("INSERT OR REPLACE INTO meta (name, value) VALUES ('directory', ?)").run(
      this.#foundDamage ? '' : this.#directoryTime,
    );
    this.#database.exec('COMMIT; BEGIN');
    this.#pending = 0;
  }

  /** Closes the file as it is, without noting anything. */
  abandon(): void {
    if (this.#database.isOpen) {
      this.#database.close();
    }
  }

  /** How users and groups are named where nothing is remembered decides what they claim. */
  #forgetOtherIdentifiers(): void {
    const now = JSON.stringify(this.#identifiers);
    const row = this.#sql("SELECT value FROM meta WHERE name = 'identifiers'").get() as { value: string } | undefined;
    if (row?.value !== now) {
      for (const table of ['object', 'reference', 'former', 'claim', 'meta']) {
        this.#database.exec(`DELETE FROM ${table}`);
      }
      this.#sql("INSERT INTO meta (name, value) VALUES ('identifiers', ?)").run(now);
    }
  }

  #known({ id, type, is_ox, context, ox_id }: Row): KnownObject {
    const isInDoubt = context !== null && ox_id !== null && this.#count(claimKeys.userId(context, ox_id)) > 1;
    return { id, type, isOx: is_ox === 1, context, oxId: isInDoubt ? null : ox_id, isInDoubt };
  }

  #count(claim: string): number {
    return (this.#sql('SELECT count(*) AS n FROM claim WHERE claim = ?').get(claim) as { n: number }).n;
  }

  #sql(text: string): StatementSync {
    let statement = this.#statements.get(text);
    if (!statement) {
      statement = this.#database.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }

  #row(id: string): Row | undefined {
    return this.#sql('SELECT * FROM object WHERE id = ?').get(id.toLowerCase()) as Row | undefined;
  }

  /** Files were added or removed by somebody else (or by a run that was killed): compare all. */
  #noticeOthers(): void {
    if (this.#directoryTime === '' || this.#directoryTime !== timeOf(this.#lastStates.directory)) {
      this.#sweep();
    }
  }

  /** Compares every file of `old/` with its entry and reads those that differ. */
  #sweep(): void {
    const time = timeOf(this.#lastStates.directory);
    const ids = new Set(this.#lastStates.ids());
    for (const row of this.#sql('SELECT id FROM object').all() as unknown as { id: string }[]) {
      if (!ids.has(row.id)) {
        this.#put(row.id, null);
      }
    }
    for (const id of ids) {
      if (this.#row(id)?.signature !== signatureOf(this.#lastStates.path(id))) {
        this.#put(id, this.#readTolerantly(id));
      }
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
    for (const row of this.#sql("SELECT * FROM object WHERE type <> 'users/user'").all() as unknown as Row[]) {
      this.#fresh(row);
    }
  }

  /** The entry, read again if its file has changed; null if the file is gone or damaged. */
  #fresh(row: Row): Row | null {
    const signature = signatureOf(this.#lastStates.path(row.id));
    if (signature === row.signature) {
      return row;
    }
    this.#put(row.id, signature === '' ? null : this.#readTolerantly(row.id));
    return this.#row(row.id) ?? null;
  }

  /** A damaged file of another object is no reason to stop: it is unknown until it is repaired. */
  #readTolerantly(id: string): Envelope | null {
    try {
      return this.#lastStates.read(id);
    } catch {
      this.#foundDamage = true;
      return null;
    }
  }

  #put(id: string, envelope: Envelope | null): void {
    if (!envelope) {
      this.#forgetNotes(id);
      this.#sql('DELETE FROM object WHERE id = ?').run(id);
      return;
    }
    const entry = entryOf(id, envelope, this.#identifiers);
    const { notes } = entry;
    const isNoted = notes !== '' && this.#row(id)?.notes === notes;
    this.#sql('INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
      id,
      entry.dn,
      entry.type,
      entry.isOx ? 1 : 0,
      entry.context,
      entry.oxId,
      entry.skipped,
      signatureOf(this.#lastStates.path(id)),
      notes,
    );
    if (isNoted) {
      return;
    }
    this.#forgetNotes(id);
    for (const former of entry.formers) {
      this.#sql('INSERT OR IGNORE INTO former VALUES (?, ?)').run(former, id);
    }
    for (const { key, context } of entry.claims) {
      this.#sql('INSERT OR IGNORE INTO claim VALUES (?, ?, ?)').run(key, id, context);
    }
    for (const dn of entry.references) {
      this.#sql('INSERT OR IGNORE INTO reference VALUES (?, ?)').run(dn, id);
    }
  }

  #forgetNotes(id: string): void {
    this.#sql('DELETE FROM reference WHERE id = ?').run(id);
    this.#sql('DELETE FROM former WHERE id = ?').run(id);
    this.#sql('DELETE FROM claim WHERE id = ?').run(id);
  }
}
