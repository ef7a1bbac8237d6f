/** The files of one look at the queue, in the order of their turns, and which of them concern one object. */
import { Gathered } from '../queue/gathered.ts';
import { comparePlaces } from '../queue/listing.ts';
import type { Turn } from '../queue/order.ts';

export class Round {
  readonly turns: readonly Turn[];
  #byObject: ReadonlyMap<string, readonly Turn[]> | null = null;
  #byTouch: Gathered<Turn> | null = null;
  #byPlace: Gathered<Turn> | null = null;
  #positions: ReadonlyMap<Turn, number> | null = null;

  constructor(turns: readonly Turn[]) {
    this.turns = turns;
  }

  /** Which one it is in the order. */
  positionOf(turn: Turn): number {
    this.#positions ??= new Map(this.turns.map((each, at) => [each, at]));
    return this.#positions.get(turn) ?? 0;
  }

  inOrder(turns: Iterable<Turn>): Turn[] {
    return [...turns].sort((a, b) => this.positionOf(a) - this.positionOf(b));
  }

  /** A later file that holds the whole object: it takes the place of this one. */
  newerThan(turn: Turn): Turn | null {
    const files = this.#ofObject(turn.id);
    return files.find((each, at) => each.isNews && !each.isOver && at > files.indexOf(turn)) ?? null;
  }

  /** Whether a change of the object waits. */
  hasNewsOf(id: string): boolean {
    return this.#ofObject(id.toLowerCase()).some(({ isNews, isOver }) => isNews && !isOver);
  }

  /** Those of the same object that come before it. */
  earlierThan(turn: Turn): readonly Turn[] {
    const files = this.#ofObject(turn.id);
    return files.slice(0, files.indexOf(turn)).filter((each) => !each.isOver);
  }

  /**
   * The latest change of the object that waits and was written before the file `name`. A deletion under an id that it has no
   * more is none: it is going to be dropped.
   */
  latestBefore(id: string, formerIds: readonly string[], name: string): Turn | null {
    const files = [
      ...this.#ofObject(id.toLowerCase()),
      ...formerIds.flatMap((each) => this.#ofObject(each.toLowerCase())).filter((each) => !each.isDeletion),
    ];
    const earlier = files.filter((each) => each.isNews && !each.isOver && comparePlaces(each.name, name) < 0);
    return earlier.sort((a, b) => comparePlaces(a.name, b.name)).at(-1) ?? null;
  }

  /**
   * The files that have to do with a name or an address: their object has it before the change, or is to have it after.
   * `touchesOf` is asked once for each file of the round, and only where something was refused.
   */
  touching(touch: string, touchesOf: (turn: Turn) => readonly string[]): ReadonlySet<Turn> {
    const before = new Map<string, readonly string[]>();
    const withBefore = (turn: Turn): readonly string[] => {
      const touches = touchesOf(turn);
      const all = [...touches, ...(before.get(turn.id) ?? [])];
      before.set(turn.id, touches);
      return all;
    };
    this.#byTouch ??= byKeys(
      this.turns.filter(({ isOver }) => !isOver),
      withBefore,
    );
    return this.#byTouch.of(touch);
  }

  /**
   * The files of objects that may have been at one of these places, ids and DNs, before. `placesOf` is asked once for each
   * file of the round, and only where something was refused.
   */
  at(places: readonly string[], placesOf: (turn: Turn) => readonly string[]): ReadonlySet<Turn> {
    const byPlace = this.#byPlace ?? byKeys(this.turns, placesOf);
    this.#byPlace = byPlace;
    return new Set(places.flatMap((place) => [...byPlace.of(place)]));
  }

  #ofObject(id: string): readonly Turn[] {
    this.#byObject ??= Map.groupBy(this.turns, (turn) => turn.id);
    return this.#byObject.get(id) ?? [];
  }
}

/** The turns by their keys, in their order. */
function byKeys(turns: readonly Turn[], keysOf: (turn: Turn) => readonly string[]): Gathered<Turn> {
  const found = new Gathered<Turn>();
  for (const turn of turns) {
    for (const key of keysOf(turn)) {
      found.add(key, turn);
    }
  }
  return found;
}
