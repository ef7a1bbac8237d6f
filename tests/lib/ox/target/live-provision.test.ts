/** A remembered id of OX is a memory, not a proof: no stranger becomes a member (docs/behaviour.md, "Whose it is"). */
import { aGroup, anAccount, aUser, changed, deleted } from '../../../harness/objects.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

const remembered = (name: string): unknown => site.place.lastState(aUser(name).id)?.object.oxDbId;

function misremember(name: string, oxDbId: unknown): void {
  const state = site.place.lastState(aUser(name).id);
  site.place.rewrite(aUser(name).id, { object: { ...state?.object, oxDbId } });
}

const lookUps = (calls: readonly string[]): number =>
  calls.filter((call) => call === 'OXUserService.getMultipleData').length;

beforeEach(() => site.apply(aUser('anna'), aUser('bert'), aUser('clara'), aGroup('team', ['clara'])));

it('looks all of a context up before a group is written with an id that two objects claim', async () => {
  misremember('bert', await site.userId('anna'));
  const run = await site.apply(aGroup('team', ['bert', 'clara']), aGroup('two', ['bert']));
  expect(await site.group('team')).toMatchObject({ members: ['bert', 'clara'] });
  expect(await site.group('two')).toMatchObject({ members: ['bert'] });
  expect(lookUps(run.calls)).toBe(1);
  expect(remembered('bert')).toBe(await site.userId('bert'));
});

it('does so before an account is given to users by such ids', async () => {
  misremember('bert', await site.userId('anna'));
  await site.apply(anAccount('info', ['bert']));
  expect([await site.accounts('anna'), await site.accounts('bert')]).toMatchObject([[], [{}]]);
});

it('looks all of a context up where one user turns out to have another id', async () => {
  await site.ox.drift({ renumber: { context: 10 } });
  const run = await site.apply(changed(aUser('anna'), { username: 'anne' }), aGroup('team', ['anna', 'bert']));
  expect(await site.group('team')).toMatchObject({ members: ['anne', 'bert'] });
  expect(lookUps(run.calls)).toBe(1);
  expect(remembered('clara')).toBe(await site.userId('clara'));
});

it('looks all up where a new user gets an id that another one remembers, and makes those again that are gone', async () => {
  misremember('clara', ((await site.userId('clara')) ?? 0) + 2);
  await site.ox.drift({ deleteUser: { context: 10, name: 'clara' } });
  // The group took the number before the next one.
  await site.apply(aUser('dora'), aGroup('team', ['clara', 'dora']));
  expect(remembered('clara')).toBe(await site.userId('clara'));
  expect(await site.group('team')).toMatchObject({ members: ['clara', 'dora'] });
});

describe('where OX does not know one id, another one may be a stranger by now', () => {
  beforeEach(async () => {
    await site.apply(aUser('dora'));
    misremember('anna', 4711);
    misremember('bert', await site.userId('dora'));
    misremember('dora', 4712);
    // It would still have what dora remembered before.
    site.place.removeFile('listener/.index.sqlite');
  });

  /** Lists of members that OX has accepted. */
  const written = async (): Promise<string[]> =>
    (await site.bodies('change')).filter((body) => body.includes('members>') && !body.includes('>4711<'));

  it('who is no member of a group, not even for a moment', async () => {
    const run = await site.apply(aGroup('team', ['anna', 'bert']), aGroup('two', ['bert']));
    expect(await site.group('team')).toMatchObject({ members: ['anna', 'bert'] });
    expect(await site.group('two')).toMatchObject({ members: ['bert'] });
    expect(run.calls.filter((call) => call === 'OXGroupService.change')).toHaveLength(2);
    expect((await written()).join()).not.toContain(`members>${await site.userId('dora')}<`);
    expect(lookUps(run.calls)).toBe(1);
    expect(remembered('dora')).toBe(await site.userId('dora'));
  });

  it('nor of a new one', async () => {
    await site.apply(aGroup('new', ['anna', 'bert']));
    expect(await site.group('new')).toMatchObject({ members: ['anna', 'bert'] });
  });

  it('and gets no account', async () => {
    const { actions } = await site.apply(anAccount('info', ['anna', 'bert']));
    const accounts = await Promise.all(['anna', 'bert', 'dora'].map((name) => site.accounts(name)));
    expect(accounts).toMatchObject([[{}], [{}], []]);
    expect(actions).toEqual([`${anAccount('info', []).dn}: created for 2 users in context 10`]);
  });
});

it('an account with another address is taken from those who stay, and whose ids have changed', async () => {
  const info = anAccount('info', ['anna', 'bert']);
  await site.apply(info);
  await site.ox.drift({ renumber: { context: 10 } });
  await site.apply(changed(info, { mailPrimaryAddress: 'help@example.org' }));
  for (const name of ['anna', 'bert']) {
    expect(await site.accounts(name)).toMatchObject([{ primaryAddress: 'help@example.org' }]);
  }
});

it.each([
  ['with another user', anAccount('info', ['bert']), ['removed for 1 user']],
  ['deleted', deleted(anAccount('info', [])), ['removed for 2 users']],
])('an account that is %s is taken away from one whose id has changed', async (_what, change, done) => {
  await site.apply(anAccount('info', ['anna', 'bert']));
  misremember('anna', 4711);

  const { actions } = await site.apply(change);

  // Nothing is done before the ids are looked up.
  expect(actions[0]).toBe(`${change.dn}: ${done.map((each) => `${each} in context 10`).join(', ')}`);
  expect(await site.accounts('anna')).toEqual([]);
  expect(await site.accounts('bert')).toHaveLength(change.object === null ? 0 : 1);
  expect(remembered('anna')).toBe(await site.userId('anna'));
});
