/** Who is meant by a DN in a group: whoever had it when the group was written (docs/behaviour.md, "Groups"). */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { aContext, aGroup, anAccount, aUser, changed, deleted, type QueueFile, userDn } from '../../harness/objects.ts';
import { useSite } from '../../harness/site.ts';

const site = useSite();

const anna = aUser('anna', { displayName: 'Anna', uidNumber: '2001' });
const renamed: QueueFile = {
  ...changed(anna, { username: 'berta', mailPrimaryAddress: 'berta@example.org' }),
  dn: userDn('berta'),
};
const newcomer: QueueFile = {
  ...aUser('anna', { displayName: 'Anna the younger', uidNumber: '2002' }),
  id: '99999999-0000-4000-8000-000000000001',
};

async function members(context = 10): Promise<readonly unknown[]> {
  const state = await site.ox.canonicalState();
  return state.contexts[context]?.groups.find(({ name }) => name === 'team')?.members ?? [];
}

const refusedTeam = (...users: string[]): QueueFile => changed(aGroup('team', users), { name: 'odd/1' });

it('an older change of a group takes nobody in who got the DN later', async () => {
  await site.apply(anna, aGroup('team', ['anna']));
  await site.stopsAt(aGroup('team', ['anna'], { description: 'x' }), renamed, newcomer, refusedTeam('berta'));
  expect(await members()).toEqual(['berta']);
});

it('nor where the former holder is deleted', async () => {
  await site.apply(anna, aUser('clara'), aGroup('team', ['anna', 'clara']));
  await site.stopsAt(
    aGroup('team', ['anna', 'clara'], { description: 'x' }),
    deleted(anna),
    newcomer,
    refusedTeam('clara'),
  );
  expect(await members()).toEqual(['clara']);
});

it('nor a group that is looked at again because a newcomer has the DN', async () => {
  site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' });
  await site.apply(anna, aGroup('team', ['anna']));
  await site.apply(refusedTeam('anna'));
  await site.apply(renamed, refusedTeam('berta'));
  await site.apply(newcomer);
  expect(await members()).toEqual(['berta']);
});

it('nor where the former holder was deleted before', async () => {
  site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' });
  await site.apply(anna, aUser('clara'), aGroup('team', ['anna', 'clara']));
  await site.apply(refusedTeam('anna', 'clara'));
  await site.apply(deleted(anna), refusedTeam('clara'));
  await site.apply(newcomer);
  expect(await members()).toEqual(['clara']);
});

it('nor one that comes again as it was, before the newcomer is named in it', async () => {
  site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' });
  await site.apply(anna, aUser('clara'), aGroup('team', ['anna', 'clara']));
  await site.apply(refusedTeam('anna', 'clara'));
  await site.apply(deleted(anna));
  await site.apply(newcomer);
  expect(await members()).toEqual(['clara']);
  await site.apply(aGroup('team', ['anna', 'clara']));
  expect(await members()).toEqual(['anna', 'clara']);
});

it('gives no functional account to who got the DN later', async () => {
  site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' });
  await site.apply(anna, anAccount('sales', ['anna']));
  await site.apply(changed(anAccount('sales', ['berta']), { name: '' }));
  await site.apply(renamed);
  await site.apply(newcomer);
  const { users } = await site.context(10);
  const holders = users.filter(({ accounts }) => (accounts as readonly unknown[]).length > 0);
  expect(holders.map(({ name }) => name)).toEqual(['berta']);
});

it('a DN is given up by the deletion, also where that waits and the user comes back under another one', async () => {
  await site.apply(aContext(20), changed(anna, { oxContext: 20 }));
  site.forgetCredentials(20);
  site.forgetCredentials(10);
  await site.apply(deleted(anna), newcomer, anAccount('sales', ['anna']));
  site.enterCredentials(10);
  site.enterCredentials(20);
  await site.apply({ ...changed(renamed, { isOxUser: false }) });
  await site.apply(newcomer);
  expect((await site.user('anna'))?.accounts).toEqual([expect.objectContaining({ name: 'sales' })]);
});

it('takes a newcomer for somebody else where the renaming was replaced by a newer change in the same run', async () => {
  const { uidNumber: _, ...withoutNumber } = newcomer.object ?? {};
  const first = changed(anna, { uidNumber: null });
  await site.apply(first, aUser('xaver', { oxDisplayName: 'Xaver' }));
  const refused = { ...changed(renamed, { oxDisplayName: 'Xaver', uidNumber: null }) };
  await site.apply(refused, { ...newcomer, object: withoutNumber }, changed(refused, { oxDisplayName: 'Berta' }));
  expect(await site.user('berta')).toMatchObject({ display_name: 'Berta' });
  expect(await site.user('anna')).toMatchObject({ display_name: 'Anna the younger' });
});

it('takes a new group for another one where the renaming was replaced by a newer change long before its turn', async () => {
  const staff = aGroup('staff', ['anna']);
  const odd = { ...changed(staff, { name: 'odd/1' }), dn: 'cn=odd,cn=groups,dc=example,dc=org' };
  await site.apply(anna, staff);
  const other: QueueFile = { ...staff, id: '99999999-0000-4000-8000-000000000002' };
  const run = await site.stopsAt(odd, aGroup('team', ['anna']), other, changed(odd, { description: 'x' }));
  expect(run.actions).toEqual([expect.stringContaining('cn=team')]);
});

it('a newcomer has the DN for itself, however often OX refuses the renaming of the former holder', async () => {
  site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' });
  await site.ox.options({ usernameChangeable: false });
  await site.apply(aContext(20));
  const next = changed(newcomer, { oxContext: 20 });
  await site.apply(anna, renamed, next, aGroup('team', ['anna']), { ...renamed, dn: userDn('beate') });
  expect(await members(10)).toEqual([]);
  expect(await members(20)).toEqual(['anna']);
});

it('remembers who had a DN until nobody is named by it', async () => {
  const path = join(site.place.queue, '.former-dns');
  site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' });
  await site.apply(anna, aGroup('team', ['anna']));
  await site.apply(renamed);
  expect(existsSync(path)).toBe(true);
  await site.apply(aGroup('team', ['berta']));
  expect(existsSync(path)).toBe(false);
});
