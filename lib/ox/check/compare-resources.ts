/** The resources of one context: last states against OX. */

import { type Finding, finding } from '../../check/finding.ts';
import { claimKeys } from '../../model/claims.ts';
import { compareFields } from '../types/compare.ts';
import type { ResourcePlace, ResourceWanted } from '../types/resource.ts';
import { different, keyOf, missing, take, unknown } from './comparison.ts';
import type { ComparisonDeps } from './deps.ts';
import { checkResourceName } from './names.ts';
import type { Wishes } from './wishes.ts';

export async function* compareResources(
  context: number,
  wishes: Wishes<ResourcePlace, ResourceWanted>,
  deps: ComparisonDeps,
): AsyncGenerator<Finding> {
  const there = new Map((await deps.ox.resources.list(context)).map((resource) => [keyOf(resource.name), resource]));
  for (const { id, dn, place, wanted } of wishes.at(context)) {
    const found = take(there, place);
    const details = { context, object: dn, repair: id };
    deps.compared('oxresources/oxresources');
    if (wanted === null) {
      if (found) {
        yield finding('left-over', `OX still has the resource ${JSON.stringify(place.name)} here`, details);
      }
    } else if (found) {
      yield* different(compareFields(found, wanted), details);
    } else {
      yield missing('resource', place.name, checkResourceName(place.name), details);
    }
  }
  for (const { id, name } of there.values()) {
    yield unknown('resource', context, name ?? '', id ?? 0, [claimKeys.resource(context, name ?? '')]);
  }
}
