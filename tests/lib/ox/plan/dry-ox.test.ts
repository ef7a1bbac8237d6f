/** What a plan would do to OX is noted, and nothing of it is done. */
import { openParts } from '../../../../bin/parts.ts';
import { createDryOx, type DryOx } from '../../../../lib/ox/plan/dry-ox.ts';
import { bringUser, joinDefaultGroup } from '../../../../lib/ox/types/user-move.ts';
import { readSettings } from '../../../../lib/settings/settings.ts';
import { aGroup, anAccount, aUser } from '../../../harness/objects.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

let ox: DryOx;
let close: () => void;

beforeEach(() => {
  const settings = readSettings({ OX_SOAP_SERVER: site.ox.url, OX_MASTER_PASSWORD: 'masterpw' }, site.place.data);
  const parts = openParts(settings, site.place.queue);
  ox = createDryOx(parts.ox);
  close = () => parts.client.close();
});
afterEach(() => close());

const told = (): unknown[] =>
  ox
    .take()
    .map(({ operation, object, changes }) => [
      operation,
      object,
      ...changes.map(({ field, before, after }) => `${field}: ${before} → ${after}`),
    ]);

const idOf = async (name: string): Promise<number> => (await ox.users.find(10, { name }))?.id ?? 0;

it('what is changed is read as it would be, and OX has none of it', async () => {
  await site.apply(aUser('anna'));
  const before = await site.ox.state();
  const id = await idOf('anna');

  await ox.users.change(10, { id }, { name: 'anne', title: 'Dr.' });
  await ox.users.change(10, { name: 'anne' }, { title: 'Prof.' });
  expect(told()).toEqual([
    ['change', `user with id ${id} in context 10`, 'name: anna → anne', 'title:  → Dr.'],
    ['change', 'user "anne" in context 10', 'title: Dr. → Prof.'],
  ]);
  expect(await ox.users.find(10, { name: 'anna' })).toBeNull();
  expect(await ox.users.find(10, { id })).toMatchObject({ id, name: 'anne' });
  await ox.users.delete(10, { name: 'anne' });
  expect(await ox.users.find(10, { id })).toBeNull();
  await expect(ox.users.change(10, { name: 'anne' }, {})).rejects.toThrow('No such object: user "anne" in context 10');
  expect([...(await ox.users.listIds(10))]).not.toContain(id);
  expect(await site.ox.state()).toEqual(before);
});

it('fields that were emptied, and pictures by their size, are compared with what comes later', async () => {
  await site.apply(aUser('anna', { title: 'Dr.' }));
  const id = await idOf('anna');
  await ox.users.change(10, { id }, { title: '', company: 'Example', image1: 'A'.repeat(400) });
  await ox.users.change(10, { id }, { title: '', company: '', image1: 'B'.repeat(400) });
  await ox.users.change(10, { id }, { title: 'Prof.', company: '', image1: 'B'.repeat(800) });
  const [, ...later] = told();
  expect(later).toEqual([
    ['change', `user with id ${id} in context 10`, 'company: Example → '],
    [
      'change',
      `user with id ${id} in context 10`,
      'title:  → Prof.',
      'image1: (a picture of 300 bytes) → (a picture of 600 bytes)',
    ],
  ]);
  const found = await ox.users.find(10, { id });
  expect(found).toMatchObject({ id, name: 'anna', title: 'Prof.', sur_name: 'Example' });
  expect(Object.values(found ?? {})).not.toContain('');
});

it('a name that is there is refused, as OX does', async () => {
  await site.apply(aUser('anna'));
  await expect(ox.users.create(10, { name: 'anna' }, null)).rejects.toThrow('user "anna" in context 10 already exists');
  await ox.users.delete(10, { name: 'anna' });
  expect(await ox.users.create(10, { name: 'anna' }, null)).toBeLessThan(0);
});

it('names of users are told apart by case, those of groups by what the database takes for equal', async () => {
  await site.apply(aUser('anna'));
  expect(await ox.users.create(10, { name: 'Anna' }, null)).toBeLessThan(0);
  await ox.groups.create(10, { name: 'Büro', displayname: 'Büro', members: [] });
  await expect(ox.groups.create(10, { name: 'buro ', displayname: 'x', members: [] })).rejects.toThrow(
    'already exists',
  );
});

