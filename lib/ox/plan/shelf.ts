/** What a plan has made of OX's objects of one kind, over what OX has. */
import { ConnectorError } from '../../errors/connector-error.ts';
import { collated } from '../../model/collation.ts';
import type { NotedCall } from '../../plan/planned.ts';
import type { FieldChange } from '../../target/outcome.ts';
import type { Ref } from '../services/ox.ts';
import { describeRef } from '../services/refs.ts';
import { OxFault } from '../soap/fault.ts';
import { compareFields } from '../types/compare.ts';

interface Named {
  readonly id?: number | null;
  readonly name?: string | null;
}

interface ShelfDeps<T> {
  readonly kind: 'User' | 'Group' | 'Resource' | 'Context';
  /** What OX has. */
  readonly ask: (context: number, ref: Ref) => Promise<T | null>;
  readonly note: (call: NotedCall) => void;
  /** Found, as it is by what the plan has done with other objects. */
  readonly asItIs?: (context: number, found: T) => T;
  /** Throws what OX would refuse. */
  readonly compare?: (context: number, found: T | null, given: Partial<T>) => FieldChange[];
  /** What is to be remembered of it. */
  readonly inShort?: (made: T) => T;
}

export class Shelf<T extends Named> {
  readonly #deps: ShelfDeps<T>;
  /** By number and by name; null: removed, or not called so any more. */
  readonly #made = new Map<string, T | null>();
  #nextId = -1;

  constructor(deps: ShelfDeps<T>) {
    this.#deps = deps;
  }

  async find(context: number, ref: Ref): Promise<T | null> {
    const { ask, asItIs } = this.#deps;
    const made = this.madeAt(context, ref);
    const found = made === undefined ? await ask(context, ref) : made;
    return found !== null && asItIs ? asItIs(context, found) : found;
  }

  /** As OX offers it. */
  get operations() {
    return {
      find: (context: number, ref: Ref) => this.find(context, ref),
      create: async (context: number, object: T) => void (await this.create(context, object)),
      change: (context: number, ref: Ref, given: Partial<T>) => this.change(context, ref, given),
      delete: (context: number, ref: Ref) => this.delete(context, ref),
    };
  }

  /** Throws as OX does where it is not there. */
  async get(context: number, ref: Ref): Promise<T> {
    const found = await this.find(context, ref);
    if (found === null) {
      throw this.noSuch(context, ref);
    }
    return found;
  }

  noSuch(context: number, ref: Ref): ConnectorError {
    return refusal(`No such object: ${this.#describe(context, ref)}`, `NoSuch${this.#deps.kind}Exception`);
  }

  /** undefined: the plan has done nothing with it; null: it has removed it. */
  madeOf(context: number, { id }: Named): T | null | undefined {
    return typeof id === 'number' ? this.madeAt(context, { id }) : undefined;
  }

  /** The same by number or name. */
  madeAt(context: number, ref: Ref): T | null | undefined {
    return this.#made.get(this.#keyOf(context, ref));
  }

  /** Those of a context that the plan has changed or made, as they are now. */
  in(context: number): T[] {
    const made = [...this.#made].filter(([key]) => key.startsWith(`${context}:`));
    return [...new Set(made.flatMap(([, object]) => object ?? []))];
  }

  /** Answers its number. Throws as OX does where the name is taken. */
  async create(context: number, object: T, operation = 'create', more: readonly FieldChange[] = []): Promise<number> {
    const ref: Ref = typeof object.id === 'number' ? { id: object.id } : { name: object.name ?? '' };
    if ((await this.find(context, ref)) !== null) {
      throw refusal(`${this.#describe(context, ref)} already exists`, 'InvalidDataException');
    }
    this.#note(context, ref, operation, [...this.#compare(context, null, object), ...more]);
    return this.add(context, object);
  }

  /** With a number as OX never gives one, unless it has one. */
  add(context: number, object: T): number {
    const id = object.id ?? this.#nextId--;
    const made = { ...object, id };
    this.#put(context, made, made);
    return id;
  }

  async change(context: number, ref: Ref, given: Partial<T>, operation = 'change'): Promise<void> {
    const found = await this.get(context, ref);
    this.#note(context, ref, operation, this.#compare(context, found, given));
    this.#put(context, found, { ...found, ...given });
  }

  async delete(context: number, ref: Ref): Promise<void> {
    const found = await this.get(context, ref);
    this.#note(context, ref, 'delete', []);
    this.#put(context, found, null);
  }

  #compare(context: number, found: T | null, given: Partial<T>): FieldChange[] {
    return this.#deps.compare?.(context, found, given) ?? compareFields(found, given);
  }

  #note(context: number, ref: Ref, operation: string, changes: readonly FieldChange[]): void {
    const { kind, note } = this.#deps;
    note({ service: `OX${kind}Service`, operation, object: this.#describe(context, ref), changes });
  }

  #describe(context: number, ref: Ref): string {
    const { kind } = this.#deps;
    return kind === 'Context'
      ? `context ${context}`
      : `${kind.toLowerCase()} ${describeRef(ref)} in context ${context}`;
  }

  #put(context: number, found: T, made: T | null): void {
    for (const ref of refsOf(found)) {
      this.#made.set(this.#keyOf(context, ref), null);
    }
    const { inShort } = this.#deps;
    const kept = made !== null && inShort ? inShort(made) : made;
    for (const ref of refsOf(kept ?? {})) {
      this.#made.set(this.#keyOf(context, ref), kept);
    }
  }

  /** OX goes by the number if there is one. Names of users count by case, all others as its database compares them. */
  #keyOf(context: number, ref: Ref): string {
    if ('id' in ref) {
      return `${context}:#${ref.id}`;
    }
    return `${context}:${this.#deps.kind === 'User' ? ref.name : collated(ref.name)}`;
  }
}

export function refusal(text: string, exception: string): ConnectorError {
  return new ConnectorError('OX_REFUSED', text, { cause: new OxFault(text, exception) });
}

function refsOf({ id, name }: Named): Ref[] {
  return [...(typeof id === 'number' ? [{ id }] : []), ...(name ? [{ name }] : [])];
}
