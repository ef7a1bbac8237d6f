/** What OX is to a run: the logins that objects wait for, and the way out where one is refused for ever. */
import { aContext, aGroup, aUser, changed, deleted } from '../../../harness/objects.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

it('knows a login as soon as it is entered, whichever run it is', async () => {
  site.forgetCredentials(20);
  await site.apply(aUser('anna', { oxContext: 20 }), aUser('bert'));
  expect((await site.apply(aUser('carl'))).actions).toHaveLength(1);
  site.enterCredentials(20);
  expect((await site.apply()).actions).toEqual([expect.stringContaining(aUser('anna').dn)]);
});

describe('a context that somebody removed in OX, and whose deletion waits at the end of the queue', () => {
  const second = aContext(30);
  const carl = aUser('carl', { oxContext: 30 });
  const sales = aGroup('sales', ['carl', 'anna']);

  beforeEach(async () => {
    await site.apply(second, carl, aUser('anna'), sales);
    await site.ox.drift({ deleteContext: { context: 30 } });
  });

  it('is deleted first: what was in it does not stop the rest', async () => {
    const { warnings, events } = await site.apply(
      changed(carl, { title: 'Dr.' }),
      deleted(sales),
      deleted(second),
      aUser('bert'),
      aUser('dora', { oxContext: 30 }),
    );
    expect(events).toContain('OX has no such context any more: its deletion comes first');
    expect(warnings.filter((each) => each.includes('no credentials for context 30'))).toHaveLength(2);
    expect(site.place.waiting()).toEqual([]);
    expect(Object.keys(site.place.credentials())).not.toContain('30');
    expect(await site.user('bert')).toBeDefined();
  });

  it('stops the run as before where no deletion waits: the context may have to be restored', async () => {
    expect((await site.stopsAt(changed(carl, { title: 'Dr.' }))).failure.code).toBe('OX_CREDENTIALS');
  });

  it('stops the run where the context is there, and only its password is wrong', async () => {
    await site.ox.seed({
      contexts: { 30: { name: 'again', admin: { name: 'oxadmin-context30', password: 'other' } } },
    });
    const { failure } = await site.stopsAt(changed(carl, { title: 'Dr.' }), deleted(second));
    expect(failure.code).toBe('OX_CREDENTIALS');
    expect(site.place.waiting()).toHaveLength(2);
  });
});
