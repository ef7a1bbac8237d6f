/** OX as the target of a run: its types, the logins that objects wait for, and the ids that it gives to users. */
import type { ConnectorError } from '../../errors/connector-error.ts';
import type { Logger } from '../../logger/logger.ts';
import type { Memory } from '../../memory/memory.ts';
import { claimKeys, contextOfLogin, type Identifiers, loginOf } from '../../model/claims.ts';
import { providedBy } from '../../model/types.ts';
import type { ObjectCheck } from '../../queue/inbox.ts';
import type { Turn } from '../../queue/order.ts';
import type { Outcome } from '../../target/outcome.ts';
import type { Provisioner } from '../../target/provisioner.ts';
import type { Target } from '../../target/target.ts';
import type { Registry } from '../types/registry.ts';
import { accountsAffected } from './accounts-of-user.ts';
import { forgetContext } from './forget-context.ts';
import { type LookUpIds, provisionWithIds } from './live-provision.ts';
import { forgetOxId } from './notes.ts';
import { rememberUsers } from './remember-users.ts';

export interface OxTargetDeps {
  readonly registry: Registry;
  readonly memory: Memory;
  /** What names users and groups in OX. */
  readonly identifiers: Identifiers;
  /** The properties of users that are in the logins of their functional accounts. */
  readonly inLogin: readonly string[];
  readonly checkObject: ObjectCheck;
  readonly hasCredentials: (context: number) => boolean;
  readonly existsInOx: (context: number) => Promise<boolean>;
  readonly lookUpIds: LookUpIds;
  /** Contexts whose ids have been looked up in this run. */
  readonly lookedUp: Set<number>;
  readonly pathOf: (file: string) => string;
  readonly log: Logger;
}

export function createOxTarget(deps: OxTargetDeps): Target {
  const { registry, memory, checkObject, hasCredentials } = deps;
  /** Users whose remembered ids OX does not know. */
  const strangers = ({ stale }: Outcome): string[] =>
    stale.flatMap(({ context, oxId }) => memory.claimants(claimKeys.userId(context, oxId)));
  return {
    checkObject,
    ...provisionWithIds(deps),
    isReady(waitsFor) {
      const context = contextOfLogin(waitsFor);
      return context === null
        ? Object.values<Provisioner>(registry).some((provisioner) => provisioner.isReady?.(waitsFor))
        : hasCredentials(context);
    },
    wayOut: (failure, lateDeletions) => wayOut(failure, lateDeletions, deps),
    /**
     * Functional accounts that depend on what has changed of a user, or wait to be removed from it. Users that OX has under
     * another id than remembered, if at all: looked up by name, they bring their groups back.
     */
    affected: (change, outcome) => [...accountsAffected(change, outcome, deps), ...strangers(outcome)],
    beforeSettling(change, outcome) {
      if (outcome !== null) {
        for (const id of strangers(outcome)) {
          forgetOxId(id, memory);
        }
        forgetContext(change, deps);
      }
      rememberUsers(change, deps);
    },
  };
}

/**
 * A context that somebody has removed in OX, and whose deletion waits at the end of the queue: for OX, whoever logs in
 * there has wrong credentials, so that everything before the deletion would wait for it for ever.
 */
async function wayOut(
  { code, fields }: ConnectorError,
  lateDeletions: readonly Turn[],
  { memory, existsInOx, log, pathOf }: OxTargetDeps,
): Promise<Turn | null> {
  const context = contextOfLogin(`login:${fields.login}`);
  if (code !== 'OX_CREDENTIALS' || context === null) {
    return null;
  }
  const deletion = lateDeletions.find(({ id, type }) => providedBy(type, memory.look(id)?.object) === loginOf(context));
  if (deletion === undefined || !(await isGone(context, existsInOx))) {
    return null;
  }
  log.warning('OX has no such context any more: its deletion comes first', { file: pathOf(deletion.name), context });
  return deletion;
}

async function isGone(context: number, existsInOx: OxTargetDeps['existsInOx']): Promise<boolean> {
  try {
    return !(await existsInOx(context));
  } catch {
    // Whatever this is, the failure that led here comes first.
    return false;
  }
}