it('a user that is copied is in the other context as it is here', async () => {
  await site.apply(aUser('anna'));
  const id = await idOf('anna');
  await ox.users.copy({ id }, 10, 20);
  expect(told()).toEqual([['copyUser', `user with id ${id} from context 10 to 20`]]);
  expect(await ox.users.find(20, { name: 'anna' })).toMatchObject({ email1: 'anna@example.org' });
});

it('rights that a user was given are those that it has', async () => {
  const all = Object.fromEntries(['webmail', 'calendar'].map((right) => [right, true]));
  await ox.users.create(10, { name: 'dora' }, all);
  await ox.users.changeAccess(10, { name: 'dora' }, { ...all, webmail: false });
  expect(told().at(-1)).toEqual(['changeByModuleAccess', 'user "dora" in context 10', 'webmail: true → false']);
  await ox.users.changeAccess(10, { name: 'dora' }, { ...all, webmail: false });
  expect(told()).toEqual([['changeByModuleAccess', 'user "dora" in context 10']]);
});

it('a user that was made without a word about its rights has some, which go along where it moves', async () => {
  await ox.users.create(10, { name: 'dora' }, null);
  const access = await ox.users.access(10, { name: 'dora' });
  expect(access).not.toBeNull();
  told();
  await ox.users.changeAccess(10, { name: 'dora' }, access ?? {});
  expect(told()).toEqual([['changeByModuleAccess', 'user "dora" in context 10']]);
});

it('users are found by their names together, as the plan has left them', async () => {
  await site.apply(aUser('anna'), aUser('bert'));
  const id = await idOf('anna');
  await ox.users.change(10, { id }, { name: 'anne' });
  await ox.users.create(10, { name: 'dora' }, null);
  const named = (...names: string[]) =>
    ox.users.findMany(
      10,
      names.map((name) => ({ name })),
    );
  expect((await named('dora', 'bert', 'anne')).map(({ name }) => name).sort()).toEqual(['anne', 'bert', 'dora']);
  await expect(named('bert', 'anna')).rejects.toThrow('No such object: user "anna" in context 10');
});

it('an account that was given to users is there for the next change of it', async () => {
  await site.apply(aUser('anna'));
  const ids = [await idOf('anna'), await ox.users.create(10, { name: 'dora' }, null)];
  const address = 'info@example.org';
  await ox.accounts.create(10, ids, { primaryAddress: address, name: 'info', login: 'x' });
  expect(await ox.accounts.list(10, ids)).toMatchObject(ids.map((userId) => ({ userId, primaryAddress: address })));
  told();
  await ox.accounts.update(10, ids, address, { name: 'help' });
  await ox.accounts.delete(10, ids.slice(1), address);
  expect(told()).toEqual([
    ['update', `secondary account "${address}" in context 10`, 'name: info → help'],
    ['delete', `secondary account "${address}" in context 10`, `primaryAddress: ${address} → `],
  ]);
  expect(await ox.accounts.list(10, ids)).toMatchObject([{ userId: ids[0], name: 'help' }]);
});

it('a user that is removed is in no group any more, and nothing can be done with its number', async () => {
  await site.apply(aUser('anna'), aUser('bert'), aGroup('sales', ['anna', 'bert']), aGroup('team', ['anna']));
  const [anna, bert] = [await idOf('anna'), await idOf('bert')];
  const groupsOf = async (name: string): Promise<unknown[]> =>
    (await ox.groups.ofUser(10, { name })).map((group) => group.name).filter((group) => group !== 'users');
  expect(await groupsOf('anna')).toEqual(['sales', 'team']);
  const dora = await ox.users.create(10, { name: 'dora' }, null);
  await ox.groups.create(10, { name: 'new', displayname: 'new', members: [dora] });
  expect(await groupsOf('dora')).toEqual(['new']);

  await ox.users.delete(10, { name: 'anna' });
  told();

  expect((await ox.groups.find(10, { name: 'sales' }))?.members).toEqual([bert]);
  await ox.groups.change(10, { name: 'sales' }, { name: 'sales', members: [bert, dora] });
  expect(told()).toEqual([['change', 'group "sales" in context 10', 'members added:  → dora']]);
  for (const refused of [
    ox.groups.change(10, { name: 'sales' }, { name: 'sales', members: [anna] }),
    ox.groups.ofUser(10, { id: anna }),
    ox.users.findMany(10, [{ id: bert }, { id: anna }]),
    ox.accounts.list(10, [bert, anna]),
  ]) {
    await expect(refused).rejects.toThrow(`No such object: user with id ${anna} in context 10`);
  }
  expect((await ox.users.findMany(10, [{ id: bert }, { id: dora }])).map(({ name }) => name)).toEqual(['bert', 'dora']);
});

