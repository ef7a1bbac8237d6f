/**
 * The deletion of a context answers before its tables are clean (docs/ox.md, "Deleting contexts"). What is created
 * under the same id meanwhile is refused at first; later it succeeds, and loses its admin to the deletion that is still
 * at work.
 */

import { ADMIN } from './context.ts';
import { codedFault } from './faults.ts';
import type { World } from './world.ts';

/** The part of the time in which a creation is refused. */
const REFUSING = 1 / 3;

export function deleteContext(world: World, id: number): void {
  world.contexts.delete(id);
  const since = performance.now();
  const until = since + world.options.deletionMs;
  if (until > since) world.deletions.set(id, { since, until });
}

export function checkTablesClean(world: World, id: number): void {
  const deletion = world.deletions.get(id);
  if (deletion === undefined) return;
  const { since, until } = deletion;
  if (performance.now() >= since + (until - since) * REFUSING) return;
  throw codedFault('FLD-0038', 'ERROR', `Duplicate entry '${id}-1' for key 'PRIMARY'`);
}

/** Before anything looks at a context. */
export function settleDeletions(world: World): void {
  for (const [id, { until }] of world.deletions) {
    if (performance.now() < until) continue;
    world.deletions.delete(id);
    const context = world.contexts.get(id);
    const admin = context?.users.get(ADMIN);
    if (admin !== undefined) context?.removeUser(admin);
  }
}
