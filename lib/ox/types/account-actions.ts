/** Functional accounts: one step creates, changes and removes the accounts of several users; the log says which of it was done. */
import { counted } from '../../errors/printable.ts';
import type { Step } from '../../target/outcome.ts';
import type { Ox } from '../services/ox.ts';
import type { Operations, Reached } from './operations.ts';

type Done = Record<'created' | 'updated' | 'removed', ReadonlySet<number>>;

/** The operations, each telling what OX has accepted meanwhile. */
export function tellingWhatWasDone<Place, Wanted>(
  ox: Ox,
  operationsOn: (ox: Ox) => Operations<Place, Wanted, never>,
): Operations<Place, Wanted, never> {
  const step = async (act: (operations: Operations<Place, Wanted, never>) => Promise<Reached>): Promise<Reached> => {
    const done: Done = { created: new Set(), updated: new Set(), removed: new Set() };
    const reached = await act(operationsOn(noting(ox, done)));
    return { ...reached, done: reached.isIncomplete ? [] : stepsOf(done) };
  };
  return {
    ...operationsOn(ox),
    create: (place, wanted) => step(({ create }) => create(place, wanted)),
    update: (place, wanted, found) => step(({ update }) => update(place, wanted, found)),
  };
}

function noting(ox: Ox, done: Done): Ox {
  const { accounts } = ox;
  const note = (what: keyof Done, users: readonly number[]): void => {
    done[what] = new Set([...done[what], ...users]);
  };
  return {
    ...ox,
    accounts: {
      ...accounts,
      async create(context, users, data) {
        await accounts.create(context, users, data);
        note('created', users);
      },
      async update(context, users, address, data) {
        await accounts.update(context, users, address, data);
        note('updated', users);
      },
      async delete(context, users, address) {
        await accounts.delete(context, users, address);
        note('removed', users);
      },
    },
  };
}

/** `created for 2 users`, `removed for 1 user`. */
function stepsOf(done: Done): Step[] {
  const steps = (['created', 'updated', 'removed'] as const).flatMap((action) => {
    const { size } = done[action];
    return size > 0 ? [{ action, text: `${action} for ${counted(size, 'user')}` }] : [];
  });
  return steps.length > 0 ? steps : [{ action: 'unchanged', text: 'unchanged' }];
}
