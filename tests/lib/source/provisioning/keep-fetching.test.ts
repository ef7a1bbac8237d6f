/** Hours of an outage, slept through at once: how often the service is asked, what is said about it, and what comes after. */
import { reportFailure } from '../../../../bin/report.ts';
import type { Envelope } from '../../../../lib/model/change.ts';
import { openInbox } from '../../../../lib/queue/inbox.ts';
import { openParking } from '../../../../lib/queue/parking.ts';
import { createProvisioningClient } from '../../../../lib/source/provisioning/client.ts';
import { Fetcher } from '../../../../lib/source/provisioning/fetcher.ts';
import { type KeepFetchingDeps, keepFetching } from '../../../../lib/source/provisioning/keep-fetching.ts';
import { openRecord, readFetchRecord } from '../../../../lib/source/provisioning/record.ts';
import { envelopeMistakes } from '../../../../lib/validate/envelope.ts';
import { aUser } from '../../../harness/objects.ts';
import { finallyDo } from '../../../harness/serving.ts';
import { freshFolder } from '../../../harness/temporary.ts';
import { live, prefilled } from '../../../sandbox/provisioning/objects.ts';
import type { Published } from '../../../sandbox/provisioning/queue.ts';
import { ProvisioningSandbox } from '../../../sandbox/provisioning/server.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

const folder = freshFolder();
let service: ProvisioningSandbox;

beforeEach(async () => {
  service = await new ProvisioningSandbox({ ackWait: 50 }).start();
  service.subscribe('ox', 'secret', ['users/user']);
});
afterEach(() => service.stop());

interface Outage {
  /** Seconds from one request to the next. */
  readonly slept: number[];
  readonly told: string[];
  readonly received: Envelope[];
}

/** Begins with the outage; after so many seconds `end` is called. Ends with the first message. */
async function sleepThrough(seconds: number, end: () => void | Promise<void>): Promise<Outage> {
  const outage: Outage = { slept: [], told: [], received: [] };
  const stop = new AbortController();
  let isOver = false;
  const hasCome = (envelope: Envelope): void => {
    outage.received.push(envelope);
    if (isOver) {
      stop.abort();
    }
  };
  const pause = async (milliseconds: number): Promise<void> => {
    outage.slept.push(milliseconds / 1000);
    if (!isOver && sum(outage.slept) >= seconds) {
      isOver = true;
      await end();
    }
  };
  await keepFetching(
    depsOf((text) => void outage.told.push(text), { hasCome, pause }),
    stop.signal,
  );
  return outage;
}

