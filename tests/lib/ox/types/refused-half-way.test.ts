/**
 * OX accepts a change in one context and refuses it in another, and the change never comes to its end: what OX has by then is
 * found all the same (docs/behaviour.md, "Whose it is").
 */
import { aGroup, anAccount, aResource, aUser, changed, deleted, userDn } from '../../../harness/objects.ts';
import { drop } from '../../../harness/others.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

const refuse = (service: string, operation: string, context: number) =>
  site.ox.rules([
    {
      match: { service, operation, context },
      times: 1000,
      action: { fault: { exception: 'InvalidDataException', text: 'No!' } },
    },
  ]);

const bothContexts = [userDn('anna'), userDn('bert')];

beforeEach(() => site.apply(aUser('anna'), aUser('bert', { oxContext: 20 })));

describe('a group', () => {
  const team = aGroup('team', ['anna', 'bert']);
  const inBoth = async () => [await site.group('team'), await site.group('team', 20)];
  beforeEach(() => refuse('OXGroupService', 'create', 20));

  it('that is new goes with its deletion, which waits', async () => {
    await site.apply(team, deleted(team));
    expect(await inBoth()).toEqual([undefined, undefined]);
  });

  it('that is new goes where it was made, when the change was dropped and its members are others', async () => {
    await site.stopsAt(team);
    await drop(site);
    await site.apply(changed(team, { users: [userDn('bert')] }));
    expect(await inBoth()).toEqual([undefined, expect.objectContaining({ members: ['bert'] })]);
  });

  it('that is made in both once OX allows it is as any other', async () => {
    await site.stopsAt(team);
    await site.ox.clearRules();
    await site.apply();
    const members = (await inBoth()).map((group) => group?.members);
    expect(members).toEqual([['anna'], ['bert']]);
    expect(site.place.lastState(team.id)?.object).toEqual({
      ...team.object,
      oxDbGroupname: 'team',
      oxDbContexts: [10, 20],
    });
  });

  it('that was renamed in one of them is found under the name that it has there', async () => {
    const alone = aGroup('team', ['anna']);
    await site.apply(alone);
    await site.stopsAt(changed(alone, { name: 'crew', users: bothContexts }));
    await drop(site);
    await site.apply(changed(alone, { description: 'later' }));
    expect([await site.group('team'), await site.group('crew')]).toEqual([expect.anything(), undefined]);
    await site.apply(deleted(alone));
    expect(await site.group('team')).toBeUndefined();
  });
});

describe('a functional account', () => {
  const info = anAccount('info', ['anna', 'bert']);
  const addresses = async () => {
    const [here, there] = [await site.accounts('anna'), await site.accounts('bert', 20)];
    return [...here, ...there].map(({ primaryAddress }) => primaryAddress);
  };

  it('that is new goes with its deletion, which waits', async () => {
    await refuse('OXSecondaryAccountService', 'create', 20);
    await site.apply(info, deleted(info));
    expect(await addresses()).toEqual([]);
  });

  it('with another address has that one nowhere after it was dropped', async () => {
    await site.apply(info);
    await refuse('OXSecondaryAccountService', 'create', 20);
    await site.stopsAt(changed(info, { mailPrimaryAddress: 'neu@example.org' }));
    await drop(site);
    await site.apply(changed(info, { personal: 'later' }));
    expect(await addresses()).toEqual(['info@example.org', 'info@example.org']);
  });

  it('is kept where it is wanted after all', async () => {
    await refuse('OXSecondaryAccountService', 'create', 20);
    await site.stopsAt(info);
    await site.ox.clearRules();
    const { actions } = await site.apply();
    expect(actions).toEqual([`${info.dn}: unchanged in context 10, created for 1 user in context 20`]);
    expect(site.place.lastState(info.id)?.object).not.toHaveProperty('oxDbLeftOver');
  });

  it('goes from the user of a context for which it was made before it was refused for another', async () => {
    await site.apply(aUser('carl'));
    const both = anAccount('info', ['anna', 'carl']);
    const [carl = 0] = [await site.userId('carl')];
    await site.ox.rules([
      {
        match: { service: 'OXSecondaryAccountService', operation: 'create', nth: 2 },
        times: 1000,
        action: { fault: { exception: 'InvalidDataException', text: `No user ${carl}!` } },
      },
    ]);
    await site.apply(both, deleted(both));
    expect([...(await site.accounts('anna')), ...(await site.accounts('carl'))]).toEqual([]);
  });
});

describe('a resource that moves', () => {
  const room = aResource('room');
  const inBoth = async () => [await site.resource('room'), await site.resource('room', 20)];
  beforeEach(async () => {
    await site.apply(room);
    await refuse('OXResourceService', 'delete', 10);
    await site.stopsAt(changed(room, { oxContext: 20 }));
    await drop(site);
    expect(await inBoth()).toEqual([expect.anything(), expect.anything()]);
  });

  it.each([
    ['stays after all', changed(room, { description: 'later' }), [expect.anything(), undefined]],
    ['moves later', changed(room, { oxContext: 20 }), [undefined, expect.anything()]],
    ['is deleted', deleted(room), [undefined, undefined]],
  ])('is in no place too many where it %s', async (_, file, left) => {
    await site.apply(file);
    expect(await inBoth()).toEqual(left);
  });
});
