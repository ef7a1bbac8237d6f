/** What is said and remembered of objects in contexts that cannot be reached. */
import type { Learnt } from '../../model/change.ts';
import { awaiting, loginOf, type Place } from '../../model/claims.ts';
import type { Skip } from '../../target/plan.ts';

/** The object waits until contexts.json has the entry, or one of them. */
export function withoutCredentials(...contexts: readonly number[]): Skip {
  const all = [...new Set(contexts)];
  const named = `${all.length === 1 ? 'context' : 'the contexts'} ${all.join(', ')}`;
  return { reason: `contexts.json has no credentials for ${named}`, waitsFor: all.map(loginOf) };
}

/** What is remembered of places that could not be reached: the object is still there, and to be removed. */
export function stillThere(places: readonly Place[]): Learnt {
  const waits = awaiting(places.map(({ context }) => loginOf(context)));
  return places.length === 0 ? {} : { oxDbLeft: places, ...waits };
}
