/**
 * What is not ours to change: contexts without credentials, and the admins of contexts
 * (docs/behaviour.md, "Missing credentials").
 */
import { aContext, aUser, changed, deleted, type QueueFile } from '../../../harness/objects.ts';
import { account, anna, bert, group, resource } from '../../../harness/one-of-each.ts';
import { useSite } from '../../../harness/site.ts';
import { MASTER } from '../../../sandbox/client.ts';

const site = useSite();

describe('a context for which contexts.json has no entry', () => {
  const own = (file: QueueFile) => changed(file, { oxContext: 20 });

  it.each([
    ['a user', own(anna), async () => (await site.context(20)).users.length],
    ['a resource', own(resource), async () => (await site.context(20)).resources.length],
  ])(
    '%s is skipped with a warning naming it, settled, and provisioned once the credentials exist',
    async (_, file, count) => {
      site.forgetCredentials(20);

      const { calls, warnings } = await site.apply(file);

      expect(calls).toEqual([]);
      expect(warnings).toEqual([expect.stringMatching(/contexts\.json.*context 20/)]);
      expect(site.place.waiting()).toEqual([]);
      expect(site.place.lastState(file.id)).not.toBeNull();
      expect((await site.apply()).calls).toEqual([]);
      site.enterCredentials(20);
      await site.apply();
      expect(await count()).toBe(1);
      expect((await site.apply()).calls).toEqual([]);
    },
  );

  it('group and account arrive with their users', async () => {
    site.forgetCredentials(20);
    await site.apply(own(anna), own(bert), group, account);
    site.enterCredentials(20);

    await site.apply();

    expect(await site.group('sales', 20)).toMatchObject({ members: ['anna', 'bert'] });
    expect(await site.accounts('anna', 20)).toHaveLength(1);
    expect(await site.accounts('bert', 20)).toHaveLength(1);
  });

  it('is created in the same run: its users come with it', async () => {
    await site.apply(aUser('anna', { oxContext: 30 }));
    const { warnings } = await site.apply(aContext(30));
    expect(warnings).toEqual([]);
    await site.apply();
    expect(await site.user('anna', 30)).toBeDefined();
  });

  it.each([
    ['a user', own(anna)],
    ['a resource', own(resource)],
  ])('%s that is deleted there is skipped with a warning', async (_, file) => {
    await site.apply(file);
    site.forgetCredentials(20);
    const { calls, warnings } = await site.apply(deleted(file));
    expect([calls, warnings]).toEqual([[], [expect.stringContaining('context 20')]]);
    expect(site.place.waiting()).toEqual([]);
  });
});

describe('the admin user of a context is never changed or deleted', () => {
  const admin = aUser('oxadmin');
  const untouched = async (...files: readonly QueueFile[]) => {
    const before = (await site.ox.state()).contexts['10']?.admin;
    const warnings: string[] = [];
    for (const file of files) {
      warnings.push(...(await site.apply(file)).warnings);
    }
    expect((await site.ox.state()).contexts['10']?.admin).toEqual(before);
    return warnings;
  };

  it.each([
    ['created', [admin]],
    ['changed', [admin, aUser('oxadmin', { title: 'Dr.' })]],
    ['in other case', [aUser('OXAdmin')]],
    ['created and deleted', [admin, deleted(admin)]],
    ['created and disabled', [admin, aUser('oxadmin', { isOxUser: false })]],
    ['renamed into', [anna, changed(anna, { username: 'oxadmin' })]],
    ['moved away', [admin, changed(admin, { oxContext: 20 })]],
    ['moved into', [aUser('oxadmin', { oxContext: 20 }), admin]],
  ])('%s: skipped with a warning', async (_, files) => {
    expect(await untouched(...files)).toContainEqual(
      expect.stringMatching(/^oxadmin is the admin of context 10, which is never changed$/i),
    );
  });

  it('nor adopted, where contexts.json has another login than its own', async () => {
    await site.ox.options({ masterOverride: true });
    site.enterLogin(10, { adminuser: MASTER.login, adminpass: MASTER.password });
    const adminNow = async () => (await site.ox.state()).contexts[10]?.users.find(({ id }) => id === 2);
    const unchanged = await adminNow();

    const said = 'oxadmin is the admin of context 10, which is never changed';
    expect((await site.apply(admin)).warnings).toEqual([said]);
    expect((await site.apply(changed(admin, { title: 'Dr.' }))).warnings).toEqual([said]);
    expect(site.place.lastState(admin.id)?.object).toMatchObject({ title: 'Dr.', oxDbContext: null });
    expect(await adminNow()).toEqual(unchanged);

    // Where it was is still known.
    const own = changed(admin, { oxContext: 20, username: 'otto' });
    await site.apply(own);
    expect((await site.apply(changed(admin, { oxContext: 10 }))).warnings).toEqual([said]);
    await site.apply(deleted(admin));
    expect(await site.user('otto', 20)).toBeUndefined();
    expect(await adminNow()).toEqual(unchanged);
  });

  it.each([
    ['was skipped, is renamed', 10, () => site.apply(admin)],
    ['was skipped, is renamed and moved', 20, () => site.apply(admin)],
    [
      'was skipped when it became an OX user, is renamed',
      10,
      () => site.apply(aUser('oxadmin', { isOxUser: false }), admin),
    ],
    ['counts as provisioned for an earlier connector, is renamed', 10, () => site.remember(admin, { oxDbId: 2 })],
  ])('nor renamed, where who had its name %s', async (_, context, before) => {
    const adminNow = async () => (await site.ox.state()).contexts[10]?.users.find(({ id }) => id === 2);
    const unchanged = await adminNow();
    await before();
    await site.apply(changed(admin, { username: 'otto', oxContext: context }));
    expect(await site.user('otto', context)).toMatchObject({ primaryEmail: 'oxadmin@example.org' });
    await site.apply(deleted(admin));
    expect(await site.user('otto', context)).toBeUndefined();
    expect(await adminNow()).toEqual(unchanged);
  });

  it.each([
    ['deleted', deleted(admin)],
    ['disabled', aUser('oxadmin', { isOxUser: false })],
  ])('%s, though the last state names it as provisioned', async (_, file) => {
    site.remember(admin, { oxDbId: 2, oxDbUsername: 'oxadmin', oxDbContext: 10 });
    expect(await untouched(file)).toEqual(['oxadmin is the admin of context 10, which is never deleted']);
  });
});
