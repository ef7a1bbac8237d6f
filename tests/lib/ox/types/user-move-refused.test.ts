/** A move that OX refuses half way: the copy is nobody else's, and goes on or back (docs/behaviour.md, "Another context"). */
import { aUser, changed, deleted } from '../../../harness/objects.ts';
import { drop, other, refuse } from '../../../harness/others.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

describe('a move that is refused after OX has copied the user', () => {
  const anna = aUser('anna');
  const moved = changed(anna, { username: 'third', oxContext: 20 });

  beforeEach(async () => {
    await site.apply(anna);
    await refuse(site, 'change', 'Changing username is disabled!');
    await site.stopsAt(moved);
    expect([await site.user('anna'), await site.user('anna', 20)]).toEqual([expect.anything(), expect.anything()]);
    await drop(site);
  });

  it('leaves the copy to nobody else', async () => {
    const newcomer = other(aUser('anna', { oxContext: 20, mailPrimaryAddress: 'neu@example.org' }));
    expect((await site.stopsAt(newcomer)).failure.message).toContain(anna.id);
  });

  it.each([
    ['stays', changed(anna, { firstname: 'Later' }), 'stays there: contexts.json has no credentials for context 20'],
    ['goes', deleted(anna), 'stays in context 20: contexts.json has no credentials for context 20'],
  ])('says that the copy waits for its context where the user %s', async (_, file, said) => {
    site.forgetCredentials(20);
    expect((await site.apply(file)).warnings).toContain(said);
    site.enterCredentials(20);
    await site.apply();
    expect(await site.user('anna', 20)).toBeUndefined();
  });

  it('goes on from the copy where it is allowed later', async () => {
    const id = await site.userId('anna', 20);
    await site.apply(moved);
    expect([await site.userId('third', 20), await site.user('anna'), await site.user('anna', 20)]).toEqual([
      id,
      undefined,
      undefined,
    ]);
    expect(site.place.lastState(anna.id)?.object).not.toHaveProperty('oxDbLeft');
  });

  it('takes the copy back where the user stays', async () => {
    const id = await site.userId('anna');
    await site.apply(changed(anna, { firstname: 'Later' }));
    expect([await site.userId('anna'), await site.user('anna', 20)]).toEqual([id, undefined]);
  });
});

it('a move that is refused before OX has copied the user does not say that it is in both contexts', async () => {
  await site.apply(aUser('anna'));
  await refuse(site, 'copyUser', 'No!');
  const { failure } = await site.stopsAt(aUser('anna', { oxContext: 20 }));
  expect(failure.message).toContain('OXUserCopyService.copyUser');
  expect(`${failure.message} ${failure.remedy}`).not.toMatch(/both contexts|the copy/);
});
