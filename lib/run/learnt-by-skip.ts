/** What is remembered of an object that is left alone: where it is in OX, and what it waits for. */
import { type Change, learntOf } from '../model/change.ts';
import { awaiting } from '../model/claims.ts';
import { TYPES } from '../model/types.ts';
import type { Plan } from '../provisioners/provisioner.ts';
import type { Turn } from '../queue/order.ts';

export function learntBySkip(turn: Turn, change: Change, plan: Plan): Record<string, unknown> {
  const { before, id, type } = change;
  const { oxDbSkipped: _, oxDbDeletion: __, ...learnt } = learntOf(before);
  const { missingCredentials = [] } = plan.skip ?? {};
  return {
    ...learnt,
    ...plan.learnt,
    ...(placeLearnt(id, type, before) ?? (missingCredentials.length === 0 ? nowhere(type) : {})),
    ...awaiting(missingCredentials),
    ...waitsSince(turn, change),
  };
}

/** Its place among those that wait: that of the first file that was skipped for a mark, the newest for news. */
function waitsSince(turn: Turn, { before }: Change): Record<string, unknown> {
  const former = before?.oxDbSkippedFile;
  return { oxDbSkippedFile: turn.isNews || former === undefined ? turn.name : former };
}

/** It was not made, whatever its properties say: what has its name in OX is another's, such as the admin of the context. */
function nowhere(type: Change['type']): Record<string, unknown> {
  return TYPES[type].place ? { oxDbContext: null } : {};
}

/** null: nowhere. Where the object is in OX must not be forgotten: its own properties may say something else from now on. */
function placeLearnt(id: string, type: Change['type'], before: Change['before']): Record<string, unknown> | null {
  const { place: placeIn, rememberedName } = TYPES[type];
  // A user's name is remembered, or looked for under what the properties say.
  const place = before && placeIn?.({ id, object: { oxDbUsername: '-', ...before } }, { user: '', group: '' });
  return !place
    ? null
    : { oxDbContext: place.context, ...(rememberedName === undefined ? {} : { [rememberedName]: place.name }) };
}
