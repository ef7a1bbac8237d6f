/**
 * Copies of users mix each other up, whatever the contexts: OX keeps the running one in one place for the whole server
 * (docs/ox.md, "Copying users").
 */

import type { World } from './world.ts';

/** `absent`: answers with an id though nobody is there; `partial`: fails though the user is there in part. */
type Harm = 'absent' | 'partial' | 'hang';

export interface CopyRun {
  harm: Harm | null;
}

let harmed = 0;

export function beginCopy(world: World): CopyRun {
  const run: CopyRun = { harm: null };
  world.copies.add(run);
  if (world.copies.size < 2) return run;
  const harms: Harm[] = world.options.copyHangMs > 0 ? ['absent', 'partial', 'hang'] : ['absent', 'partial'];
  for (const one of world.copies) one.harm ??= harms[harmed++ % harms.length] ?? 'absent';
  return run;
}

export function endCopy(world: World, run: CopyRun): void {
  world.copies.delete(run);
}
