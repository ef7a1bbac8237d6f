/** From the service into the queue: what is stored when, and what is acknowledged. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { originOf } from '../../../../lib/model/change.ts';
import { readReason } from '../../../../lib/queue/aside.ts';
import { openInbox } from '../../../../lib/queue/inbox.ts';
import { openParking } from '../../../../lib/queue/parking.ts';
import { createProvisioningClient } from '../../../../lib/source/provisioning/client.ts';
import { Fetcher } from '../../../../lib/source/provisioning/fetcher.ts';
import { openRecord, readFetchRecord } from '../../../../lib/source/provisioning/record.ts';
import { envelopeMistakes } from '../../../../lib/validate/envelope.ts';
import { aUser } from '../../../harness/objects.ts';
import { finallyDo } from '../../../harness/serving.ts';
import { freshFolder } from '../../../harness/temporary.ts';
import { live, prefilled } from '../../../sandbox/provisioning/objects.ts';
import { ProvisioningSandbox } from '../../../sandbox/provisioning/server.ts';

const folder = freshFolder();
const anna = aUser('anna');
const bert = aUser('bert');
let service: ProvisioningSandbox;

beforeEach(async () => {
  service = await new ProvisioningSandbox({ ackWait: 50 }).start();
  service.subscribe('ox', 'secret', ['users/user'], true).setPrefill('done');
});
afterEach(() => service.stop());

const said: string[] = [];
const silent = {
  outcome: () => undefined,
  debug: () => undefined,
  info: (event: string) => void said.push(event),
  warning: (event: string) => void said.push(event),
  error: (event: string) => void said.push(event),
};
beforeEach(() => said.splice(0));
const inbox = () => openInbox(folder(), envelopeMistakes);

function fetcher(resync = false, record = openRecord(folder())): Fetcher {
  const client = createProvisioningClient(
    () => ({ baseUrl: service.url, username: 'ox', password: 'secret' }),
    () => '',
  );
  finallyDo(() => client.close());
  return new Fetcher({ client, inbox: inbox(), parking: openParking(inbox()), record, log: silent, resync });
}

const files = () =>
  inbox()
    .list()
    .map((name) => inbox().read(name));
const prefill = () => readFetchRecord(folder())?.prefill;

it('has a file there before it acknowledges', async () => {
  const there: number[] = [];
  service.onCall((operation, moment) => {
    if (operation === 'acknowledge' && moment === 'before') {
      there.push(files().length);
    }
  });
  service.publish(live(null, anna));
  service.publish(live(null, bert));
  const one = fetcher();
  await one.poll(1);
  await one.poll(1);
  expect(there).toEqual([1, 2]);
});

it('stores once what comes again because its acknowledgement did not arrive', async () => {
  service.publish(live(null, anna));
  service.fail({ operation: 'acknowledge', kind: 'nats down' });
  const one = fetcher();
  await expect(one.poll(1)).rejects.toMatchObject({ code: 'PROVISIONING_UNREACHABLE' });
  expect(await one.poll(1)).toMatchObject({ envelope: { id: anna.id } });
  expect([files().length, service.subscription('ox').acknowledged]).toEqual([1, [1]]);
});

it('does not take another message of the same number for it: numbers start again', async () => {
  service.publish(live(null, anna));
  service.fail({ operation: 'acknowledge', kind: 'nats down' });
  const one = fetcher();
  await one.poll(1).catch(() => undefined);
  service.subscribe('ox', 'secret', ['users/user']);
  service.publish(live(null, bert));
  await one.poll(1);
  expect(files()).toMatchObject([{ id: anna.id }, { id: bert.id }]);
  expect([service.subscription('ox').acknowledged, service.subscription('ox').lost]).toEqual([[1], []]);
});

it('stores the same event twice when it comes under two numbers', async () => {
  service.publish(live(null, anna));
  service.publish(live(null, anna));
  const one = fetcher();
  await one.poll(1);
  await one.poll(1);
  expect(files()).toHaveLength(2);
});

it('sets aside what is too large for a file of the queue', async () => {
  service.publish(live(null, { ...anna, object: { ...anna.object, note: 'x'.repeat(17 * 1024 * 1024) } }));
  const one = fetcher();
  expect(await one.poll(5)).toMatchObject({ envelope: null });
  const parking = openParking(inbox());
  const [parked = ''] = parking.names();
  expect([readReason(parking.path(parked)), one.counts.setAside, service.subscription('ox').acknowledged]).toEqual([
    expect.stringMatching(/^the object has \d+ bytes, expected at most \d+$/),
    1,
    [1],
  ]);
  expect(said).toEqual(['parked a message that cannot be used']);
});

it('says once of a type that it is none of ours', async () => {
  service.subscribe('ox', 'secret', ['computers/linux']);
  const foreign = { ...live(null, anna), topic: 'computers/linux' };
  service.publish(foreign);
  service.publish(foreign);
  const one = fetcher();
  await one.poll(1);
  await one.poll(1);
  expect(said).toEqual(['messages of this type are none of ours and are let go']);
});

it('is through only where the prefill was done before nothing came', async () => {
  const one = fetcher();
  await one.poll(0.1);
  expect(one.isThrough).toBe(false);
  await one.prefillStatus(0);
  await one.poll(0.1);
  expect(one.isThrough).toBe(true);
});

it('is through in the end where an acknowledgement arrived and its answer did not: the message never comes again', async () => {
  service.publish(prefilled(anna));
  service.fail({ operation: 'acknowledge', kind: 'reset after', times: 2 });
  const one = fetcher();
  await expect(one.poll(1)).rejects.toMatchObject({ code: 'PROVISIONING_UNREACHABLE' });
  await one.prefillStatus(0);
  service.fail({ operation: 'next', kind: 'null', times: 4 });
  const through: boolean[] = [];
  for (const _ of [1, 2, 3, 4]) {
    await one.poll(10);
    through.push(one.isThrough);
  }
  expect(through).toEqual([false, false, false, true]);
  expect(prefill()).toMatchObject({ isOver: true });
});

describe('what is known of a prefill is not true of that of a subscription made anew', () => {
  const madeAnew = () => {
    const own = service.subscribe('ox', 'secret', ['users/user'], true);
    own.isGateOpen = true;
    own.setPrefill('running');
  };

  it('which has not failed', async () => {
    service.publish(live(null, anna));
    const one = fetcher();
    await one.poll(1);
    service.subscription('ox').setPrefill('failed');
    await expect(one.prefillStatus(0)).rejects.toMatchObject({ code: 'PREFILL_FAILED' });
    madeAnew();
    service.publish(prefilled(anna));
    await one.poll(1);
    expect(readFetchRecord(folder())).toMatchObject({ prefillStatus: '' });
    expect(await one.prefillStatus(60)).toBe('running');
  });

  it('nor is it done', async () => {
    service.publish(live(null, anna));
    const one = fetcher();
    await one.poll(1);
    await one.prefillStatus(0);
    madeAnew();
    service.publish(live(null, bert));
    await one.poll(1);
    expect([await one.poll(0.1), one.isThrough]).toEqual([null, false]);
  });
});

describe('a prefill', () => {
  const drain = async (one: Fetcher): Promise<void> => {
    while (!one.isThrough) {
      if ((await one.poll(0.1)) === null) {
        await one.prefillStatus(0);
      }
    }
  };

  it('marks what it brought and what came since, also when the process is another one', async () => {
    service.publish(prefilled(anna));
    await fetcher().poll(1);
    service.publish(live(null, bert));
    await drain(fetcher());
    const id = prefill()?.id;
    expect(prefill()).toMatchObject({ isWhole: true, isOver: true });
    expect(files()).toMatchObject([{ provisioning: { prefill: id } }, { provisioning: { prefill: id } }]);
  });

  it.each(['the first subscription', 'one made anew'])(
    'marks what was told live before it, too: who was created after it had listed all is not named by it (%s)',
    async (which) => {
      if (which === 'one made anew') {
        service.publish(prefilled(bert));
        await drain(fetcher());
        service.subscribe('ox', 'secret', ['users/user'], true).setPrefill('done');
      }
      service.publish(live(null, bert));
      service.publish(prefilled(anna));
      await drain(fetcher());
      const id = prefill()?.id;
      expect(prefill()).toMatchObject({ isWhole: true, isOver: true });
      expect(files().slice(-2)).toMatchObject([
        { id: bert.id, provisioning: { prefill: id } },
        { id: anna.id, provisioning: { prefill: id } },
      ]);
    },
  );

  it('begins anew with the subscription', async () => {
    service.publish(prefilled(anna));
    await drain(fetcher());
    const first = prefill()?.id;
    expect(said).toEqual(['a prefill has begun', 'the prefill is complete']);
    service.subscribe('ox', 'secret', ['users/user'], true).setPrefill('done');
    service.publish(prefilled(anna));
    await drain(fetcher());
    expect(prefill()?.id).not.toBe(first);
    expect(said.slice(2)).toEqual([
      'the subscription has been made anew',
      'a prefill has begun',
      'the prefill is complete',
    ]);
    expect(prefill()).toMatchObject({ isWhole: true, isOver: true, leftOver: null });
    service.publish(prefilled(bert));
    const second = prefill()?.id;
    await fetcher().poll(1);
    expect(prefill()).toMatchObject({ id: second, isOver: false });
  });

  it('goes on where it seemed to be complete only because a message was withheld', async () => {
    service.publish(prefilled(anna));
    const one = fetcher();
    await drain(one);
    const first = prefill()?.id;
    service.publish(prefilled(bert));
    await drain(fetcher());
    expect(prefill()).toMatchObject({ id: first, isOver: true });
    expect(files().map((file) => originOf(file ?? {})?.prefill)).toEqual([first, first]);
  });

  it('is not complete while a message waits to be acknowledged', async () => {
    service.subscription('ox').ackWait = 700;
    service.publish(prefilled(anna));
    service.publish(prefilled(bert));
    service.fail({ operation: 'acknowledge', kind: 'nats down' });
    const one = fetcher();
    await one.prefillStatus(0);
    await expect(one.poll(1)).rejects.toMatchObject({ code: 'PROVISIONING_UNREACHABLE' });
    await one.prefillStatus(0);
    expect([await one.poll(0.1), one.isThrough, prefill()?.isOver]).toEqual([null, false, false]);
    await drain(one);
    expect([prefill()?.isOver, files()]).toEqual([true, [expect.anything(), expect.anything()]]);
  });

  it('is another one when the subscription is made anew before it was complete', async () => {
    service.publish(live(null, anna));
    service.publish(prefilled(anna));
    service.publish(prefilled(bert));
    const one = fetcher();
    for (const _ of [1, 2, 3]) {
      await one.poll(1);
    }
    const first = prefill();
    expect(first).toMatchObject({ isWhole: true });
    service.subscribe('ox', 'secret', ['users/user'], true).setPrefill('done');
    service.publish(live(null, anna));
    service.publish(prefilled(bert));
    await drain(fetcher());
    expect(prefill()).toMatchObject({ isWhole: true, isOver: true });
    expect(prefill()?.id).not.toBe(first?.id);
    expect(files().at(-1)).toMatchObject({ provisioning: { prefill: prefill()?.id } });
  });

  it('is whole after that, although it took the service several attempts: nothing of it was missed', async () => {
    for (const each of [anna, bert, anna, bert]) {
      service.publish(prefilled(each));
    }
    const one = fetcher();
    for (const _ of [1, 2, 3, 4]) {
      await one.poll(1);
    }
    const own = service.subscribe('ox', 'secret', ['users/user'], true);
    own.skipNumbers(2);
    own.setPrefill('done');
    service.publish(prefilled(anna));
    await drain(fetcher());
    expect(prefill()).toMatchObject({ isWhole: true, isOver: true });
    expect(said.filter((each) => each.includes('not looked for'))).toEqual([]);
  });

  it('is not whole where its beginning may have been missed', async () => {
    service.publish(prefilled(anna));
    service.publish(prefilled(bert));
    await fetcher().poll(1);
    rmSync(join(folder(), '.provisioning'));
    await drain(fetcher());
    expect(prefill()).toMatchObject({ isWhole: false });
    expect(said.filter((each) => each.includes('not looked for'))).toEqual([
      'what the prefill left out is not looked for: its beginning may have been missed, since the first message that came is number 2',
    ]);
  });

  it('is to be applied whatever it brings with resync, which is noted in its files alone', async () => {
    service.publish(prefilled(anna));
    service.publish(live(null, bert));
    await drain(fetcher(true));
    const [first, second] = files();
    expect(first).toMatchObject({ provisioning: { resync: true } });
    expect(second?.provisioning).not.toHaveProperty('resync');
  });
});

it('goes on with names after the last one, although the clock has been set back and the queue is empty', async () => {
  service.publish(live(null, anna));
  await fetcher().poll(1);
  const record = JSON.parse(readFileSync(join(folder(), '.provisioning'), 'utf8'));
  openRecord(folder()).note({ ...record, lastName: '2036-01-01-00-00-00-000000.json' });
  rmSync(join(folder(), record.lastName));
  service.publish(live(null, bert));
  await fetcher().poll(1);
  expect(inbox().list()).toEqual(['2036-01-01-00-00-00-000001.json']);
});

it('goes on with names after a parked one, too', async () => {
  service.publish({ ...live(null, anna), body: { old: {}, new: {} } });
  const { name = '' } = (await fetcher().poll(1)) ?? {};
  expect(name).toMatch(/-message\.json$/);
  expect(readFetchRecord(folder())).toMatchObject({ lastName: name, lastNumber: 1 });
});

it('writes its record once for a message', async () => {
  service.publish(live(null, anna));
  service.publish(live(null, bert));
  const record = openRecord(folder());
  let writes = 0;
  const one = fetcher(false, {
    ...record,
    get now() {
      return record.now;
    },
    note: (changes) => {
      writes += 1;
      record.note(changes);
    },
  });
  await one.poll(1);
  writes = 0;
  const { name } = (await one.poll(1)) ?? {};
  expect([writes, readFetchRecord(folder())]).toEqual([1, expect.objectContaining({ lastName: name, lastNumber: 2 })]);
});
