/**
 * The order in which the waiting files are provisioned: by name, but grouped by kind so that what is referred to comes
 * first, with deletions of what others need last. Changes of one object keep their order.
 */

import type { Envelope, ObjectType } from '../model/change.ts';
import { OBJECT_TYPES, originOf, PREFILL } from '../model/change.ts';
import { providedBy, TYPES } from '../model/types.ts';

/** The little that must be known of every waiting file at once; the rest is read when its turn comes. */
export interface Waiting {
  readonly name: string;
  readonly id: string;
  readonly type: ObjectType;
  readonly isDeletion: boolean;
  /** The object's properties as they are to be, and not a mark to provision the last state once more. */
  readonly isNews: boolean;
  /** It is provisioned whatever it says; false: of a prefill, which may say what the last state says. */
  readonly isAsked: boolean;
  /** What others need of its object, such as `login:30`; null: nothing, or it is not known what. */
  readonly provides: string | null;
}

export interface Turn extends Waiting {
  /** Files of one kind may be in flight together; a kind starts when the one before is done. */
  readonly kind: number;
  /** Let go, set aside or gone: nothing is left to do. */
  isOver: boolean;
}

const LATE = OBJECT_TYPES.length;

/** The deletion of what others need, which waits until nothing else is left. */
export function isLateDeletion(turn: Turn): boolean {
  return turn.kind === LATE;
}

/** With room for what `inOrder` adds. */
export function summarize(name: string, envelope: Envelope): Waiting & { kind: number; isOver: boolean } {
  const isNews = envelope.oxConnectorReprovision !== true;
  const origin = originOf(envelope);
  return {
    name,
    id: envelope.id.toLowerCase(),
    type: envelope.udm_object_type,
    isDeletion: envelope.object === null,
    isNews,
    isAsked: !isNews || origin?.publisher_name !== PREFILL || origin.resync === true,
    provides: providedBy(envelope.udm_object_type, envelope.object),
    kind: 0,
    isOver: false,
  };
}

/**
 * Makes turns of `waiting`, which is in order of names. `formerly` answers what others need of an object according to its
 * last state, for deletions, which do not say it themselves.
 */
export function inOrder(waiting: readonly Waiting[], formerly: (id: string) => string | null): Turn[] {
  const late = lateDeletions(waiting, formerly);
  const kindOf = (each: Waiting): number => (late.has(each) ? LATE : OBJECT_TYPES.indexOf(each.type));
  // In place: there may be 100,000, and nobody needs them twice.
  const turns = waiting.map((each) => Object.assign(each, { kind: kindOf(each), isOver: false }));
  return turns.sort((a, b) => a.kind - b.kind);
}

/** Deletions of what others need, and nothing later in the queue makes again, be it the same object or another that provides the same. */
function lateDeletions(waiting: readonly Waiting[], formerly: (id: string) => string | null): ReadonlySet<Waiting> {
  const provided = new Map<string, string | null>();
  const providers = waiting
    .filter((each) => TYPES[each.type].provides)
    .map((each) => {
      const what = each.provides ?? (provided.has(each.id) ? provided.get(each.id) : formerly(each.id)) ?? null;
      provided.set(each.id, what);
      return { each, what };
    });
  const late = new Set<Waiting>();
  const madeLater = new Set<string>();
  for (const { each, what } of providers.reverse()) {
    if (!each.isDeletion) {
      madeLater.add(each.id);
      if (what !== null) {
        madeLater.add(what);
      }
    } else if (what !== null && !madeLater.has(each.id) && !madeLater.has(what)) {
      // Where nobody knows what it provides there is nothing to wait for, and what comes later may have its DN.
      late.add(each);
    }
  }
  return late;
}
