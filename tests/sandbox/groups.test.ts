/** OXGroupService. */

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
});
