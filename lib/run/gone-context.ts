/**
 * A context that somebody has removed in OX, and whose deletion waits at the end of the queue: for OX, whoever logs in
 * there has wrong credentials, so that everything before the deletion would wait for it for ever.
 */
import { ConnectorError } from '../errors/connector-error.ts';
import type { Logger } from '../logger/logger.ts';
import type { Inbox } from '../queue/inbox.ts';
import { isLateDeletion, type Turn } from '../queue/order.ts';
import { ItemFailure } from './item-failure.ts';
import type { Round } from './round.ts';

export interface GoneContextDeps {
  /** The number of the context that a context object was about. */
  readonly numberOf: (id: string) => number | null;
  readonly existsInOx: (context: number) => Promise<boolean>;
  readonly inbox: Inbox;
  readonly log: Logger;
}

/** The deletion that makes way for the rest; null: the failure means something else. */
export async function findWayOut(failure: unknown, round: Round, deps: GoneContextDeps): Promise<Turn | null> {
  const cause = failure instanceof ItemFailure ? failure.cause : null;
  if (!(cause instanceof ConnectorError) || cause.code !== 'OX_CREDENTIALS') {
    return null;
  }
  const context = Number(cause.fields.login);
  const deletion = round.turns.find(
    (turn) => !turn.isOver && isLateDeletion(turn) && deps.numberOf(turn.id) === context,
  );
  if (deletion === undefined || !(await isGone(context, deps))) {
    return null;
  }
  const file = deps.inbox.path(deletion.name);
  deps.log.warning('OX has no such context any more: its deletion comes first', { file, context });
  return deletion;
}

async function isGone(context: number, { existsInOx }: GoneContextDeps): Promise<boolean> {
  try {
    return !(await existsInOx(context));
  } catch {
    // Whatever this is, the failure that led here comes first.
    return false;
  }
}
