/** A status of a site that does well, and what differs from it. */

import type { ReasonGroup } from '../../lib/queue/selection.ts';
import type { PastRun } from '../../lib/run/run-history.ts';
import type { FetchRecord } from '../../lib/source/provisioning/record.ts';
import type { SetAside } from '../../lib/status/page.ts';
import type { FailureNow, Status } from '../../lib/status/status.ts';
import type { SyncStatus } from '../../lib/status/sync-status.ts';

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
    syncs: [],
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

const HOUR = 3_600_000;

/** Runs of a month: two in each hour of the day, an hour without OX, some refusals, and no OX for the last 21 minutes. */
function aMonthOfRuns(): PastRun[] {
  const runs: PastRun[] = [];
  const add = (time: number, about: Partial<PastRun>): void => {
    const start = new Date(time).toISOString();
    const counts = { duration: 1800, exitCode: 0, done: 12, skipped: 0, parked: 0, left: 0, code: '' };
    runs.push({ start, last: start, times: 1, ...counts, ...about });
  };
  const withoutOx = { exitCode: 69, done: 0, left: 246, code: 'OX_UNREACHABLE', duration: 40 };
  for (let time = NOW.getTime() - 30 * 24 * HOUR; time < NOW.getTime() - HOUR / 2; time += HOUR / 2) {
    const hours = Math.floor((NOW.getTime() - time) / HOUR);
    if (hours === 200) {
      add(time, { ...withoutOx, times: 9, last: new Date(time + HOUR / 3).toISOString() });
    } else if (hours % 60 === 7) {
      add(time, { exitCode: 0, parked: 1, code: 'OX_REFUSED' });
    } else if (hours % 24 < 8 || hours % 24 > 18) {
      add(time, { done: 3 + (hours % 9), duration: 900 + hours });
    }
  }
  const { errors, since } = aFailure(1260);
  add(Date.parse(since), { ...withoutOx, times: errors, last: NOW.toISOString() });
  return runs;
}

/** A site that has much to show. */
export function aBusyStatus(about: Partial<Status> = {}): Status {
  return aStatus({
    waiting: {
      'users/user': { files: 212, oldestAge: 5400 },
      'groups/group': { files: 31, oldestAge: 4000 },
      'oxmail/functional_account': { files: 2, oldestAge: 120 },
      invalid: { files: 1, oldestAge: 259_200 },
    },
    waitingTotal: 246,
    oldestAge: 259_200,
    failure: aFailure(1260),
    lastSuccess: new Date(NOW.getTime() - 1300_000).toISOString(),
    skipped: { 30: 17 },
    parked: 5,
    history: aMonthOfRuns(),
    ...about,
  });
}

export function aGroupOfRefusals(reason: string, remedy: string, dns: readonly string[]): ReasonGroup {
  const file = {
    type: 'users/user',
    id: '',
    action: 'create or change',
    ageSeconds: 60,
    bytes: 900,
    mistakes: '',
  } as const;
  return { reason, remedy, files: dns.map((dn, at) => ({ ...file, dn, name: `${at}.json`, reason })) };
}

export const SET_ASIDE: SetAside = {
  parked: [
    aGroupOfRefusals('OX refused: The displayname is already used', 'Give one of the two users another display name.', [
      'uid=anna,cn=users,dc=example,dc=org',
      'uid=bert,cn=users,dc=example,dc=org',
      'uid=cora,cn=users,dc=example,dc=org',
      'uid=dora,cn=users,dc=example,dc=org',
    ]),
    aGroupOfRefusals('mailPrimaryAddress: found nothing, expected an address', '', [
      'uid=emil,cn=users,dc=example,dc=org',
    ]),
  ],
  dropped: [aGroupOfRefusals('renames are not allowed in OX', '', ['uid=frida,cn=users,dc=example,dc=org'])],
};

/** By who has had all answers. */
export const FETCHED: FetchRecord = {
  subscription: 's',
  lastNumber: 7,
  firstNumber: 1,
  lastName: '',
  lastPoll: NOW.toISOString(),
  prefillStatus: 'done',
  problem: '',
  prefill: null,
};

export function aSync(outcome: string, configuration = 'tmail.json'): SyncStatus {
  const time = NOW.toISOString();
  const record = { began: time, ended: time, code: 0, outcome, lastWhole: time };
  return { configuration, record, endAge: 0, wholeAge: 0, isCutOff: false };
}

/** There is something of everything that a status may tell. */
export const STATUS_WITH_ALL = aStatus({
  waiting: { 'users/user': { files: 3, oldestAge: 60 }, invalid: { files: 1, oldestAge: 5 } },
  waitingTotal: 4,
  oldestAge: 60,
  failure: aFailure(600),
  lastSuccess: NOW.toISOString(),
  skipped: { 30: 7 },
  parked: 2,
  history: [
    {
      start: NOW.toISOString(),
      last: NOW.toISOString(),
      times: 1,
      duration: 1250,
      exitCode: 76,
      done: 5,
      skipped: 1,
      parked: 2,
      left: 3,
      code: 'OX_REFUSED',
    },
  ],
  syncs: [aSync('7 in step')],
  fetching: { record: FETCHED, pollAge: 3, holder: null, parkedMessages: 1, leftOver: [], moreLeftOver: 0 },
});
