/** Circles of forwards, mappings and aliases: mail that comes into one never arrives, or comes again and again. */

/** Source → where its mail goes on to, in lower case. */
export class MailRoutes {
  readonly #targets = new Map<string, Set<string>>();

  /** A copy that stays is no way on. */
  add(from: string, to: string): void {
    const [source, target] = [from.toLowerCase(), to.toLowerCase()];
    if (source !== target) {
      this.#targets.set(source, (this.#targets.get(source) ?? new Set()).add(target));
    }
  }

  /** One for each address that is in any and in none of those before: its shortest. */
  circles(): string[][] {
    const inner = this.#inner();
    const seen = new Set<string>();
    const found: string[][] = [];
    for (const address of [...inner.keys()].sort()) {
      const circle = seen.has(address) ? null : shortestBack(address, inner);
      if (circle !== null) {
        found.push(circle);
        for (const each of circle) {
          seen.add(each);
        }
      }
    }
    return found;
  }

  /** Without those that no mail goes on from, and again, until only circles and what leads into them is left. */
  #inner(): ReadonlyMap<string, readonly string[]> {
    let rest = new Map([...this.#targets].map(([source, targets]) => [source, [...targets]]));
    for (let size = -1; size !== rest.size; ) {
      size = rest.size;
      const going = [...rest].map(([source, targets]) => [source, targets.filter((each) => rest.has(each))] as const);
      rest = new Map(going.filter(([, targets]) => targets.length > 0).map(([source, targets]) => [source, targets]));
    }
    return rest;
  }
}

/** From `start` to the address before it comes back there; null: it does not. */
function shortestBack(start: string, routes: ReadonlyMap<string, readonly string[]>): string[] | null {
  const cameFrom = new Map<string, string | null>([[start, null]]);
  for (const at of cameFrom.keys()) {
    for (const next of routes.get(at) ?? []) {
      if (next === start) {
        return wayTo(at, cameFrom);
      }
      if (!cameFrom.has(next)) {
        cameFrom.set(next, at);
      }
    }
  }
  return null;
}

function wayTo(end: string, cameFrom: ReadonlyMap<string, string | null>): string[] {
  const way: string[] = [];
  for (let at: string | null = end; at !== null; at = cameFrom.get(at) ?? null) {
    way.unshift(at);
  }
  return way;
}
