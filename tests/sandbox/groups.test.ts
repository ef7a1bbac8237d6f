/** OXGroupService (docs/ox.md, "Groups"). */

import { type Raw, textIn, textsIn } from './raw.ts';
import { ANNA, BERT, CTX, GROUP, STAFF, useOx } from './trial.ts';

const ox = useOx();

describe('groups', () => {
  it('creates one with members; members are replaced, absent ones as well', async () => {
    const created = await ox.call(GROUP, 'create', {
      ctx: CTX,
      grp: { displayname: 'New', members: [ANNA, BERT], name: 'new one' },
    });
    expect(textIn(created.body, 'id')).toBe('7');
    expect(await ox.membersOf('new one')).toEqual([ANNA, BERT]);
    await ox.call(GROUP, 'change', { ctx: CTX, grp: { displayname: 'Newer', id: 7 } });
    expect(await ox.membersOf('new one')).toEqual([]);
    await ox.noViolations();
  });

  it.each<[string, { [name: string]: Raw }, string]>([
    ['create', { displayname: 'x' }, 'Mandatory fields not set: [name]'],
    ['create', { displayname: 'x', name: 'STAFF' }, 'Group already exists!'],
    ['create', { displayname: 'x', name: 'a/b' }, 'Illegal chars: "/"'],
    ['create', { displayname: 'x', members: [99], name: 'x' }, 'No such user'],
    ['change', { id: STAFF, members: [ANNA, ANNA] }, 'No such user'],
    ['change', { id: STAFF, members: [''] }, 'No such user'],
    ['change', { id: 99 }, 'No such group'],
    ['change', { id: STAFF, name: 'users' }, 'Group users already exists in this context'],
    ['delete', { id: 1 }, 'Group with id 1 cannot be deleted'],
    ['getData', { name: 'none' }, 'No such group none'],
  ])('%s refuses %j', async (operation, grp, text) => {
    expect((await ox.call(GROUP, operation, { ctx: CTX, grp })).fault).toBe(text);
    expect(await ox.membersOf('staff')).toEqual([ANNA]);
  });

  it('adds and removes members, and breaks on nil ones', async () => {
    const staff = { ctx: CTX, grp: { id: STAFF } };
    expect((await ox.call(GROUP, 'addMember', { ...staff, members: [{ id: ANNA }] })).fault).toBe(
      'Member already exists in group',
    );
    await ox.call(GROUP, 'addMember', { ...staff, members: [{ name: 'bert' }] });
    expect(textsIn((await ox.call(GROUP, 'getMembers', staff)).body, 'id')).toEqual(['3', '4']);
    const { body } = await ox.call(GROUP, 'listGroupsForUser', { ctx: CTX, usr: { name: 'bert' } });
    expect(textsIn(body, 'name')).toEqual(['users', 'staff']);
    await ox.call(GROUP, 'removeMember', { ...staff, members: [{ id: ANNA }, { id: BERT }] });
    expect(await ox.membersOf('staff')).toEqual([]);
    await ox.noViolations();
    expect((await ox.call(GROUP, 'change', { ctx: CTX, grp: { id: STAFF, members: null } })).exception).toBeNull();
    expect((await ox.sandbox.violations()).length).toBe(1);
  });

  it('names: neither case nor, unchecked, accents count, and all emoji are equal', async () => {
    await ox.sandbox.options({ checkGroupNames: false });
    const create = async (name: string) =>
      (await ox.call(GROUP, 'create', { ctx: CTX, grp: { displayname: name, name } })).fault;
    expect([
      await create('Buro'),
      await create('b\u00fcRO'),
      await create('\u{1f600}'),
      await create('\u{1f680}'),
    ]).toEqual([null, 'Group already exists!', null, 'Group already exists!']);
  });

  it('group 1 may be changed, and loses whom it is told to', async () => {
    expect(
      (await ox.call(GROUP, 'removeMember', { ctx: CTX, grp: { id: 1 }, members: [{ id: ANNA }] })).fault,
    ).toBeNull();
    expect(await ox.membersOf('users')).toEqual([2, BERT]);
  });

  it('Lengths: 128 for name and displayname', async () => {
    const create = async (length: number) =>
      (await ox.call(GROUP, 'create', { ctx: CTX, grp: { displayname: 'x', name: 'x'.repeat(length) } })).fault;
    expect(await create(129)).toMatch(/Data too long/);
    expect(await create(128)).toBeNull();
  });
});
