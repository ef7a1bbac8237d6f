/**
 * A context that somebody has removed in OX, and whose deletion waits at the end of the queue: for OX, whoever logs in
 * there has wrong credentials, so that everything before the deletion would wait for it for ever.
 */
import { ConnectorError } from '../errors/connector-error.ts';
import { isLateDeletion, type Turn } from '../queue/order.ts';
import { ItemFailure } from './item-failure.ts';

export interface GoneContextDeps {
  /** The number of the context that a context object was about. */
  readonly numberOf: (id: string) => number | null;
  readonly existsInOx: (context: number) => Promise<boolean>;
}

export interface WayOut {
  readonly context: number;
  readonly deletion: Turn;
}

/** The deletion that makes way for the rest; null: the failure means something else. */
export async function findWayOut(
  failure: unknown,
  turns: readonly Turn[],
  deps: GoneContextDeps,
): Promise<WayOut | null> {
  const cause = failure instanceof ItemFailure ? failure.cause : null;
  if (!(cause instanceof ConnectorError) || cause.code !== 'OX_CREDENTIALS') {
    return null;
  }
  const context = Number(cause.fields.login);
  const deletion = turns.find((turn) => isLateDeletion(turn) && deps.numberOf(turn.id) === context);
  return deletion && (await isGone(context, deps)) ? { context, deletion } : null;
}

async function isGone(context: number, { existsInOx }: GoneContextDeps): Promise<boolean> {
  try {
    return !(await existsInOx(context));
  } catch {
    // Whatever this is, the failure that led here comes first.
    return false;
  }
}
