/** What is refused, and that it hinders nothing else. */
import type { RulesScene } from './scene.ts';

export function describeRefusals({ world }: RulesScene): void {
  it('names a bad value, does the others, and tries it again at each run until it is good', async () => {
    world().put('anna', {
      alias: ['bäd', 'good', 'x@unknown.example', 'no blank'],
      forward: ['fwd@other.example', 'nobody'],
    });
    world().put('bert', { alias: ['bert.b'] });

    expect(await world().run()).toMatchObject({ created: 2 });
    expect(world().refusals().sort()).toEqual([
      'anna: aliases bäd',
      'anna: aliases no blank',
      'anna: aliases x@unknown.example',
    ]);
    expect(world().reasons()).toMatch(
      /^it has characters other than ASCII, or blanks, .*: Correct the value in the directory\.$/m,
    );
    expect(world().reasons()).toMatch(
      /^the server refuses alias x@unknown\.example of anna: 400 .*: The server does not have the domain: add it/m,
    );
    expect(await world().mailbox('anna')).toMatchObject({
      aliases: ['good'],
      forwards: ['fwd@other.example', 'nobody'],
    });
    expect((await world().mailbox('bert')).aliases).toEqual(['bert.b']);

    await world().run();
    expect(world().refusals()).toHaveLength(3);
    world().put('anna', { alias: ['good'], forward: ['fwd@other.example', 'nobody'] });
    await world().run();
    expect(world().refusals()).toEqual([]);
    expect(await world().run()).toMatchObject({ unchanged: 2 });
  });

  it('touches neither of two entries with one address, and names both', async () => {
    world().put('anna', { alias: ['info'] });
    await world().run();
    world().put('other', { mail: 'anna', id: 'other' });
    world().put('bert');

    await world().clean();

    expect(world().refusals()).toEqual(['anna: account anna', 'anna: account anna']);
    expect(
      world()
        .refused.map(({ dn }) => dn)
        .sort(),
    ).toEqual(['uid=anna,ou=people', 'uid=other,ou=people']);
    expect(world().reasons()).toMatch(
      /^uid=other,ou=people has the address anna too: none of them is touched: Give each of them an address of its own in the directory\.$/m,
    );
    expect(Object.keys(await world().holds())).toEqual(['anna', 'bert']);
    expect((await world().mailbox('anna')).aliases).toEqual(['info']);
  });

  it('takes an entry that comes twice, since it was moved meanwhile, for one', async () => {
    world().put('anna', { id: 'anna', mail: 'anna', alias: ['x'] });
    world().put('moved', { id: 'anna', mail: 'anna', alias: ['x'] });

    expect(await world().run()).toMatchObject({ created: 1, refused: [] });

    expect((await world().mailbox('anna')).aliases).toEqual(['x']);
  });

  it('makes no account with an umlaut, and does not take the mailbox away from whoever has such an address now', async () => {
    world().put('anna');
    world().put('bert');
    await world().run();
    world().put('anna', { mail: 'änna' });
    world().put('carl', { mail: 'cärl' });

    await world().clean();

    expect(world().refusals()).toEqual(['änna: account änna', 'cärl: account cärl']);
    expect(world().reasons()).toMatch(
      /^the address änna cannot be used: it has characters .*: Change the address in the directory\.$/m,
    );
    expect(Object.keys(await world().holds())).toEqual(['anna', 'bert']);
  });

  it('makes no account with an ampersand, and one that is there keeps nobody else from its quota', async () => {
    const { admin } = world();
    const other = world().at('x&y');
    await admin.createUser(other);
    try {
      world().put('anna', { quota: '5', alias: ['a&b'] });
      world().put('carl&co', { quota: '7' });
      world().put('dora', { quota: '9' });

      await world().run();

      expect(world().refusals()).toEqual(['carl&co: account carl&co']);
      expect(world().reasons()).toMatch(
        /^the address carl&co cannot be used: the server can have no quota and no mailboxes/,
      );
      expect([await admin.quota(world().at('anna')), await admin.quota(world().at('dora'))]).toEqual(['5', '9']);
      world().put('anna');
      await world().run();
      expect(await admin.quota(world().at('anna'))).toBeNull();
    } finally {
      await admin.call('DELETE', `/users/${encodeURIComponent(other)}`);
    }
  });

  it('makes nobody’s mailbox an alias', async () => {
    world().put('anna', { alias: ['bert', 'service', 'info'] });
    world().put('bert');
    await world().admin.createUser(world().at('service'));

    await world().run();

    expect(world().refusals().sort()).toEqual(['anna: aliases bert', 'anna: aliases service']);
    expect(world().reasons()).toMatch(
      /^bert is somebody's mailbox: Correct the value in the directory, or the one it collides with\.$/m,
    );
    expect((await world().mailbox('anna')).aliases).toEqual(['info']);
  });

  it('sets one of two forwards that form a circle, also where the server would take it', async () => {
    world().put('anna', { forward: ['bert'] });
    world().put('bert', { forward: ['anna'] });
    await world().run();
    expect(world().refusals()).toEqual(['bert: forwards anna']);
    expect(world().reasons()).toMatch(/^mail to anna is forwarded to bert already: it would go in a circle: Correct/);
    expect(await world().mailbox('anna')).toMatchObject({ forwards: ['bert'] });

    world().put('carl', { forward: ['a@other.example', 'dora'] });
    world().put('dora', { forward: ['b@other.example', 'carl'] });
    await world().run();
    expect(world().refusals().sort()).toEqual(['bert: forwards anna', 'dora: forwards carl']);
  });

  it('sets no alias that closes a circle with a forward that is the user’s own', async () => {
    world().put('anna', { forward: ['info'] });
    world().put('bert');
    await world().run();
    await world().admin.addForward(world().at('bert'), 'y@other.example');
    await world().admin.addForward(world().at('bert'), world().at('anna'));
    world().put('bert', { alias: ['info', 'good'] });
    await world().run();

    expect(world().reasons()).toBe(
      'mail to bert is forwarded to info already: it would go in a circle: Correct the value in the directory, or the one it collides with.',
    );
    expect((await world().mailbox('bert')).aliases).toEqual(['good']);
  });

  it('names who stands in the way where an alias of somebody else has the address', async () => {
    await world().admin.createUser(world().at('service'));
    await world().admin.addAlias(world().at('service'), world().at('anna'));
    world().put('anna', { alias: ['info'] });
    world().file = { keep: ['service@*'] };

    await world().run();

    expect(world().refusals()).toEqual(['anna: account anna']);
    expect(world().reasons()).toMatch(
      /^the server refuses the account anna: 409 .*alias:service: The address is the source of an alias/,
    );
    expect(await world().admin.aliases(world().at('anna'))).toEqual([]);
  });
}
