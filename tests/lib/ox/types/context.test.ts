/** Contexts in OX and in contexts.json (docs/behaviour.md, "Contexts"). */
import { aContext, aUser, changed, deleted } from '../../../harness/objects.ts';
import { ADMIN_20, useSite } from '../../../harness/site.ts';

const site = useSite();

const logins = () => site.place.credentials();

describe('create', () => {
  it('takes name, quota and the login mappings of the context', async () => {
    await site.apply(aContext(30, { name: 'hoelzl', oxQuota: 4711 }));

    const { name, maxQuota, loginMappings } = await site.context(30);
    expect({ name, maxQuota, loginMappings }).toEqual({
      name: 'hoelzl',
      maxQuota: 4711,
      loginMappings: expect.arrayContaining(['context30', '30', 'hoelzl']),
    });
  });

  it('cannot have a name that is no login; a rename can', async () => {
    const named = aContext(30, { name: 'Hölzl & Söhne' });
    const { failure } = await site.stopsAt(named);
    expect(failure.message).toMatch(/in login mapping/);
    site.place.clearQueue();

    await site.apply(aContext(30), changed(aContext(30), { name: 'Hölzl & Söhne' }));

    expect((await site.context(30)).name).toBe('Hölzl & Söhne');
  });

  it.each([
    ['-1', -1, -1],
    ['text', '500', 500],
    ['no value', null, -1],
    ['an empty text', '', -1],
  ])('takes %s as quota, -1 is unlimited', async (_, oxQuota, maxQuota) => {
    await site.apply(aContext(30, { contextid: '30', oxQuota }));

    expect((await site.context(30)).maxQuota).toBe(maxQuota);
  });

  it.each([
    ['oxadmin', 'for DEFAULT_CONTEXT', '30'],
    ['oxadmin-context30', 'otherwise', '10'],
  ])('makes the admin user %s %s', async (admin, _, defaultContext) => {
    site.set({ DEFAULT_CONTEXT: defaultContext });

    await site.apply(aContext(30));

    expect((await site.context(30)).admin.name).toBe(admin);
    expect(logins()['30']?.adminuser).toBe(admin);
  });

  it('gives the admin display name, names, mail, time zone and language', async () => {
    site.set({ DOMAINNAME: 'ucs.test', LOCAL_TIMEZONE: 'Europe/Vienna', OX_LANGUAGE: 'en_GB' });

    await site.apply(aContext(30));

    expect((await site.context(30)).admin).toMatchObject({
      display_name: 'OX Admin',
      given_name: 'OX',
      sur_name: 'Admin',
      primaryEmail: 'oxadmin-context30@ucs.test',
      email1: 'oxadmin-context30@ucs.test',
      timezone: 'Europe/Vienna',
      language: 'en_GB',
    });
  });

  it('chooses a password of 64 letters and digits with a small letter, a capital and a digit, another each time', async () => {
    await site.apply(aContext(30), aContext(31));

    const passwords = [logins()['30'], logins()['31']].map((login) => login?.adminpass ?? '');
    expect(new Set(passwords).size).toBe(2);
    for (const password of passwords) {
      expect(password).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[a-zA-Z0-9]{64}$/);
    }
  });

  it('has the password in contexts.json before OX is asked to create the context', async () => {
    await site.ox.rules([{ match: { service: 'OXContextService', operation: 'create' }, action: { reset: 'after' } }]);

    const { failure } = await site.stopsAt(aContext(30));

    expect(failure.code).toBe('OX_UNREACHABLE');
    expect((await site.ox.state()).contexts['30']?.admin.password).toBe(logins()['30']?.adminpass);
    await site.apply();
    await site.apply(aUser('anna', { oxContext: 30 }));
    expect(await site.user('anna', 30)).toBeDefined();
  });

  it('uses the entry that a run that was cut off, or the administrator, left in contexts.json', async () => {
    await site.ox.rules([{ match: { service: 'OXContextService', operation: 'create' }, action: { reset: 'before' } }]);
    await site.stopsAt(aContext(30));
    const first = logins()['30'];

    await site.apply();

    expect(logins()['30']).toEqual(first);
    expect((await site.ox.state()).contexts['30']?.admin.password).toBe(first?.adminpass);
  });

  it('keeps the other entries of contexts.json', async () => {
    const before = logins();

    await site.apply(aContext(30));

    expect(logins()).toEqual({ ...before, 30: expect.anything() });
  });

  it('finds an existing context by its id, whatever its name', async () => {
    await site.apply(aContext(20, { name: 'renamed', oxQuota: 5 }));

    expect(await site.context(20)).toMatchObject({ name: 'renamed', maxQuota: 5, admin: { name: ADMIN_20.name } });
  });
});

it('rename: the new name is a login mapping, the old one is none, those of others stay', async () => {
  await site.apply(aContext(30));
  await site.ox.seed({ contexts: { 30: { loginMappings: ['context30', 'theirs'] } } });
  const before = await site.context(30);

  const { calls } = await site.apply(aContext(30, { name: 'other', oxQuota: -1 }));

  expect(calls).toEqual(['OXContextService.getData', 'OXContextService.change']);
  expect(await site.context(30)).toEqual({
    ...before,
    name: 'other',
    maxQuota: -1,
    loginMappings: before.loginMappings.map((mapping) => (mapping === before.name ? 'other' : mapping)).sort(),
  });
});

