/** `follow`: fetches and works off, for good, whatever fails meanwhile. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../harness/eventually.ts';
import { aGroup, aUser, changed, type QueueFile } from '../harness/objects.ts';
import { PASSWORD, useProvisioning } from '../harness/provisioning/scene.ts';
import { live } from '../sandbox/provisioning/objects.ts';

const scene = useProvisioning();
const anna = aUser('anna');
const bert = aUser('bert');

const state = ({ id }: QueueFile) => scene.place.lastState(id);
const publish = (before: QueueFile | null, after: QueueFile | null) => void scene.service.publish(live(before, after));
const refuse = (object: string, times = 1) => ({
  match: { operation: 'change', object },
  action: { fault: { exception: 'InvalidDataException', text: 'Not today' } },
  times,
});
const probe = async (which: '--live' | '--ready') => (await scene.run(['status', which])).code;

it('applies messages as they come, and ends at once at a signal', async () => {
  const { child, ended } = await scene.start(['follow']);
  publish(null, anna);
  await eventually(() => state(anna) !== null);
  publish(anna, changed(anna, { title: 'Dr.' }));
  await eventually(() => state(anna)?.object.title === 'Dr.');
  await eventually(() => scene.service.calls('next').at(-1)?.status === 0);
  const signalled = performance.now();
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({
    code: 143,
    stderr: expect.stringContaining('received SIGTERM: finishing the object in hand, then stopping\n'),
  });
  expect(performance.now() - signalled).toBeLessThan(2000);
  expect(scene.subscription.acknowledged).toEqual([1, 2]);
});

it('tells a failure of the service as all others: one record in JSON, with the id under which the service has the request', async () => {
  scene.service.fail({ operation: 'next', kind: 'inconsistent' });
  const { log } = await scene.start(['follow'], { env: { OX_CONNECTOR_LOG_FORMAT: 'json' } });
  await eventually(() => log().includes('Inconsistent'));
  const [line = ''] = log().match(/^.*Inconsistent.*$/m) ?? [];
  expect(JSON.parse(line)).toMatchObject({
    code: 'PROVISIONING_BROKEN',
    status: 500,
    requestId: expect.stringMatching(/^request-\d+$/),
    remedy: expect.stringContaining('subscribe --recreate'),
  });
});

it('works off what others put into the queue, too', async () => {
  await scene.start(['follow']);
  await eventually(() => scene.service.calls('next').length > 1);
  scene.place.drop(bert);
  await eventually(() => state(bert) !== null);
});

it('goes on fetching while OX refuses an object, and tries at once when news of it come', async () => {
  const { log } = await scene.start(['follow']);
  publish(null, anna);
  await eventually(() => state(anna) !== null);
  await scene.sandbox.rules([refuse('anna', 1000)]);
  publish(anna, changed(anna, { title: 'Dr.' }));
  await eventually(() => log().includes('Not today'));
  publish(null, bert);
  await eventually(() => scene.subscription.acknowledged.length === 3);
  await scene.sandbox.clearRules();
  const came = performance.now();
  publish(anna, changed(anna, { title: 'Prof.' }));
  await eventually(() => state(anna)?.object.title === 'Prof.' && state(bert) !== null, 4);
  expect(performance.now() - came).toBeLessThan(4000);
});

it('tries again by itself after five seconds', async () => {
  const { log } = await scene.start(['follow']);
  publish(null, anna);
  await eventually(() => state(anna) !== null);
  await scene.sandbox.rules([refuse('anna')]);
  publish(anna, changed(anna, { title: 'Dr.' }));
  await eventually(() => log().includes('Not today'));
  const refused = performance.now();
  await eventually(() => state(anna)?.object.title === 'Dr.');
  expect(performance.now() - refused).toBeGreaterThan(3500);
});

it('leaves the lock to the other verbs while nothing waits', async () => {
  await scene.start(['follow']);
  await eventually(() => scene.service.calls('next').length > 1);
  expect((await scene.place.run()).code).toBe(0);
  expect((await scene.run(['follow'])).code).toBe(75);
  expect((await scene.run(['fetch'])).code).toBe(75);
  expect((await scene.run(['reprovision', '--all', '--dry-run'])).code).not.toBe(75);
});

it('comes back when the service does', async () => {
  const { log } = await scene.start(['follow']);
  publish(null, anna);
  await eventually(() => state(anna) !== null);
  await scene.service.stop();
  await eventually(() => log().includes('PROVISIONING_UNREACHABLE'));
  await scene.service.start();
  publish(null, bert);
  await eventually(() => state(bert) !== null);
  expect(log()).toContain('can be used again');
});

it('comes back when OX does, and has fetched meanwhile', async () => {
  const { log } = await scene.start(['follow']);
  publish(null, anna);
  await eventually(() => state(anna) !== null);
  await scene.sandbox.rules([{ match: {}, action: { reset: 'before' }, times: 100_000 }]);
  publish(anna, changed(anna, { title: 'Dr.' }));
  await eventually(() => log().includes('OX_UNREACHABLE'));
  publish(null, bert);
  await eventually(() => scene.subscription.size === 0);
  await scene.sandbox.clearRules();
  await eventually(() => state(anna)?.object.title === 'Dr.' && state(bert) !== null);
  expect(scene.place.waiting()).toEqual([]);
});

it('does not hammer a service that does not let it in', async () => {
  const { log } = await scene.start(['follow'], { env: { PROVISIONING_API_PASSWORD: 'not-the-password' } });
  await eventually(() => log().includes('PROVISIONING_CREDENTIALS'));
  await sleep(5000);
  expect(scene.service.requests.length).toBe(1);
  expect(await probe('--ready')).toBe(1);
  expect(await probe('--live')).toBe(0);
});

it('is alive and ready while it polls', async () => {
  expect([await probe('--live'), await probe('--ready')]).toEqual([1, 1]);
  await scene.start(['follow']);
  await eventually(() => scene.service.calls('subscription').length > 0);
  await eventually(async () => (await probe('--ready')) === 0);
  expect([await probe('--live'), await probe('--ready')]).toEqual([0, 0]);
});

it('is not ready when the prefill has failed', async () => {
  scene.service.subscribe('ox-connector', PASSWORD, ['users/user'], true).setPrefill('failed');
  const { log } = await scene.start(['follow']);
  await eventually(() => log().includes('PREFILL_FAILED'));
  expect([await probe('--live'), await probe('--ready')]).toEqual([0, 1]);
  expect((await scene.run(['status'])).code).toBe(2);
});

it('keeps no memory, descriptor or connection of what it has done', async () => {
  const { child, log } = await scene.start(['follow']);
  const used = () => {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return {
      descriptors: readdirSync(`/proc/${child.pid}/fd`).length,
      kilobytes: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]),
    };
  };
  // The index, the lock, OX's connection and half-written files are open only while there is work: a leak stays.
  const lowest = async () => {
    let least = used().descriptors;
    for (let moment = 0; moment < 20; moment += 1) {
      await sleep(50);
      least = Math.min(least, used().descriptors);
    }
    return least;
  };
  const group = aGroup('staff', ['anna']);
  const rounds = async (from: number, count: number) => {
    for (let n = from; n < from + count; n += 1) {
      publish(anna, changed(anna, { title: `round ${n}` }));
      publish(group, changed(group, { description: `round ${n}` }));
      await eventually(
        () => state(anna)?.object.title === `round ${n}` && state(group)?.object.description === `round ${n}`,
      );
    }
  };
  await rounds(0, 10);
  const descriptors = await lowest();
  const { kilobytes } = used();
  await rounds(10, 40);
  await eventually(() => used().descriptors <= descriptors + 2);
  expect(used().kilobytes).toBeLessThan(kilobytes + 20_000);
  expect(log()).not.toContain('MaxListenersExceededWarning');
}, 180_000);

it('leaves nothing half-done when it is killed and started again', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
    publish(null, aUser(name));
  }
  const first = await scene.start(['follow']);
  await eventually(() => scene.subscription.acknowledged.length > 2);
  first.child.kill('SIGKILL');
  await first.ended;
  const second = await scene.start(['follow']);
  await eventually(() => ['a', 'b', 'c', 'd', 'e', 'f'].every((name) => state(aUser(name)) !== null));
  second.child.kill('SIGTERM');
  expect((await second.ended).code).toBe(143);
  expect(scene.subscription.lost).toEqual([]);
  // What a killed process was just writing is its own for an hour: it may be at work in another container.
  const unfinished = readdirSync(join(scene.place.queue)).filter((name) => name.endsWith('.tmp'));
  expect(unfinished.filter((name) => !/^\.again-\d+\.tmp$/.test(name))).toEqual([]);
});
