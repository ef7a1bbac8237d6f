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
    for (;;) {
      const kept = new Map<string, string[]>();
      for (const [source, targets] of rest) {
        const going = targets.filter((target) => rest.has(target));
        if (going.length > 0) {
          kept.set(source, going);
        }
      }
      if (kept.size === rest.size) {
        return kept;
      }
      rest = kept;
    }
  }
}

/** From `start` to the address before it comes back there; null: it does not. */
function shortestBack(start: string, routes: ReadonlyMap<string, readonly string[]>): string[] | null {
  const cameFrom = new Map<string, string>();
  const waiting = [start];
  for (const at of waiting) {
    for (const next of routes.get(at) ?? []) {
      if (next === start) {
        return wayTo(at, start, cameFrom);
      }
      if (!cameFrom.has(next)) {
        cameFrom.set(next, at);
        waiting.push(next);
      }
    }
  }
  return null;
}

function wayTo(end: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [end];
  for (let at = end; at !== start; ) {
    at = cameFrom.get(at) ?? start;
    way.unshift(at);
  }
  return way;
}
