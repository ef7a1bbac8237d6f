/** What is remembered of an object that is left alone: where it is in OX, and what it waits for. */
import { type Change, learntOf } from '../model/change.ts';
import { readBoolean } from '../model/udm.ts';
import type { Plan } from '../provisioners/provisioner.ts';
import { placeOf } from '../queue/known-objects.ts';

export function learntBySkip({ before, dn, id, type }: Change, plan: Plan): Record<string, unknown> {
  const learnt = learntOf(before);
  delete learnt.oxDbSkipped;
  // Where the object is in OX must not be forgotten: its own `oxContext` may say something else from now on.
  const place = before && placeOf({ id, dn, udm_object_type: type, object: before });
  const wasThere =
    place !== null &&
    place.context !== null &&
    (type !== 'users/user' || readBoolean(before?.isOxUser) || 'oxDbContext' in learnt);
  return {
    ...learnt,
    ...(wasThere && (type === 'users/user' || type === 'oxresources/oxresources')
      ? { oxDbContext: place.context }
      : {}),
    ...(plan.skip?.missingCredentials === undefined ? {} : { oxDbSkipped: plan.skip.missingCredentials }),
  };
}
