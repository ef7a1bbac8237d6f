/** Contexts: last states against OX. */
import type { OxContext } from '../ox/ox.ts';
import { compareFields } from '../provisioners/compare.ts';
import type { ContextPlace, ContextWanted } from '../provisioners/context.ts';
import { different, missing } from './comparison.ts';
import type { ComparisonDeps } from './deps.ts';
import type { Finding } from './finding.ts';
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
