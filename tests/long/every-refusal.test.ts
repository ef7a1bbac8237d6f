/** Whatever OX refuses stops the run, and none of it is lost (docs/behaviour.md, "What holds for all types"). */
import { aContext, aGroup, anAccount, aResource, aUser, changed, deleted } from '../harness/objects.ts';
import { ALL, context, group, resource } from '../harness/one-of-each.ts';
import { useSite } from '../harness/site.ts';

const site = useSite();

describe('any other SOAP fault stops the run, and none is ever swallowed', () => {
  const changes = [
    aUser('anna', { username: 'anne', mailPrimaryAddress: 'anne@example.org' }),
    aUser('bert', { oxContext: 20 }),
    aUser('emil', { title: 'Dr.' }),
    aUser('gone', { isOxUser: false }),
    changed(group, { name: 'selling' }),
    anAccount('info', ['anna', 'emil'], { mailPrimaryAddress: 'new@example.org' }),
    anAccount('other', ['emil'], { personal: 'new' }),
    changed(resource, { name: 'projector', oxContext: 20 }),
    aResource('room', { name: 'hall' }),
    changed(context, { oxQuota: 5 }),
    aContext(31),
    deleted(aContext(32)),
    aUser('nina'),
    aGroup('new', ['nina']),
  ];
  const prepare = () =>
    site.apply(
      ...ALL,
      aContext(32),
      aUser('emil'),
      aUser('gone'),
      aGroup('alone', ['gone']),
      anAccount('other', ['emil']),
      aResource('room'),
    );

  it('whatever call it is that OX refuses: the file stays, and the next run ends as if nothing had been', async () => {
    await prepare();
    const { calls } = await site.apply(...changes);
    const wanted = await site.ox.canonicalState();
    const fault = { exception: 'StorageException', text: 'out of order' };

    for (const at of calls.keys()) {
      await site.restart();
      // The requests are those of the undisturbed run, which have been validated.
      await site.ox.options({ validate: false });
      await prepare();
      const { total } = await site.ox.counts();
      await site.ox.rules([{ match: { call: total + at + 1 }, action: { fault } }]);

      const run = await site.stopsAt(...changes);

      expect([run.calls.at(at), run.failure.code]).toEqual([calls[at], 'OX_REFUSED']);
      expect(run.failure.message).toContain('out of order');
      expect(site.place.waiting().length).toBeGreaterThan(0);
      await site.apply();
      expect(await site.ox.canonicalState()).toEqual(wanted);
    }
    expect(calls.length).toBeGreaterThan(25);
  }, 300_000);
});
