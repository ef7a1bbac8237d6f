/** What a prefill does to a data directory that is there: unchanged objects cost nothing, ids change, leftovers are named. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OBJECT_TYPES } from '../../lib/model/change.ts';
import {
  aContext,
  aGroup,
  anAccount,
  aProfile,
  aResource,
  asConverted,
  aUser,
  changed,
  type QueueFile,
} from '../harness/objects.ts';
import { PASSWORD, useProvisioning } from '../harness/provisioning/scene.ts';
import { live, prefilled } from '../sandbox/provisioning/objects.ts';

const scene = useProvisioning();

const premium = aProfile('premium', ['webmail', 'calendar']);
const anna = aUser('anna');
const bert = aUser('bert');
const staff = aGroup('staff', ['anna', 'bert']);
const office = anAccount('office', ['anna']);
const room = aResource('room');
const all = [aContext(20), premium, anna, bert, staff, office, room];

/** The same object under the id that UDM has given it. */
const under = (file: QueueFile, id: string): QueueFile => ({ ...file, id });
const NEW = 'aaaa1111-0000-4000-8000-000000000001';

const prefill = (...messages: Parameters<typeof scene.service.publish>) => {
  const subscription = scene.service.subscribe('ox-connector', PASSWORD, OBJECT_TYPES, true);
  for (const message of messages) {
    scene.service.publish(message);
  }
  subscription.setPrefill('done');
};
const prefillWith = (...files: Parameters<typeof prefilled>[0][]) => {
  const subscription = scene.service.subscribe('ox-connector', PASSWORD, OBJECT_TYPES, true);
  for (const file of files) {
    scene.service.publish(prefilled(file));
  }
  subscription.setPrefill('done');
};
const callsSince = async <T>(act: () => Promise<T>) => {
  const before = (await scene.sandbox.calls()).length;
  const result = await act();
  return { result, calls: (await scene.sandbox.calls()).slice(before) };
};
const status = async () => JSON.parse((await scene.run(['status', '--json'])).stdout);

beforeEach(async () => {
  scene.place.drop(...all.map(asConverted));
  expect((await scene.place.run()).code).toBe(0);
});

it('costs no call where nothing has changed, whoever spelled it, and keeps what was learnt', async () => {
  const before = scene.place.lastStates();
  prefillWith(...all);
  expect((await scene.run(['fetch'])).code).toBe(0);
  const { result, calls } = await callsSince(() => scene.place.run());
  expect([result.code, calls]).toEqual([0, []]);
  expect(result.stderr.match(/unchanged, the server was not asked/g)).toHaveLength(all.length - 1);
  const after = scene.place.lastStates();
  for (const { id } of [anna, bert, staff, office]) {
    const learnt = (states: typeof after) =>
      Object.entries((states[id] as { object: object }).object).filter(([name]) => name.startsWith('oxDb'));
    expect(learnt(after)).toEqual(learnt(before));
  }
});

it('has OX asked with --resync', async () => {
  prefillWith(anna);
  await scene.run(['fetch', '--resync']);
  const { calls } = await callsSince(() => scene.place.run());
  expect(calls.length).toBeGreaterThan(0);
});

it('applies what has changed', async () => {
  prefillWith(changed(anna, { title: 'Dr.' }), bert);
  await scene.run(['fetch']);
  const { calls } = await callsSince(() => scene.place.run());
  expect(calls.map(({ operation }) => operation)).toContain('change');
  expect(calls.filter(({ object }) => object !== 'anna')).toEqual([]);
});

it('does not keep what belongs to a user from following it, although that is named unchanged', async () => {
  prefill(live(anna, changed(anna, { oxContext: 20 })));
  for (const file of [staff, office]) {
    scene.service.publish(prefilled(file));
  }
  await scene.run(['fetch']);
  expect((await scene.place.run()).code).toBe(0);
  const { users, groups } = (await scene.sandbox.canonicalState()).contexts['20'] ?? {};
  expect(users?.map(({ name, accounts }) => [name, accounts])).toEqual([
    ['anna', [expect.objectContaining({ primaryAddress: 'office@example.org' })]],
  ]);
  expect(groups?.find(({ name }) => name === 'staff')?.members).toEqual(['anna']);
});

