/** The tables of the index of last states: entries with what they name and claim, asked and written. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ObjectType } from '../model/change.ts';
import { NAMES_OTHERS, NOTES } from './index-database.ts';
import type { Entry } from './index-entry.ts';

export interface Row {
  readonly id: string;
  readonly dn: string;
  readonly type: ObjectType;
  readonly is_ox: number;
  readonly context: number | null;
  readonly ox_id: number | null;
  /** How the file looked when it was read. */
  readonly signature: string;
  /** What the file says beside its row, where that is short: what stays is not written again. Empty: unknown. */
  readonly notes: string;
}

const KINDS = Object.keys(NOTES) as (keyof typeof NOTES)[];

export class IndexTables {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  row(id: string): Row | undefined {
    return this.#sql('SELECT * FROM object WHERE id = ?').get(id.toLowerCase()) as Row | undefined;
  }

  byDn(key: string): Row[] {
    return this.#rows('SELECT * FROM object WHERE dn = ?', key);
  }

  ofType(type: ObjectType): Row[] {
    return this.#rows('SELECT * FROM object WHERE type = ? ORDER BY id', type);
  }

  referrers(): Row[] {
    return this.#rows(`SELECT * FROM object WHERE ${NAMES_OTHERS}`);
  }

  claimants(claim: string): Row[] {
    return this.#rows('SELECT object.* FROM claim JOIN object USING (id) WHERE what = ? ORDER BY id', claim);
  }

  ids(): string[] {
    return this.#ids('SELECT id FROM object');
  }

  withFormer(formerId: string): string[] {
    return this.#ids('SELECT id FROM former WHERE what = ?', formerId.toLowerCase());
  }

  referring(key: string): string[] {
    return this.#ids('SELECT id FROM reference WHERE what = ? ORDER BY id', key);
  }

  waitingFor(what: string): string[] {
    return this.#ids('SELECT id FROM awaited WHERE what = ? ORDER BY id', what);
  }

  /** No character sorts behind the last of Unicode. */
  claimingWithin(beginning: string): string[] {
    const end = `${beginning}\u{10ffff}`;
    return this.#ids('SELECT DISTINCT id FROM claim WHERE what >= ? AND what < ? ORDER BY id', beginning, end);
  }

  awaited(): string[] {
    return this.#ids('SELECT DISTINCT what AS id FROM awaited ORDER BY what');
  }

  countOf(claim: string): number {
    return (this.#sql('SELECT count(*) AS n FROM claim WHERE what = ?').get(claim) as { n: number }).n;
  }

  put(id: string, entry: Entry, signature: string): void {
    const { notes } = entry;
    const isNoted = notes !== '' && this.row(id)?.notes === notes;
    this.#sql('INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run(
      id,
      entry.dn,
      entry.type,
      entry.isOx ? 1 : 0,
      entry.context,
      entry.oxId,
      signature,
      notes,
    );
    if (isNoted) {
      return;
    }
    this.#forgetNotes(id);
    for (const kind of KINDS) {
      for (const what of entry[kind]) {
        this.#sql(`INSERT OR IGNORE INTO ${NOTES[kind]} VALUES (?, ?)`).run(what, id);
      }
    }
  }

  remove(id: string): void {
    this.#forgetNotes(id);
    this.#sql('DELETE FROM object WHERE id = ?').run(id);
  }

  /** Id → how the file looked when it could not be read. */
  damaged(): Map<string, string> {
    const rows = this.#sql('SELECT id, signature FROM damaged ORDER BY id').all();
    return new Map((rows as unknown as { id: string; signature: string }[]).map((row) => [row.id, row.signature]));
  }

  putDamaged(id: string, signature: string): void {
    this.#sql('INSERT OR REPLACE INTO damaged VALUES (?, ?)').run(id, signature);
  }

  removeDamaged(id: string): void {
    this.#sql('DELETE FROM damaged WHERE id = ?').run(id);
  }

  clear(): void {
    for (const table of [...Object.values(NOTES), 'object', 'damaged', 'meta']) {
      this.#database.exec(`DELETE FROM ${table}`);
    }
  }

  meta(name: string): string | undefined {
    const row = this.#sql('SELECT value FROM meta WHERE name = ?').get(name) as { value: string } | undefined;
    return row?.value;
  }

  setMeta(name: string, value: string): void {
    this.#sql('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)').run(name, value);
  }

  begin(): void {
    this.#database.exec('BEGIN');
  }

  /** Ends the transaction, and begins the next. */
  commit(): void {
    this.#database.exec('COMMIT; BEGIN');
  }

  /** Closes the file as it is. */
  close(): void {
    if (this.#database.isOpen) {
      this.#database.close();
    }
  }

  #forgetNotes(id: string): void {
    for (const kind of KINDS) {
      this.#sql(`DELETE FROM ${NOTES[kind]} WHERE id = ?`).run(id);
    }
  }

  #rows(text: string, ...values: string[]): Row[] {
    return this.#sql(text).all(...values) as unknown as Row[];
  }

  #ids(text: string, ...values: string[]): string[] {
    return (this.#sql(text).all(...values) as unknown as { id: string }[]).map(({ id }) => id);
  }

  #sql(text: string): StatementSync {
    let statement = this.#statements.get(text);
    if (!statement) {
      statement = this.#database.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }
}