it('change: a context that is gone is created again, with the login of contexts.json', async () => {
  await site.apply(aContext(30));
  const login = logins()['30'];
  await site.ox.drift({ deleteContext: { context: 30 } });

  await site.apply(changed(aContext(30), { oxQuota: 7 }));

  expect((await site.context(30)).maxQuota).toBe(7);
  expect(logins()['30']).toEqual(login);
});

describe('delete', () => {
  it('removes the context with everything in it, then its entry in contexts.json', async () => {
    await site.apply(aContext(30), aUser('anna', { oxContext: 30 }));

    await site.apply(deleted(aContext(30)));

    expect(Object.keys((await site.ox.state()).contexts)).toEqual(['10', '20']);
    expect(Object.keys(logins())).not.toContain('30');
    expect(site.place.lastState(aContext(30).id)).toBeNull();
  });

  it('says what was done: removed, or that it was gone', async () => {
    const { dn } = aContext(30);
    await site.apply(aContext(30));
    expect((await site.apply(deleted(aContext(30)))).actions).toEqual([`${dn}: removed in context 30`]);

    await site.apply(aContext(30));
    await site.ox.drift({ deleteContext: { context: 30 } });
    expect((await site.apply(deleted(aContext(30)))).actions).toEqual([`${dn}: was gone in context 30`]);
    expect(Object.keys(logins())).not.toContain('30');
  });

  it('keeps the entry in contexts.json while OX refuses', async () => {
    await site.apply(aContext(30));
    const fault = { exception: 'StorageException', text: 'out of order' };
    await site.ox.rules([{ match: { service: 'OXContextService', operation: 'delete' }, action: { fault } }]);

    const { failure } = await site.stopsAt(deleted(aContext(30)));

    expect(failure.code).toBe('OX_REFUSED');
    expect(Object.keys(logins())).toContain('30');
  });
});

describe('a context that exists in OX but has no credentials entry', () => {
  beforeEach(() => site.forgetCredentials(20));

  it('is not adopted silently: warned of, and updated as far as the master admin can', async () => {
    const { actions, warnings } = await site.apply(aContext(20, { name: 'new name', oxQuota: 99 }));

    expect(actions).toEqual([`${aContext(20).dn}: updated in context 20`]);
    expect(warnings).toEqual([
      'context 20 exists in OX but has no entry in contexts.json: only its name and quota are kept up to date, its users, ' +
        'groups and resources are skipped until its admin is entered there',
    ]);
    expect(await site.context(20)).toMatchObject({ name: 'new name', maxQuota: 99, admin: { name: ADMIN_20.name } });
    expect(Object.keys(logins())).not.toContain('20');
  });

  it('is warned of again at every later change', async () => {
    await site.apply(aContext(20));

    const { warnings } = await site.apply(aContext(20, { oxQuota: 3 }));

    expect(warnings).toHaveLength(1);
    expect((await site.context(20)).maxQuota).toBe(3);
  });
});

describe('a context that is created after its deletion', () => {
  it('waits until OX is done: 1 s and the duration of the deletion', async () => {
    await site.apply(aContext(30));
    const { pauses, waits } = await site.apply(deleted(aContext(30)), aContext(30));

    expect(waits).toEqual(['OX may still be deleting the former context 30']);
    expect(pauses).toHaveLength(1);
    expect(pauses[0]).toBeGreaterThan(500);
    expect(pauses[0]).toBeLessThan(5000);
    expect((await site.context(30)).name).toBe('context30');
  });

  it('also where the answer to the deletion was lost', async () => {
    await site.apply(aContext(30));
    await site.ox.rules([{ match: { service: 'OXContextService', operation: 'delete' }, action: { reset: 'after' } }]);
    await site.stopsAt(deleted(aContext(30)), aContext(30));

    const { pauses } = await site.apply();

    expect(Math.max(...pauses)).toBeGreaterThan(1000);
    expect((await site.context(30)).name).toBe('context30');
  });

  it('no other creation waits', async () => {
    await site.apply(aContext(30));
    expect((await site.apply(deleted(aContext(30)), aContext(31))).pauses).toEqual([]);
  });
});

describe('a context whose number changes', () => {
  it('is refused and stays as it is: OX knows it by its number', async () => {
    await site.apply(aContext(30), aUser('anna', { oxContext: 30 }));

    const { failure } = await site.stopsAt(changed(aContext(30), { contextid: 31, oxQuota: 5 }));

    expect(failure).toMatchObject({ code: 'PROPERTY_INVALID', exitCode: 65, nature: 'object' });
    expect(failure.message).toBe(
      `the property contextid of ${aContext(30).dn} is 31, but OX has the context as 30, and no context can get another number`,
    );
    expect(failure.remedy).toBe(
      'Set contextid to 30 again in UDM. For a context 31 make another object, and move the users there.',
    );
    expect(await site.ox.state()).toHaveProperty('contexts.30');
    expect(await site.ox.state()).not.toHaveProperty('contexts.31');
    site.place.clearQueue();
    await site.apply(changed(aContext(30), { oxQuota: 7 }));
    expect((await site.context(30)).maxQuota).toBe(7);
  });

  it('is refused as well where its credentials are missing: it would be forgotten with all that waits there', async () => {
    await site.apply(aContext(30));
    site.forgetCredentials(30);

    const { failure } = await site.stopsAt(changed(aContext(30), { contextid: 31, name: 'context31' }));

    expect(failure.code).toBe('PROPERTY_INVALID');
    expect(await site.ox.state()).not.toHaveProperty('contexts.31');
    expect(site.place.lastState(aContext(30).id)?.object.contextid).toBe(30);
  });
});
