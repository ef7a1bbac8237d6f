/** What happens to objects while contexts.json lacks their context is carried out when it has it (docs/behaviour.md). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  aContext,
  aGroup,
  anAccount,
  aResource,
  aUser,
  changed,
  deleted,
  type QueueFile,
} from '../../../harness/objects.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

const in20 = (name: string, more = {}): QueueFile => aUser(name, { oxContext: 20, ...more });
const room = aResource('room', { oxContext: 20 });

it.each<[string, QueueFile[], QueueFile[]]>([
  ['a user', [in20('anna')], [deleted(in20('anna'))]],
  ['a user that is no OX user any more', [in20('anna')], [in20('anna', { isOxUser: false })]],
  ['a resource', [room], [deleted(room)]],
  ['a group', [in20('anna'), aGroup('team', ['anna'])], [deleted(aGroup('team', []))]],
  [
    'a group in two contexts',
    [aUser('bert'), in20('anna'), aGroup('team', ['anna', 'bert'])],
    [deleted(aGroup('team', []))],
  ],
  [
    'a group that is none any more',
    [in20('anna'), aGroup('team', ['anna'])],
    [aGroup('team', ['anna'], { isOxGroup: false })],
  ],
])('a deletion waits, and is carried out when the credentials exist: %s', async (_what, files, deletions) => {
  const kept = files
    .slice(0, -1)
    .map(({ object }) => object?.username)
    .filter((name) => name !== 'bert');
  await site.apply(...files);
  const before = await site.namesIn(20);
  site.forgetCredentials(20);
  const run = await site.apply(...deletions);
  expect(run.waiting).toEqual([]);
  expect(run.warnings).toEqual([expect.stringContaining('context 20')]);
  expect(await site.namesIn(20)).toEqual(before);

  site.enterCredentials(20);
  await site.apply(aUser('other'));
  expect(await site.namesIn(20)).toEqual(kept);
  const [deletion] = deletions;
  if (deletion?.object === null) {
    expect(site.place.lastState(deletion.id)).toBeNull();
  }
});

it('an account is taken away when the credentials exist', async () => {
  await site.apply(in20('anna'), aUser('bert'), anAccount('info', ['anna', 'bert']));
  site.forgetCredentials(20);
  await site.apply(deleted(anAccount('info', [])));
  expect(await site.accounts('bert')).toEqual([]);
  expect(await site.accounts('anna', 20)).toHaveLength(1);
  site.enterCredentials(20);
  await site.apply();
  expect(await site.accounts('anna', 20)).toEqual([]);
  expect(site.place.lastState(anAccount('info', []).id)).toBeNull();
});

it('an account with another address has that one alone when the credentials exist', async () => {
  const info = anAccount('info', ['anna']);
  await site.apply(in20('anna'), info);
  site.forgetCredentials(20);
  await site.apply(changed(info, { mailPrimaryAddress: 'second@example.org' }));
  await site.apply(changed(info, { mailPrimaryAddress: 'third@example.org' }));
  site.enterCredentials(20);
  await site.apply();
  const addresses = (await site.accounts('anna', 20)).map(({ primaryAddress }) => primaryAddress);
  expect(addresses).toEqual(['third@example.org']);
  expect(site.place.lastState(info.id)?.object.oxDbLeftOver).toBeUndefined();
});

it('an address that an account has left meanwhile is the next one’s', async () => {
  const [info, sales] = [anAccount('info', ['anna']), anAccount('sales', ['anna'])];
  await site.apply(in20('anna'), info, sales);
  site.forgetCredentials(20);
  await site.apply(changed(info, { mailPrimaryAddress: 'second@example.org' }));
  await site.apply(changed(sales, { mailPrimaryAddress: 'info@example.org' }));
  site.enterCredentials(20);
  await site.apply();
  const accounts = (await site.accounts('anna', 20)).map(({ primaryAddress, name }) => [primaryAddress, name]);
  expect(accounts.sort()).toEqual([
    ['info@example.org', 'sales'],
    ['second@example.org', 'info'],
  ]);
});

it('an object that comes again before its deletion was carried out is the same one', async () => {
  await site.apply(in20('anna'));
  const id = await site.userId('anna', 20);
  site.forgetCredentials(20);
  await site.apply(deleted(in20('anna')));
  await site.apply(in20('anna', { firstname: 'Again' }));
  site.enterCredentials(20);
  await site.apply();
  expect(await site.userId('anna', 20)).toBe(id);
  expect(await site.user('anna', 20)).toMatchObject({ given_name: 'Again' });
});

it('whoever waits to be deleted is no member any more', async () => {
  await site.apply(in20('anna'), in20('bert'), aGroup('team', ['anna', 'bert']));
  site.forgetCredentials(20);
  await site.apply(deleted(in20('anna')));
  site.enterCredentials(20);
  await site.apply(aGroup('team', ['anna', 'bert']));
  expect(await site.group('team', 20)).toMatchObject({ members: ['bert'] });
});

it('a resource that was renamed meanwhile gets its new name', async () => {
  await site.apply(room);
  site.forgetCredentials(20);
  await site.apply(changed(room, { name: 'hall' }));
  site.enterCredentials(20);
  await site.apply();
  expect(await site.namesIn(20)).toEqual(['hall']);
});

it('a name that a resource has left meanwhile goes to the next one', async () => {
  const hall = aResource('hall', { oxContext: 20 });
  await site.apply(room, hall);
  site.forgetCredentials(20);
  await site.apply(changed(room, { name: 'cellar' }), changed(hall, { name: 'room' }));
  site.enterCredentials(20);
  await site.apply();
  expect(await site.namesIn(20)).toEqual(['cellar', 'room']);
});

it('a resource that was moved meanwhile is there and removed here', async () => {
  await site.apply(room);
  site.forgetCredentials(20);
  await site.apply(changed(room, { oxContext: 10 }));
  expect(await site.resource('room')).toBeDefined();
  expect(await site.namesIn(20)).toEqual(['room']);
  site.enterCredentials(20);
  await site.apply();
  expect(await site.namesIn(20)).toEqual([]);
});

it('a damaged last state of one that waits stops nobody, and is not lost', async () => {
  site.forgetCredentials(20);
  await site.apply(in20('anna'), in20('bert'));
  const path = join(site.place.queue, 'old', `${in20('anna').id}.json`);
  writeFileSync(path, '{"id"');
  site.enterCredentials(20);
  const run = await site.apply(aUser('clara'));
  expect(run.events).toContain('waits on, its last state cannot be read');
  expect(run.warnings.join('\n')).toContain(path);
  expect(run.waiting).toEqual([]);
  expect(await site.namesIn(20)).toEqual(['bert']);
});

it('who comes back before it could be removed is in the groups and accounts that came meanwhile', async () => {
  await site.apply(in20('anna'));
  site.forgetCredentials(20);
  await site.apply(in20('anna', { isOxUser: false }), aGroup('team', ['anna']), anAccount('office', ['anna']));
  site.enterCredentials(20);

  await site.apply(in20('anna', { title: 'Dr' }));

  expect((await site.group('team', 20))?.members).toEqual(['anna']);
  expect(await site.accounts('anna', 20)).toHaveLength(1);
});

it('an account that a user lost while it could not be removed is taken away should the user come back', async () => {
  await site.apply(in20('anna'), anAccount('office', ['anna']));
  site.forgetCredentials(20);
  await site.apply(deleted(in20('anna')), anAccount('office', []));
  site.enterCredentials(20);

  await site.apply(in20('anna', { title: 'Dr' }));

  expect(await site.user('anna', 20)).toMatchObject({ title: 'Dr' });
  expect(await site.accounts('anna', 20)).toEqual([]);
  await site.apply(deleted(in20('anna')));
  expect(site.place.lastState(anAccount('office', []).id)?.object).toMatchObject({ oxDbUsers: [] });
});

describe.each([
  [10, 20],
  [20, 10],
])('what waits for two contexts is done in each as soon as it can be: %i before %i', (first, second) => {
  const forgetBoth = (): void => [10, 20].forEach((each) => void site.forgetCredentials(each));

  it.each<[string, QueueFile, readonly string[], readonly string[]]>([
    ['a group', aGroup('crew', ['anna', 'bert']), ['team'], ['crew']],
    ['a deletion', deleted(aGroup('team', [])), ['team'], []],
  ])('%s', async (_what, file, before, after) => {
    const groupsIn = async (context: number): Promise<unknown[]> =>
      (await site.namesIn(context)).filter((name) => name !== 'anna' && name !== 'bert');
    await site.apply(aUser('bert'), in20('anna'), aGroup('team', ['anna', 'bert']));
    forgetBoth();
    await site.apply({ ...file, id: aGroup('team', []).id });
    expect([await groupsIn(10), await groupsIn(20)]).toEqual([before, before]);
    site.enterCredentials(first);
    await site.apply();
    expect([await groupsIn(first), await groupsIn(second)]).toEqual([after, before]);
    site.enterCredentials(second);
    await site.apply();
    expect([await groupsIn(first), await groupsIn(second)]).toEqual([after, after]);
  });

  it('an account', async () => {
    const holders = async (): Promise<unknown[]> =>
      [...(await site.accounts('bert', 10)), ...(await site.accounts('anna', 20))].map(
        ({ primaryAddress }) => primaryAddress,
      );
    await site.apply(aUser('bert'), in20('anna'), anAccount('info', ['anna', 'bert']));
    forgetBoth();
    await site.apply(deleted(anAccount('info', [])));
    expect(await holders()).toHaveLength(2);
    site.enterCredentials(first);
    await site.apply();
    expect(await holders()).toHaveLength(1);
    site.enterCredentials(second);
    await site.apply();
    expect(await holders()).toEqual([]);
    expect(site.place.lastState(anAccount('info', []).id)).toBeNull();
  });

  it('places that a resource has left', async () => {
    await site.apply(aContext(30), aResource('room', { oxContext: 10 }));
    site.forgetCredentials(10);
    const one = await site.apply(aResource('room', { oxContext: 20 }));
    expect(one.warnings).toEqual(['stays in context 10: contexts.json has no credentials for it']);
    site.forgetCredentials(20);
    const two = await site.apply(aResource('room', { oxContext: 30 }));
    expect(two.warnings.toSorted()).toEqual([
      'stays in context 10: contexts.json has no credentials for it',
      'stays in context 20: contexts.json has no credentials for it',
    ]);
    site.enterCredentials(first);
    await site.apply();
    expect([await site.namesIn(first), await site.namesIn(second)]).toEqual([[], ['room']]);
    site.enterCredentials(second);
    await site.apply();
    expect([await site.namesIn(10), await site.namesIn(20), await site.namesIn(30)]).toEqual([[], [], ['room']]);
  });
});

it('a resource that goes back to where it could not be removed stays there', async () => {
  await site.apply(aResource('room', { oxContext: 10 }));
  site.forgetCredentials(10);
  await site.apply(aResource('room', { oxContext: 20 }));
  site.enterCredentials(10);
  await site.apply(aResource('room', { oxContext: 10, description: 'back' }));
  expect([await site.namesIn(10), await site.namesIn(20)]).toEqual([['room'], []]);
  expect(await site.resource('room', 10)).toMatchObject({ description: 'back' });
});

it('who holds in OX what a newcomer needs, and waited to give it up, is the cure', async () => {
  const anna = in20('anna', { oxDisplayName: 'Same', mailPrimaryAddress: 'same@example.org' });
  await site.apply(anna);
  site.forgetCredentials(20);
  await site.apply(in20('anna', { isOxUser: false, oxDisplayName: 'Other', mailPrimaryAddress: 'other@example.org' }));
  site.enterCredentials(20);

  await site.apply(in20('bert', { oxDisplayName: 'Same', mailPrimaryAddress: 'same@example.org' }));

  expect(await site.namesIn(20)).toEqual(['bert']);
});
