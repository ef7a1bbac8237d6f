/** `sync` between a real OpenLDAP and the stand-in for TMail, which answers after 5 ms: requests, time, memory. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BINARY, makeWorkplace, type Workplace } from '../harness/workplace.ts';
import { type StandIn, startStandIn } from '../sandbox/tmail/stand-in.ts';
import { changePerson, missingForSlapd, PEOPLE, personLdif, READER, type Slapd, startSlapd } from '../tmail/slapd.ts';
import type { Case } from './case.ts';
import { measure } from './measure.ts';
import type { Sample } from './stage.ts';

const DELAY = 5;
const CONCURRENCY = 16;
/** Account, alias, forward, quota, identity (looked for, then made), contact. */
const REQUESTS_OF_A_NEW_ONE = 7;
const CHANGED = 100;
const REQUESTS_OF_A_QUEUED_ONE = 10;
const REQUESTS_OF_A_CHANGE = 11;

export const tmailSync: Case = {
  name: 'tmail',
  title: `sync with TMail at ${DELAY} ms, ${CONCURRENCY} requests at once`,
  async run(stage) {
    const missing = missingForSlapd();
    if (missing !== null) {
      return { samples: {}, ratios: [], runs: 0, missing: `${missing} is not installed` };
    }
    const count = stage.isShort ? 1000 : 10_000;
    const slapd = await startSlapd(people(count));
    const server = await startStandIn({ token: 'bench', delayMilliseconds: DELAY });
    server.state.domains.add('example.org');
    const place = makeWorkplace('http://127.0.0.1:1');
    try {
      configure(place, slapd, server);
      const first = await sampleOf(place, server, ['sync']);
      const unchanged = await sampleOf(place, server, ['sync']);
      await change(slapd, CHANGED);
      const few = await sampleOf(place, server, ['sync']);
      const full = await sampleOf(place, server, ['sync', '--full']);
      return {
        samples: { [`first sync of ${count}`]: first, unchanged, [`${CHANGED} changed`]: few, full },
        runs: 1,
        ratios: [
          {
            what: 'requests for a new mailbox',
            value: first.calls / count,
            target: REQUESTS_OF_A_NEW_ONE + 0.1,
            isSteady: true,
          },
          { what: 'requests of a run without changes', value: unchanged.calls, target: 1, isSteady: true },
          {
            what: 'requests for a changed value',
            value: (few.calls - 3 - pagesOf(count)) / CHANGED,
            target: 1,
            isSteady: true,
          },
          {
            what: 'requests for each with --full',
            value: (full.calls - 3 - pagesOf(count)) / count,
            target: 2,
            isSteady: true,
          },
          {
            what: 'first sync: time over that of its requests',
            value: first.wallMs / ((first.calls * DELAY) / CONCURRENCY),
            target: 3,
          },
          {
            what: 'peak memory without changes (MiB)',
            value: unchanged.peakMiB,
            target: stage.isShort ? 100 : 150,
            isSteady: true,
          },
        ],
      };
    } finally {
      place.remove();
      await server.stop();
      await slapd.stop();
    }
  },
};

/**
 * A directory of 100,000 people, all of whom were applied before, against a smaller one. Both are of a size at which the
 * space for what was just made has grown as far as it may, and of several runs the one counts that garbage swelled least.
 */
export const tmailMany: Case = {
  name: 'tmail-many',
  title: 'sync with TMail without changes, memory by the size of the directory',
  async run(stage) {
    const missing = missingForSlapd();
    if (missing !== null) {
      return { samples: {}, ratios: [], runs: 0, missing: `${missing} is not installed` };
    }
    const [fewer, more] = stage.isShort ? ([11_000, 33_000] as const) : ([20_000, 100_000] as const);
    const runs = stage.runs(3, 3);
    const samples = { few: await applied(fewer, runs), many: await applied(more, runs) };
    const perPerson = ((samples.many.peakMiB - samples.few.peakMiB) * 1024) / (more - fewer);
    return {
      samples,
      runs,
      ratios: [{ what: 'memory for one more person (KiB)', value: perPerson, target: 2, isSteady: true }],
    };
  },
};

