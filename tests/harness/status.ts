/** A status of a site that does well, and what differs from it. */
import type { FailureNow, Status } from '../../lib/status/status.ts';

export const NOW = new Date('2026-11-28T12:00:00Z');

export function aStatus(about: Partial<Status> = {}): Status {
  return {
    taken: NOW,
    waiting: {},
    waitingTotal: 0,
    oldestAge: null,
    run: null,
    failure: null,
    lastSuccess: '',
    skipped: {},
    parked: 0,
    history: [],
    fetching: null,
    ...about,
  };
}

/** Of runs that have failed every five seconds, for so many seconds. */
export function aFailure(lasting: number, about: Partial<FailureNow> = {}): FailureNow {
  return {
    errors: Math.floor(lasting / 5) + 1,
    filename: '/data/listener/2026-11-28-11-00-00.json',
    message: 'OX cannot be reached: connect ECONNREFUSED',
    code: 'OX_UNREACHABLE',
    remedy: 'Start OX.',
    time: NOW.toISOString(),
    since: new Date(NOW.getTime() - lasting * 1000).toISOString(),
    lasting,
    ...about,
  };
}
