/** How the connector stands, for programs. */
import { fetchingAsJson } from './fetch-status.ts';
import type { Status } from './status.ts';
import { syncsAsJson } from './sync-status.ts';
import type { Verdict } from './verdict.ts';

/** The keys `errors`, `filename` and `message` are texts, as existing health checks read them. */
export function statusAsJson(status: Status, { level, reasons }: Verdict): Record<string, unknown> {
  const { failure, run, history } = status;
  const { errors = 0, filename, message, code, remedy, time, since, lasting } = failure ?? {};
  return {
    errors: String(errors),
    ...(failure === null ? {} : { filename, message, code, remedy, lastError: time, failingSince: since }),
    status: level,
    reasons,
    consecutiveErrors: errors,
    failingSeconds: lasting ?? 0,
    waiting: Object.fromEntries(Object.entries(status.waiting).map(([type, { files }]) => [type, files])),
    waitingTotal: status.waitingTotal,
    oldestAgeSeconds: status.oldestAge,
    run: run && { pid: run.pid, since: run.since, object: run.object },
    skipped: status.skipped,
    parked: status.parked,
    lastRun: history.at(-1) ?? null,
    lastSuccess: status.lastSuccess,
    ...(status.fetching === null ? {} : { fetching: fetchingAsJson(status.fetching) }),
    ...(status.syncs.length === 0 ? {} : { syncs: syncsAsJson(status.syncs) }),
  };
}

/** Where it cannot be said how it stands. */
export function failureAsJson({ level, reasons }: Verdict): Record<string, unknown> {
  return { errors: '1', message: reasons.join('; '), status: level, reasons };
}
