/** Groups: one in every context that has a member, with its members only (docs/behaviour.md, "Groups"). */
import { aGroup, aUser, changed, deleted, groupDn, idOf, userDn } from '../../../harness/objects.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

const CREATE = 'OXGroupService.create';
const CHANGE = 'OXGroupService.change';
const DELETE = 'OXGroupService.delete';
const LOOK = 'OXGroupService.getData';

const members = async (name: string, context = 10) => (await site.group(name, context))?.members;
const groupId = async (name: string, context = 10) =>
  (await site.ox.state()).contexts[context]?.groups.find((group) => group.name === name)?.id;

beforeEach(async () => {
  await site.apply(aUser('anna'), aUser('bert'), aUser('carl', { oxContext: 20 }), aUser('dora', { isOxUser: false }));
});

describe('an OX group if isOxGroup is set', () => {
  it.each([
    [true, true],
    ['TRUE', true],
    ['1', true],
    ['OK', true],
    [false, false],
    ['FALSE', false],
    ['0', false],
    ['Not', false],
    [null, false],
    [undefined, false],
  ])('%j: %s', async (isOxGroup, exists) => {
    const { calls } = await site.apply(aGroup('sales', ['anna'], { isOxGroup }));
    expect(calls).toEqual(exists ? [CREATE] : []);
    expect((await members('sales')) !== undefined).toBe(exists);
  });

  it('that is no OX group never takes away the OX group of the same name', async () => {
    await site.ox.seed({ contexts: { 10: { groups: [{ name: 'sales', members: ['anna'] }] } } });
    await site.apply(aGroup('sales', ['anna'], { isOxGroup: false }));
    await site.apply(deleted(aGroup('sales', [])));
    expect(await members('sales')).toEqual(['anna']);
  });
});

describe('a group lives in every context in which it has a member that is an OX user', () => {
  it("one OX group per context, with that context's members only", async () => {
    const { calls } = await site.apply(aGroup('sales', ['anna', 'carl', 'dora', 'bert']));
    expect(calls).toEqual([CREATE, CREATE]);
    expect(await members('sales', 10)).toEqual(['anna', 'bert']);
    expect(await members('sales', 20)).toEqual(['carl']);
  });

  it('and in no other: without members nowhere', async () => {
    expect((await site.apply(aGroup('sales', []))).calls).toEqual([]);
    expect((await site.apply(aGroup('support', ['dora']))).calls).toEqual([]);
  });

  it('comes into a context with its first member there', async () => {
    await site.apply(aGroup('sales', ['anna']));
    const { calls } = await site.apply(aGroup('sales', ['anna', 'carl']));
    expect(calls.toSorted()).toEqual([CHANGE, CREATE]);
    expect(await members('sales', 20)).toEqual(['carl']);
  });

  it.each([
    ['no members left in a context', aGroup('sales', ['anna']), [['anna'], undefined]],
    ['no members left at all', aGroup('sales', []), [undefined, undefined]],
    ['no OX group any more', aGroup('sales', ['anna', 'carl'], { isOxGroup: false }), [undefined, undefined]],
    ['deleted', deleted(aGroup('sales', [])), [undefined, undefined]],
  ])('%s: deleted there', async (_, file, left) => {
    await site.apply(aGroup('sales', ['anna', 'carl']));
    await site.apply(file);
    expect([await members('sales', 10), await members('sales', 20)]).toEqual(left);
  });

  it('is found again where it was, also when its members have moved on since', async () => {
    await site.apply(aGroup('sales', ['anna', 'bert']));
    await site.apply(aUser('anna', { oxContext: 20 }));
    expect([await members('sales', 10), await members('sales', 20)]).toEqual([['bert'], ['anna']]);
    await site.apply(deleted(aGroup('sales', [])));
    expect([await members('sales', 10), await members('sales', 20)]).toEqual([undefined, undefined]);
  });
});

describe('name and display name = OX_GROUP_IDENTIFIER', () => {
  const id = idOf('group', 'sales');

  it.each([
    ['name', 'sales'],
    ['sambaName', 'Sales Team'],
    ['entryUUID', id],
  ])('%s', async (OX_GROUP_IDENTIFIER, name) => {
    site.set({ OX_GROUP_IDENTIFIER });
    await site.apply(aGroup('sales', ['anna'], { sambaName: 'Sales Team' }));
    expect(await site.group(name)).toEqual({ name, displayname: name, members: ['anna'] });
    expect(site.place.lastState(id)?.object.oxDbGroupname).toBe(name);
  });

  it.each([[undefined], [''], [[]], [['Sales']], [['a', 'b']]])(
    '%j is an error naming setting, object and property',
    async (value) => {
      site.set({ OX_GROUP_IDENTIFIER: 'sambaName' });
      const { failure, calls } = await site.stopsAt(aGroup('sales', ['anna'], { sambaName: value }));
      expect(failure.code).toBe('PROPERTY_INVALID');
      for (const part of ['OX_GROUP_IDENTIFIER', groupDn('sales'), 'sambaName']) {
        expect(failure.message).toContain(part);
      }
      expect(calls).toEqual([]);
    },
  );
});

