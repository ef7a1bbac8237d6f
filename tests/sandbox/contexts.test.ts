/** OXContextService (docs/ox.md, "Contexts"). */

import { type Raw, textIn, textsIn } from './raw.ts';
import { aUser, CONTEXT, useOx } from './trial.ts';

const ox = useOx();

describe('contexts', () => {
  function aContext(ctx: { [name: string]: Raw }, admin: { [name: string]: Raw } = {}): { [name: string]: Raw } {
    return { ctx, admin_user: aUser(admin) };
  }

  it('creates, changes, reads and deletes one', async () => {
    const created = await ox.call(CONTEXT, 'create', aContext({ id: 11, loginMappings: ['eleven'], maxQuota: -1 }));
    expect(textsIn(created.body, 'loginMappings')).toEqual(['11', 'eleven']);
    await ox.call(CONTEXT, 'change', { ctx: { id: 11, loginMappings: ['xi'], name: 'xi-name' } });
    const data = await ox.call(CONTEXT, 'getData', { ctx: { name: 'xi-name' } });
    expect(textsIn(data.body, 'loginMappings')).toEqual(['xi-name', 'xi']);
    expect(data.body).toContain('maxQuota xsi:nil="true"');
    expect(textIn((await ox.call(CONTEXT, 'getAdminId', { ctx: { id: 11 } })).body, 'return')).toBe('2');
    await ox.call(CONTEXT, 'delete', { ctx: { id: 11 } });
    expect(textIn((await ox.call(CONTEXT, 'exists', { ctx: { id: 11 } })).body, 'return')).toBe('false');
    await ox.noViolations();
  });

  it.each<[{ [name: string]: Raw }, { [name: string]: Raw }, string, string]>([
    [{ id: 10, maxQuota: 1 }, {}, 'ContextExistsException', 'Context 10 already exists!'],
    [{ id: 11, maxQuota: 1, name: 'context10' }, {}, 'ContextExistsException', 'Context context10 already exists!'],
    [{ id: 11 }, {}, 'InvalidDataException', 'Mandatory fields in context not set: [maxQuota]'],
    [{ maxQuota: 1 }, {}, 'InvalidDataException', 'Mandatory fields in context not set: [id]'],
    [{ id: 11, maxQuota: 1 }, { name: '' }, 'InvalidDataException', 'Mandatory fields in admin user not set: [name]'],
    [
      { id: 11, maxQuota: 1 },
      { language: 'x' },
      'StorageException',
      'com.openexchange.admin.rmi.exceptions.InvalidDataException: language must contain an underscore, e.g. en_US',
    ],
    [
      { id: 11, loginMappings: ['a@b'], maxQuota: 1 },
      {},
      'InvalidDataException',
      'Illegal chars: "@" in login mapping',
    ],
    [
      { id: 11, loginMappings: ['context10'], maxQuota: 1 },
      {},
      'StorageException',
      "Cannot map 'context10' to the newly created context. This mapping is already in use.",
    ],
  ])('refuses to create %j %j', async (ctx, admin, exception, text) => {
    expect(await ox.call(CONTEXT, 'create', aContext(ctx, admin))).toMatchObject({ exception, fault: text });
  });
});
