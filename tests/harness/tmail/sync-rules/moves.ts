/** Addresses that move. */
import type { RulesScene } from './scene.ts';

export function describeMoves({ world, box }: RulesScene): void {
  it('goes from one person’s alias to another’s within one run, and becomes a mailbox, and back', async () => {
    world().put('anna', { alias: ['info'] });
    world().put('bert');
    await world().run();
    world().put('anna');
    world().put('bert', { alias: ['info'] });
    expect(await world().run()).toMatchObject({ refused: [] });
    expect([(await world().mailbox('anna')).aliases, (await world().mailbox('bert')).aliases]).toEqual([[], ['info']]);

    world().put('bert');
    world().put('carl', { mail: 'info' });
    expect(await world().run()).toMatchObject({ refused: [], created: 1 });
    expect(Object.keys(await world().holds())).toEqual(['anna', 'bert', 'info']);

    world().drop('carl');
    world().put('anna', { alias: ['info'] });
    expect(await world().clean()).toMatchObject({ refused: [], removed: 1 });
    expect((await world().mailbox('anna')).aliases).toEqual(['info']);
  });

  it('is a rename that keeps mail, aliases and the forwards that are the user’s own; the old address can be an alias', async () => {
    world().put('anna', { alias: ['info', 'x'], forward: ['f@other.example'], quota: '7', last: 'Old' });
    await world().run();
    await world().admin.putMail(world().at('anna'));
    await world().admin.addForward(world().at('anna'), 'own@other.example');
    await world().admin.addAlias(world().at('anna'), world().at('extra'));
    world().put('anna', {
      mail: 'berg',
      alias: ['anna', 'info'],
      forward: ['f@other.example'],
      quota: '7',
      last: 'New',
    });

    expect(await world().clean()).toMatchObject({ renamed: 1, removed: 0, created: 0, refused: [] });

    expect(await world().holds()).toEqual({
      berg: box({
        aliases: ['anna', 'extra', 'info'],
        forwards: ['f@other.example', 'own@other.example'],
        quota: '7',
        name: 'New',
      }),
    });
    expect(await world().admin.mailboxes(world().at('berg'))).toBe(1);
    expect(await world().run()).toMatchObject({ unchanged: 1, requests: 1 });
  });

  it('can be one that the person has as an alias, and back', async () => {
    world().put('anna', { alias: ['berg'] });
    await world().run();
    world().put('anna', { mail: 'berg', alias: ['anna'] });
    expect(await world().run()).toMatchObject({ renamed: 1, refused: [] });
    expect(await world().holds()).toEqual({ berg: box({ aliases: ['anna'] }) });
    world().put('anna', { alias: ['berg'] });
    expect(await world().run()).toMatchObject({ renamed: 1, refused: [] });
    expect(await world().holds()).toEqual({ anna: box({ aliases: ['berg'] }) });
  });

  it('waits for the one who gives it up, in a chain too, and the first of it is somebody new', async () => {
    for (const name of ['a', 'b', 'c']) {
      world().put(name, { id: name, last: name, alias: [`${name}.alias`] });
    }
    await world().run();
    for (const name of ['a', 'b', 'c']) {
      await world().admin.putMail(world().at(name));
    }
    world().put('a', { id: 'a', mail: 'b', last: 'a', alias: ['a.alias'] });
    world().put('b', { id: 'b', mail: 'c', last: 'b', alias: ['b.alias'] });
    world().put('c', { id: 'c', mail: 'd', last: 'c', alias: ['c.alias'] });
    world().put('n', { id: 'n', mail: 'a', last: 'n' });

    expect(await world().clean()).toMatchObject({ renamed: 3, created: 1, removed: 0, refused: [] });

    const holds = await world().holds();
    expect(Object.entries(holds).map(([name, { aliases, name: shown }]) => [name, aliases, shown])).toEqual([
      ['a', [], 'n'],
      ['b', ['a.alias'], 'a'],
      ['c', ['b.alias'], 'b'],
      ['d', ['c.alias'], 'c'],
    ]);
    expect(await world().admin.mailboxes(world().at('a'))).toBe(0);
  });

  it('is not swapped: both stay, and are named', async () => {
    world().put('a', { id: 'a' });
    world().put('b', { id: 'b' });
    await world().run();
    await world().admin.putMail(world().at('a'));
    world().put('a', { id: 'a', mail: 'b' });
    world().put('b', { id: 'b', mail: 'a' });

    await world().clean();

    expect(world().refusals().sort()).toEqual(['a: account a', 'b: account b']);
    expect(world().reasons()).toMatch(
      /^the mailbox a cannot become b, which is the mailbox of uid=b,ou=people, who waits for another one as well: Where addresses are swapped, give one of them a third address first, and the right one after the next run\.$/m,
    );
    expect(Object.keys(await world().holds())).toEqual(['a', 'b']);
    expect(await world().admin.mailboxes(world().at('a'))).toBe(1);
  });

  it('never goes into a mailbox that is there, and leaves the own one where it is', async () => {
    world().put('anna');
    await world().run();
    await world().admin.createUser(world().at('taken'));
    world().file = { keep: [] };
    world().put('anna', { mail: 'taken' });
    world().put('carl', { mail: 'anna' });

    await world().clean();

    expect(world().reasons().split('\n')).toEqual([
      'the mailbox anna cannot become taken: there is a mailbox of this address already: Rename or remove that one (with its mail) on the server, or give the person another address.',
      'anna is still the mailbox of somebody else in the directory, whose own address could not be changed: Give one of them another address, or solve what is said of the other one; this one follows by itself.',
    ]);
    expect(Object.keys(await world().holds())).toEqual(['anna', 'taken']);
  });

  it('is refused where mail would come back to it in a circle, before anything moves, and follows when that is gone', async () => {
    for (const [uid, forward] of [
      ['anna', []],
      ['bert', []],
      ['xara', ['new']],
    ] as const) {
      world().put(uid, { id: uid, forward });
    }
    await world().run();
    await world().admin.putMail(world().at('anna'));
    for (const target of ['bert', 'xara']) {
      await world().admin.addForward(world().at('anna'), world().at(target));
    }
    const before = await world().holds();
    world().put('anna', { id: 'anna', mail: 'new', alias: ['anna'] });

    await world().run();

    expect(world().reasons()).toBe(
      'mail of anna is forwarded to xara, from where it comes back: the server cannot rename it to new: Remove one of the forwards (listener_trigger check names the circle).',
    );
    expect(await world().holds()).toEqual(before);

    world().put('xara', { id: 'xara' });
    expect(await world().run()).toMatchObject({ renamed: 1, refused: [] });
    expect((await world().holds()).new).toEqual(box({ aliases: ['anna'], forwards: ['bert', 'xara'] }));
    expect(await world().admin.mailboxes(world().at('new'))).toBe(1);
  });

  it('can be one whose account was made and removed by others, who left a forward', async () => {
    const address = world().at('bert');
    await world().admin.createUser(address);
    await world().admin.addForward(address, 'x@other.example');
    await world().admin.call('DELETE', `/users/${address}`);
    world().put('anna', { id: 'anna' });
    await world().run();
    world().put('anna', { id: 'anna', mail: 'bert' });

    expect(await world().run()).toMatchObject({ renamed: 1, refused: [] });

    expect(await world().holds()).toEqual({ bert: box() });
  });

  it('is gone on with where some of the forwards have moved already, also such as are at both addresses', async () => {
    world().put('anna', { id: 'anna', forward: ['f@other.example', 'g@other.example'] });
    await world().run();
    const [from, to] = [world().at('anna'), world().at('new')];
    await world().admin.putMail(from);
    await world().admin.createUser(to);
    await world().admin.addForward(to, 'f@other.example');
    world().begunTo(from, to);
    world().put('anna', { id: 'anna', mail: 'new', forward: ['f@other.example', 'g@other.example'] });

    expect(await world().run()).toMatchObject({ renamed: 1, refused: [] });

    expect(await world().holds()).toEqual({ new: box({ forwards: ['f@other.example', 'g@other.example'] }) });
    expect(await world().admin.mailboxes(to)).toBe(1);
  });

  it('can be that of a leaver who is removed in the same run and leaves no mail', async () => {
    world().put('anna', { id: 'anna', last: 'Anna' });
    world().put('bert', { id: 'bert', last: 'Bert', alias: ['info'] });
    await world().run();
    world().drop('bert');
    world().put('anna', { id: 'anna', mail: 'bert', last: 'Anna' });

    expect(await world().clean({ allowedDeletions: 1 })).toMatchObject({ renamed: 1, refused: [] });

    expect(await world().holds()).toEqual({ bert: box({ name: 'Anna' }) });
  });
}
