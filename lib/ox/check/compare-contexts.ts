/** Contexts: last states against OX. */

import type { Finding } from '../../check/finding.ts';
import type { OxContext } from '../services/ox.ts';
import { compareFields } from '../types/compare.ts';
import type { ContextPlace, ContextWanted } from '../types/context.ts';
import { different, missing } from './comparison.ts';
import type { ComparisonDeps } from './deps.ts';
import type { Wish } from './wishes.ts';

export function* compareContexts(
  wishes: readonly Wish<ContextPlace, ContextWanted>[],
  there: ReadonlyMap<number, OxContext>,
  { compared }: ComparisonDeps,
): Generator<Finding> {
  for (const { id, dn, place, wanted } of wishes) {
    compared('oxmail/oxcontext');
    const details = { context: place.context, object: dn, repair: id };
    const found = there.get(place.context);
    if (!found) {
      yield missing('context', String(place.context), null, details);
    } else if (wanted) {
      yield* different(compareFields(found, wanted), details);
    }
  }
}
