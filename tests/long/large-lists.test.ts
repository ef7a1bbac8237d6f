/** Lists that are long, and one that is too long to be read (docs/behaviour.md, "Groups"; docs/ox.md, "Reading users"). */
import { aGroup, aUser } from '../harness/objects.ts';
import { useSite } from '../harness/site.ts';

const site = useSite();

const [CREATE, CHANGE] = ['OXGroupService.create', 'OXGroupService.change'];

it('a group of 10,000 members is one call at creation, and one at a change', async () => {
  const names = Array.from({ length: 10_000 }, (_, at) => `u${String(at).padStart(5, '0')}`);
  await site.ox.options({ validate: false, recordBodies: false });
  await site.ox.seed({
    contexts: { 10: { users: names.map((name, at) => ({ name, id: 1000 + at, primaryEmail: `${name}@x.org` })) } },
  });
  for (const [at, name] of names.entries()) {
    site.remember(aUser(name), { oxDbId: 1000 + at, oxDbUsername: name });
  }

  const created = await site.apply(aGroup('all', names));
  const changes = await site.apply(aGroup('all', names.slice(1)));

  expect([created.calls, changes.calls]).toEqual([[CREATE], [CHANGE]]);
  expect((await site.group('all'))?.members).toEqual(names.slice(1));
}, 60_000);

it('members that OX has lost are found although the list of the users, as long as OX makes it, is given up on the way', async () => {
  await site.apply(aUser('anna'), aUser('bert'), aGroup('sales', ['anna', 'bert']));
  await site.ox.drift({ deleteUser: { context: 10, name: 'anna' } });
  await site.ox.options({ wsdlStatus: 503 });
  await site.ox.rules([{ match: { operation: 'listAll' }, action: { hugeList: 70 * 1024 * 1024 }, times: 1 }]);
  const { calls } = await site.apply(aGroup('sales', ['anna', 'bert'], { description: 'new' }));
  expect(calls).toContain('OXUserService.listAll');
  expect((await site.group('sales'))?.members).toEqual(['anna', 'bert']);
});
