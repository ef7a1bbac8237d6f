/** How a user is called in OX, and what its renaming does (docs/behaviour.md, "Users"). */
import { aUser, changed, deleted, userDn } from '../../../harness/objects.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

const CHANGE = ['OXUserService.change'];
const LOOK = ['OXUserService.getData'];

describe('OX name = OX_USER_IDENTIFIER', () => {
  const id = aUser('anna').id;

  it.each([
    ['username', {}, 'anna'],
    ['employeeNumber', { employeeNumber: '4711' }, '4711'],
    ['entryUUID', {}, id],
  ])('%s', async (OX_USER_IDENTIFIER, properties, name) => {
    site.set({ OX_USER_IDENTIFIER });
    await site.apply(aUser('anna', properties));
    expect(await site.user(name)).toBeDefined();
    expect(site.place.lastState(id)?.object).toMatchObject({ oxDbUsername: name, oxDbId: await site.userId(name) });
  });

  it.each([
    [undefined, 'is not set'],
    [null, 'is not set'],
    ['', 'is empty or not a text'],
    [[], 'is a list of 0'],
    [['4711'], 'is a list of 1'],
    [['a', 'b'], 'is a list of 2'],
  ])('%j is an error naming setting, object and property: %s', async (value, said) => {
    site.set({ OX_USER_IDENTIFIER: 'employeeNumber' });
    const { failure, calls } = await site.stopsAt(aUser('anna', { employeeNumber: value }));
    expect(failure.code).toBe('PROPERTY_INVALID');
    for (const part of ['OX_USER_IDENTIFIER', userDn('anna'), 'employeeNumber', said]) {
      expect(failure.message).toContain(part);
    }
    expect(calls).toEqual([]);
  });

  it('a setting that is changed to a property with lists renames nobody', async () => {
    await site.apply(aUser('anna', { phone: ['0421123'] }));
    site.set({ OX_USER_IDENTIFIER: 'phone' });
    const { failure } = await site.stopsAt(aUser('anna', { phone: ['0421123'], city: 'Kiel' }));
    expect(failure.message).toBe(
      `OX_USER_IDENTIFIER names the property phone, which must have one non-empty value, but is a list of 1 in ${userDn('anna')}`,
    );
    expect(failure.remedy).toBe(
      'Set OX_USER_IDENTIFIER to a property that has one value in every object (entryUUID always works), or correct phone in UDM.',
    );
    expect(await site.user('anna')).toBeDefined();
  });

  it('a last state of a version that took the one value of a list as the name is understood', async () => {
    await site.ox.seed({ contexts: { 10: { users: [{ name: '4711' }] } } });
    site.remember(aUser('anna', { employeeNumber: ['4711'] }));
    site.set({ OX_USER_IDENTIFIER: 'employeeNumber' });
    await site.apply(deleted(aUser('anna')));
    expect(await site.user('4711')).toBeUndefined();
  });
});

describe('rename', () => {
  const renamed = changed(aUser('anna'), { username: 'anne' });

  it('is a change by id with the new name, and one look at whose id it is', async () => {
    await site.apply(aUser('anna'));
    const id = await site.userId('anna');

    const { calls } = await site.apply(renamed);

    expect(calls).toEqual([...LOOK, ...CHANGE]);
    expect(await site.userId('anne')).toBe(id);
    expect(await site.user('anna')).toBeUndefined();
    expect(site.place.lastState(renamed.id)?.object).toMatchObject({ oxDbUsername: 'anne', oxDbId: id });
  });

  it('stops where OX does not allow it, with the remedy', async () => {
    await site.apply(aUser('anna'));
    await site.ox.options({ usernameChangeable: false });
    const { failure } = await site.stopsAt(renamed);
    expect(failure).toMatchObject({ code: 'OX_REFUSED', remedy: expect.stringContaining('USERNAME_CHANGEABLE=true') });
    expect(site.place.lastState(renamed.id)?.object).toMatchObject({ username: 'anna', oxDbUsername: 'anna' });
  });

  it('in case only', async () => {
    await site.apply(aUser('anna'));
    await site.apply(changed(aUser('anna'), { username: 'Anna' }));
    expect(await site.user('Anna')).toBeDefined();
  });

  it('that was done already in OX is a change', async () => {
    await site.apply(aUser('anna'));
    await site.ox.drift({ setUser: { context: 10, name: 'anna', fields: { name: 'anne' } } });
    await site.apply(renamed);
    expect((await site.context()).users.map((user) => user.name)).toEqual(['anne']);
  });

  it('follows a change of OX_USER_IDENTIFIER', async () => {
    await site.apply(aUser('anna', { employeeNumber: '4711' }));
    site.set({ OX_USER_IDENTIFIER: 'employeeNumber' });
    await site.apply(aUser('anna', { employeeNumber: '4711' }));
    expect((await site.context()).users.map((user) => user.name)).toEqual(['4711']);
  });
});
