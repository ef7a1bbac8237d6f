/** Ids of users that are remembered, and not those of OX: they are looked up, once in a run for a context. */
import type { Logger } from '../../logger/logger.ts';
import type { Memory } from '../../memory/memory.ts';
import type { Learnt } from '../../model/change.ts';
import { claimKeys } from '../../model/claims.ts';
import type { Outcome } from '../../target/outcome.ts';
import type { Plan } from '../../target/plan.ts';
import type { Provisioner } from '../../target/provisioner.ts';
import type { Again, Target } from '../../target/target.ts';
import type { Registry } from '../types/registry.ts';
import { rememberSoFar } from './notes.ts';

/**
 * Looks the ids of a context's users up in OX, but for one object; the objects that are not there are provisioned again, which is
 * in the queue before their ids are forgotten.
 */
export type LookUpIds = (context: number, except: string, again: Again) => Promise<void>;

export interface LiveProvisionDeps {
  readonly registry: Registry;
  readonly memory: Memory;
  readonly lookUpIds: LookUpIds;
  /** Contexts whose ids have been looked up in this run. */
  readonly lookedUp: Set<number>;
  readonly log: Logger;
}

/** What is planned holds ids: it is planned anew where they were looked up meanwhile. */
export function provisionWithIds(deps: LiveProvisionDeps): Pick<Target, 'plan' | 'provision'> {
  const { registry, memory, lookUpIds, lookedUp, log } = deps;
  /** How many look-ups were over when it was made. */
  const made = new WeakMap<Plan, number>();
  const plan: Target['plan'] = (change) => {
    const planned = registry[change.type].plan(change);
    made.set(planned, lookedUp.size);
    return planned;
  };
  /** Context → the look-up that is going on, or is over. */
  const lookUps = new Map<number, Promise<void>>();
  const lookUpAll = async (context: number, except: string, again: Again): Promise<void> => {
    log.warning('remembered ids are not those of OX: looking all of this context up again', { context });
    await lookUpIds(context, except, again);
    lookedUp.add(context);
  };
  const lookUp = async (contexts: readonly number[], except: string, again: Again): Promise<void> => {
    for (const context of contexts) {
      const running = lookUps.get(context) ?? lookUpAll(context, except, again);
      lookUps.set(context, running);
      await running;
    }
  };
  const provision: Target['provision'] = async (change, planned, again) => {
    const provisioner: Provisioner = registry[change.type];
    await Promise.allSettled(lookUps.values());
    await lookUp(planned.inDoubt ?? [], '', again);
    const isOutdated = made.get(planned) !== lookedUp.size;
    const noteSoFar = (learnt: Learnt): void => rememberSoFar(change, learnt, memory);
    let outcome = await provisioner.provision(isOutdated ? plan(change) : planned, noteSoFar);
    const { incomplete = [] } = outcome;
    if (incomplete.length > 0) {
      await lookUp(incomplete, '', again);
      const next = plan(change);
      const news = next.warnings.filter((warning) => !planned.warnings.includes(warning));
      const done = await provisioner.provision(next, noteSoFar);
      outcome = both(outcome, { ...done, warnings: [...news, ...done.warnings] });
    }
    const { oxDbId, oxDbContext } = outcome.learnt;
    const isNews = oxDbId !== change.before?.oxDbId || oxDbContext !== change.before?.oxDbContext;
    const isId = typeof oxDbId === 'number' && typeof oxDbContext === 'number';
    const claim = isNews && isId ? claimKeys.userId(oxDbContext, oxDbId) : '';
    const isTaken = claim !== '' && memory.claimants(claim).some((id) => id !== change.id.toLowerCase());
    await lookUp([...(outcome.inDoubt ?? []), ...(isTaken ? [Number(oxDbContext)] : [])], change.id, again);
    return outcome;
  };
  return { plan, provision };
}

/** What was done once more counts for what is remembered; all that was done is told. */
function both(first: Outcome, again: Outcome): Outcome {
  return {
    ...again,
    steps: [...first.steps, ...again.steps],
    warnings: [...new Set([...first.warnings, ...again.warnings])],
    stale: [...first.stale, ...again.stale],
    inDoubt: [...(first.inDoubt ?? []), ...(again.inDoubt ?? [])],
    appeared: first.appeared || again.appeared,
  };
}
