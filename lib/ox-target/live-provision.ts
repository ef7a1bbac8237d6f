/** Ids of users that are remembered, and not those of OX: they are looked up, once in a run for a context. */
import type { Logger } from '../logger/logger.ts';
import type { Memory } from '../memory/memory.ts';
import { claimKeys } from '../model/claims.ts';
import type { Outcome, Registry } from '../provisioners/provisioner.ts';
import type { Again, Target } from '../run/target.ts';

/** Looks the ids of a context's users up in OX, but for one object; answers the objects that are not there. */
export type LookUpIds = (context: number, except: string) => Promise<readonly string[]>;

export interface LiveProvisionDeps {
  readonly registry: Registry;
  readonly memory: Memory;
  readonly lookUpIds: LookUpIds;
  readonly log: Logger;
}

export function provisionWithIds({ registry, memory, lookUpIds, log }: LiveProvisionDeps): Target['provision'] {
  /** Contexts whose ids are being looked up, or were. */
  const lookedUp = new Map<number, Promise<void>>();
  const lookUpAll = async (context: number, except: string, again: Again): Promise<void> => {
    log.warning('remembered ids are not those of OX: looking all of this context up again', { context });
    again(await lookUpIds(context, except));
  };
  const lookUp = async (contexts: readonly number[], except: string, again: Again): Promise<void> => {
    for (const context of contexts) {
      const running = lookedUp.get(context) ?? lookUpAll(context, except, again);
      lookedUp.set(context, running);
      await running;
    }
  };
  return async (change, plan, again) => {
    const provisioner = registry[change.type];
    const { inDoubt = [] } = plan;
    await lookUp(inDoubt, '', again);
    let outcome = await provisioner.provision(inDoubt.length > 0 ? provisioner.plan(change) : plan);
    const { incomplete = [] } = outcome;
    if (incomplete.length > 0) {
      await lookUp(incomplete, '', again);
      outcome = both(outcome, await provisioner.provision(provisioner.plan(change)));
    }
    const { oxDbId, oxDbContext } = outcome.learnt;
    const isNews = oxDbId !== change.before?.oxDbId || oxDbContext !== change.before?.oxDbContext;
    const isId = typeof oxDbId === 'number' && typeof oxDbContext === 'number';
    const claim = isNews && isId ? claimKeys.userId(oxDbContext, oxDbId) : '';
    const isTaken = claim !== '' && memory.claimants(claim).some((id) => id !== change.id.toLowerCase());
    await lookUp([...(outcome.inDoubt ?? []), ...(isTaken ? [Number(oxDbContext)] : [])], change.id, again);
    return outcome;
  };
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