it('OX is asked nothing of a context that is made by the plan', async () => {
  await ox.contexts.create({ id: 77, name: 'new', maxQuota: 5 }, {});
  await expect(ox.contexts.create({ id: 77, name: 'new' }, {})).rejects.toThrow('context 77 already exists');
  await ox.contexts.change({ id: 77, name: 'other' });
  expect(told()).toEqual([
    ['create', 'context 77', 'id:  → 77', 'name:  → new', 'maxQuota:  → 5'],
    ['change', 'context 77', 'name: new → other'],
  ]);
  expect([await ox.contexts.exists(77), await ox.users.find(77, { name: 'anna' })]).toEqual([true, null]);
  const id = await ox.users.create(77, { name: 'anna' }, null);
  expect([...(await ox.users.listIds(77))]).toEqual([id]);
  await ox.groups.addMember(77, { id: 1 }, id);
  await expect(ox.groups.addMember(77, { id: 1 }, id)).rejects.toThrow('Member already exists in group');
  await ox.contexts.delete(77);
  expect(await ox.contexts.find(77)).toBeNull();
});

it('users are found by the display name that the plan has given or taken from them', async () => {
  await site.apply(aUser('anna'), aUser('bert'), aUser('clara'));
  await ox.users.change(10, { name: 'anna' }, { display_name: 'Other' });
  await ox.users.delete(10, { name: 'bert' });
  const found = async (name: string): Promise<unknown[]> =>
    (await ox.users.search(10, name)).map((user) => user.name ?? null);
  expect(await Promise.all(['anna Example', 'Other', 'bert Example', 'clara Example'].map(found))).toEqual([
    [],
    ['anna'],
    [],
    ['clara'],
  ]);
  expect(await ox.users.existsDisplayName(10, 'other')).toBe(true);
});

it('a user with an account changes its context', async () => {
  const anna = aUser('anna');
  await site.apply(anna, anAccount('info', ['anna']), aUser('bert', { oxContext: 20, displayName: 'ANNA example' }));
  const before = await site.ox.state();
  const place = {
    context: 20,
    name: 'anna',
    formerName: null,
    id: null,
    movesFrom: { context: 10, name: 'anna', oxId: null },
    owner: anna,
  };
  const wanted = {
    fields: { name: 'anna', display_name: 'anna Example' },
    createOnly: [],
    cleared: [],
    access: null,
    accessBefore: null,
    isRepeated: false,
    primaryMail: 'anna@example.org',
    addresses: ['anna@example.org'],
    keepsAliases: false,
    emptyAlready: [],
    mailBefore: null,
  };

  const copy = await bringUser(place, wanted, {
    ox,
    find: ({ context, name }) => ox.users.find(context, { name }),
    nameMustBeFree: () => undefined,
    lookAgain: async () => null,
    nameOfUser: () => null,
    rememberPlace: () => undefined,
    ownership: {
      others: () => [],
      isOwn: () => true,
      isClaimed: () => false,
      mustBeFree: () => undefined,
      mustBeAdoptable: () => undefined,
      standsForOther: () => null,
      refuse: () => {
        throw new Error('nothing is refused');
      },
    },
  });
  await joinDefaultGroup(ox, 20, copy?.id ?? 0);

  expect(ox.take().map(({ operation }) => operation)).toEqual(['copyUser', 'delete', 'create', 'addMember']);
  expect(await site.ox.state()).toEqual(before);
});
