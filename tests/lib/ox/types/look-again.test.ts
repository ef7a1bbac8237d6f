/** After a lost answer a creation looks first, and again after a moment (docs/ox.md, "Several at once"). */
import { aGroup, aResource, aUser } from '../../../harness/objects.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

/** What is left of three seconds. */
const A_MOMENT = expect.closeTo(2900, -3) as number;

const groups = async () => (await site.context()).groups.filter(({ name }) => name === 'sales');

it.each(['before', 'after'] as const)(
  'a group whose creation broke off %s it was done is there once',
  async (reset) => {
    await site.apply(aUser('anna'));
    await site.ox.rules([{ match: { service: 'OXGroupService', operation: 'create' }, action: { reset } }]);

    await site.stopsAt(aGroup('sales', ['anna']));
    const { calls, pauses } = await site.apply();

    expect(calls[0]).toBe('OXGroupService.getData');
    expect(pauses).toEqual(reset === 'before' ? [A_MOMENT] : []);
    expect(await groups()).toHaveLength(1);
  },
);

it('one moment is enough for all that is created after it', async () => {
  await site.ox.rules([{ match: { service: 'OXResourceService', operation: 'create' }, action: { reset: 'before' } }]);
  await site.stopsAt(aResource('room'), aResource('car'));
  const { pauses, waits } = await site.apply();
  expect(pauses).toEqual([A_MOMENT]);
  expect(waits).toEqual(['OX may still be at a creation whose answer was lost']);
});

it('after the five seconds that the caller waits nothing is in doubt any more', async () => {
  await site.apply(aUser('anna'));
  await site.ox.rules([{ match: { service: 'OXGroupService', operation: 'create' }, action: { reset: 'after' } }]);
  await site.stopsAt(aGroup('sales', ['anna']));
  site.place.pass();
  const { pauses } = await site.apply();
  expect(pauses).toEqual([]);
  expect(await groups()).toHaveLength(1);
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
