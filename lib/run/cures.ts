/**
 * A refused change may wait for nothing but the changes of others: a name or an address that they give up. Those are
 * applied first, in their order, and it is tried once more; they may have to wait for others in turn.
 */
import type { Turn } from '../queue/order.ts';
import type { ItemFailure } from './item-failure.ts';
import type { Round } from './round.ts';

export interface CureDeps {
  readonly round: Round;
  /** The names and addresses that a waiting change has to do with. No effects. */
  readonly touchesOf: (turn: Turn) => readonly string[];
  /** Works on one file to its end; answers the failure if it was refused once more. */
  readonly attempt: (turn: Turn) => Promise<ItemFailure | null>;
  readonly isStopped: () => boolean;
}

/** Answers those that are refused all the same, in their order; empty: `first` and all others were applied. */
export async function findCures(first: ItemFailure, at: Turn, deps: CureDeps): Promise<ItemFailure[]> {
  const { round } = deps;
  const touching = (touch: string): ReadonlySet<Turn> => round.touching(touch, deps.touchesOf);
  const refused = new Map<Turn, ItemFailure>([[at, first]]);
  const tried = new Set<Turn>([at]);
  const agenda = new Agenda(round);
  /** Refused, and something that they need has changed since. */
  const stirred = new Agenda(round);
  /** Name or address → the objects that were refused and need it: for the first two all is enlisted that there is. */
  const needing = new Map<string, Set<string | undefined>>();
  const enlist = ({ item: { touches = [], turn: asker } }: ItemFailure): void => {
    for (const touch of touches) {
      const askers = needing.get(touch) ?? new Set();
      const others = askers.size < 2 && !askers.has(asker?.id) ? touching(touch) : [];
      needing.set(touch, askers.add(asker?.id));
      for (const turn of others) {
        for (const each of turn.id === asker?.id ? [] : [...round.earlierThan(turn), turn]) {
          if (!tried.has(each) && !each.isOver) {
            agenda.add(each);
          }
        }
      }
    }
  };
  enlist(first);
  while (!deps.isStopped()) {
    const next = agenda.take() ?? stirred.take();
    if (next === undefined) {
      break;
    }
    tried.add(next);
    const failure = await deps.attempt(next);
    if (failure !== null) {
      if (!refused.has(next)) {
        enlist(failure);
      }
      refused.set(next, failure);
    } else {
      refused.delete(next);
      for (const [other, { item }] of refused) {
        if (item.touches?.some((touch) => touching(touch).has(next))) {
          stirred.add(other);
        }
      }
    }
  }
  return round.inOrder(refused.keys()).flatMap((turn) => refused.get(turn) ?? []);
}

/** Turns to come, the earliest first. */
class Agenda {
  readonly #round: Round;
  readonly #turns = new Set<Turn>();
  /** The same, the earliest last; null: to be put in order again. */
  #sorted: Turn[] | null = null;

  constructor(round: Round) {
    this.#round = round;
  }

  add(turn: Turn): void {
    if (!this.#turns.has(turn)) {
      this.#turns.add(turn);
      this.#sorted = null;
    }
  }

  take(): Turn | undefined {
    this.#sorted ??= this.#round.inOrder(this.#turns).reverse();
    const next = this.#sorted.pop();
    if (next !== undefined) {
      this.#turns.delete(next);
    }
    return next;
  }
}
