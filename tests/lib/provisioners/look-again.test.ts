/** After a lost answer a creation looks first, and again after a moment (FACTS 4, several at once). */
import { aGroup, aResource, aUser } from '../../harness/objects.ts';
import { useSite } from '../../harness/site.ts';

const site = useSite();

const groups = async () => (await site.context()).groups.filter(({ name }) => name === 'sales');

it.each(['before', 'after'] as const)(
  'a group whose creation broke off %s it was done is there once',
  async (reset) => {
    await site.apply(aUser('anna'));
    await site.ox.rules([{ match: { service: 'OXGroupService', operation: 'create' }, action: { reset } }]);

    await site.stopsAt(aGroup('sales', ['anna']));
    const { calls, pauses } = await site.apply();

    expect(calls[0]).toBe('OXGroupService.getData');
    expect(pauses).toEqual(reset === 'before' ? [3000] : []);
    expect(await groups()).toHaveLength(1);
  },
);

it('one moment is enough for all that is created after it', async () => {
  await site.ox.rules([{ match: { service: 'OXResourceService', operation: 'create' }, action: { reset: 'before' } }]);
  await site.stopsAt(aResource('room'), aResource('car'));
  expect((await site.apply()).pauses).toEqual([3000]);
});

it('a refusal or a server that was never reached leaves nothing in doubt', async () => {
  await site.apply(aUser('anna'));
  const fault = { text: 'Illegal chars: "x"', exception: 'InvalidDataException' };
  await site.ox.rules([{ match: { service: 'OXGroupService', operation: 'create' }, action: { fault }, times: 1 }]);
  await site.stopsAt(aGroup('sales', ['anna']));
  const { calls, pauses } = await site.apply();
  expect(calls).toEqual(['OXGroupService.create']);
  expect(pauses).toEqual([]);
});
