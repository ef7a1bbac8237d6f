/** The files of one look at the queue, in the order of their turns, and which of them concern one object. */
import { comparePlaces } from '../queue/listing.ts';
import type { Turn } from '../queue/order.ts';

export class Round {
  readonly turns: readonly Turn[];
  #byObject: ReadonlyMap<string, readonly Turn[]> | null = null;
  #byTouch: ReadonlyMap<string, readonly Turn[]> | null = null;
  #byPlace: ReadonlyMap<string, readonly Turn[]> | null = null;
  #positions: ReadonlyMap<Turn, number> | null = null;

  constructor(turns: readonly Turn[]) {
    this.turns = turns;
  }

  /** Which one it is in the order. */
  positionOf(turn: Turn): number {
    this.#positions ??= new Map(this.turns.map((each, at) => [each, at]));
    return this.#positions.get(turn) ?? 0;
  }

  /** A later file that holds the whole object: it takes the place of this one. */
  newerThan(turn: Turn): Turn | null {
    const files = this.#ofObject(turn.id);
    return files.find((each, at) => each.isNews && !each.isOver && at > files.indexOf(turn)) ?? null;
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
  touching(touch: string, touchesOf: (turn: Turn) => readonly string[]): readonly Turn[] {
    if (this.#byTouch === null) {
      const byTouch = new Map<string, Turn[]>();
      const before = new Map<string, readonly string[]>();
      for (const turn of this.turns.filter(({ isOver }) => !isOver)) {
        const touches = touchesOf(turn);
        for (const each of new Set([...touches, ...(before.get(turn.id) ?? [])])) {
          addTo(byTouch, each, turn);
        }
        before.set(turn.id, touches);
      }
      this.#byTouch = byTouch;
    }
    return this.#byTouch.get(touch) ?? [];
  }

  /**
   * The files of objects that may have been at one of these places, ids and DNs, before. `placesOf` is asked once for each
   * file of the round, and only where something was refused.
   */
  at(places: readonly string[], placesOf: (turn: Turn) => readonly string[]): ReadonlySet<Turn> {
    if (this.#byPlace === null) {
      const byPlace = new Map<string, Turn[]>();
      for (const turn of this.turns) {
        for (const each of new Set(placesOf(turn))) {
          addTo(byPlace, each, turn);
        }
      }
      this.#byPlace = byPlace;
    }
    return new Set(places.flatMap((place) => this.#byPlace?.get(place) ?? []));
  }

  #ofObject(id: string): readonly Turn[] {
    if (this.#byObject === null) {
      const byObject = new Map<string, Turn[]>();
      for (const turn of this.turns) {
        addTo(byObject, turn.id, turn);
      }
      this.#byObject = byObject;
    }
    return this.#byObject.get(id) ?? [];
  }
}

function addTo<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list) {
    list.push(value);
  } else {
    lists.set(key, [value]);
  }
}
