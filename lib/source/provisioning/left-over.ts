/** Objects that are known here and that a prefill did not name: they were deleted while nobody listened. */

import { join } from 'node:path';
import { ifPossible } from '../../errors/if-possible.ts';
import type { LastStates } from '../../memory/last-state.ts';
import { originOf } from '../../model/change.ts';
import { directoryOf, listAside } from '../../queue/aside.ts';
import type { Inbox } from '../../queue/inbox.ts';
import { openParking } from '../../queue/parking.ts';
import { namedByParked } from './parked.ts';
import type { FetchRecord, LeftOver, Prefill } from './record.ts';

/** By name; the others are counted. */
const MOST_NAMED = 1000;

/** Looked at without hearing anything else. */
const FILES_AT_A_TIME = 200;

/** To be called when what the prefill brought has been worked off. */
export async function findLeftOver(
  prefill: Prefill,
  lastStates: LastStates,
  inbox: Inbox,
): Promise<NonNullable<Prefill['leftOver']>> {
  const parking = openParking(inbox);
  const dropped = droppedOf(prefill, inbox);
  const objects: LeftOver[] = [];
  let count = 0;
  const isNamedByParked = namedByParked(parking);
  for (const [at, id] of lastStates.ids().entries()) {
    if (at % FILES_AT_A_TIME === FILES_AT_A_TIME - 1) {
      await new Promise(setImmediate);
    }
    const dn = unnamedDn(id, prefill, lastStates);
    if (dn !== null && !dropped.has(id.toLowerCase()) && !parking.holds(id) && !isNamedByParked(id, dn)) {
      count += 1;
      if (objects.length < MOST_NAMED) {
        objects.push({ id, dn });
      }
    }
  }
  return { count, objects };
}

/** The ids of what it named and an administrator has dropped. */
function droppedOf(prefill: Prefill, { directory: queue, parse }: Inbox): ReadonlySet<string> {
  const directory = directoryOf(queue, 'dropped');
  const files = listAside(directory).map((name) => ifPossible(() => parse(join(directory, name))));
  const named = files.filter((file) => file !== null && originOf(file)?.prefill === prefill.id);
  return new Set(named.flatMap((file) => file?.id.toLowerCase() ?? []));
}

/** Why nothing can be said of what the prefill left out; empty: it can. */
export function whyNotLookedFor({ prefill, firstNumber }: Pick<FetchRecord, 'prefill' | 'firstNumber'>): string {
  return prefill === null || prefill.isWhole || firstNumber === null
    ? ''
    : `what the prefill left out is not looked for: its beginning may have been missed, since the first message that came is number ${firstNumber}`;
}

/** Those that are left by now. */
export function stillLeftOver(prefill: Prefill | null, lastStates: LastStates): readonly LeftOver[] {
  return (prefill?.leftOver?.objects ?? []).filter(
    ({ id }) => prefill !== null && unnamedDn(id, prefill, lastStates) !== null,
  );
}

/** null: it was named since, is gone, or waits to be removed. */
function unnamedDn(id: string, prefill: Prefill, lastStates: LastStates): string | null {
  try {
    const state = lastStates.read(id);
    const isNamed = state === null || originOf(state)?.prefill === prefill.id;
    return isNamed || state.object?.oxDbDeletion === true ? null : state.dn;
  } catch {
    // A damaged last state is reported by who needs it.
    return null;
  }
}