describe('rename by id', () => {
  it('keeps a group whose new name OX takes for its own', async () => {
    await site.apply(aGroup('sales', ['anna', 'carl']));
    const text = 'Group Sales already exists in this context';
    await site.ox.rules([
      {
        match: { operation: 'change', service: 'OXGroupService' },
        action: { fault: { exception: 'InvalidDataException', text } },
      },
    ]);
    await site.apply(changed(aGroup('sales', ['anna', 'carl']), { name: 'Sales' }));
    expect(await site.group('Sales')).toMatchObject({ members: ['anna'] });
    expect(await site.group('Sales', 20)).toMatchObject({ members: ['carl'] });
  });

  const renamed = changed(aGroup('sales', ['anna', 'carl']), { name: 'selling' });

  it('keeps the group and its members', async () => {
    await site.apply(aGroup('sales', ['anna', 'carl']));
    const id = await groupId('sales');

    const { calls } = await site.apply(renamed);

    expect(calls).toEqual([LOOK, CHANGE, LOOK, CHANGE]);
    expect(await groupId('selling')).toBe(id);
    expect(await site.group('selling')).toEqual({ name: 'selling', displayname: 'selling', members: ['anna'] });
    expect([await members('sales', 10), await members('sales', 20)]).toEqual([undefined, undefined]);
  });

  it('in case only', async () => {
    await site.apply(aGroup('sales', ['anna']));
    await site.apply(aGroup('sales', ['anna'], { name: 'Sales' }));
    expect(await members('Sales')).toEqual(['anna']);
  });

  it.each([
    ['the old one is gone', { deleteGroup: { context: 10, name: 'sales' } }],
    ['it was done already', { setGroup: { context: 10, name: 'selling', members: [] } }],
  ])('%s', async (_, drift) => {
    await site.apply(aGroup('sales', ['anna', 'carl']));
    await site.ox.drift(drift);
    await site.apply(renamed);
    expect([await members('sales'), await members('selling')]).toEqual([undefined, ['anna']]);
  });
});

describe('groups called users are ignored', () => {
  it.each(['users', 'Users', 'USERS'])('%s', async (name) => {
    const before = await site.context();
    const { calls } = await site.apply(aGroup(name, ['anna']), deleted(aGroup(name, [])));
    expect(calls).toEqual([]);
    expect(await site.context()).toEqual(before);
  });

  it('a group that gets that name goes away in OX', async () => {
    await site.apply(aGroup('sales', ['anna']));
    await site.apply(aGroup('sales', ['anna'], { name: 'Users' }));
    expect((await site.context()).groups.map(({ name }) => name)).toEqual(['users']);
    await site.apply(aGroup('sales', ['bert'], { name: 'selling' }));
    expect(await members('selling')).toEqual(['bert']);
  });
});

describe('always the complete list, each id once', () => {
  const twice = [
    userDn('anna'),
    userDn('anna').toUpperCase(),
    'UID=Anna , CN=users,dc=example, dc=org',
    userDn('bert'),
  ];

  it.each([
    ['at creation', []],
    ['at a change', [aGroup('sales', ['bert'])]],
  ])('%s', async (_, before) => {
    await site.apply(...before);
    await site.apply(aGroup('sales', [], { users: twice }));
    expect(await members('sales')).toEqual(['anna', 'bert']);
  });

  it.each([
    ['comes', ['anna'], ['anna', 'bert']],
    ['goes', ['anna', 'bert'], ['bert']],
    ['takes the place of another', ['anna'], ['bert']],
    ['stays', ['anna', 'bert'], ['anna', 'bert']],
  ])('a member %s: one call', async (_, before, after) => {
    await site.apply(aGroup('sales', before));
    expect((await site.apply(aGroup('sales', after))).calls).toEqual([CHANGE]);
    expect(await members('sales')).toEqual(after);
  });
});

