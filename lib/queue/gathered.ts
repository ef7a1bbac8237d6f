/** Keys with their values, of which most keys have one: a set for each would take more memory than all that is in them. */
export class Gathered<Value extends string | object> {
  readonly #values = new Map<string, Value | Set<Value>>();

  add(key: string, value: Value): void {
    const known = this.#values.get(key);
    if (known === undefined) {
      this.#values.set(key, value);
    } else if (known instanceof Set) {
      known.add(value);
    } else if (known !== value) {
      this.#values.set(key, new Set([known, value]));
    }
  }

  remove(key: string, value: Value): void {
    const known = this.#values.get(key);
    if (known instanceof Set) {
      known.delete(value);
    } else if (known === value) {
      this.#values.delete(key);
    }
  }

  /** In the order in which they were added. */
  of(key: string): ReadonlySet<Value> {
    const known = this.#values.get(key);
    return known instanceof Set ? known : new Set(known === undefined ? [] : [known]);
  }
}
