/**
 * What the server holds, as far as it was read: changed along with what is sent, so that later decisions of a run see
 * what earlier ones did. Addresses are in lower case; of destinations the server's own spelling is kept as well.
 */
import { isSameAddress, normalTarget } from './address.ts';
import type { ListName } from './facet-names.ts';
import type { Mapping, TmailServer } from './server.ts';

/** One of a list. */
export interface Value {
  /** Whose it is, as the server spells it: of aliases it tells capitals apart here. */
  readonly owner: string;
  readonly value: string;
}

export class Site {
  readonly users: Set<string>;
  readonly quotas = new Map<string, string>();
  readonly #aliases = new Map<string, readonly Value[]>();
  // Lists of just the length that they have: nearly all have one value, and a Set of that takes three times as much.
  readonly #targets = {
    forwards: new Map<string, readonly string[]>(),
    mappings: new Map<string, readonly string[]>(),
  };
  readonly #destinations = new Map<string, readonly string[]>();

  constructor(users: Iterable<string>) {
    this.users = new Set(users);
  }

  /** Everything about everybody, in few requests. */
  async readAll(server: TmailServer): Promise<void> {
    for (const [source, list] of await server.mappings()) {
      this.addMappings(source, list);
    }
    for (const [address, quota] of await server.quotas()) {
      this.quotas.set(address, quota);
    }
  }

  addMappings(source: string, list: readonly Mapping[]): void {
    for (const { type, target } of list) {
      if (type === 'Alias') {
        this.put('aliases', target, source);
      } else if (type === 'Forward' || type === 'Address') {
        this.put(type === 'Forward' ? 'forwards' : 'mappings', source, target);
      }
    }
  }

  valuesOf(list: ListName, address: string): readonly Value[] {
    return list === 'aliases'
      ? (this.#aliases.get(address) ?? [])
      : this.targetsOf(list, address).map((value) => ({ owner: address, value }));
  }

  targetsOf(list: 'forwards' | 'mappings', address: string): readonly string[] {
    return this.#targets[list].get(address) ?? [];
  }

  /** These answer how to undo it. */
  put(list: ListName, owner: string, value: string): () => void {
    if (list === 'aliases') {
      const key = owner.toLowerCase();
      this.#aliases.set(key, [...this.#otherAliases(owner, value), { owner, value }]);
      addTo(this.#destinations, value, key);
    } else {
      addTo(this.#targets[list], owner, normalTarget(value));
    }
    return () => void this.drop(list, owner, value);
  }

  drop(list: ListName, owner: string, value: string): () => void {
    if (list === 'aliases') {
      const key = owner.toLowerCase();
      const rest = this.#otherAliases(owner, value);
      this.#aliases.set(key, rest);
      if (!rest.some((each) => each.value === value)) {
        dropFrom(this.#destinations, value, key);
      }
    } else {
      dropFrom(this.#targets[list], owner, normalTarget(value));
    }
    return () => void this.put(list, owner, value);
  }

  #otherAliases(owner: string, value: string): readonly Value[] {
    return this.valuesOf('aliases', owner.toLowerCase()).filter((each) => each.value !== value || each.owner !== owner);
  }

  /** As the server's rename does. */
  moveForwards(from: string, to: string): void {
    for (const target of this.targetsOf('forwards', from)) {
      this.drop('forwards', from, target);
      this.put('forwards', to, target === from ? to : target);
    }
  }

  /** Of either, from where mail comes back: the server's rename fails with it, at worst when it has moved the others already. */
  forwardBack(from: string, to: string): string | undefined {
    const targets = [...this.targetsOf('forwards', from), ...this.targetsOf('forwards', to)];
    const others = targets.filter((target) => !isSameAddress(target, from) && !isSameAddress(target, to));
    return others.find((target) => this.leadsTo(target, from) || this.leadsTo(target, to));
  }

  isAlias(address: string): boolean {
    return (this.#destinations.get(address) ?? []).length > 0;
  }

  /** Whether mail to `from` comes to `to` by forwards, mappings and aliases. The server looks at the first of each only. */
  leadsTo(from: string, to: string): boolean {
    const seen = new Set<string>();
    const waiting = [from.toLowerCase()];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next === to) {
        return true;
      }
      if (!seen.has(next)) {
        seen.add(next);
        for (const target of [
          ...this.targetsOf('forwards', next),
          ...this.targetsOf('mappings', next),
          ...(this.#destinations.get(next) ?? []),
        ]) {
          waiting.push(target.toLowerCase());
        }
      }
    }
    return false;
  }
}

function addTo(lists: Map<string, readonly string[]>, key: string, value: string): void {
  const list = lists.get(key) ?? [];
  if (!list.includes(value)) {
    lists.set(key, [...list, value]);
  }
}

function dropFrom(lists: Map<string, readonly string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list) {
    lists.set(
      key,
      list.filter((each) => each !== value),
    );
  }
}
