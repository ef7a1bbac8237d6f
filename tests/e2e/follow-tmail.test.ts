/** `follow` with TMail as the target: users come as messages, and a flood of deletions waits for an administrator. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../harness/eventually.ts';
import { aGroup, aUser, changed, type QueueFile } from '../harness/objects.ts';
import { type Started, useProvisioning } from '../harness/provisioning/scene.ts';
import { live } from '../sandbox/provisioning/objects.ts';
import { type StandIn, startStandIn } from '../sandbox/tmail/stand-in.ts';

const TMAIL = { OX_CONNECTOR_TARGET: 'tmail' };
const MOST = 2;

const scene = useProvisioning();
const people = ['anna', 'bert', 'cleo', 'dora', 'emil'].map((name) => aUser(name));
const [anna, bert, cleo] = people as [QueueFile, QueueFile, QueueFile];

let server: StandIn;

beforeEach(async () => {
  server = await startStandIn({ token: 'a-token' });
  server.state.domains.add('example.org');
  writeFileSync(join(scene.place.data, 'secrets', 'token'), 'a-token');
  allow(MOST);
});
afterEach(() => server.stop());

function allow(deletions: number): void {
  const file = { server: { url: server.url, token_file: 'secrets/token' }, max_deletions: deletions };
  writeFileSync(join(scene.place.data, 'tmail.json'), JSON.stringify(file));
}

const follow = (): Promise<Started> => scene.start(['follow'], { env: TMAIL });
const publish = (before: QueueFile | null, after: QueueFile | null) => void scene.service.publish(live(before, after));
const mailboxes = (): string[] => [...server.state.users.keys()].map((address) => address.split('@')[0] ?? '').sort();
const isWorkedOff = (): boolean => scene.subscription.size === 0 && scene.place.waiting().length === 0;

async function withEverybody(): Promise<Started> {
  const started = await follow();
  for (const user of people) {
    publish(null, user);
  }
  await eventually(() => mailboxes().length === people.length && isWorkedOff());
  return started;
}

it('brings users to the server as messages come, and takes one away that is deleted', async () => {
  const { child, ended } = await follow();
  publish(null, changed(anna, { mailAlternativeAddress: ['ann@example.org'], mailUserQuota: 10 }));
  publish(null, aGroup('staff', ['anna']));
  publish(null, bert);
  await eventually(() => mailboxes().length === 2 && isWorkedOff());
  expect(server.state.quotas.get('anna@example.org')).toBe(String(10 * 1024 * 1024));

  publish(anna, changed(anna, { mailPrimaryAddress: 'anne@example.org' }));
  publish(bert, null);
  await eventually(() => isWorkedOff() && mailboxes().join() === 'anne');

  child.kill('SIGTERM');
  expect((await ended).code).toBe(143);
  expect(scene.subscription.acknowledged).toEqual([1, 2, 3, 4, 5]);
});

it('does nothing of a flood of deletions, keeps it, and goes on when an administrator has allowed it', async () => {
  const { log } = await withEverybody();
  const before = server.requests.length;
  for (const user of [anna, bert, cleo]) {
    publish(user, null);
  }

  // And once more by itself, with the same end.
  await eventually(() => log().split('TOO_MANY_DELETIONS').length > 2);
  expect(server.requests.slice(before).filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(mailboxes()).toEqual(['anna', 'bert', 'cleo', 'dora', 'emil']);
  expect(scene.subscription.size).toBe(0);
  expect(scene.place.waiting().length).toBe(3);
  expect(log()).toContain(
    '3 of 5 mailboxes would be removed, at most 2 may: nothing was done. They are anna@example.org, bert@example.org, cleo@example.org',
  );
  expect(log()).toContain('"max_deletions": 3 in tmail.json');

  allow(3);
  await eventually(() => isWorkedOff(), 40);
  expect(mailboxes()).toEqual(['dora', 'emil']);
  expect(scene.place.lastState(anna.id)).toBeNull();
  expect(scene.subscription.lost).toEqual([]);
});