it('does not leave an account or a group of 2.x with a user that is moved, and then loses it', async () => {
  const solo = aGroup('solo', ['anna']);
  scene.place.drop(solo);
  await scene.place.run();
  for (const [id, state] of Object.entries(scene.place.lastStates())) {
    const object = Object.entries((state as { object: object }).object);
    const as2x = object.filter(([name]) => /^(?!oxDb)|^oxDb(?:Id|Username|Groupname)$/.test(name));
    scene.place.rewrite(id, { object: Object.fromEntries(as2x) });
  }
  rmSync(join(scene.place.queue, '.index.sqlite'), { force: true });
  prefillWith(...all, solo);
  await scene.run(['fetch']);
  const { calls } = await callsSince(() => scene.place.run());
  expect(calls).toEqual([]);
  scene.service.publish(live(anna, { ...anna, dn: 'uid=anna,ou=new,dc=example,dc=org' }));
  await scene.run(['fetch']);
  expect((await scene.place.run()).code).toBe(0);
  scene.service.publish(live(office, changed(office, { users: [] })));
  scene.service.publish(live(solo, changed(solo, { users: [] })));
  await scene.run(['fetch']);
  expect((await scene.place.run()).code).toBe(0);
  const { users = [], groups } = (await scene.sandbox.canonicalState()).contexts['10'] ?? {};
  expect(users.find(({ name }) => name === 'anna')?.accounts).toEqual([]);
  expect(groups?.map(({ name }) => name)).not.toContain('solo');
});

it('names what it did not name, until that is gone', async () => {
  prefillWith(...all.filter((file) => file !== bert));
  await scene.run(['fetch']);
  expect((await status()).fetching).toMatchObject({ leftOverTotal: 0 });
  await scene.place.run();
  expect((await scene.run(['fetch'])).stderr).toContain(
    '1 object is known here and was not named by the prefill: listener_trigger check names what is left over\n',
  );
  expect(await status()).toMatchObject({ status: 'warning', fetching: { leftOver: [bert.dn], prefill: 'done' } });
  const { stdout } = await scene.run(['check', '--json']);
  expect((JSON.parse(stdout) as { findings: unknown[] }).findings).toContainEqual(
    expect.objectContaining({
      kind: 'not-named',
      object: bert.dn,
      message: 'the last prefill of the Provisioning API did not name it',
      remedy:
        'It was deleted in UDM while nobody listened, unless UDM has it still: remove it by hand (docs/provisioning-api.md, "Left over").',
    }),
  );
  scene.service.publish(live(bert, null));
  await scene.run(['fetch']);
  await scene.place.run();
  expect((await status()).fetching).toMatchObject({ leftOver: [] });
});

it('says that it does not look for what was not named where its beginning may have been missed, until it is made anew', async () => {
  prefillWith(...all.filter((file) => file !== bert));
  await scene.run(['fetch', '--limit', '1']);
  rmSync(join(scene.place.queue, '.provisioning'));
  const why = 'what the prefill left out is not looked for: its beginning may have been missed';
  expect((await scene.run(['fetch'])).stderr).toContain(why);
  await scene.place.run();
  expect((await scene.run(['fetch'])).stderr).not.toContain(why);
  expect(await status()).toMatchObject({
    status: 'ok',
    fetching: { leftOverNotLookedFor: expect.stringContaining(why) },
  });
  const findings = async () =>
    (JSON.parse((await scene.run(['check', '--json'])).stdout) as { findings: { kind: string }[] }).findings;
  expect(await findings()).toContainEqual(
    expect.objectContaining({
      kind: 'not-looked-for',
      severity: 'info',
      message: expect.stringContaining(why),
      remedy: expect.stringContaining('subscribe --recreate'),
    }),
  );

  prefillWith(...all.filter((file) => file !== bert));
  await scene.run(['fetch']);
  await scene.place.run();
  await scene.run(['fetch']);
  expect((await status()).fetching).toMatchObject({ leftOver: [bert.dn], leftOverNotLookedFor: '' });
  expect((await findings()).map(({ kind }) => kind)).not.toContain('not-looked-for');
});

it('does not take for left over what a parked message speaks of, nor what came of it', async () => {
  prefill(prefilled(changed(bert, { univentionObjectIdentifier: '' }), { entryUUID: 'none' }));
  for (const file of all.filter((each) => each !== bert)) {
    scene.service.publish(prefilled(file));
  }
  await scene.run(['fetch']);
  const [parked = ''] = scene.place.parked();
  await scene.place.run();
  expect((await scene.run(['fetch'])).stderr).not.toContain('was not named by the prefill');
  expect((await status()).fetching).toMatchObject({ leftOver: [], leftOverTotal: 0 });

  const path = join(scene.place.queue, 'parked', parked);
  writeFileSync(path, readFileSync(path, 'utf8').replace('"none"', JSON.stringify(bert.id)));
  expect((await scene.run(['queue', 'retry'])).stdout).toContain('1 parked file is back in the queue');
  await scene.place.run();
  expect(scene.place.lastStates()[bert.id]).toMatchObject({ provisioning: { prefill: expect.any(String) } });
});

it('does not take for left over what was told live', async () => {
  const carl = aUser('carl');
  prefillWith(...all);
  scene.service.publish(live(null, carl));
  await scene.run(['fetch']);
  await scene.place.run();
  await scene.run(['fetch']);
  expect((await status()).fetching).toMatchObject({ leftOver: [], leftOverTotal: 0 });
});

