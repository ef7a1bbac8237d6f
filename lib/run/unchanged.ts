/** A prefill tells of every object: what is as its last state says, and as OX was told, costs no call. */

import type { Memory } from '../memory/memory.ts';
import { type Change, type Envelope, writtenIn } from '../model/change.ts';
import { dnKey } from '../model/dn.ts';
import { isSameObject } from '../model/spelling.ts';
import { isHomeless, referencesOf, TYPES } from '../model/types.ts';
import type { Turn } from '../queue/order.ts';

/** What a last state says is still to be done. */
const OPEN = ['oxDbSkipped', 'oxDbDeletion', 'oxDbGivenUp', 'oxDbDnLost', 'oxDbLeft', 'oxDbLeftOver'] as const;

export function saysNothingNew(
  { isAsked }: Turn,
  envelope: Envelope,
  before: Envelope | null,
  { type, after, writtenIn: name }: Change,
  memory: Pick<Memory, 'isMeaningSame'>,
): boolean {
  const state = before?.object ?? null;
  // The file of access profiles is ours to repair.
  if (isAsked || TYPES[type].isFile || after === null || before === null || state === null) {
    return false;
  }
  return (
    dnKey(before.dn) === dnKey(envelope.dn) &&
    OPEN.every((name) => state[name] === undefined) &&
    !isHomeless(type, state, after) &&
    isSameObject(type, state, after) &&
    // The same DNs, but somebody else may have one by now.
    memory.isMeaningSame(referencesOf(type, after), writtenIn(state), name)
  );
}
