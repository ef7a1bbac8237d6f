/**
 * When an object is an OX user, and what creating, changing and removing it does
 * (docs/behaviour.md, "Users").
 */
import { aGroup, aUser, changed, deleted } from '../../../harness/objects.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

const CREATE = ['OXUserService.createByModuleAccess'];
const CHANGE = ['OXUserService.change'];
const ACCESS = 'OXUserService.changeByModuleAccess';
const LOOK = ['OXUserService.getData'];
const DELETE = ['OXGroupService.listGroupsForUser', 'OXUserService.delete'];

describe('an object is an OX user if isOxUser is set', () => {
  it.each([
    [true, true],
    ['TRUE', true],
    ['true', true],
    ['1', true],
    [1, true],
    ['OK', true],
    [false, false],
    ['FALSE', false],
    ['0', false],
    ['Not', false],
    ['', false],
    [null, false],
    [undefined, false],
  ])('%j: %s', async (isOxUser, exists) => {
    await site.apply(aUser('anna', { isOxUser }));
    expect((await site.user('anna')) !== undefined).toBe(exists);
    expect(site.place.lastState(aUser('anna').id)).not.toBeNull();
  });

  it('otherwise it must not exist in OX', async () => {
    await site.apply(aUser('anna'));
    await site.apply(aUser('anna', { isOxUser: false }));
    expect(await site.user('anna')).toBeUndefined();
    expect(site.place.lastState(aUser('anna').id)?.object).not.toHaveProperty('oxDbId');
  });

  it('one that was disabled is created anew when it is enabled again', async () => {
    await site.apply(aUser('anna'));
    await site.apply(aUser('anna', { isOxUser: 'Not' }));
    const { calls } = await site.apply(aUser('anna', { isOxUser: 'OK' }));
    expect(calls).toEqual(CREATE);
    expect(await site.user('anna')).toBeDefined();
  });

  it.each([
    ['created', [aUser('anna', { isOxUser: false })]],
    ['changed', [aUser('anna', { isOxUser: false }), aUser('anna', { isOxUser: false, title: 'Dr.' })]],
    ['deleted', [aUser('anna', { isOxUser: false }), deleted(aUser('anna'))]],
  ])('a non-OX user that never was one costs no call: %s', async (_, files) => {
    for (const file of files) {
      expect((await site.apply(file)).calls).toEqual([]);
    }
  });

  it('a non-OX user never takes away the OX user of the same name', async () => {
    await site.ox.seed({ contexts: { 10: { users: [{ name: 'anna' }] } } });
    await site.apply(aUser('anna', { isOxUser: false }));
    await site.apply(deleted(aUser('anna')));
    expect(await site.user('anna')).toBeDefined();
  });
});

it.each([null, '', undefined])('no oxContext (%j): skip with a warning', async (oxContext) => {
  const { calls, warnings } = await site.apply(aUser('anna', { oxContext }));
  expect(calls).toEqual([]);
  expect(warnings).toEqual(['it is an OX user without oxContext']);
  expect(site.place.lastState(aUser('anna').id)?.object.username).toBe('anna');
});

it('an OX user that loses its oxContext is skipped, and still known when it is deleted', async () => {
  await site.apply(aUser('anna'));
  await site.apply(aUser('anna', { oxContext: null }));
  expect(await site.user('anna')).toBeDefined();
  await site.apply(deleted(aUser('anna')));
  expect(await site.user('anna')).toBeUndefined();
});

describe('create', () => {
  it('takes one call', async () => {
    expect((await site.apply(aUser('anna'))).calls).toEqual(CREATE);
  });

  it('takes language and timezone from the settings and the primary mail as default sender', async () => {
    site.set({ OX_LANGUAGE: 'fr_FR', LOCAL_TIMEZONE: 'Europe/Paris' });
    await site.apply(aUser('anna', { mailAlternativeAddress: ['x@example.org'] }));
    expect(await site.user('anna')).toMatchObject({
      language: 'fr_FR',
      timezone: 'Europe/Paris',
      defaultSenderAddress: 'anna@example.org',
    });
    // OX would choose the same, so look at what is sent.
    expect((await site.bodies('createByModuleAccess'))[0]).toMatch(/defaultSenderAddress>anna@example.org</);
  });

  it('chooses a random password, another for each user', async () => {
    await site.apply(aUser('anna'), aUser('bert'));
    const users = (await site.ox.state()).contexts['10']?.users ?? [];
    const passwords = users.map(({ password }) => String(password));
    expect(new Set(passwords).size).toBe(2);
    for (const password of passwords) {
      expect(password).toMatch(/^[a-zA-Z0-9]{20,}$/);
    }
  });

  it('remembers id and name', async () => {
    await site.apply(aUser('anna'));
    expect(site.place.lastState(aUser('anna').id)?.object).toMatchObject({
      oxDbId: await site.userId('anna'),
      oxDbUsername: 'anna',
    });
  });
});

