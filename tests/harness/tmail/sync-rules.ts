/** The rules of `sync`, run against the stand-in and against a real James: what the server holds afterwards, and what was named. */
import { ConnectorError } from '../../../lib/errors/connector-error.ts';
import { aMailbox, type Mailbox, type PersonEntry, type TestServer, World } from './world.ts';

export function describeSyncRules(server: () => TestServer): void {
  let world: World;

  beforeEach(async () => {
    world = await new World(server()).open();
  });
  afterEach(() => world.close());

  const box = (given: Partial<Mailbox> = {}): Mailbox => aMailbox(server(), given);

  describe('values', () => {
    it('sets everything of new people, and sends nothing for them afterwards', async () => {
      world.put('anna', {
        alias: ['info', 'a.b'],
        forward: ['bert', 'Ext@Other.Example'],
        quota: '1000',
        first: 'Änna',
        last: 'B & C',
      });
      world.put('bert');

      expect(await world.run()).toMatchObject({ entries: 2, created: 2, refused: [] });
      expect(await world.holds()).toEqual({
        anna: box({
          aliases: ['a.b', 'info'],
          forwards: ['Ext@other.example', 'bert'],
          quota: '1000',
          name: 'Änna B & C',
        }),
        bert: box(),
      });

      expect(await world.run()).toMatchObject({ unchanged: 2, changed: 0, requests: 1 });
      expect((await world.run({ full: true })).requests).toBeLessThanOrEqual(3 + (server().hasContacts ? 1 : 0) + 4);
      expect(world.did).toEqual([]);
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
      world.put('anna', { alias: before });
      await world.run();
      world.put('anna', { alias: after });

      expect(await world.run()).toMatchObject({ refused: [] });

      expect((await world.mailbox('anna')).aliases).toEqual(expected);
    });

    it('keeps the forwards that are the user’s own, removes those that the directory gave up, and leaves a local copy out', async () => {
      world.put('anna', { forward: ['one@other.example', 'two@other.example', 'anna'] });
      await world.run();
      await world.admin.addForward(world.at('anna'), 'own@other.example');
      world.put('anna', { forward: ['two@other.example'] });

      await world.run();

      expect((await world.mailbox('anna')).forwards).toEqual(['own@other.example', 'two@other.example']);
    });

    it('keeps a local copy where that is set', async () => {
      world.file = { local_copy: true };
      world.put('anna', { forward: ['one@other.example', 'Anna'] });
      await world.run();
      expect((await world.mailbox('anna')).forwards).toEqual(['anna', 'one@other.example']);

      world.put('anna', { forward: ['one@other.example'] });
      await world.run();

      expect((await world.mailbox('anna')).forwards).toEqual(['one@other.example']);
    });

    it('of what is there at the first run keeps forwards, and removes other aliases and quotas', async () => {
      await world.admin.createUser(world.at('anna'));
      await world.admin.addAlias(world.at('anna'), world.at('extra'));
      await world.admin.addForward(world.at('anna'), 'own@other.example');
      await world.admin.setQuota(world.at('anna'), '5');
      world.put('anna', { alias: ['info'], forward: ['new@other.example'] });

      await world.run();

      expect((await world.holds()).anna).toEqual(
        box({ aliases: ['info'], forwards: ['new@other.example', 'own@other.example'] }),
      );
    });

    it('keeps aliases and quotas that were set on the server later', async () => {
      world.put('anna', { alias: ['info'] });
      await world.run();
      await world.admin.addAlias(world.at('anna'), world.at('extra'));
      await world.admin.setQuota(world.at('anna'), '5');
      world.put('anna', { alias: ['info', 'more'] });

      await world.run({ full: true });

      expect((await world.holds()).anna).toEqual(box({ aliases: ['extra', 'info', 'more'], quota: '5' }));
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
      world.put('anna', quota(before));
      await world.run();
      world.put('anna', { ...quota(after), alias: ['info'] });

      expect((await world.run()).refused).toHaveLength(refused);

      expect(await world.mailbox('anna')).toMatchObject({ quota: expected, aliases: ['info'] });
      expect((await world.run()).refused).toHaveLength(refused);
    });

    const names = async (): Promise<(string | null)[]> => Object.values(await world.holds()).map(({ name }) => name);

    it('makes an identity with both names, the one that is there, or the address, and a changed name arrives', async () => {
      world.put('anna', { first: 'Anna', last: 'Berg' });
      world.put('bert', { last: 'Cohn' });
      world.put('carl', { last: ' ' });
      await world.run();
      expect(await names()).toEqual(['Anna Berg', 'Cohn', world.at('carl')]);

      world.put('anna', { first: 'Anna', last: 'Daum' });
      world.put('carl', { first: 'Carl' });
      await world.run();

      expect(await names()).toEqual(['Anna Daum', 'Cohn', 'Carl Test']);
      if (server().hasContacts) {
        expect(await world.admin.contact(world.at('anna'))).toBe('Anna Daum');
      }
    });

    it('leaves the name alone that somebody chose, or had when we came, and does not take it for the own one later', async () => {
      await world.admin.createUser(world.at('bert'));
      await world.admin.addIdentity(world.at('bert'), 'Bertie');
      world.put('anna', { last: 'Berg' });
      world.put('bert', { last: 'Cohn' });
      await world.run();
      await world.admin.renameIdentity(world.at('anna'), 'Anni');

      for (const last of ['Daum', 'Ebel']) {
        world.put('anna', { last });
        world.put('bert', { last });
        await world.run({ full: true });
        expect(await names()).toEqual(['Anni', 'Bertie']);
      }
    });

    it('sets and removes address mappings where that is switched on', async () => {
      world.file = { facets: ['account', 'aliases', 'mappings'] };
      world.put('anna', { mapping: ['x@other.example', 'y@other.example'] });
      await world.run();
      world.put('anna', { mapping: ['y@other.example', 'z@other.example'] });
      await world.run();

      expect((await world.mailbox('anna')).mappings).toEqual(['y@other.example', 'z@other.example']);
    });

    it('writes in lower case, whatever the directory has', async () => {
      world.put('anna', { mail: 'Anna', alias: ['Info'] });
      await world.run();

      expect(Object.keys(await world.holds())).toEqual(['anna']);
      expect((await world.mailbox('anna')).aliases).toEqual(['info']);
    });
  });

  describe('what is refused', () => {
    it('names a bad value, does the others, and tries it again at each run until it is good', async () => {
      world.put('anna', {
        alias: ['bäd', 'good', 'x@unknown.example', 'no blank'],
        forward: ['fwd@other.example', 'nobody'],
      });
      world.put('bert', { alias: ['bert.b'] });

      expect(await world.run()).toMatchObject({ created: 2 });
      expect(world.refusals().sort()).toEqual([
        'anna: aliases bäd',
        'anna: aliases no blank',
        'anna: aliases x@unknown.example',
      ]);
      expect(world.refused.every(({ reason, remedy }) => reason !== '' && remedy !== '')).toBe(true);
      expect(await world.mailbox('anna')).toMatchObject({
        aliases: ['good'],
        forwards: ['fwd@other.example', 'nobody'],
      });
      expect((await world.mailbox('bert')).aliases).toEqual(['bert.b']);

      await world.run();
      expect(world.refusals()).toHaveLength(3);
      world.put('anna', { alias: ['good'], forward: ['fwd@other.example', 'nobody'] });
      await world.run();
      expect(world.refusals()).toEqual([]);
      expect(await world.run()).toMatchObject({ unchanged: 2 });
    });

    it('touches neither of two entries with one address, and names both', async () => {
      world.put('anna', { alias: ['info'] });
      await world.run();
      world.put('other', { mail: 'anna', id: 'other' });
      world.put('bert');

      await world.clean();

      expect(world.refusals()).toEqual(['anna: account anna', 'anna: account anna']);
      expect(world.refused.map(({ dn }) => dn).sort()).toEqual(['uid=anna,ou=people', 'uid=other,ou=people']);
      expect(Object.keys(await world.holds())).toEqual(['anna', 'bert']);
      expect((await world.mailbox('anna')).aliases).toEqual(['info']);
    });

    it('makes no account with an umlaut, and does not take the mailbox away from whoever has such an address now', async () => {
      world.put('anna');
      world.put('bert');
      await world.run();
      world.put('anna', { mail: 'änna' });
      world.put('carl', { mail: 'cärl' });

      await world.clean();

      expect(world.refusals()).toEqual(['änna: account änna', 'cärl: account cärl']);
      expect(Object.keys(await world.holds())).toEqual(['anna', 'bert']);
    });

    it('makes nobody’s mailbox an alias', async () => {
      world.put('anna', { alias: ['bert', 'service', 'info'] });
      world.put('bert');
      await world.admin.createUser(world.at('service'));

      await world.run();

      expect(world.refusals().sort()).toEqual(['anna: aliases bert', 'anna: aliases service']);
      expect((await world.mailbox('anna')).aliases).toEqual(['info']);
    });

    it('sets one of two forwards that form a circle, also where the server would take it', async () => {
      world.put('anna', { forward: ['bert'] });
      world.put('bert', { forward: ['anna'] });
      await world.run();
      expect(world.refusals()).toEqual(['bert: forwards anna']);
      expect(await world.mailbox('anna')).toMatchObject({ forwards: ['bert'] });

      world.put('carl', { forward: ['a@other.example', 'dora'] });
      world.put('dora', { forward: ['b@other.example', 'carl'] });
      await world.run();
      expect(world.refusals().sort()).toEqual(['bert: forwards anna', 'dora: forwards carl']);
    });

    it('sets no alias that closes a circle with a forward that is the user’s own', async () => {
      world.put('anna', { forward: ['info'] });
      world.put('bert');
      await world.run();
      await world.admin.addForward(world.at('bert'), 'y@other.example');
      await world.admin.addForward(world.at('bert'), world.at('anna'));
      world.put('bert', { alias: ['info', 'good'] });
      await world.run();

      expect(world.refusals()).toEqual(['bert: aliases info']);
      expect((await world.mailbox('bert')).aliases).toEqual(['good']);
    });

    it('names who stands in the way where an alias of somebody else has the address', async () => {
      await world.admin.createUser(world.at('service'));
      await world.admin.addAlias(world.at('service'), world.at('anna'));
      world.put('anna', { alias: ['info'] });
      world.file = { keep: ['service@*'] };

      await world.run();

      expect(world.refusals()).toEqual(['anna: account anna']);
      expect(world.refused[0]?.reason).toContain(world.at('service'));
      expect(await world.admin.aliases(world.at('anna'))).toEqual([]);
    });
  });

  describe('who goes', () => {
    it('is removed with --clean only, with all it had', async () => {
      world.put('anna', { alias: ['info'], forward: ['x@other.example'], quota: '5' });
      world.put('bert');
      await world.run();
      world.drop('anna');

      await world.run();
      expect(Object.keys(await world.holds())).toEqual(['anna', 'bert']);
      expect(await world.clean()).toMatchObject({ removed: 1, refused: [] });

      expect(Object.keys(await world.holds())).toEqual(['bert']);
      expect(await world.mailbox('anna')).toMatchObject({ aliases: [], forwards: [] });
    });

    it('and comes back as another person has nothing of the former one', async () => {
      world.put('anna', { alias: ['info'], forward: ['x@other.example'], quota: '5', last: 'Former', id: 'former' });
      world.put('bert');
      await world.run();
      await world.admin.addForward(world.at('anna'), 'own@other.example');
      world.drop('anna');
      await world.clean();
      world.put('anna', { last: 'Newer', id: 'newer' });

      expect(await world.run()).toMatchObject({ refused: [] });

      expect((await world.holds()).anna).toEqual(box({ name: 'Newer' }));
    });

    it('leaves mail that only the same person gets back, unless it is adopted', async () => {
      world.put('anna', { last: 'Former', id: 'former' });
      world.put('bert');
      await world.run();
      await world.admin.putMail(world.at('anna'));
      world.drop('anna');
      expect(await world.clean()).toMatchObject({ leftMail: [world.at('anna')], refused: [] });

      world.put('anna', { last: 'Newer', id: 'newer' });
      await world.run();
      expect(world.refusals()).toEqual(['anna: account anna']);
      expect(world.refused[0]?.remedy).toContain(`adopt ${world.at('anna')}`);
      expect(Object.keys(await world.holds())).toEqual(['bert']);

      world.put('anna', { last: 'Former', id: 'former' });
      await world.run();
      expect((await world.holds()).anna).toEqual(box({ name: 'Former' }));
      expect(await world.admin.mailboxes(world.at('anna'))).toBe(1);

      world.drop('anna');
      await world.clean();
      world.put('anna', { last: 'Newer', id: 'newer' });
      await world.run();
      world.adopt('anna');
      expect(await world.run()).toMatchObject({ refused: [] });
      expect((await world.holds()).anna).toEqual(box({ name: 'Newer' }));
    });

    it('takes its mail along where that is set', async () => {
      world.file = { deleted_mail: 'remove' };
      world.put('anna', { id: 'former', last: 'Former' });
      world.put('bert');
      await world.run();
      await world.admin.putMail(world.at('anna'));
      world.drop('anna');
      expect(await world.clean()).toMatchObject({ leftMail: [], removed: 1 });
      world.put('anna', { id: 'newer', last: 'Newer' });
      await world.run();

      expect((await world.holds()).anna).toEqual(box({ name: 'Newer' }));
      expect(await world.admin.mailboxes(world.at('anna'))).toBe(0);
    });

    it('gives the address to somebody else in the same run, if it leaves no mail', async () => {
      world.put('anna', { alias: ['info'], forward: ['x@other.example'], quota: '5', last: 'Former', id: 'former' });
      world.put('bert', { id: 'bert' });
      await world.run();
      world.put('anna', { last: 'Newer', id: 'newer', alias: ['hello'] });

      expect(await world.clean()).toMatchObject({ refused: [], removed: 0 });
      expect((await world.holds()).anna).toEqual(box({ name: 'Newer', aliases: ['hello'] }));

      await world.admin.putMail(world.at('anna'));
      world.put('anna', { last: 'Third', id: 'third' });
      await world.clean();
      expect(world.refusals()).toEqual(['anna: account anna']);
      expect((await world.holds()).anna).toEqual(
        box({ name: 'Newer', aliases: ['hello'], ...(server().hasContacts ? { contact: 'Newer' } : {}) }),
      );
      world.adopt('anna');
      expect(await world.clean()).toMatchObject({ refused: [] });
      expect((await world.holds()).anna).toEqual(box({ name: 'Third' }));
    });

    it('is none of those that are not ours', async () => {
      for (const name of ['admin', 'stranger']) {
        await world.admin.createUser(world.at(name));
      }
      await world.admin.createUser('somebody@localhost');
      world.file = { keep: ['Admin@*'] };
      world.put('anna');

      expect(await world.clean()).toMatchObject({ removed: 1 });

      expect(Object.keys(await world.holds())).toEqual(['admin', 'anna']);
      expect(await world.admin.users()).toContain('somebody@localhost');
    });
  });

  describe('an address that moves', () => {
    it('goes from one person’s alias to another’s within one run, and becomes a mailbox, and back', async () => {
      world.put('anna', { alias: ['info'] });
      world.put('bert');
      await world.run();
      world.put('anna');
      world.put('bert', { alias: ['info'] });
      expect(await world.run()).toMatchObject({ refused: [] });
      expect([(await world.mailbox('anna')).aliases, (await world.mailbox('bert')).aliases]).toEqual([[], ['info']]);

      world.put('bert');
      world.put('carl', { mail: 'info' });
      expect(await world.run()).toMatchObject({ refused: [], created: 1 });
      expect(Object.keys(await world.holds())).toEqual(['anna', 'bert', 'info']);

      world.drop('carl');
      world.put('anna', { alias: ['info'] });
      expect(await world.clean()).toMatchObject({ refused: [], removed: 1 });
      expect((await world.mailbox('anna')).aliases).toEqual(['info']);
    });

    it('is a rename that keeps mail, aliases and the forwards that are the user’s own; the old address can be an alias', async () => {
      world.put('anna', { alias: ['info', 'x'], forward: ['f@other.example'], quota: '7', last: 'Old' });
      await world.run();
      await world.admin.putMail(world.at('anna'));
      await world.admin.addForward(world.at('anna'), 'own@other.example');
      await world.admin.addAlias(world.at('anna'), world.at('extra'));
      world.put('anna', {
        mail: 'berg',
        alias: ['anna', 'info'],
        forward: ['f@other.example'],
        quota: '7',
        last: 'New',
      });

      expect(await world.clean()).toMatchObject({ renamed: 1, removed: 0, created: 0, refused: [] });

      expect(await world.holds()).toEqual({
        berg: box({
          aliases: ['anna', 'extra', 'info'],
          forwards: ['f@other.example', 'own@other.example'],
          quota: '7',
          name: 'New',
        }),
      });
      expect(await world.admin.mailboxes(world.at('berg'))).toBe(1);
      expect(await world.run()).toMatchObject({ unchanged: 1, requests: 1 });
    });

    it('can be one that the person has as an alias, and back', async () => {
      world.put('anna', { alias: ['berg'] });
      await world.run();
      world.put('anna', { mail: 'berg', alias: ['anna'] });
      expect(await world.run()).toMatchObject({ renamed: 1, refused: [] });
      expect(await world.holds()).toEqual({ berg: box({ aliases: ['anna'] }) });
      world.put('anna', { alias: ['berg'] });
      expect(await world.run()).toMatchObject({ renamed: 1, refused: [] });
      expect(await world.holds()).toEqual({ anna: box({ aliases: ['berg'] }) });
    });

    it('waits for the one who gives it up, in a chain too, and the first of it is somebody new', async () => {
      for (const name of ['a', 'b', 'c']) {
        world.put(name, { id: name, last: name, alias: [`${name}.alias`] });
      }
      await world.run();
      for (const name of ['a', 'b', 'c']) {
        await world.admin.putMail(world.at(name));
      }
      world.put('a', { id: 'a', mail: 'b', last: 'a', alias: ['a.alias'] });
      world.put('b', { id: 'b', mail: 'c', last: 'b', alias: ['b.alias'] });
      world.put('c', { id: 'c', mail: 'd', last: 'c', alias: ['c.alias'] });
      world.put('n', { id: 'n', mail: 'a', last: 'n' });

      expect(await world.clean()).toMatchObject({ renamed: 3, created: 1, removed: 0, refused: [] });

      const holds = await world.holds();
      expect(Object.entries(holds).map(([name, { aliases, name: shown }]) => [name, aliases, shown])).toEqual([
        ['a', [], 'n'],
        ['b', ['a.alias'], 'a'],
        ['c', ['b.alias'], 'b'],
        ['d', ['c.alias'], 'c'],
      ]);
      expect(await world.admin.mailboxes(world.at('a'))).toBe(0);
    });

    it('is not swapped: both stay, and are named', async () => {
      world.put('a', { id: 'a' });
      world.put('b', { id: 'b' });
      await world.run();
      await world.admin.putMail(world.at('a'));
      world.put('a', { id: 'a', mail: 'b' });
      world.put('b', { id: 'b', mail: 'a' });

      await world.clean();

      expect(world.refusals().sort()).toEqual(['a: account a', 'b: account b']);
      expect(Object.keys(await world.holds())).toEqual(['a', 'b']);
      expect(await world.admin.mailboxes(world.at('a'))).toBe(1);
    });

    it('never goes into a mailbox that is there, and leaves the own one where it is', async () => {
      world.put('anna');
      await world.run();
      await world.admin.createUser(world.at('taken'));
      world.file = { keep: [] };
      world.put('anna', { mail: 'taken' });

      await world.clean();

      expect(world.refusals()).toEqual(['taken: account taken']);
      expect(Object.keys(await world.holds())).toEqual(['anna', 'taken']);
    });

    it('can be that of a leaver who is removed in the same run and leaves no mail', async () => {
      world.put('anna', { id: 'anna', last: 'Anna' });
      world.put('bert', { id: 'bert', last: 'Bert', alias: ['info'] });
      await world.run();
      world.drop('bert');
      world.put('anna', { id: 'anna', mail: 'bert', last: 'Anna' });

      expect(await world.clean({ allowedDeletions: 1 })).toMatchObject({ renamed: 1, refused: [] });

      expect(await world.holds()).toEqual({ bert: box({ name: 'Anna' }) });
    });
  });

  describe('never does harm', () => {
    const many = (n: number): void => {
      for (let i = 0; i < n; i += 1) {
        world.put(`p${i}`, { alias: [`a${i}`] });
      }
    };

    it('an empty directory, or one whose entries are not ours, ends the run', async () => {
      many(3);
      await world.run();
      world.people.clear();
      await expect(world.clean()).rejects.toMatchObject({ code: 'DIRECTORY_EMPTY' });
      world.put('x', { mail: 'x@elsewhere.example' });
      await expect(world.clean()).rejects.toMatchObject({ code: 'DIRECTORY_EMPTY' });

      expect(Object.keys(await world.holds())).toHaveLength(3);
    });

    it('one that breaks off, or hits a limit, removes nothing; what is new is set', async () => {
      many(4);
      await world.run();
      world.put('p0', { alias: ['new'] });
      world.breaksOff = { after: 2, error: new ConnectorError('LDAP_UNREACHABLE', 'size limit exceeded') };

      expect(await world.clean()).toMatchObject({ removed: 0, failure: { code: 'LDAP_UNREACHABLE' } });

      expect(Object.keys(await world.holds())).toHaveLength(4);
      expect((await world.mailbox('p0')).aliases).toEqual(['a0', 'new']);
      world.breaksOff = null;
      expect(await world.clean()).toMatchObject({ removed: 0, refused: [] });
      expect((await world.mailbox('p0')).aliases).toEqual(['new']);
    });

    it('more removals than allowed end the run before its first write', async () => {
      world.file = { max_deletions: 2 };
      many(5);
      await world.run();
      for (const name of ['p0', 'p1', 'p2']) {
        world.drop(name);
      }
      world.put('p3', { alias: ['other'] });

      await expect(world.clean()).rejects.toMatchObject({
        code: 'TOO_MANY_DELETIONS',
        message: expect.stringContaining(world.at('p1')),
      });
      expect(Object.keys(await world.holds())).toHaveLength(5);
      expect((await world.mailbox('p3')).aliases).toEqual(['a3']);

      expect(await world.clean({ allowedDeletions: 3 })).toMatchObject({ removed: 3 });
      expect(Object.keys(await world.holds())).toEqual(['p3', 'p4']);
    });

    it.each<[string, PersonEntry, object]>([
      ['aliases', { alias: ['x'] }, { aliases: ['p0.x'] }],
      ['forwards', { forward: ['f@other.example'] }, { forwards: ['f@other.example'] }],
      ['quota', { quota: '5' }, { quota: '5' }],
    ])('an attribute that nobody has any more takes no %s away', async (_, entry, expected) => {
      world.file = { max_deletions: 2 };
      const all = (given: PersonEntry): void => {
        for (let n = 0; n < 3; n += 1) {
          world.put(`p${n}`, { ...given, ...(given.alias ? { alias: [`p${n}.x`] } : {}) });
        }
      };
      all(entry);
      await world.run();
      all({ last: 'Other' });

      await expect(world.run()).rejects.toMatchObject({ code: 'TOO_MANY_DELETIONS' });
      expect(await world.mailbox('p0')).toMatchObject(expected);
      expect(await world.run({ allowedDeletions: 3 })).toMatchObject({ refused: [] });
      expect(await world.mailbox('p0')).toMatchObject({ aliases: [], forwards: [], quota: null });
    });

    it('a dry run writes nothing, neither on the server nor in the memory, and tells the same', async () => {
      many(3);
      await world.run();
      world.put('p0', { mail: 'q0', alias: ['a0', 'b0'] });
      world.drop('p1');
      world.put('n', { forward: ['p2'] });
      const before = await world.holds();

      const dry = await world.clean({ dryRun: true });
      const told = world.did.map(({ address, actions }) => [address, actions]);
      expect(await world.holds()).toEqual(before);

      const real = await world.clean();
      expect(world.did.map(({ address, actions }) => [address, actions])).toEqual(told);
      expect({ ...dry, dryRun: false, requests: 0 }).toEqual({ ...real, requests: 0 });
    });
  });
}
