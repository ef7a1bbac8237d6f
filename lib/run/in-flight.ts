/**
 * Works on a list in order, several items at once where they are independent (docs/behaviour.md, "Several at once").
 * What shares a key keeps its order, a kind starts when the one before is done, and the first failure stops new work.
 */

export interface Prepared {
  /** What the item reads or changes beside itself. */
  readonly touches: readonly string[];
  /** Items that share one are with OX one after the other; what was decided for them does not depend on each other. */
  readonly lanes?: readonly string[];
  /**
   * What waits for OX. Answers what is left to do when OX is done: the next item, if it is independent, is with OX by
   * then, and the disk costs no time of its own.
   */
  act(): Promise<Settle>;
}

/** The item turns out to be about what has this key: it is prepared once more when that has landed. */
export interface Postponed {
  readonly waitFor: string;
}

/** Works to its end at once, so that no two of them mix. */
export type Settle = () => void;

export interface Work<Item> {
  /** Items that are with OX at once. */
  readonly limit: number;
  /** The object; items of one object never overlap, not even in their preparation. */
  key(item: Item): string;
  /** An item is settled before the next one is with OX. */
  readonly settlesFirst: boolean;
  /** Items of different kinds never overlap. */
  kind(item: Item): number;
  /** Without effects on others. null: there is nothing to do. */
  prepare(item: Item, isInFlight: (key: string) => boolean): Prepared | Postponed | null;
  /** Asked before each item: true ends the work after what is in flight. */
  isStopped(): boolean;
}

interface Flight {
  readonly keys: ReadonlySet<string>;
  readonly lanes: readonly string[];
  readonly isWithOx: boolean;
  /** OX is done with it, or has refused it. */
  readonly left: Promise<void>;
  readonly done: Promise<void>;
}

/** Rejects with the failure of the earliest item that failed, when nothing is in flight any more. */
export async function workInOrder<Item>(items: readonly Item[], work: Work<Item>): Promise<void> {
  const flights = new Set<Flight>();
  let failure: { readonly at: number; readonly cause: unknown } | null = null;
  const fail = (at: number, cause: unknown): void => {
    if (failure === null || at < failure.at) {
      failure = { at, cause };
    }
  };
  const land = async (isInTheWay: (flight: Flight) => boolean): Promise<void> => {
    for (
      let blocking = [...flights].filter(isInTheWay);
      blocking.length > 0;
      blocking = [...flights].filter(isInTheWay)
    ) {
      await Promise.race(blocking.map((flight) => flight.done));
    }
  };
  const withOx = (): Flight[] => [...flights].filter((flight) => flight.isWithOx);
  const launch = (at: number, keys: ReadonlySet<string>, prepared: Prepared): void => {
    const acted = prepared.act();
    const finish = async (): Promise<void> => {
      try {
        const settle = await acted;
        // By the end of this turn the request of the next item is on its way.
        await new Promise(setImmediate);
        settle();
      } catch (cause) {
        fail(at, cause);
      } finally {
        flights.delete(flight);
      }
    };
    const done = finish();
    const isDone = work.settlesFirst ? done : acted.then(ignore, (cause: unknown) => fail(at, cause));
    const left = isDone.then(() => {
      flight.isWithOx = false;
    });
    const flight = { keys, lanes: prepared.lanes ?? [], isWithOx: true, left, done };
    flights.add(flight);
  };

  /** What was decided while something of the same names was in flight may be wrong by now: it is decided anew. */
  const prepareInTurn = async (item: Item): Promise<Prepared | null> => {
    for (;;) {
      const prepared = work.prepare(item, (other) => [...flights].some((flight) => flight.keys.has(other)));
      if (prepared === null) {
        return null;
      }
      const waitsFor = new Set('waitFor' in prepared ? [prepared.waitFor] : prepared.touches);
      const isInTheWay = (flight: Flight): boolean => !waitsFor.isDisjointFrom(flight.keys);
      if (!('waitFor' in prepared) && ![...flights].some(isInTheWay)) {
        return prepared;
      }
      await land(isInTheWay);
      if (failure !== null || work.isStopped()) {
        return null;
      }
    }
  };

  let kind: number | null = null;
  for (const [at, item] of items.entries()) {
    if (work.kind(item) !== kind) {
      await land(() => true);
      kind = work.kind(item);
    }
    const key = work.key(item);
    await land((flight) => flight.keys.has(key));
    if (failure !== null || work.isStopped()) {
      break;
    }
    if (withOx().length >= work.limit) {
      // What was launched reaches the wire at the end of this turn: only then is it time to read and check the next.
      await new Promise(setImmediate);
    }
    try {
      const prepared = await prepareInTurn(item);
      if (prepared === null) {
        continue;
      }
      const keys = new Set([key, ...prepared.touches]);
      const inTheWay = (): Flight[] => {
        const busy = withOx();
        const { lanes = [] } = prepared;
        return busy.length >= work.limit
          ? busy
          : busy.filter((flight) => flight.lanes.some((lane) => lanes.includes(lane)));
      };
      for (let busy = inTheWay(); busy.length > 0; busy = inTheWay()) {
        await Promise.race(busy.map((flight) => flight.left));
      }
      if (failure !== null || work.isStopped()) {
        break;
      }
      launch(at, keys, prepared);
    } catch (cause) {
      fail(at, cause);
      break;
    }
  }
  await land(() => true);
  if (failure !== null) {
    throw (failure as { cause: unknown }).cause;
  }
}

function ignore(): void {}