it('does not take for left over what it named and the listener converter told of since', async () => {
  prefillWith(...all);
  await scene.run(['fetch']);
  await scene.place.run();
  scene.place.drop(asConverted(changed(bert, { title: 'Dr.' })));
  await scene.place.run();
  await scene.run(['fetch']);
  expect((await status()).fetching).toMatchObject({ leftOver: [], leftOverTotal: 0 });
});

it('does not take for left over what an administrator has dropped of what it named', async () => {
  prefillWith(...all);
  await scene.run(['fetch']);
  const { queue } = scene.place;
  const [name = ''] = scene.place.waiting().filter((each) => readFileSync(join(queue, each), 'utf8').includes(bert.id));
  expect((await scene.run(['queue', 'drop', name])).code).toBe(0);
  await scene.place.run();
  await scene.run(['fetch']);
  expect((await status()).fetching).toMatchObject({ leftOver: [], leftOverTotal: 0 });
});

describe('takes over objects that have another id now', () => {
  it('without a call, also where the DN has moved meanwhile', async () => {
    const moved = { ...under(anna, NEW), dn: 'uid=anna,ou=new,dc=example,dc=org' };
    prefill(prefilled(under(bert, NEW.replace(/1$/, '2')), { entryUUID: bert.id }));
    scene.service.publish(prefilled(moved, { entryUUID: anna.id }));
    await scene.run(['fetch']);
    const { result, calls } = await callsSince(() => scene.place.run());
    expect(result.code).toBe(0);
    expect(result.stderr).toMatch(
      new RegExp(` has another id now file=\\S+ dn="?${moved.dn}"? formerly=${anna.id}\\n`),
    );
    expect(calls.filter(({ operation }) => /create|delete/.test(operation))).toEqual([]);
    expect(calls.filter(({ body = '' }) => body.includes('bert'))).toEqual([]);
    expect(Object.keys(scene.place.lastStates())).not.toContain(anna.id);
    expect(scene.place.lastState(NEW)).toMatchObject({ dn: moved.dn, object: { oxDbFormerIds: [anna.id] } });
  });

  it('by the DN where they were, when a move is told before the prefill comes to them', async () => {
    const renamed = { ...changed(under(anna, NEW), { title: 'Dr.' }), dn: 'uid=anna,ou=new,dc=example,dc=org' };
    prefill(live(under(anna, NEW), renamed));
    scene.service.publish(prefilled(renamed, { entryUUID: anna.id }));
    await scene.run(['fetch']);
    const { result, calls } = await callsSince(() => scene.place.run());
    expect(result.code).toBe(0);
    expect(calls.map(({ operation }) => operation).filter((each) => /create|delete/i.test(each))).toEqual([]);
    expect(Object.keys(scene.place.lastStates())).toHaveLength(all.length);
    expect(scene.place.lastState(NEW)).toMatchObject({ dn: renamed.dn, object: { title: 'Dr.' } });
  });

  it('to delete them, when that is told before', async () => {
    prefill(live(under(anna, NEW), null));
    await scene.run(['fetch']);
    const { result, calls } = await callsSince(() => scene.place.run());
    expect(result.code).toBe(0);
    expect(calls.map(({ operation }) => operation)).toContain('delete');
    expect(scene.place.lastState(anna.id)).toBeNull();
  });
});

it('asks OX where an older change of the object was refused and gives way to the prefill', async () => {
  const refuse = {
    match: { operation: 'change' },
    action: { fault: { exception: 'InvalidDataException', text: 'Not today' } },
    times: 2,
  };
  const [name = ''] = scene.place.drop(changed(anna, { title: 'Dr.' }));
  await scene.sandbox.rules([refuse]);
  expect((await scene.place.run()).code).toBe(76);
  expect(scene.place.waiting()).toEqual([name]);
  prefillWith(anna);
  expect(await scene.run(['fetch'])).toMatchObject({ code: 0 });
  expect(scene.place.waiting()).toHaveLength(2);
  const { result, calls } = await callsSince(() => scene.place.run());
  expect([result.code, result.stderr]).toEqual([0, expect.stringContaining('left out, a newer change')]);
  expect(calls.map(({ operation, outcome }) => [operation, outcome.split(':')[0]])).toEqual([
    ['change', 'rule'],
    ['change', 'ok'],
    ['changeByModuleAccess', 'ok'],
  ]);
});

it('does not settle without a word what waits for credentials', async () => {
  const eve = aUser('eve', { oxContext: 99 });
  scene.place.drop(eve);
  await scene.place.run();
  prefillWith(eve);
  await scene.run(['fetch']);
  const { result } = await callsSince(() => scene.place.run());
  expect([result.code, result.stderr]).toEqual([0, expect.stringContaining('skipped')]);
});
