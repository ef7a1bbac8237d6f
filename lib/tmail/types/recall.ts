/** What the last states of the queue say was applied, where the memory is lost: whose mailbox an address is above all. */
import type { LastStates } from '../../memory/last-state.ts';
import { firstIdOf } from '../../model/change.ts';
import { FACETS } from '../facet-names.ts';
import { facetsNamed } from '../facets/index.ts';
import type { Remembered } from '../memory.ts';
import { mistakeOf, type Person } from '../person.ts';
import { personOfUser, type WishDeps } from './wish.ts';

/** Nothing where anything is remembered: what is missing there is missing for a reason. */
export function recallAll(lastStates: LastStates, deps: WishDeps): void {
  const { memory } = deps;
  if (memory.mailboxes.keys().next().done !== true) {
    return;
  }
  for (const id of lastStates.ids()) {
    const person = personIn(lastStates, id, deps);
    if (person !== null && memory.ownerOf(person.address) === null) {
      memory.put(person.address, rememberedOf(person));
    }
  }
  memory.sync();
}

export function rememberedOf(person: Person): Remembered {
  const applied = facetsNamed(FACETS).map((facet) => facet.applied(person));
  return { id: person.id, account: true, ...Object.assign({}, ...applied) };
}

/** null: no user with a mailbox of ours, or nobody can tell. */
function personIn(lastStates: LastStates, id: string, { configuration }: WishDeps): Person | null {
  try {
    const state = lastStates.read(id);
    const person =
      state?.udm_object_type === 'users/user' && state.object !== null
        ? personOfUser(firstIdOf(id, state.object).toLowerCase(), state.dn, state.object, configuration)
        : null;
    return person !== null && mistakeOf(person) === null ? person : null;
  } catch {
    // What is wrong with it is said at the turn of its object.
    return null;
  }
}
