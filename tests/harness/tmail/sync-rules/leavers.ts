/** Who goes, and whose the mail is that stays. */
import type { RulesScene } from './scene.ts';

export function describeLeavers({ world, box, server }: RulesScene): void {
  it('is removed with --clean only, with all it had', async () => {
    world().put('anna', { alias: ['info'], forward: ['x@other.example'], quota: '5' });
    world().put('bert');
    await world().run();
    world().drop('anna');

    await world().run();
    expect(Object.keys(await world().holds())).toEqual(['anna', 'bert']);
    expect(await world().clean()).toMatchObject({ removed: 1, refused: [] });

    expect(Object.keys(await world().holds())).toEqual(['bert']);
    expect(await world().mailbox('anna')).toMatchObject({ aliases: [], forwards: [] });
  });

  it('and comes back as another person has nothing of the former one', async () => {
    world().put('anna', { alias: ['info'], forward: ['x@other.example'], quota: '5', last: 'Former', id: 'former' });
    world().put('bert');
    await world().run();
    await world().admin.addForward(world().at('anna'), 'own@other.example');
    world().drop('anna');
    await world().clean();
    world().put('anna', { last: 'Newer', id: 'newer' });

    expect(await world().run()).toMatchObject({ refused: [] });

    expect((await world().holds()).anna).toEqual(box({ name: 'Newer' }));
  });

  it('and was removed elsewhere, is there again, without the forwards that were left and would be in the way', async () => {
    world().put('anna', { forward: ['x@other.example'] });
    world().put('bert');
    await world().run();
    for (const name of ['anna', 'carl']) {
      const to = `/users/${world().at(name)}`;
      await world().admin.call('PUT', to, JSON.stringify({ password: 'x' }));
      await world().admin.addForward(world().at(name), 'own@other.example');
      await world().admin.call('DELETE', to);
    }
    world().put('carl', { forward: ['y@other.example'] });

    expect(await world().run()).toMatchObject({ created: 2, refused: [] });

    expect(await world().holds()).toMatchObject({
      anna: { forwards: ['x@other.example'] },
      carl: { forwards: ['y@other.example'] },
    });
    expect(await world().run()).toMatchObject({ changed: 0 });
  });

  it('leaves mail that only the same person gets back, unless it is adopted', async () => {
    world().put('anna', { last: 'Former', id: 'former' });
    world().put('bert');
    await world().run();
    await world().admin.putMail(world().at('anna'));
    world().drop('anna');
    expect(await world().clean()).toMatchObject({ leftMail: [world().at('anna')], refused: [] });

    world().put('anna', { last: 'Newer', id: 'newer' });
    await world().run();
    expect(world().refusals()).toEqual(['anna: account anna']);
    expect(world().reasons()).toBe(
      'anna has mail that its former owner left: To give it to this person: listener_trigger adopt anna. Else give the person another address.',
    );
    expect(Object.keys(await world().holds())).toEqual(['bert']);

    world().put('anna', { last: 'Former', id: 'former' });
    await world().run();
    expect((await world().holds()).anna).toEqual(box({ name: 'Former' }));
    expect(await world().admin.mailboxes(world().at('anna'))).toBe(1);

    world().drop('anna');
    await world().clean();
    world().put('anna', { last: 'Newer', id: 'newer' });
    await world().run();
    world().adopt('anna');
    expect(await world().run()).toMatchObject({ refused: [] });
    expect((await world().holds()).anna).toEqual(box({ name: 'Newer' }));
  });

  it('takes its mail along where that is set', async () => {
    world().file = { deleted_mail: 'remove' };
    world().put('anna', { id: 'former', last: 'Former' });
    world().put('bert');
    await world().run();
    await world().admin.putMail(world().at('anna'));
    world().drop('anna');
    expect(await world().clean()).toMatchObject({ leftMail: [], removed: 1 });
    world().put('anna', { id: 'newer', last: 'Newer' });
    await world().run();

    expect((await world().holds()).anna).toEqual(box({ name: 'Newer' }));
    expect(await world().admin.mailboxes(world().at('anna'))).toBe(0);
  });

  it('gives the address to somebody else in the same run, if it leaves no mail', async () => {
    world().put('anna', { alias: ['info'], forward: ['x@other.example'], quota: '5', last: 'Former', id: 'former' });
    world().put('bert', { id: 'bert' });
    await world().run();
    world().put('anna', { last: 'Newer', id: 'newer', alias: ['hello'] });

    expect(await world().clean()).toMatchObject({ refused: [], removed: 0 });
    expect((await world().holds()).anna).toEqual(box({ name: 'Newer', aliases: ['hello'] }));

    await world().admin.putMail(world().at('anna'));
    world().put('anna', { last: 'Third', id: 'third' });
    await world().clean();
    expect(world().refusals()).toEqual(['anna: account anna']);
    expect((await world().holds()).anna).toEqual(
      box({ name: 'Newer', aliases: ['hello'], ...(server().hasContacts ? { contact: 'Newer' } : {}) }),
    );
    world().adopt('anna');
    expect(await world().clean()).toMatchObject({ refused: [] });
    expect((await world().holds()).anna).toEqual(box({ name: 'Third' }));
  });

  it('is none of those that are not ours', async () => {
    for (const name of ['admin', 'stranger']) {
      await world().admin.createUser(world().at(name));
    }
    await world().admin.createUser('somebody@localhost');
    world().file = { keep: ['Admin@*'] };
    world().put('anna');

    expect(await world().clean()).toMatchObject({ removed: 1 });

    expect(Object.keys(await world().holds())).toEqual(['admin', 'anna']);
    expect(await world().admin.users()).toContain('somebody@localhost');
  });
}
