/**
 * The order in which the waiting files are provisioned: by name, but grouped by kind so that what is referred to comes
 * first, with deletions of contexts last. Changes of one object keep their order.
 */

import type { Envelope, ObjectType } from '../model/change.ts';
import { OBJECT_TYPES, originOf, PREFILL } from '../model/change.ts';
import { contextNumber, TYPES } from '../model/types.ts';

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
  /** The number of the context that a context file is about; null for the other types, or where it is not known. */
  readonly contextId: number | null;
}

export interface Turn extends Waiting {
  /** Files of one kind may be in flight together; a kind starts when the one before is done. */
  readonly kind: number;
  /** Let go, set aside or gone: nothing is left to do. */
  isOver: boolean;
  /** An older change of the object was refused and let go for it: OX may have a part of that. */
  followsRefused?: boolean;
}

const CONTEXT_DELETED = OBJECT_TYPES.length;

/** The deletion of a context, which waits until nothing else is left. */
export function isLateDeletion(turn: Turn): boolean {
  return turn.kind === CONTEXT_DELETED;
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
    contextId: contextNumber(envelope.udm_object_type, envelope.object),
    kind: 0,
    isOver: false,
  };
}

/**
 * Makes turns of `waiting`, which is in order of names. `formerContextId` answers the number of the context of a last
 * state, for deletions, which do not say it themselves.
 */
export function inOrder(waiting: readonly Waiting[], formerContextId: (id: string) => number | null): Turn[] {
  const late = lateDeletions(waiting, formerContextId);
  const kindOf = (each: Waiting): number => (late.has(each) ? CONTEXT_DELETED : OBJECT_TYPES.indexOf(each.type));
  // In place: there may be 100,000, and nobody needs them twice.
  const turns = waiting.map((each) => Object.assign(each, { kind: kindOf(each), isOver: false }));
  return turns.sort((a, b) => a.kind - b.kind);
}

/** Deletions of contexts that nothing later in the queue makes again, be it the same object or another of its number. */
function lateDeletions(
  waiting: readonly Waiting[],
  formerContextId: (id: string) => number | null,
): ReadonlySet<Waiting> {
  const numbers = new Map<string, number | null>();
  const numbered = waiting
    .filter((each) => TYPES[each.type].isContext)
    .map((each) => {
      const number = each.contextId ?? (numbers.has(each.id) ? numbers.get(each.id) : formerContextId(each.id)) ?? null;
      numbers.set(each.id, number);
      return { each, number };
    });
  const late = new Set<Waiting>();
  const madeLater = new Set<string | number>();
  for (const { each, number } of numbered.reverse()) {
    if (!each.isDeletion) {
      madeLater.add(each.id);
      if (number !== null) {
        madeLater.add(number);
      }
    } else if (number !== null && !madeLater.has(each.id) && !madeLater.has(number)) {
      // Where nobody knows which context it is about there is nothing to wait for, and what comes later may have its DN.
      late.add(each);
    }
  }
  return late;
}
