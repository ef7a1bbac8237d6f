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
  const earlier = (a: Turn, b: Turn): Turn => (round.positionOf(b) < round.positionOf(a) ? b : a);
  const earliest = (turns: ReadonlySet<Turn>): Turn | null =>
    turns.size === 0 ? null : turns.values().reduce(earlier);

  const refused = new Map<Turn, ItemFailure>([[at, first]]);
  const tried = new Set<Turn>([at]);
  const agenda = new Set<Turn>();
  /** Refused, and something that they need has changed since. */
  const stirred = new Set<Turn>();
  const enlist = ({ item }: ItemFailure): void => {
    for (const touch of item.touches ?? []) {
      for (const turn of touching(touch)) {
        // What is on the agenda, or was tried, is so with all that comes before it.
        const isNew = turn.id !== item.turn?.id && !agenda.has(turn) && !tried.has(turn);
        for (const each of isNew ? [...round.earlierThan(turn), turn] : []) {
          if (!tried.has(each) && !each.isOver) {
            agenda.add(each);
          }
        }
      }
    }
  };
  enlist(first);
  while (!deps.isStopped()) {
    const next = earliest(agenda) ?? earliest(stirred);
    if (next === null) {
      break;
    }
    agenda.delete(next);
    stirred.delete(next);
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
  const inTheirOrder = [...refused].sort(([a], [b]) => round.positionOf(a) - round.positionOf(b));
  return inTheirOrder.map(([, failure]) => failure);
}
