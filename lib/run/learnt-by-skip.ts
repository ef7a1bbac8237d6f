/** What is remembered of an object that is left alone: where it is in OX, and what it waits for. */
import { type Change, type Learnt, learntOf } from '../model/change.ts';
import { awaiting } from '../model/claims.ts';
import { nowhere, placeLearnt } from '../model/types.ts';
import type { Turn } from '../queue/order.ts';
import type { Skip } from '../target/plan.ts';

/** `known`: what the plan says. */
export function learntBySkip(
  { isNews, name }: Turn,
  { before, id, type }: Change,
  { waitsFor = [] }: Skip,
  known: Learnt,
): Record<string, unknown> {
  const { oxDbSkipped: _, oxDbDeletion: __, oxDbSkippedFile: former, ...learnt } = learntOf(before);
  return {
    ...learnt,
    ...known,
    ...(placeLearnt(type, id, before) ?? (waitsFor.length === 0 ? nowhere(type) : {})),
    ...awaiting(waitsFor),
    // Its place among those that wait: that of the first file that was skipped for a mark, the newest for news.
    oxDbSkippedFile: isNews ? name : (former ?? name),
  };
}
