/**
 * Works on a list in order, several items at once where they are independent (docs/behaviour.md, "Several at once").
 * What shares a key keeps its order, a kind starts when the one before is done, and nothing behind the first failure is begun.
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
  readonly at: number;
  readonly keys: ReadonlySet<string>;
  readonly lanes: readonly string[];
  readonly act: () => Promise<Settle>;
  /** `waits`: for its lane; `left`: OX is done with it, or has refused it, and it is being settled. */
  state: 'waits' | 'with OX' | 'left';
  /** Is with OX, or never will be. */
  readonly started: PromiseWithResolvers<void>;
  readonly done: PromiseWithResolvers<void>;
}

/** Items that are decided, and wait while others of their lane are with OX: those behind them need not. */
const MOST_WAITING = 100;

/**
 * Rejects with the failure of the earliest item that failed, when nothing is in flight any more. What is before it in the
 * list is done by then, but for what was to be stopped.
 */
export async function workInOrder<Item>(items: Iterable<Item>, work: Work<Item>): Promise<void> {
  const flights = new Set<Flight>();
  let failure: { readonly at: number; readonly cause: unknown } | null = null;
  const fail = (at: number, cause: unknown): void => {
    if (failure === null || at < failure.at) {
      failure = { at, cause };
    }
  };
  const isOver = (): boolean => failure !== null || work.isStopped();
  const inState = (state: Flight['state']): Flight[] => [...flights].filter((flight) => flight.state === state);
  const land = async (isInTheWay: (flight: Flight) => boolean): Promise<void> => {
    for (;;) {
      const blocking = [...flights].filter(isInTheWay);
      if (blocking.length === 0) {
        return;
      }
      await Promise.race(blocking.map((flight) => flight.done.promise));
    }
  };
  const giveUp = (flight: Flight): void => {
    flights.delete(flight);
    flight.started.resolve();
    flight.done.resolve();
  };
  /** Whatever may start does, in order; what is not to be started any more is given up. */
  const advance = (): void => {
    const busy = inState('with OX');
    const taken = new Set(busy.flatMap(({ lanes }) => lanes));
    let free = work.limit - busy.length;
    for (const flight of inState('waits')) {
      if (work.isStopped() || (failure !== null && flight.at > failure.at)) {
        giveUp(flight);
        continue;
      }
      if (free > 0 && flight.lanes.every((lane) => !taken.has(lane))) {
        free -= 1;
        start(flight);
      }
      for (const lane of flight.lanes) {
        taken.add(lane);
      }
    }
  };
  const start = (flight: Flight): void => {
    flight.state = 'with OX';
    flight.started.resolve();
    const leave = (): void => {
      flight.state = 'left';
      advance();
    };
    const acted = flight.act();
    const finish = async (): Promise<void> => {
      try {
        const settle = await acted;
        // By the end of this turn the request of the next item is on its way.
        await new Promise(setImmediate);
        settle();
      } catch (cause) {
        fail(flight.at, cause);
      } finally {
        flights.delete(flight);
        flight.done.resolve();
        advance();
      }
    };
    void finish();
    if (!work.settlesFirst) {
      void acted.catch((cause: unknown) => fail(flight.at, cause)).then(leave);
    }
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
      if (isOver()) {
        return null;
      }
    }
  };

  /** Until it is with OX, or only its own lane keeps it from that. */
  const launch = async (at: number, key: string, { touches, lanes = [], act }: Prepared): Promise<void> => {
    const flight: Flight = {
      at,
      keys: new Set([key, ...touches]),
      lanes,
      act,
      state: 'waits',
      started: Promise.withResolvers(),
      done: Promise.withResolvers(),
    };
    flights.add(flight);
    advance();
    while (flight.state === 'waits' && flights.has(flight)) {
      const busy = inState('with OX');
      if (busy.length < work.limit && inState('waits').length < MOST_WAITING) {
        return;
      }
      await Promise.race([flight.started.promise, ...busy.map((each) => each.done.promise)]);
    }
  };

  let kind: number | null = null;
  let at = -1;
  for (const item of items) {
    at += 1;
    if (work.kind(item) !== kind) {
      await land(() => true);
      kind = work.kind(item);
    }
    const key = work.key(item);
    await land((flight) => flight.keys.has(key));
    if (isOver()) {
      break;
    }
    if (inState('with OX').length >= work.limit || inState('left').length > work.limit) {
      // What was launched reaches the wire at the end of this turn: only then is it time to read and check the next. What OX is
      // done with is settled then: of what needs no call, thousands would be decided before the first one is.
      await new Promise(setImmediate);
    }
    try {
      const prepared = await prepareInTurn(item);
      if (isOver()) {
        break;
      }
      if (prepared !== null) {
        await launch(at, key, prepared);
      }
    } catch (cause) {
      fail(at, cause);
      break;
    }
  }
  advance();
  await land(() => true);
  if (failure !== null) {
    throw (failure as { cause: unknown }).cause;
  }
}
