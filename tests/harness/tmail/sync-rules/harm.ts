/** What never happens, whatever the directory says. */
import { ConnectorError } from '../../../../lib/errors/connector-error.ts';
import type { PersonEntry } from '../world.ts';
import type { RulesScene } from './scene.ts';

export function describeNoHarm({ world }: RulesScene): void {
  const many = (n: number): void => {
    for (let i = 0; i < n; i += 1) {
      world().put(`p${i}`, { alias: [`a${i}`] });
    }
  };

  it('an empty directory, or one whose entries are not ours, ends the run', async () => {
    many(3);
    await world().run();
    world().people.clear();
    await expect(world().clean()).rejects.toMatchObject({
      code: 'DIRECTORY_EMPTY',
      message: 'the directory answers without any entry: nothing was done',
      remedy: expect.stringMatching(/^Check base, filter and attributes of the directory/),
    });
    world().put('x', { mail: 'x@elsewhere.example' });
    await expect(world().clean()).rejects.toMatchObject({
      code: 'DIRECTORY_EMPTY',
      message: 'none of the 1 entries of the directory is a mailbox of ours: nothing was done',
    });

    expect(Object.keys(await world().holds())).toHaveLength(3);
  });

  it('one that breaks off, or hits a limit, removes nothing; what is new is set', async () => {
    many(4);
    await world().run();
    world().put('p0', { alias: ['new'] });
    world().breaksOff = { after: 2, error: new ConnectorError('LDAP_UNREACHABLE', 'size limit exceeded') };

    expect(await world().clean()).toMatchObject({ removed: 0, failure: { code: 'LDAP_UNREACHABLE' } });

    expect(Object.keys(await world().holds())).toHaveLength(4);
    expect((await world().mailbox('p0')).aliases).toEqual(['a0', 'new']);
    world().breaksOff = null;
    expect(await world().clean()).toMatchObject({ removed: 0, refused: [] });
    expect((await world().mailbox('p0')).aliases).toEqual(['new']);
  });

  it('what such a run leaves goes at the next one: a quota that is cleared, and what others set before the first run', async () => {
    world().put('anna', { quota: '1000' });
    world().put('bert');
    await world().run();
    await world().admin.createUser(world().at('carl'));
    await world().admin.addAlias(world().at('carl'), world().at('extra'));
    world().put('anna');
    world().put('carl', { alias: ['c'] });
    world().breaksOff = { after: 3, error: new ConnectorError('LDAP_UNREACHABLE', 'size limit exceeded') };
    await world().run();
    expect(await world().mailbox('anna')).toMatchObject({ quota: '1000' });
    expect(await world().mailbox('carl')).toMatchObject({ aliases: ['c', 'extra'] });

    world().breaksOff = null;
    await world().run();

    expect(await world().mailbox('anna')).toMatchObject({ quota: null });
    expect(await world().mailbox('carl')).toMatchObject({ aliases: ['c'] });
    await world().admin.addAlias(world().at('carl'), world().at('later'));
    await world().run({ full: true });
    expect(await world().mailbox('carl')).toMatchObject({ aliases: ['c', 'later'] });
  });

  it('more removals than allowed end the run before its first write', async () => {
    world().file = { max_deletions: 2 };
    many(5);
    await world().run();
    for (const name of ['p0', 'p1', 'p2']) {
      world().drop(name);
    }
    world().put('p3', { alias: ['other'] });

    await expect(world().clean()).rejects.toMatchObject({
      code: 'TOO_MANY_DELETIONS',
      message: `3 of 5 mailboxes would be removed, at most 2 may: nothing was done. They are ${['p0', 'p1', 'p2'].map((name) => world().at(name)).join(', ')}`,
      remedy: expect.stringMatching(/If they are to go: sync --allow-deletions 3, or max_deletions\.$/),
    });
    expect(Object.keys(await world().holds())).toHaveLength(5);
    expect((await world().mailbox('p3')).aliases).toEqual(['a3']);

    expect(await world().clean({ allowedDeletions: 3 })).toMatchObject({ removed: 3 });
    expect(Object.keys(await world().holds())).toEqual(['p3', 'p4']);
  });

  it.each<[string, PersonEntry, object]>([
    ['aliases', { alias: ['x'] }, { aliases: ['p0.x'] }],
    ['forwards', { forward: ['f@other.example'] }, { forwards: ['f@other.example'] }],
    ['quota', { quota: '5' }, { quota: '5' }],
  ])('an attribute that nobody has any more takes no %s away', async (what, entry, expected) => {
    world().file = { max_deletions: 2 };
    const all = (given: PersonEntry): void => {
      for (let n = 0; n < 3; n += 1) {
        world().put(`p${n}`, { ...given, ...(given.alias ? { alias: [`p${n}.x`] } : {}) });
      }
    };
    all(entry);
    await world().run();
    all({ last: 'Other' });

    await expect(world().run()).rejects.toMatchObject({
      code: 'TOO_MANY_DELETIONS',
      message: `no entry of the directory has a value for ${what}, and 3 mailboxes would lose theirs: nothing was done`,
      remedy: expect.stringMatching(/^Check the name in ldap\.attributes, .* --allow-deletions 3\.$/),
    });
    expect(await world().mailbox('p0')).toMatchObject(expected);
    expect(await world().run({ allowedDeletions: 3 })).toMatchObject({ refused: [] });
    expect(await world().mailbox('p0')).toMatchObject({ aliases: [], forwards: [], quota: null });
  });

  it('a dry run writes nothing, neither on the server nor in the memory, and tells the same', async () => {
    many(3);
    await world().run();
    world().put('p0', { mail: 'q0', alias: ['a0', 'b0'] });
    world().drop('p1');
    world().put('n', { forward: ['p2'] });
    world().file = { domains: [world().domain, 'missing.example'] };
    world().put('m', { mail: 'm@missing.example', alias: ['m.m'] });
    world().put('p2', { alias: ['p@missing.example', 'good'] });
    const before = await world().holds();

    const dry = await world().clean({ dryRun: true });
    const told = world().did.map(({ address, actions }) => [address, actions]);
    expect(await world().holds()).toEqual(before);

    const foreseen = world().refusals().sort();
    expect(foreseen).toEqual(['m@missing.example: account m@missing.example', 'p2: aliases p@missing.example']);

    const real = await world().clean();
    expect(world().did.map(({ address, actions }) => [address, actions])).toEqual(told);
    expect(world().refusals().sort()).toEqual(foreseen);
    const sameWords = { dryRun: false, requests: 0, refused: [] };
    expect({ ...dry, ...sameWords }).toEqual({ ...real, ...sameWords });
  });
}
