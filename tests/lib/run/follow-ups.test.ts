/** What is provisioned again because of what happened to others (docs/behaviour.md, "Users"). */
import { openLastStates } from '../../../lib/memory/last-state.ts';
import { openMemory } from '../../../lib/memory/memory.ts';
import type { Change, Envelope } from '../../../lib/model/change.ts';
import { openInbox } from '../../../lib/queue/inbox.ts';
import { openParking } from '../../../lib/queue/parking.ts';
import { FollowUps } from '../../../lib/run/follow-ups.ts';
import type { Outcome } from '../../../lib/target/outcome.ts';
import { envelopeMistakes } from '../../../lib/validate/envelope.ts';
import { aContext, aGroup, anAccount, aUser, changed, type QueueFile, userDn } from '../../harness/objects.ts';
import { useSite } from '../../harness/site.ts';
import { freshFolder } from '../../harness/temporary.ts';

const site = useSite();
const folder = freshFolder();
const ignore = (): void => undefined;

it('brings back the groups and accounts that name a user by the DN that it gets only now', async () => {
  site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' });
  const anna = aUser('anna');
  await site.apply(anna, aUser('berta'), aGroup('team', ['anna', 'berta']), anAccount('info', ['anna']));
  await site.ox.options({ usernameChangeable: false });
  const renamed = { ...changed(anna, { username: 'anna2' }), dn: userDn('anna2') };
  await site.apply(renamed, aGroup('team', ['anna2', 'berta']), anAccount('info', ['anna2']));
  await site.ox.options({ usernameChangeable: true });
  site.place.retry();
  await site.apply();
  expect(await site.group('team')).toMatchObject({ members: ['anna2', 'berta'] });
  expect(await site.accounts('anna2')).toMatchObject([{ primaryAddress: 'info@example.org' }]);
});

it('brings back the groups that name a user by the DN that it gives up when it appears', async () => {
  const anna = aUser('anna');
  await site.apply(anna, aUser('berta'), aGroup('team', ['anna', 'berta']), changed(anna, { isOxUser: false }));
  expect(await site.group('team')).toMatchObject({ members: ['berta'] });
  await site.apply({ ...changed(anna, { username: 'anna2' }), dn: userDn('anna2') });
  expect(await site.group('team')).toMatchObject({ members: ['anna2', 'berta'] });
});

it('wakes what waited for credentials in the order of the files', async () => {
  const anna = aUser('anna', { oxContext: 20 });
  await site.apply(anna);
  const id = await site.userId('anna', 20);
  site.forgetCredentials(20);
  const renamed = {
    ...changed(anna, { username: 'anna2', mailPrimaryAddress: 'anna2@example.org', displayName: 'anna2 Example' }),
    dn: userDn('anna2'),
  };
  await site.apply(renamed, { ...anna, id: '00000000-0000-4000-8000-000000000000' });
  site.enterCredentials(20);
  const run = await site.apply(aUser('bert'));
  expect(run.waiting).toEqual([]);
  expect(await site.userId('anna2', 20)).toBe(id);
  expect(await site.userId('anna', 20)).not.toBe(id);
});

it('does so whatever their ids are', async () => {
  const users = ['anna', 'bert', 'carl'].map((name) => aUser(name, { oxContext: 20 }));
  const backwards = users.toSorted((a, b) => (a.id < b.id ? 1 : -1));
  site.forgetCredentials(20);
  await site.apply(...backwards);
  site.enterCredentials(20);
  const { actions } = await site.apply();
  expect(actions.map((action) => action.split(': ')[0])).toEqual(backwards.map(({ dn }) => dn));
});

it('wakes what waited for credentials once in a run, although it is refused then', async () => {
  site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' });
  await site.apply(aUser('xaver'));
  site.forgetCredentials(20);
  await site.apply(aUser('anna', { oxContext: 20, mailPrimaryAddress: 'a@@' }));
  site.enterCredentials(20);
  const run = await site.apply(aUser('bert'));
  expect(run.parked).toHaveLength(1);
  const next = await site.apply(aUser('carl'));
  expect(next.parked).toHaveLength(1);
});

it('wakes again in the same run what came to a context that went since, and waits for the next one', () => {
  const queue = folder();
  const memory = openMemory(queue, openLastStates(queue, envelopeMistakes));
  const inbox = openInbox(queue, envelopeMistakes);
  const waiting = new Set<string>();
  const target = { isReady: () => true, affected: () => [] };
  const log = { debug: ignore, info: ignore, warning: ignore, error: ignore, outcome: ignore };
  const followUps = new FollowUps({ inbox, memory, target, parking: openParking(inbox), log }, waiting);
  const skip = (): void => memory.put(aUser('anna', { oxContext: 30, oxDbContext: null, oxDbSkipped: 30 }) as Envelope);
  const change = (before: QueueFile | null, after: QueueFile | null): void =>
    followUps.ofChange(
      { ...aContext(30), type: 'oxmail/oxcontext', before: before?.object, after: after?.object } as unknown as Change,
      { appeared: after !== null, stale: [] } as unknown as Outcome,
    );
  try {
    skip();
    change(null, aContext(30));
    expect(inbox.list()).toHaveLength(1);
    memory.put(aUser('anna', { oxContext: 30, oxDbContext: 30 }) as Envelope);
    waiting.clear();
    change(aContext(30), null);
    skip();
    change(null, aContext(30));
    expect(inbox.list()).toHaveLength(2);
  } finally {
    memory.close();
  }
});