describe('always', () => {
  const both = async (properties: Readonly<Record<string, unknown>>, fields: Readonly<Record<string, unknown>>) => {
    await site.apply(aUser('anna', properties));
    expect(await site.user('anna')).toMatchObject(fields);
    await site.ox.drift({
      setUser: { context: 10, name: 'anna', fields: { mailenabled: null, gui_spam_filter_enabled: false } },
    });
    await site.apply(aUser('anna', { ...properties, title: 'Dr.' }));
    expect(await site.user('anna')).toMatchObject(fields);
  };

  it('aliases = primary mail + mailAlternativeAddress, each once', () =>
    both(
      { mailAlternativeAddress: ['b@example.org', 'ANNA@example.org', 'a@example.org'] },
      { aliases: ['a@example.org', 'anna@example.org', 'b@example.org'] },
    ));

  it('primaryEmail = email1', () =>
    both({ mailPrimaryAddress: 'A.b@Example.org' }, { primaryEmail: 'A.b@Example.org', email1: 'A.b@Example.org' }));

  it.each([
    ['premium', true],
    ['nope', true],
    ['none', false],
    ['', false],
    [null, false],
  ])('mailenabled with oxAccess %j: %s', (oxAccess, mailenabled) => both({ oxAccess }, { mailenabled }));

  it('gui_spam_filter_enabled is true', () => both({}, { gui_spam_filter_enabled: true }));

  it('contextadmin is never true', async () => {
    await site.apply(aUser('anna', { contextadmin: true }));
    await site.apply(aUser('anna', { contextadmin: true, title: 'Dr.' }));
    const bodies = await Promise.all(['createByModuleAccess', 'change'].map((operation) => site.bodies(operation)));
    expect(bodies.flat()).toHaveLength(2);
    expect(bodies.flat().join()).not.toMatch(/contextadmin>true/);
  });
});

describe('change', () => {
  it('takes one call', async () => {
    await site.apply(aUser('anna'));
    expect((await site.apply(aUser('anna', { title: 'Dr.' }))).calls).toEqual(CHANGE);
  });

  it.each([
    ['language', 'it_IT'],
    ['timezone', 'Europe/Rome'],
    ['password', 'my own secret'],
  ])('keeps the own %s of the user', async (field, value) => {
    await site.apply(aUser('anna'));
    await site.ox.drift({ setUser: { context: 10, name: 'anna', fields: { [field]: value } } });

    await site.apply(aUser('anna', { title: 'Dr.' }));

    const [user] = (await site.ox.state()).contexts['10']?.users ?? [];
    expect(user).toMatchObject({ [field]: value, title: 'Dr.' });
    const [body = ''] = await site.bodies('change');
    expect(body.replace(/<(\w+:)?auth>.*/, '')).not.toMatch(new RegExp(`[<:]${field}>`));
  });

  it('takes one look more where the remembered id is missing, and remembers it again', async () => {
    await site.apply(aUser('anna'));
    site.remember(aUser('anna'), { oxDbUsername: 'anna' });
    expect((await site.apply(aUser('anna', { title: 'Dr.' }))).calls).toEqual([...LOOK, ...CHANGE, ACCESS]);
    expect(site.place.lastState(aUser('anna').id)?.object.oxDbId).toBe(await site.userId('anna'));
  });
});

describe('delete', () => {
  it.each([
    ['deleted', deleted(aUser('anna'))],
    ['disabled', aUser('anna', { isOxUser: false })],
  ])('%s: groups of the user that are empty afterwards are deleted too', async (_, file) => {
    await site.apply(aUser('anna'), aUser('bert'), aGroup('alone', ['anna']), aGroup('both', ['anna', 'bert']));
    await site.ox.seed({ contexts: { 10: { groups: [{ name: 'empty' }, { name: 'others', members: ['bert'] }] } } });

    const { calls } = await site.apply(file);

    expect(calls).toEqual(['OXGroupService.listGroupsForUser', 'OXGroupService.delete', 'OXUserService.delete']);
    expect((await site.context()).users.map((user) => user.name)).toEqual(['bert']);
    expect((await site.context()).groups.map(({ name, members }) => [name, members])).toEqual([
      ['both', ['bert']],
      ['empty', []],
      ['others', ['bert']],
      ['users', expect.anything()],
    ]);
  });

  it("never OX's own default groups", async () => {
    await site.apply(aUser('anna'));
    await site.ox.drift({ setGroup: { context: 10, name: 'users', members: ['anna'] } });
    await site.apply(deleted(aUser('anna')));
    expect(await site.group('users')).toMatchObject({ members: [] });
  });

  it('takes the last state away', async () => {
    await site.apply(aUser('anna'));
    expect((await site.apply(deleted(aUser('anna')))).calls).toEqual(DELETE);
    expect(site.place.lastStates()).toEqual({});
  });

  it('finds the user by the name it has in OX', async () => {
    await site.apply(aUser('anna'));
    await site.apply(changed(aUser('anna'), { username: 'anne' }));
    await site.apply(deleted(aUser('anna')));
    expect((await site.context()).users).toEqual([]);
  });
});
