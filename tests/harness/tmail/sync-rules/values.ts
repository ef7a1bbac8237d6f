/** What people have, facet by facet. */
import type { RulesScene } from './scene.ts';

export function describeValues({ world, box, server }: RulesScene): void {
  it('sets everything of new people, and sends nothing for them afterwards', async () => {
    world().put('anna', {
      alias: ['info', 'a.b'],
      forward: ['bert', 'Ext@Other.Example'],
      quota: '1000',
      first: 'Änna',
      last: 'B & C',
    });
    world().put('bert');

    expect(await world().run()).toMatchObject({ entries: 2, created: 2, refused: [] });
    expect(await world().holds()).toEqual({
      anna: box({
        aliases: ['a.b', 'info'],
        forwards: ['Ext@other.example', 'bert'],
        quota: '1000',
        name: 'Änna B & C',
      }),
      bert: box(),
    });

    expect(await world().run()).toMatchObject({ unchanged: 2, changed: 0, requests: 1 });
    expect((await world().run({ full: true })).requests).toBeLessThanOrEqual(3 + (server().hasContacts ? 1 : 0) + 4);
    expect(world().did).toEqual([]);
  });

  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['an alias is added', ['x'], ['x', 'y'], ['x', 'y']],
    ['one is removed', ['x', 'y'], ['y'], ['y']],
    ['all are removed', ['x', 'y'], [], []],
    ['one is replaced', ['x'], ['z'], ['z']],
    ['capitals change', ['info'], ['INFO'], ['info']],
    ['the own address is among them', [], ['ANNA', 'x'], ['x']],
    ['one has a tag', ['x+tag'], ['x+tag', 'y+tag', 'p%q'], ['p%q', 'x+tag', 'y+tag']],
  ])('aliases: %s', async (_, before, after, expected) => {
    world().put('anna', { alias: before });
    await world().run();
    world().put('anna', { alias: after });

    expect(await world().run()).toMatchObject({ refused: [] });

    expect((await world().mailbox('anna')).aliases).toEqual(expected);
  });

  it('keeps the forwards that are the user’s own, removes those that the directory gave up, and leaves a local copy out', async () => {
    world().put('anna', { forward: ['one@other.example', 'two@other.example', 'anna'] });
    await world().run();
    await world().admin.addForward(world().at('anna'), 'own@other.example');
    world().put('anna', { forward: ['two@other.example'] });

    await world().run();

    expect((await world().mailbox('anna')).forwards).toEqual(['own@other.example', 'two@other.example']);
  });

  it('keeps a local copy where that is set', async () => {
    world().file = { local_copy: true };
    world().put('anna', { forward: ['one@other.example', 'Anna'] });
    await world().run();
    expect((await world().mailbox('anna')).forwards).toEqual(['anna', 'one@other.example']);

    world().put('anna', { forward: ['one@other.example'] });
    await world().run();

    expect((await world().mailbox('anna')).forwards).toEqual(['one@other.example']);
  });

  it('of what is there at the first run keeps forwards, and removes other aliases and quotas', async () => {
    await world().admin.createUser(world().at('anna'));
    await world().admin.addAlias(world().at('anna'), world().at('extra'));
    await world().admin.addForward(world().at('anna'), 'own@other.example');
    await world().admin.setQuota(world().at('anna'), '5');
    world().put('anna', { alias: ['info'], forward: ['new@other.example'] });

    await world().run();

    expect((await world().holds()).anna).toEqual(
      box({ aliases: ['info'], forwards: ['new@other.example', 'own@other.example'] }),
    );
  });

  it('keeps aliases and quotas that were set on the server later', async () => {
    world().put('anna', { alias: ['info'] });
    await world().run();
    await world().admin.addAlias(world().at('anna'), world().at('extra'));
    await world().admin.setQuota(world().at('anna'), '5');
    world().put('anna', { alias: ['info', 'more'] });

    await world().run({ full: true });

    expect((await world().holds()).anna).toEqual(box({ aliases: ['extra', 'info', 'more'], quota: '5' }));
  });

  it.each<[string, string | undefined, string | undefined, string | null, number]>([
    ['set', undefined, '2048', '2048', 0],
    ['changed', '1', '2', '2', 0],
    ['unlimited', '1', '-1', '-1', 0],
    ['nothing at all', '1', '0', '0', 0],
    ['cleared', '1', undefined, null, 0],
    ['no number', '1', 'five', '1', 1],
    ['too small', '1', '-2', '1', 1],
    ['too large', '1', '9223372036854775808', '1', 1],
  ])('quota: %s', async (_, before, after, expected, refused) => {
    const quota = (value: string | undefined): { quota?: string } => (value === undefined ? {} : { quota: value });
    world().put('anna', quota(before));
    await world().run();
    world().put('anna', { ...quota(after), alias: ['info'] });

    await world().run();

    expect(world().reasons().split('\n').filter(Boolean)).toEqual(
      Array(refused).fill(
        'it is no number of bytes from -1 (unlimited) to 2^63-1: Correct the value in the directory.',
      ),
    );
    expect(await world().mailbox('anna')).toMatchObject({ quota: expected, aliases: ['info'] });
    expect((await world().run()).refused).toHaveLength(refused);
  });

  const names = async (): Promise<(string | null)[]> => Object.values(await world().holds()).map(({ name }) => name);

  it('makes an identity with both names, the one that is there, or the address, and a changed name arrives', async () => {
    world().put('anna', { first: 'Anna', last: 'Berg' });
    world().put('bert', { last: 'Cohn' });
    world().put('carl', { last: ' ' });
    await world().run();
    expect(await names()).toEqual(['Anna Berg', 'Cohn', world().at('carl')]);

    world().put('anna', { first: 'Anna', last: 'Daum' });
    world().put('carl', { first: 'Carl' });
    await world().run();

    expect(await names()).toEqual(['Anna Daum', 'Cohn', 'Carl Test']);
    if (server().hasContacts) {
      expect(await world().admin.contact(world().at('anna'))).toBe('Anna Daum');
    }
  });

  it('leaves the name alone that somebody chose, or had when we came, and does not take it for the own one later', async () => {
    await world().admin.createUser(world().at('bert'));
    await world().admin.addIdentity(world().at('bert'), 'Bertie');
    world().put('anna', { last: 'Berg' });
    world().put('bert', { last: 'Cohn' });
    await world().run();
    await world().admin.renameIdentity(world().at('anna'), 'Anni');

    for (const last of ['Daum', 'Ebel']) {
      world().put('anna', { last });
      world().put('bert', { last });
      await world().run({ full: true });
      expect(await names()).toEqual(['Anni', 'Bertie']);
    }
  });

  it('sets and removes address mappings where that is switched on', async () => {
    world().file = { facets: ['account', 'aliases', 'mappings'] };
    world().put('anna', { mapping: ['x@other.example', 'y@other.example'] });
    await world().run();
    world().put('anna', { mapping: ['y@other.example', 'z@other.example'] });
    await world().run();

    expect((await world().mailbox('anna')).mappings).toEqual(['y@other.example', 'z@other.example']);
  });

  it('writes in lower case, whatever the directory has', async () => {
    world().put('anna', { mail: 'Anna', alias: ['Info'] });
    await world().run();

    expect(Object.keys(await world().holds())).toEqual(['anna']);
    expect((await world().mailbox('anna')).aliases).toEqual(['info']);
  });
}
