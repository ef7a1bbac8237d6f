/** Runs a handler as OX does: checks first, then the effect, and user writes of one context one after another. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { OxContext } from './context.ts';
import { settleDeletions } from './deletions.ts';
import { storageFault } from './faults.ts';
import type { Value } from './values.ts';
import { type Call, type Handler, Work, type World } from './world.ts';

const TRIES = 5;

/** `gapMs` lies between the checks and the effect, where there are both. */
export async function perform(
  handler: Handler,
  call: Call,
  gapMs: number,
): Promise<{ result: Value | undefined; waitedMs: number }> {
  settleDeletions(call.world);
  const work = handler(call);
  if (!(work instanceof Work)) return { result: work, waitedMs: 0 };
  const { world } = call;
  if (work.lock !== null && isLocked(world, work.lock)) await waitForLock(world, work.lock);
  if (work.lock !== null) world.locks.set(work.lock.id, Number.POSITIVE_INFINITY);
  try {
    if (gapMs + work.ms > 0) await sleep(gapMs + work.ms);
    settleDeletions(world);
    return { result: await work.act(), waitedMs: gapMs };
  } finally {
    if (work.lock !== null) world.locks.delete(work.lock.id);
  }
}

function isLocked(world: World, context: OxContext): boolean {
  return (world.locks.get(context.id) ?? 0) > performance.now();
}

async function waitForLock(world: World, context: OxContext): Promise<void> {
  for (let tries = 1; tries <= TRIES; tries++) {
    await sleep((tries + Math.random()) * 1000 * world.options.lockSleepScale);
    if (!isLocked(world, context)) return;
  }
  throw storageFault('User update conflict: Another process is currently modifying user data. Please try again later.');
}