describe('members unknown to old/ or without an oxDbId', () => {
  const anna = aUser('anna');

  it('are left out with a warning', async () => {
    site.remember(anna, { oxDbUsername: 'anna' });
    await site.apply(aUser('emil', { oxContext: 30 }));

    const { warnings } = await site.apply(aGroup('sales', ['anna', 'bert', 'dora', 'emil', 'nobody']));

    expect(warnings).toEqual([expect.stringContaining('3 members left out')]);
    for (const name of ['anna', 'emil', 'nobody']) {
      expect(warnings[0]).toContain(userDn(name));
    }
    expect(await members('sales')).toEqual(['bert']);
  });

  it('such a user that is provisioned later brings the group back', async () => {
    site.remember(anna, { oxDbUsername: 'anna' });
    await site.apply(aGroup('sales', ['anna', 'bert', 'nina']));
    await site.apply(anna, aUser('nina'));
    expect(await members('sales')).toEqual(['anna', 'bert', 'nina']);
  });

  it('where none of the ids of a context is known, the group there is left as it is', async () => {
    await site.apply(aGroup('sales', ['anna', 'carl']));
    site.remember(anna, { oxDbUsername: 'anna' });
    const { warnings } = await site.apply(aGroup('sales', ['anna', 'carl']));
    expect(warnings).toContain('left as it is in context 10: the ids of its members are not known there');
    expect(await members('sales')).toEqual(['anna']);
  });

  it('members that OX has lost are left out with a warning, and then brought back', async () => {
    await site.apply(aGroup('sales', ['anna', 'bert']));
    await site.ox.drift({ deleteUser: { context: 10, name: 'anna' } });
    const { calls, warnings } = await site.apply(aGroup('sales', ['anna', 'bert'], { description: 'new' }));
    const lookedUp = ['OXUserService.getMultipleData', 'OXUserService.listAll', 'OXUserService.getMultipleData'];
    const lookedUpAgain = ['OXUserService.getData', 'OXUserService.change', 'OXUserService.createByModuleAccess'];
    expect(calls).toEqual([CHANGE, ...lookedUp, CHANGE, ...lookedUpAgain, CHANGE]);
    expect(warnings.at(-1)).toMatch(/^1 member left out, not known in OX \(yet\): uid=anna,/);
    expect(await members('sales')).toEqual(['anna', 'bert']);
  });
});

it('members that OX has lost are found where the list of the users is too large for an answer', async () => {
  await site.apply(aGroup('sales', ['anna', 'bert']));
  await site.ox.drift({ deleteUser: { context: 10, name: 'anna' } });
  await site.ox.options({ wsdlStatus: 503 });
  await site.ox.rules([{ match: { operation: 'listAll' }, action: { huge: 70 * 1024 * 1024, gzip: true }, times: 1 }]);
  const { calls } = await site.apply(aGroup('sales', ['anna', 'bert'], { description: 'new' }));
  const inHalves = Array.from({ length: 3 }, () => 'OXUserService.getMultipleData');
  const ofAll = 'OXUserService.getMultipleData';
  expect(calls.slice(0, 8)).toEqual([CHANGE, ofAll, 'OXUserService.listAll', ...inHalves, ofAll, CHANGE]);
  expect(await members('sales')).toEqual(['anna', 'bert']);
});

describe('a context that is not ours', () => {
  beforeEach(async () => {
    await site.apply(aGroup('sales', ['anna', 'carl']), aUser('cleo', { oxContext: 20 }));
    site.forgetCredentials(20);
  });

  it.each([
    ['emptied', (name: string) => aGroup(name, ['carl'])],
    ['deleted', (name: string) => deleted(aGroup(name, []))],
  ])('a group that was renamed where that was possible is removed there when it is %s', async (_what, last) => {
    const renamed = { ...aGroup('trade', ['anna', 'carl']), id: aGroup('sales', []).id };
    await site.apply(renamed);
    expect(await members('trade')).toEqual(['anna']);
    await site.apply({ ...last('trade'), id: renamed.id });
    expect([await site.group('trade'), await site.group('sales')]).toEqual([undefined, undefined]);
  });

  it.each([
    ['changed', ['bert', 'cleo'], ['cleo']],
    ['emptied', ['bert'], undefined],
  ])('the group is left as it is there, warned of, and %s when the credentials exist', async (_, users, after) => {
    const { warnings } = await site.apply(aGroup('sales', users));

    expect(warnings).toEqual(['left out in context 20: contexts.json has no credentials for it']);
    expect([await members('sales', 10), await members('sales', 20)]).toEqual([['bert'], ['carl']]);
    site.enterCredentials(20);
    const { calls } = await site.apply();
    expect(await members('sales', 20)).toEqual(after);
    expect(calls).toHaveLength(2);
    expect((await site.apply()).calls).toEqual([]);
  });
});

describe('a group that is gone', () => {
  it('an OX group that does not exist is not deleted twice', async () => {
    await site.apply(aGroup('sales', ['anna']));
    await site.ox.drift({ deleteGroup: { context: 10, name: 'sales' } });
    expect((await site.apply(deleted(aGroup('sales', [])))).calls).toEqual([DELETE]);
  });
});

it('a name that data of another connector claim for a group without members is free once that has another name', async () => {
  const sales = aGroup('sales', []);
  site.place.remember(sales);
  const newcomer = { ...aGroup('sales', ['anna']), id: '99999999-0000-4000-8000-000000000001' };
  const renamed = { ...changed(sales, { name: 'all' }), dn: 'cn=all,cn=groups,dc=example,dc=org' };
  const run = await site.apply(aUser('anna'), renamed, newcomer);
  expect(run.actions.at(-1)).toContain('created in context 10');
  expect(run.warnings).toEqual([]);
});
