/** What is left of an object when its context is gone. */
import type { Envelope } from '../../model/change.ts';
import {
  awaitedBy,
  awaiting,
  groupPlaces,
  type Identifiers,
  learntOfGroup,
  leftPlaces,
  loginOf,
} from '../../model/claims.ts';
import { isWanted, TYPES } from '../../model/types.ts';
import { readInteger, readText } from '../../model/udm.ts';

/**
 * A last state whose context is gone, with everything in it; null: nothing of the object is left. What it waited for there
 * is done, what it waits for elsewhere is not; and what belongs there waits until there is such a context again. `usersIn`: the
 * contexts of the users of a functional account.
 */
export function withoutContext(
  state: Envelope,
  context: number,
  identifiers: Identifiers,
  usersIn: readonly number[],
): Envelope | null {
  const { object } = state;
  if (object === null) {
    return state;
  }
  const left = leftPlaces(object).filter((place) => place.context !== context);
  const { oxDbLeft: _, ...rest } = object;
  const next: Record<string, unknown> = { ...rest, ...(left.length > 0 ? { oxDbLeft: left } : {}) };
  const elsewhere = left.map((place) => place.context);
  let wished: number | null = null;
  const traits = TYPES[state.udm_object_type];
  if (traits.place) {
    const place = traits.place(state, identifiers);
    if (place?.context === context) {
      for (const name of ['oxDbId', 'oxDbUsername', 'oxDbAccess', 'oxDbApplied', 'oxDbMail', 'oxDbResourcename']) {
        delete next[name];
      }
      next.oxDbContext = null;
    } else if (place !== null) {
      elsewhere.push(place.context);
    }
    wished = isWanted(state.udm_object_type, object) ? readInteger(object.oxContext) : null;
  } else {
    const places = groupPlaces(state, identifiers.group) ?? new Map();
    if (places.delete(context)) {
      Object.assign(next, learntOfGroup(places, readText(object.oxDbGroupname) ?? ''));
    }
    elsewhere.push(...places.keys(), ...usersIn.filter((each) => each !== context));
  }
  const isDeletion = object.oxDbDeletion === true;
  const goal = isDeletion ? null : wished;
  const awaited = awaitedBy(object);
  const others = awaited.filter((each) => each !== loginOf(context));
  // It belongs there still: with such a context it comes back.
  const waitsFor = goal === context ? [loginOf(context), ...others] : others;
  if (goal === context || awaited.includes(loginOf(context))) {
    // Where it has nothing to wait for it is provisioned once more, which finds that out.
    const possible = [...(goal === null ? [] : [goal]), ...elsewhere].slice(0, 1).map(loginOf);
    delete next.oxDbSkipped;
    Object.assign(next, awaiting(waitsFor.length > 0 ? waitsFor : possible));
  }
  return isDeletion && elsewhere.length === 0 ? null : { ...state, object: next };
}
