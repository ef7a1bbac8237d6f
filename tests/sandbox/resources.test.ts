/** OXResourceService (docs/ox.md, "Resources"). */

import { type Raw, textIn } from './raw.ts';
import { CTX, RESOURCE, ROOM, useOx } from './trial.ts';

const ox = useOx();

describe('resources', () => {
  it.each<[string, { [name: string]: Raw }, string]>([
    ['create', { displayname: 'x', name: 'x' }, 'Mandatory fields not set: [email]'],
    [
      'create',
      { displayname: 'x', email: 'x@example.com', name: 'ROOM' },
      'Resource ROOM already exists in this context',
    ],
    [
      'create',
      { displayname: 'x', email: 'room@example.com', name: 'x' },
      'Resource with this email address already exists',
    ],
    [
      'create',
      { displayname: 'x', email: 'anna@example.com', name: 'x' },
      'Primary mail address "anna@example.com" already exists in context 10 (Already assigned to user 3).',
    ],
    ['change', { id: 99 }, 'Resource with this id does not exists'],
    ['delete', { id: 99 }, 'Resource with this id does not exist'],
    ['getData', { id: 99 }, 'resource with with this id does not exist'],
  ])('%s refuses %j', async (operation, res, text) => {
    expect((await ox.call(RESOURCE, operation, { ctx: CTX, res })).fault).toBe(text);
  });

  it('changes partially and lists', async () => {
    await ox.call(RESOURCE, 'change', { ctx: CTX, res: { description: '', id: ROOM, name: 'hall' } });
    const { body } = await ox.call(RESOURCE, 'list', { ctx: CTX, pattern: 'ha*' });

    expect([textIn(body, 'displayname'), textIn(body, 'description')]).toEqual(['Room', '']);
    expect((await ox.call(RESOURCE, 'list', { ctx: CTX, pattern: '' })).fault).toBe('Invalid pattern!');
    await ox.noViolations();
  });

  it("available comes back nil from creation, '' is an address at a change only", async () => {
    const created = await ox.call(RESOURCE, 'create', {
      ctx: CTX,
      res: { displayname: 'H', email: 'h@e.org', name: 'hall' },
    });
    expect(created.body).toMatch(/available xsi:nil="true"/);
    expect((await ox.call(RESOURCE, 'change', { ctx: CTX, res: { email: '', id: ROOM } })).fault).toBeNull();
    const { body } = await ox.call(RESOURCE, 'getData', { ctx: CTX, res: { id: ROOM } });
    expect(textIn(body, 'email')).toBe('');
  });

  it('Lengths: a description of 65,535 bytes', async () => {
    const change = async (description: string) =>
      (await ox.call(RESOURCE, 'change', { ctx: CTX, res: { description, id: ROOM } })).fault;
    expect(await change('x'.repeat(65_535))).toBeNull();
    expect(await change('\u00e4'.repeat(32_768))).toMatch(/Data too long/);
  });
});
