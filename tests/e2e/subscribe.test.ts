/** `subscribe`: makes our subscription, and says what differs if there is one. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OBJECT_TYPES } from '../../lib/model/change.ts';
import { NAME, PASSWORD, useProvisioning } from '../harness/provisioning/scene.ts';
import { ADMIN } from '../sandbox/provisioning/service.ts';

const scene = useProvisioning();

const byOptions = () => {
  const file = join(scene.place.data, 'admin-password');
  writeFileSync(file, `${ADMIN.password}\n`);
  return ['subscribe', '--admin-username', ADMIN.username, '--admin-password-file', file];
};

it('makes it with our types in our order, and a prefill', async () => {
  const env = {
    PROVISIONING_API_USERNAME: 'another',
    PROVISIONING_API_ADMIN_USERNAME: ADMIN.username,
    PROVISIONING_API_ADMIN_PASSWORD: ADMIN.password,
  };
  expect((await scene.run(['subscribe'], { env })).code).toBe(0);
  const made = scene.service.subscription('another');
  expect(made.topics).toEqual(OBJECT_TYPES.map((topic) => ({ realm: 'udm', topic })));
  expect([made.password, made.hasPrefill]).toEqual([PASSWORD, true]);
  const again = await scene.run(['subscribe'], { env });
  expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('is there as it should be')]);
});

it.each<[string, () => void, RegExp]>([
  [
    'no prefill',
    () => undefined,
    /there is a subscription of this name, and it is not as ours: it was made without a prefill /,
  ],
  [
    'another order',
    () => scene.service.subscribe(NAME, PASSWORD, [...OBJECT_TYPES].reverse(), true),
    /its topics are in another order \(udm:oxresources\/oxresources, .*\)/,
  ],
  [
    'other types',
    () => scene.service.subscribe(NAME, PASSWORD, ['users/user'], true),
    /its topics are udm:users\/user /,
  ],
  [
    'another password',
    () => scene.service.subscribe(NAME, 'other', OBJECT_TYPES, true),
    /its password is another one /,
  ],
])('says what differs of one that is there: %s', async (_what, make, said) => {
  make();
  const { code, stderr } = await scene.run(byOptions());
  expect([code, stderr]).toEqual([76, expect.stringMatching(said)]);
  expect(stderr).toContain(
    'What to do: fetch and follow work with it as long as the topics hold what is needed: nothing has to be done then. Otherwise call ' +
      'listener_trigger subscribe --recreate; what waits in the subscription is lost by that, deletions too.\n',
  );
  expect(scene.service.calls('remove')).toEqual([]);
});

it('makes it anew with --recreate, but not without being told so twice', async () => {
  const before = scene.subscription;
  const asked = await scene.run([...byOptions(), '--recreate']);
  const question =
    'The subscription is deleted and made anew. What waits in it is lost, deletions too: objects that were deleted meanwhile stay in ' +
    'the target, and status names them after the prefill. Go on?';
  expect([asked.code, asked.stderr]).toEqual([64, expect.stringContaining(question)]);
  expect(scene.subscription).toBe(before);
  const made = await scene.run([...byOptions(), '--recreate', '-y']);
  expect([made.code, made.stderr]).toEqual([
    0,
    expect.stringMatching(/the subscription was deleted\n.*the subscription was made, its prefill begins\n$/),
  ]);
  expect(scene.subscription).not.toBe(before);
  expect(scene.subscription.hasPrefill).toBe(true);
  const env = { PROVISIONING_API_USERNAME: 'another' };
  expect((await scene.run([...byOptions(), '--recreate', '-y'], { env })).stderr).toContain(
    'there was no subscription\n',
  );
});

it.each([
  ['http://provisioning.invalid', 'http://provisioning.invalid'],
  ['http://[2001:db8::1]:7777', '"http://[2001:db8::1]:7777"'],
])('warns where passwords would go over the network in clear: %s', async (url, printed) => {
  const { stderr } = await scene.run(byOptions(), { env: { PROVISIONING_API_BASE_URL: url } });
  expect(stderr).toContain(
    `the Provisioning API is asked without TLS: passwords and personal data go over the network in clear url=${printed}`,
  );
});

it('does not warn where they stay on the machine', async () => {
  expect((await scene.run(byOptions())).stderr).not.toContain('without TLS');
});

it('needs the administrator', async () => {
  expect((await scene.run(['subscribe'])).code).toBe(78);
  const { code } = await scene.run(['subscribe', '--admin-username', 'admin'], {
    env: { PROVISIONING_API_ADMIN_PASSWORD: 'not-it' },
  });
  expect(code).toBe(77);
});
