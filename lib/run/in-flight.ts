/**
 * Works on a list in order, several items at once where they are independent (SPEC 8). What shares a key keeps its
 * order, a kind starts when the one before is done, and the first failure stops new work.
 */

export interface Prepared {
  /** What the item reads or changes beside itself. */
  readonly touches: readonly string[];
  act(): Promise<void>;
}

export interface Work<Item> {
  readonly limit: number;
  /** The object; items of one object never overlap, not even in their preparation. */
  key(item: Item): string;
  /** Items of different kinds never overlap. */
  kind(item: Item): number;
  /** Without effects on others. null: there is nothing to do. */
  prepare(item: Item): Prepared | null;
  /** Asked before each item: true ends the work after what is in flight. */
  isStopped(): boolean;
}

interface Flight {
  readonly keys: ReadonlySet<string>;
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
  const launch = (at: number, keys: ReadonlySet<string>, prepared: Prepared): void => {
    const done = prepared.act().then(
      () => void flights.delete(flight),
      (cause: unknown) => {
        flights.delete(flight);
        fail(at, cause);
      },
    );
    const flight: Flight = { keys, done };
    flights.add(flight);
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
    if (flights.size >= work.limit) {
      // What was launched reaches the wire at the end of this turn: only then is it time to read and check the next.
      await new Promise(setImmediate);
    }
    try {
      const prepared = work.prepare(item);
      if (prepared === null) {
        continue;
      }
      const keys = new Set([key, ...prepared.touches]);
      await land((flight) => !keys.isDisjointFrom(flight.keys));
      while (flights.size >= work.limit) {
        await Promise.race([...flights].map((flight) => flight.done));
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