function depsOf(tell: (text: string) => void, more: Partial<KeepFetchingDeps>): KeepFetchingDeps {
  const login = { baseUrl: service.url, username: 'ox', password: 'secret' };
  const client = createProvisioningClient(
    () => login,
    () => '',
  );
  finallyDo(() => client.close());
  const log = { outcome: tell, debug: () => undefined, info: tell, warning: tell, error: tell };
  const inbox = openInbox(folder(), envelopeMistakes);
  const record = openRecord(folder());
  const fetcher = new Fetcher({ client, inbox, parking: openParking(inbox), record, log, resync: false });
  return {
    fetcher,
    record,
    log,
    hasCome: () => undefined,
    nothingMoreComes: () => undefined,
    lookForLeftOver: async () => undefined,
    tellFailure: (failure) => reportFailure(failure, log, null),
    now: () => performance.now(),
    pause: async () => undefined,
    ...more,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const anna = aUser('anna');

it('asks a service that refuses the password for an hour less than twenty times, and comes back within minutes', async () => {
  service.publish(live(null, anna));
  service.subscription('ox').password = 'changed meanwhile';
  const { slept, told, received } = await sleepThrough(HOUR, () => {
    service.subscription('ox').password = 'secret';
  });
  expect(service.calls('next').filter(({ status }) => status === 401)).toHaveLength(slept.length);
  expect(slept.length).toBeLessThan(20);
  expect(slept[0]).toBeGreaterThanOrEqual(10);
  expect(Math.max(...slept)).toBeLessThanOrEqual(5 * MINUTE * 1.25);
  expect(received).toHaveLength(1);
  expect(told.filter((line) => line.includes('not let in')).length).toBeLessThanOrEqual(5);
  expect(told.at(-1)).toBe('the Provisioning API can be used again');
});

it('comes back within a minute from a service that was gone for ten', async () => {
  service.publish(live(null, anna));
  await service.stop();
  const { slept, told, received } = await sleepThrough(10 * MINUTE, async () => void (await service.start()));
  expect(slept.slice(0, 3).map(Math.floor)).toEqual([1, 2, 4]);
  expect(slept.length).toBeLessThan(20);
  expect(Math.max(...slept)).toBeLessThanOrEqual(MINUTE * 1.25);
  expect(received.map(({ id }) => id)).toEqual([anna.id]);
  expect(told.at(-1)).toBe('the Provisioning API can be used again');
  expect(readFetchRecord(folder())).toMatchObject({ problem: '', lastNumber: 1 });
});

it.each(['next', 'acknowledge'] as const)('loses and doubles nothing while NATS is away at %s', async (operation) => {
  const names = ['a', 'b'];
  for (const name of names) {
    service.publish(live(null, aUser(name)));
  }
  service.fail({ operation, kind: 'nats down', after: 1, times: 1000 });
  const { slept } = await sleepThrough(10 * MINUTE, () => service.heal());
  expect(slept.length).toBeLessThan(20);
  const inbox = openInbox(folder(), envelopeMistakes);
  expect(inbox.list().map((name) => inbox.read(name)?.object?.username)).toEqual(['a', 'b']);
  const { acknowledged, lost } = service.subscription('ox');
  expect([acknowledged, lost]).toEqual([[1, 2], []]);
});

it('says that a prefill has failed, and what to do', async () => {
  const own = service.subscribe('ox', 'secret', ['users/user'], true);
  own.setPrefill('failed');
  const { told } = await sleepThrough(1, () => {
    own.setPrefill('done');
    service.publish(live(null, anna));
  });
  expect(told.slice(0, 2)).toEqual([
    'the prefill of the subscription has failed: no message comes any more',
    'What to do: See the log of the service (its prefill container) for the cause, then make the subscription anew: listener_trigger subscribe --recreate.',
  ]);
});

it('says at once that something else is wrong than before', async () => {
  service.publish(live(null, anna));
  service.subscription('ox').isInconsistent = true;
  service.fail({ operation: 'next', kind: 'nats down', times: 5 });
  const { slept, told } = await sleepThrough(5 * MINUTE, () => {
    service.subscription('ox').isInconsistent = false;
  });
  expect(slept).toHaveLength(6);
  expect(told.filter((line) => line.includes('it answers 500')).map((line) => /500 (\w+)/.exec(line)?.[1])).toEqual([
    'Internal',
    'Internal',
    'Internal',
    'Inconsistent',
  ]);
});

it('says what is wrong while it lasts', async () => {
  service.publish(live(null, anna));
  service.subscription('ox').isInconsistent = true;
  let problem = '';
  const { told } = await sleepThrough(HOUR, () => {
    problem = readFetchRecord(folder())?.problem ?? '';
    service.subscription('ox').isInconsistent = false;
  });
  expect(problem).toContain('Inconsistent');
  expect(told).toContainEqual(expect.stringMatching(/^What to do: The queue of the subscription is gone in NATS\./));
  expect(readFetchRecord(folder())?.problem).toBe('');
});

describe('while one message follows another without end', () => {
  /** Each takes ten seconds. Answers after how many of them the queue was to be worked off. */
  async function follow(publish: (n: number) => Published, most: number): Promise<number[]> {
    const due: number[] = [];
    const stop = new AbortController();
    let received = 0;
    service.publish(publish(0));
    const hasCome = (): void => {
      received += 1;
      service.publish(publish(received));
      if (received === most) {
        stop.abort();
      }
    };
    const more = { hasCome, nothingMoreComes: () => void due.push(received), now: () => received * 10_000 };
    await keepFetching(
      depsOf(() => undefined, more),
      stop.signal,
    );
    return due;
  }

  it('what has come is applied every minute', async () => {
    expect(await follow((n) => live(null, aUser(`user${n}`)), 20)).toEqual([7, 14]);
  });

  it('a prefill is waited for', async () => {
    expect(await follow((n) => prefilled(aUser(`user${n}`)), 20)).toEqual([]);
  });

  it('what comes after a prefill is, too', async () => {
    const message = (n: number): Published => (n < 10 ? prefilled(aUser(`user${n}`)) : live(null, aUser(`user${n}`)));
    expect(await follow(message, 20)).toEqual([17]);
  });
});
