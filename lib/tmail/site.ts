/**
 * What the server holds, as far as it was read: changed along with what is sent, so that later decisions of a run see
 * what earlier ones did. Addresses are in lower case; of destinations the server's own spelling is kept as well.
 */
import { isSameAddress, normalTarget } from './address.ts';
import type { Mapping, TmailServer } from './server.ts';

export interface Alias {
  readonly source: string;
  /** As the server spells it: it tells capitals apart here. */
  readonly destination: string;
}

export class Site {
  readonly users: Set<string>;
  readonly quotas = new Map<string, string>();
  // Lists of just the length that they have: nearly all have one value, and a Set of that takes three times as much.
  readonly #forwards = new Map<string, readonly string[]>();
  readonly #mappings = new Map<string, readonly string[]>();
  readonly #aliases = new Map<string, readonly Alias[]>();
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
        this.putAlias({ source, destination: target });
      } else if (type === 'Forward') {
        this.putForward(source, target);
      } else if (type === 'Address') {
        this.putMapping(source, target);
      }
    }
  }

  aliasesOf(address: string): readonly Alias[] {
    return this.#aliases.get(address) ?? [];
  }

  forwardsOf(address: string): readonly string[] {
    return this.#forwards.get(address) ?? [];
  }

  mappingsOf(address: string): readonly string[] {
    return this.#mappings.get(address) ?? [];
  }

  /** These answer how to undo it. */
  putAlias(alias: Alias): () => void {
    const key = alias.destination.toLowerCase();
    const list = this.#aliases.get(key) ?? [];
    if (!list.some((each) => each.source === alias.source && each.destination === alias.destination)) {
      this.#aliases.set(key, [...list, alias]);
    }
    addTo(this.#destinations, alias.source, key);
    return () => this.dropAlias(alias);
  }

  dropAlias(alias: Alias): () => void {
    const key = alias.destination.toLowerCase();
    const rest = this.aliasesOf(key).filter(
      (each) => each.source !== alias.source || each.destination !== alias.destination,
    );
    this.#aliases.set(key, rest);
    if (!rest.some(({ source }) => source === alias.source)) {
      dropFrom(this.#destinations, alias.source, key);
    }
    return () => this.putAlias(alias);
  }

  putForward(address: string, target: string): () => void {
    addTo(this.#forwards, address, normalTarget(target));
    return () => this.dropForward(address, target);
  }

  dropForward(address: string, target: string): () => void {
    dropFrom(this.#forwards, address, target);
    return () => this.putForward(address, target);
  }

  /** As the server's rename does. */
  moveForwards(from: string, to: string): void {
    for (const target of this.forwardsOf(from)) {
      this.dropForward(from, target);
      this.putForward(to, target === from ? to : target);
    }
  }

  /** Of either, from where mail comes back: the server's rename fails with it, at worst when it has moved the others already. */
  forwardBack(from: string, to: string): string | undefined {
    const targets = [...this.forwardsOf(from), ...this.forwardsOf(to)];
    const others = targets.filter((target) => !isSameAddress(target, from) && !isSameAddress(target, to));
    return others.find((target) => this.leadsTo(target, from) || this.leadsTo(target, to));
  }

  putMapping(address: string, target: string): () => void {
    addTo(this.#mappings, address, normalTarget(target));
    return () => this.dropMapping(address, target);
  }

  dropMapping(address: string, target: string): () => void {
    dropFrom(this.#mappings, address, target);
    return () => this.putMapping(address, target);
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
          ...this.forwardsOf(next),
          ...this.mappingsOf(next),
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
