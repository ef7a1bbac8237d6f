/** What is remembered of an object that is left alone: where it is in OX, and what it waits for. */
import { type Change, type Learnt, learntOf } from '../model/change.ts';
import { awaiting } from '../model/claims.ts';
import { nowhere, placeLearnt } from '../model/types.ts';
import type { Turn } from '../queue/order.ts';
import type { Skip } from '../target/plan.ts';

/** `known`: what the plan says. */
export function learntBySkip(
  turn: Turn,
  change: Change,
  { waitsFor = [] }: Skip,
  known: Learnt,
): Record<string, unknown> {
  const { before, id, type } = change;
  const { oxDbSkipped: _, oxDbDeletion: __, ...learnt } = learntOf(before);
  return {
    ...learnt,
    ...known,
    ...(placeLearnt(type, id, before) ?? (waitsFor.length === 0 ? nowhere(type) : {})),
    ...awaiting(waitsFor),
    ...waitsSince(turn, change),
  };
}

/** Its place among those that wait: that of the first file that was skipped for a mark, the newest for news. */
function waitsSince(turn: Turn, { before }: Change): Record<string, unknown> {
  const former = before?.oxDbSkippedFile;
  return { oxDbSkippedFile: turn.isNews || former === undefined ? turn.name : former };
}
