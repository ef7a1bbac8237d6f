/** What needs something that OX refuses stays in the queue, and all else goes on (docs/behaviour.md, "A refused change"). */
import { aContext, aGroup, aUser } from '../../harness/objects.ts';
import { useSite } from '../../harness/site.ts';

const site = useSite();

beforeEach(() => site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' }));

it('leaves a refused context in the queue with its objects, and goes on with others', async () => {
  // As for a name that is no login mapping.
  await site.ox.rules([
    {
      match: { service: 'OXContextService', operation: 'create' },
      times: 5,
      action: { fault: { exception: 'InvalidDataException', text: 'Illegal chars: " ü " in login mapping' } },
    },
  ]);
  const context = aContext(30);
  const run = await site.stopsAt(context, aUser('anna', { oxContext: 30 }), aUser('bert'));
  expect(run).toMatchObject({ failure: { code: 'OX_REFUSED', exitCode: 76 }, parked: [] });
  expect(run.waiting).toHaveLength(2);
  expect(await site.user('bert')).toBeDefined();
});

it('leaves the objects of a context whose login OX refuses in the queue, and goes on with others', async () => {
  site.enterLogin(20, { adminuser: 'oxadmin-context20', adminpass: 'wrong' });
  const run = await site.stopsAt(
    aUser('anna', { oxContext: 20 }),
    aUser('bert'),
    aUser('anna', { oxContext: 20, firstname: 'Later' }),
    aUser('carl', { oxContext: 20 }),
    aGroup('team', ['bert']),
  );
  expect(run).toMatchObject({ failure: { code: 'OX_CREDENTIALS', exitCode: 77 }, parked: [] });
  expect(run.waiting).toHaveLength(3);
  expect(await site.group('team')).toMatchObject({ members: ['bert'] });
  // One call of context 20 was enough to know.
  expect(run.calls.filter((call) => call === 'OXUserService.createByModuleAccess')).toHaveLength(2);
  site.enterLogin(20, { adminuser: 'oxadmin-context20', adminpass: 'secret20' });
  await site.apply();
  expect(await site.user('anna', 20)).toMatchObject({ given_name: 'Later' });
});
