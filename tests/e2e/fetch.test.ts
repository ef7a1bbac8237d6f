/** `fetch`: messages of the Provisioning API become files of the queue, and nothing is acknowledged before. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../harness/eventually.ts';
import { aContext, aGroup, aUser, changed, deleted, idOf, userDn } from '../harness/objects.ts';
import { PASSWORD, useProvisioning } from '../harness/provisioning/scene.ts';
import { live, prefilled } from '../sandbox/provisioning/objects.ts';

const scene = useProvisioning();
const anna = aUser('anna');

const read = (name: string) => JSON.parse(readFileSync(join(scene.place.queue, name), 'utf8'));
const record = () => JSON.parse(readFileSync(join(scene.place.queue, '.provisioning'), 'utf8'));

it('stores messages in their order, acknowledges them, and the main job applies them', async () => {
  scene.service.publish(live(null, anna));
  scene.service.publish(live(anna, changed(anna, { title: 'Dr.' })));
  scene.service.publish(live(null, aGroup('staff', ['anna'])));

  const { code, stderr } = await scene.run(['fetch']);

  expect([code, stderr]).toEqual([0, expect.stringContaining('fetched 3 messages\n')]);
  expect(scene.subscription.acknowledged).toEqual([1, 2, 3]);
  const names = scene.place.waiting();
  expect(names.map((name) => read(name))).toMatchObject([
    { id: anna.id, udm_object_type: 'users/user', dn: anna.dn, provisioning: { sequence_number: 1 } },
    { id: anna.id, object: { title: 'Dr.' }, provisioning: { publisher_name: 'udm-listener', sequence_number: 2 } },
    { udm_object_type: 'groups/group', provisioning: { sequence_number: 3 } },
  ]);
  expect(await scene.place.run()).toMatchObject({ code: 0 });
  const { contexts } = await scene.sandbox.canonicalState();
  expect(JSON.stringify(contexts)).toContain('Dr.');
});

it('takes the id and the DN of a deletion from the side that was', async () => {
  scene.service.publish(live(anna, null));
  await scene.run(['fetch']);
  expect(scene.place.waiting().map(read)).toMatchObject([{ id: anna.id, dn: anna.dn, object: null }]);
});

it('notes where an object was that was moved', async () => {
  scene.service.publish(live(anna, { ...anna, dn: 'uid=anna,ou=new,dc=example,dc=org' }));
  await scene.run(['fetch']);
  expect(scene.place.waiting().map(read)).toMatchObject([
    { dn: 'uid=anna,ou=new,dc=example,dc=org', provisioning: { formerDn: anna.dn } },
  ]);
});

it('goes on where it was, and ends after so many', async () => {
  for (const name of ['a', 'b', 'c']) {
    scene.service.publish(live(null, aUser(name)));
  }
  expect((await scene.run(['fetch', '--limit', '2'])).code).toBe(0);
  expect(scene.subscription.acknowledged).toEqual([1, 2]);
  expect((await scene.run(['fetch'])).code).toBe(0);
  expect(scene.subscription.acknowledged).toEqual([1, 2, 3]);
  expect(record()).toMatchObject({ lastNumber: 3, prefillStatus: 'done', problem: '' });
});

it('lets go of types that are none of ours, with one line for each', async () => {
  for (const n of [1, 2]) {
    scene.subscription.store({ ...live(null, anna), topic: 'oxmail/shared_account', body: { old: {}, new: { n } } });
  }
  const { stderr } = await scene.run(['fetch']);
  expect(scene.subscription.acknowledged).toEqual([1, 2]);
  expect(scene.place.waiting()).toEqual([]);
  expect(stderr.match(/oxmail\/shared_account/g)).toHaveLength(1);
});

describe('an object that cannot be used', () => {
  const withoutId = () => {
    const message = live(null, aUser('nobody'));
    const { new: now } = message.body as { new: { properties: object } };
    return {
      ...message,
      body: { old: {}, new: { ...now, properties: { ...now.properties, univentionObjectIdentifier: null } } },
    };
  };

  it.each<[string, () => Record<string, unknown>, RegExp]>([
    ['without an id', withoutId, /no id/],
    [
      'of another type than its topic',
      () => ({ ...live(null, anna), topic: 'groups/group' }),
      /topic is groups\/group/,
    ],
    ['without body', () => ({ ...live(null, anna), body: undefined }), /body is missing/],
    [
      'with both sides empty',
      () => ({ ...live(null, anna), body: { old: {}, new: {} } }),
      /^the message holds no object$/m,
    ],
  ])('%s is parked as it came, with the reason, then acknowledged', async (_what, message, reason) => {
    scene.subscription.store(message());
    scene.service.publish(live(null, anna));
    const { code } = await scene.run(['fetch']);
    expect(code).toBe(0);
    expect(scene.subscription.acknowledged).toEqual([1, 2]);
    const [parked = ''] = scene.place.parked();
    expect(JSON.parse(readFileSync(join(scene.place.queue, 'parked', parked), 'utf8'))).toMatchObject({
      sequence_number: 1,
    });
    expect(readFileSync(join(scene.place.queue, 'parked', parked.replace('.json', '.reason')), 'utf8')).toMatch(reason);
    expect(scene.place.waiting()).toHaveLength(1);
  });

  it('is read anew by queue retry', async () => {
    scene.subscription.store(withoutId());
    await scene.run(['fetch']);
    expect((await scene.run(['queue', 'retry'])).stdout).toBe(
      '0 parked files are back in the queue\n1 message stays parked: still of no use\n',
    );
    const [name = ''] = scene.place.parked();
    const path = join(scene.place.queue, 'parked', name);
    const message = JSON.parse(readFileSync(path, 'utf8'));
    message.body.new.uuid = idOf('user', 'nobody').toUpperCase();
    writeFileSync(path, JSON.stringify(message));
    expect((await scene.run(['queue', 'retry'])).code).toBe(0);
    expect(scene.place.parked()).toEqual([]);
    expect(scene.place.waiting().map(read)).toMatchObject([{ id: idOf('user', 'nobody'), dn: userDn('nobody') }]);
  });
});

describe('a prefill', () => {
  const prefill = () => scene.service.subscribe('ox-connector', PASSWORD, ['users/user', 'oxmail/oxcontext'], true);

  it('is waited for', async () => {
    const subscription = prefill();
    const { ended } = await scene.start(['fetch']);
    await eventually(() => scene.service.calls('next').length > 1);
    subscription.setPrefill('running');
    subscription.store({ ...prefilled(anna) });
    subscription.setPrefill('done');
    expect(await ended).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('waiting for the prefill of the subscription, which is pending\n'),
    });
    expect(subscription.acknowledged).toEqual([1]);
    expect(record()).toMatchObject({ prefill: { isOver: true, isWhole: true } });
  });

  it('is not waited for with --no-wait', async () => {
    prefill();
    const { code, stderr } = await scene.run(['fetch', '--no-wait']);
    expect(code).toBe(75);
    expect(stderr).toContain('the prefill of the subscription is pending');
    expect(stderr).toContain(
      'What to do: Nothing to do: call fetch again later, or without --no-wait. It may take hours in a large domain.\n',
    );
  });

  it('that failed ends it, with what to do', async () => {
    prefill().setPrefill('failed');
    const { code, stderr } = await scene.run(['fetch']);
    expect([code, stderr]).toEqual([69, expect.stringContaining('subscribe --recreate')]);
  });
});

describe('when the service', () => {
  it.each<['html' | 'cut off' | 'no number' | 'redirect' | 'inconsistent', number]>([
    ['html', 69],
    ['cut off', 69],
    ['no number', 69],
    ['redirect', 69],
    ['inconsistent', 69],
  ])('answers with %s, nothing is acknowledged', async (kind, expected) => {
    scene.service.publish(live(null, anna));
    scene.service.fail({ operation: 'next', kind, times: 100 });
    const { code } = await scene.run(['fetch']);
    expect([code, scene.subscription.acknowledged, scene.place.waiting()]).toEqual([expected, [], []]);
  });

  it('does not let it in, it asks once', async () => {
    const { code, stderr } = await scene.run(['fetch'], { env: { PROVISIONING_API_PASSWORD: 'not-the-password' } });
    expect([code, stderr]).toEqual([77, expect.stringContaining('Incorrect username or password')]);
    expect(stderr).not.toContain('not-the-password');
    expect(scene.service.requests).toHaveLength(1);
  });

  it.each(['reset before', 'reset after', 'nats down', 'bad gateway'] as const)(
    'fails now and then (%s), all comes',
    async (kind) => {
      for (const name of ['a', 'b', 'c']) {
        scene.service.publish(live(null, aUser(name)));
      }
      for (const operation of ['next', 'acknowledge', 'subscription'] as const) {
        scene.service.fail({ operation, kind, after: 1 }, { operation, kind, after: 1 });
      }
      expect((await scene.run(['fetch'])).code).toBe(0);
      expect(scene.subscription.acknowledged).toEqual([1, 2, 3]);
      expect(scene.subscription.lost).toEqual([]);
      expect(new Set(scene.place.waiting().map((name) => read(name).id))).toEqual(
        new Set(['a', 'b', 'c'].map((name) => idOf('user', name))),
      );
    },
  );

  it('is away, it gives up within a minute', async () => {
    await scene.service.stop();
    const started = performance.now();
    expect((await scene.run(['fetch'])).code).toBe(69);
    expect(performance.now() - started).toBeLessThan(60_000);
    await scene.service.start();
  });
});

it('is one at a time, and the other verbs work beside it', async () => {
  scene.service.subscribe('ox-connector', PASSWORD, ['users/user'], true);
  const { child, ended } = await scene.start(['fetch']);
  await eventually(() => scene.service.calls('next').length > 0);
  expect((await scene.run(['fetch'])).code).toBe(75);
  expect((await scene.place.run()).code).toBe(0);
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({
    code: 143,
    stderr: expect.stringContaining('received SIGTERM: what has been received is stored, then it ends\n'),
  });
});

it('reads provisioning.env where the environment says nothing', async () => {
  scene.service.publish(live(null, aContext(20)));
  const file = join(scene.place.data, 'provisioning.env');
  const lines = Object.entries(scene.env).map(([name, value]) => `export ${name}='${value}'`);
  writeFileSync(file, `# by the join script\n${lines.join('\n')}\n`);
  const { code } = await scene.place.run({ args: ['fetch'], env: { PROVISIONING_API_ENV_FILE: file } });
  expect([code, scene.subscription.acknowledged]).toEqual([0, [1]]);
});

it('names all settings that are missing', async () => {
  const { code, stderr } = await scene.place.run({ args: ['fetch'] });
  expect(code).toBe(78);
  for (const name of ['BASE_URL', 'USERNAME', 'PASSWORD']) {
    expect(stderr).toContain(`PROVISIONING_API_${name} is not set`);
  }
});

it('leaves no file that others could take for one of the queue', async () => {
  scene.service.publish(live(anna, deleted(anna)));
  await scene.run(['fetch']);
  expect(existsSync(join(scene.place.queue, '.provisioning'))).toBe(true);
});
