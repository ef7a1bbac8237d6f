/** Names and login mappings of contexts (docs/ox.md, "Login mappings"). */

import { type Raw, type Reply, textIn, textsIn } from './raw.ts';
import { aUser, CONTEXT, useOx } from './trial.ts';

const ox = useOx();

type Data = { [name: string]: Raw };

const create = (ctx: Data, admin: Data = {}): Promise<Reply> =>
  ox.call(CONTEXT, 'create', { ctx: { maxQuota: 1, ...ctx }, admin_user: aUser(admin) });
const change = (ctx: Data): Promise<Reply> => ox.call(CONTEXT, 'change', { ctx });
const mappings = async (id: number): Promise<string[] | undefined> =>
  (await ox.sandbox.state()).contexts[String(id)]?.loginMappings;

beforeEach(async () => {
  await ox.sandbox.options({ validate: false });
  await create({ id: 11, name: 'eleven' });
});

describe('loginMappings', () => {
  it('id and name are in at creation, getData leaves the id out', async () => {
    expect(await mappings(11)).toEqual(['11', 'eleven']);
    const { body } = await ox.call(CONTEXT, 'getData', { ctx: { id: 11 } });
    expect(textsIn(body, 'loginMappings')).toEqual(['eleven']);
  });

  it('absent keeps the old list at a rename: the old name stays, and cannot be given away', async () => {
    await change({ id: 11, name: 'xi' });

    expect(await mappings(11)).toEqual(['11', 'eleven']);
    expect((await create({ id: 12, name: 'eleven' })).fault).toBe(
      "Cannot map 'eleven' to the newly created context. This mapping is already in use.",
    );
    expect((await create({ id: 12, name: 'xi' })).fault).toBe('Context xi already exists!');
  });

  it.each<[Raw, string[]]>([
    [['other'], ['11', 'other', 'xi']],
    [[''], ['11', 'xi']],
    [[null], ['11', 'eleven']],
  ])('sent as %j', async (loginMappings, expected) => {
    await change({ id: 11, loginMappings, name: 'xi' });

    expect(await mappings(11)).toEqual(expected);
  });

  it("is one transaction: another's mapping leaves the name as well", async () => {
    const { fault } = await change({ id: 11, loginMappings: ['CONTEXT10'], name: 'xi' });

    expect(fault).toBe('A mapping with login info "CONTEXT10" already exists in the system!');
    expect((await ox.sandbox.state()).contexts['11']?.name).toBe('eleven');
  });

  it('a and A in one list are a duplicate entry', async () => {
    expect(await change({ id: 11, loginMappings: ['a', 'A'] })).toMatchObject({
      exception: 'StorageException',
      fault: expect.stringContaining("Duplicate entry 'A'"),
    });
  });

  it("with a list the new name is checked against others' mappings, without only against names", async () => {
    await change({ id: 10, loginMappings: ['shared'] });
    expect((await change({ id: 11, loginMappings: ['x'], name: 'shared' })).fault).toMatch(
      /^A mapping with login info/,
    );
    expect((await change({ id: 11, name: 'shared' })).fault).toBeNull();
  });
});

describe('names', () => {
  it('are unique without regard to case', async () => {
    expect((await create({ id: 12, name: 'ELEVEN' })).fault).toBe('Context ELEVEN already exists!');
    expect((await change({ id: 10, name: 'Eleven' })).fault).toBe('Context Eleven already exists!');
  });

  it('creation refuses characters that no login has, change accepts them', async () => {
    expect((await create({ id: 12, name: 'a b' })).fault).toBe('Illegal chars: " " in login mapping');
    expect((await change({ id: 11, loginMappings: [''], name: 'Hölzl und Söhne' })).fault).toBeNull();
  });

  it('of more than 128 characters are too long', async () => {
    expect((await change({ id: 11, name: 'x'.repeat(128) })).fault).toBeNull();
    expect((await change({ id: 11, name: 'x'.repeat(129) })).exception).toBe('StorageException');
  });

  it('exists looks at names alone, list at names and mappings', async () => {
    await change({ id: 11, name: 'xi' });
    const exists = async (name: string) => textIn((await ox.call(CONTEXT, 'exists', { ctx: { name } })).body, 'return');
    expect([await exists('eleven'), await exists('xi')]).toEqual(['false', 'true']);
    for (const search_pattern of ['eleven', 'xi', '11']) {
      expect(textsIn((await ox.call(CONTEXT, 'list', { search_pattern })).body, 'name')).toContain('xi');
    }
  });
});

describe('faults', () => {
  it('change of an unknown context names no number', async () => {
    expect((await change({ id: 77 })).fault).toBe('Context does not exist');
  });

  it('no admin; a bad address of the admin is InvalidData itself', async () => {
    expect((await ox.call(CONTEXT, 'create', { ctx: { id: 12, maxQuota: 1 } })).fault).toBe(
      'Context or user not correct',
    );
    expect(await create({ id: 12 }, { email2: 'ü@x' })).toMatchObject({
      exception: 'InvalidDataException',
      fault: 'Invalid email address: ü@x',
    });
  });

  it('works on users in a disabled context', async () => {
    await ox.call(CONTEXT, 'disable', { ctx: { id: 10 } });
    expect((await ox.call('OXUserService', 'listAll', { ctx: { id: 10 } })).fault).toBeNull();
  });
});
