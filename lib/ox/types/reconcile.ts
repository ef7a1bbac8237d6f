/**
 * Acts: brings each place of a plan to what is wanted there, whatever OX holds at the moment
 * (docs/behaviour.md, "What holds for all types").
 */
import type { Change } from '../../model/change.ts';
import { loginOf } from '../../model/claims.ts';
import type { Action, Step } from '../../target/outcome.ts';
import type { Goal, Plan } from '../../target/plan.ts';
import type { Provisioner } from '../../target/provisioner.ts';
import { faultOf, nullWhere } from '../soap/client.ts';
import type { LookAgain } from './look-again.ts';
import type { Operations, Reached } from './operations.ts';
import type { Parts } from './registry.ts';

/** Types a place has in common: they are named in the log. */
interface InContext {
  readonly context: number;
}

export function defineProvisioner<Place extends InContext, Wanted, Found>(
  plan: (change: Change, parts: Parts) => Plan<Place, Wanted>,
  operationsWith: (parts: Parts) => Operations<Place, Wanted, Found>,
  parts: Parts,
): Provisioner<Place, Wanted> {
  const operations = operationsWith(parts);
  return {
    plan: (change) => {
      const made = plan(change, parts);
      const contexts = [...new Set(made.targets.map(({ place }) => place.context))];
      return { needs: contexts.map(loginOf), lanes: contexts.map((context) => seatIn(context, change.id)), ...made };
    },
    async provision(planned, noteSoFar) {
      const { targets, learnt: known, refusal } = planned;
      if (refusal !== undefined) {
        throw refusal;
      }
      for (const target of targets) {
        operations.mustBePossible?.(target);
      }
      const all: { readonly target: Goal<Place, Wanted>; readonly reached: Reached & { action: Action } }[] = [];
      for (const target of targets) {
        const reached = await reach(target, operations, parts.lookAgain).catch((error: unknown) => {
          const done = all.filter((each) => each.reached.isIncomplete !== true).map((each) => each.target);
          const soFar = planned.learntSoFar?.(done, target) ?? null;
          if (soFar !== null) {
            noteSoFar?.(soFar);
          }
          throw error;
        });
        all.push({ target, reached });
      }
      const contextsWhere = (flag: 'isStale' | 'isIncomplete'): number[] =>
        all.flatMap(({ target, reached }) => (reached[flag] ? target.place.context : []));
      return {
        steps: all.flatMap(({ target, reached }) => stepsOf(reached, target.place.context)),
        learnt: Object.assign({}, known, ...all.map(({ reached }) => reached.learnt)),
        warnings: all.flatMap(({ reached }) => reached.warnings ?? []),
        stale: all.flatMap(({ target: { place }, reached: { stale = [] } }) =>
          stale.map((oxId) => ({ context: place.context, oxId })),
        ),
        inDoubt: contextsWhere('isStale'),
        incomplete: contextsWhere('isIncomplete'),
        appeared: all.some(
          ({ target: { wanted, expected, wasLeaving }, reached: { action, isRenumbered } }) =>
            wanted !== null && (action === 'created' || !expected || wasLeaving === true || isRenumbered === true),
        ),
      };
    },
  };
}

/** The place is said once, after all that was done there. */
function stepsOf({ action, done = [{ action, text: action }] }: Reached & { action: Action }, context: number): Step[] {
  return done.map((step, at) =>
    at < done.length - 1 ? step : { ...step, text: `${step.text} in context ${context}` },
  );
}

/**
 * OX quirk: all objects of a context get their numbers from one row of its database, and from eight writes at once on the
 * waits for that row cost more than is gained. Seen: docs/ox.md, "Several at once". So: no more than these of one context are with OX at once.
 */
const SEATS = 4;

/** Each object has one of them, always the same: those that share it go one after another. */
function seatIn(context: number, id: string): string {
  const sum = [...id.toLowerCase()].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  return `seat ${sum % SEATS} in ${context}`;
}

async function reach<Place, Wanted, Found>(
  { place, wanted, expected }: Goal<Place, Wanted>,
  operations: Operations<Place, Wanted, Found>,
  lookAgain: LookAgain,
): Promise<Reached & { action: Action }> {
  if (wanted === null) {
    return { action: (await wasThere(operations.remove(place))) ? 'removed' : 'was gone' };
  }
  if (expected) {
    const updated = await unlessGone(operations.update(place, wanted, null));
    if (updated !== null) {
      return { action: 'updated', ...updated };
    }
  }
  const brought = await operations.bring?.(place, wanted);
  if (brought) {
    return { action: 'created', ...(await operations.update(place, wanted, brought)) };
  }
  const appeared = await lookAgain(() => operations.find(place));
  if (appeared !== null) {
    return { action: 'updated', ...(await operations.update(place, wanted, appeared)) };
  }
  try {
    return { action: 'created', ...(await operations.create(place, wanted)) };
  } catch (error) {
    // Created before a crash, or by somebody else? Which of its values OX objects to does not tell: look.
    if (!faultOf(error)?.mayMeanExists) {
      throw error;
    }
    const found = await operations.find(place);
    if (found === null) {
      throw error;
    }
    return { action: 'updated', ...(await operations.update(place, wanted, found)) };
  }
}

/** Whether what was removed was there. */
export async function wasThere(removal: Promise<unknown>): Promise<boolean> {
  return (await unlessGone(removal.then((answer) => answer !== false))) === true;
}

/** null: what was addressed is not there, or its context. */
export function unlessGone<T>(answer: Promise<T>): Promise<T | null> {
  return nullWhere((fault) => fault.isNotFound, answer);
}