/** Users of UDM, from the queue. */
export const tmailQueue: Case = {
  name: 'tmail-queue',
  title: `the queue with TMail at ${DELAY} ms, ${CONCURRENCY} requests at once`,
  async run(stage) {
    const count = stage.isShort ? 1000 : 5000;
    const server = await startStandIn({ token: 'bench', delayMilliseconds: DELAY });
    server.state.domains.add('example.org');
    const place = makeWorkplace('http://127.0.0.1:1');
    try {
      writeFileSync(join(place.data, 'secrets', 'token'), 'bench');
      const file = { server: { url: server.url, token_file: 'secrets/token' } };
      writeFileSync(join(place.data, 'tmail.json'), JSON.stringify(file));
      const created = await queued(place, server, count, 1);
      const changed = await queued(place, server, count, 2);
      const time = ({ wallMs, calls }: Sample): number => wallMs / ((calls * DELAY) / CONCURRENCY);
      return {
        samples: { [`${count} created`]: created, 'quota of each changed': changed },
        runs: 1,
        ratios: [
          {
            what: 'requests for a new user',
            value: created.calls / count,
            target: REQUESTS_OF_A_QUEUED_ONE + 0.1,
            isSteady: true,
          },
          {
            what: 'requests for a changed quota',
            value: changed.calls / count,
            target: REQUESTS_OF_A_CHANGE + 0.1,
            isSteady: true,
          },
          { what: 'created: time over that of its requests', value: time(created), target: 4 },
        ],
      };
    } finally {
      place.remove();
      await server.stop();
    }
  },
};

async function queued(place: Workplace, server: StandIn, count: number, quota: number): Promise<Sample> {
  for (let n = 0; n < count; n += 1) {
    const number = String(n).padStart(6, '0');
    const user = {
      id: `00000000-0000-4000-8000-000000${number}`,
      udm_object_type: 'users/user',
      dn: `uid=u${n},cn=users,dc=example,dc=org`,
      object: {
        username: `u${n}`,
        mailPrimaryAddress: `u${n}@example.org`,
        mailAlternativeAddress: [`a${n}@example.org`],
        mailUserQuota: quota,
        firstname: 'Anna',
        lastname: 'Berg',
      },
      options: [],
    };
    place.dropRaw(`2026-11-20-08-00-0${quota}-${number}.json`, JSON.stringify(user));
  }
  const taken = await sampleOf(place, server, []);
  if (place.waiting().length > 0) {
    throw new Error('the queue is not empty');
  }
  return taken;
}

async function applied(count: number, runs: number): Promise<Sample> {
  const slapd = await startSlapd(people(count));
  const server = await startStandIn({ token: 'bench' });
  server.state.domains.add('example.org');
  const place = makeWorkplace('http://127.0.0.1:1');
  try {
    configure(place, slapd, server);
    const first = await sampleOf(place, server, ['sync']);
    if (first.calls < count) {
      throw new Error('the first sync did not do its work');
    }
    let least = await sampleOf(place, server, ['sync']);
    for (let n = 1; n < runs; n += 1) {
      const again = await sampleOf(place, server, ['sync']);
      least = again.peakMiB < least.peakMiB ? again : least;
    }
    return least;
  } finally {
    place.remove();
    await server.stop();
    await slapd.stop();
  }
}

function people(count: number): string {
  return Array.from({ length: count }, (_, n) =>
    personLdif(`u${n}`, {
      mail: `u${n}@example.org`,
      givenName: 'Anna',
      mailAlias: `a${n}@example.org`,
      mailForward: `f${n}@other.example`,
      mailQuotaSize: '1000000',
    }),
  ).join('');
}

function configure(place: Workplace, slapd: Slapd, server: StandIn): void {
  writeFileSync(join(place.data, 'secrets', 'token'), 'bench');
  writeFileSync(join(place.data, 'secrets', 'ldap'), READER.password);
  const file = {
    server: { url: server.url, token_file: 'secrets/token' },
    ldap: { url: slapd.url, bind_dn: READER.dn, password_file: 'secrets/ldap', base: PEOPLE },
  };
  writeFileSync(join(place.data, 'tmail.json'), JSON.stringify(file));
}

async function change(slapd: Slapd, count: number): Promise<void> {
  const client = await slapd.client();
  for (let n = 0; n < count; n += 1) {
    await changePerson(client, `u${n}`, { mailQuotaSize: '2000000' });
  }
  await client.unbind();
}

function pagesOf(count: number): number {
  return Math.floor(count / 1000) + 1;
}

async function sampleOf(place: Workplace, server: StandIn, args: readonly string[]): Promise<Sample> {
  const before = server.requests.length;
  const usage = await measure({
    program: BINARY,
    args,
    env: {
      OX_CONNECTOR_DATA_DIR: place.data,
      OX_CONNECTOR_TARGET: 'tmail',
      OX_CONNECTOR_CONCURRENCY: String(CONCURRENCY),
      OX_CONNECTOR_LOG_LEVEL: 'WARNING',
    },
  });
  return { ...usage, calls: server.requests.length - before, bytes: 0, sandboxMs: 0 };
}
