/** The resources of one context: last states against OX. */

import type { Finding } from '../../check/finding.ts';
import { claimKeys } from '../../model/claims.ts';
import type { OxResource } from '../services/ox.ts';
import { compareFields } from '../types/compare.ts';
import type { ResourcePlace, ResourceWanted } from '../types/resource.ts';
import { type Comparing, compareByName, unknown } from './comparison.ts';
import type { ComparisonDeps } from './deps.ts';
import { checkResourceName } from './names.ts';
import type { Wishes } from './wishes.ts';

const COMPARING: Comparing<ResourcePlace, ResourceWanted, OxResource> = {
  kind: 'resource',
  type: 'oxresources/oxresources',
  leftOver: (name) => `OX still has the resource ${name} here`,
  refusal: checkResourceName,
  compare: compareFields,
};

export async function* compareResources(
  context: number,
  wishes: Wishes<ResourcePlace, ResourceWanted>,
  deps: ComparisonDeps,
): AsyncGenerator<Finding> {
  const strangers = yield* compareByName(COMPARING, wishes.at(context), await deps.ox.resources.list(context), deps);
  for (const { id, name } of strangers) {
    yield unknown('resource', context, name ?? '', id ?? 0, [claimKeys.resource(context, name ?? '')]);
  }
}
