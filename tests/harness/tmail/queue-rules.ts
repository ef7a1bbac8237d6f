/** The rules of the queue with TMail as its target, by the built binary: what the server holds, and what is left behind. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeWorkplace, type RunResult, type Workplace } from '../workplace.ts';
import { aMailbox, type Mailbox, type TestServer, World } from './world.ts';

export function describeQueueRules(server: () => TestServer): void {
  let world: World;
  let place: Workplace;

  beforeEach(async () => {
    world = await new World(server(), 'queue').open();
    place = makeWorkplace('http://127.0.0.1:1');
    configure();
  });
  afterEach(() => {
    world.close();
    place.remove();
  });

  function configure(given: object = {}): void {
    const facets = [
      'account',
      'aliases',
      'forwards',
      'quota',
      'identity',
      ...(server().hasContacts ? ['contact'] : []),
    ];
    const file = { server: { url: server().url }, domains: [world.domain], facets, ...given };
    writeFileSync(join(place.data, 'tmail.json'), JSON.stringify(file));
  }

  const idOf = (uid: string): string => {
    const hex = createHash('md5').update(`${world.domain}${uid}`).digest('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
  const put = (uid: string, object: Record<string, unknown> | null, id = uid): void => {
    const file = { id: idOf(id), udm_object_type: 'users/user', dn: `uid=${uid},cn=users`, object, options: [] };
    place.drop(file as Parameters<Workplace['drop']>[0]);
  };
  const user = (address: string | null, given: Record<string, unknown> = {}): Record<string, unknown> => ({
    username: 'x',
    lastname: 'Test',
    ...(address === null ? {} : { mailPrimaryAddress: world.at(address) }),
    ...given,
  });
  const run = (env: Record<string, string> = {}): Promise<RunResult> =>
    place.run({ env: { OX_CONNECTOR_TARGET: 'tmail', TMAIL_TOKEN: server().token, ...env } });
  const box = (given: Partial<Mailbox> = {}): Mailbox => aMailbox(server(), given);

  it('creates, changes and removes a mailbox with all it has', async () => {
    put(
      'anna',
      user('Anna', {
        firstname: 'Änna',
        mailAlternativeAddress: [world.at('Info'), world.at('x+tag')],
        mailForwardAddress: ['f@other.example', 'g@other.example'],
        mailForwardCopyToSelf: '1',
        mailUserQuota: '5',
      }),
    );
    expect(await run()).toMatchObject({ code: 0 });
    expect(await world.holds()).toEqual({
      anna: box({
        aliases: ['info', 'x+tag'],
        forwards: ['anna', 'f@other.example', 'g@other.example'],
        quota: '5242880',
        name: 'Änna Test',
      }),
    });
    expect(place.waiting()).toEqual([]);

    await world.admin.addForward(world.at('anna'), 'own@other.example');
    put(
      'anna',
      user('anna', {
        mailAlternativeAddress: [world.at('new')],
        mailForwardAddress: ['g@other.example'],
        mailForwardCopyToSelf: false,
        mailUserQuota: 0,
      }),
    );
    expect(await run()).toMatchObject({ code: 0 });
    expect((await world.holds()).anna).toEqual(
      box({
        aliases: ['new'],
        forwards: ['g@other.example', 'own@other.example'],
      }),
    );

    put('anna', null);
    expect(await run()).toMatchObject({ code: 0 });
    expect(await world.holds()).toEqual({});
    expect(place.lastStates()).toEqual({});
  });

  it('settles other types, and users without an address of ours, without effect', async () => {
    place.drop({
      id: idOf('g'),
      udm_object_type: 'groups/group',
      dn: 'cn=g',
      object: { name: 'g', users: ['uid=a'] },
      options: [],
    } as never);
    put('nobody', user(null));
    put('elsewhere', { username: 'x', lastname: 'T', mailPrimaryAddress: 'x@elsewhere.example' });

    expect(await run()).toMatchObject({ code: 0 });

    expect(Object.keys(place.lastStates())).toHaveLength(3);
    expect(await world.holds()).toEqual({});
  });

  it('takes a cleared address for a deletion', async () => {
    put('anna', user('anna'));
    await run();
    put('anna', user(null));

    expect(await run()).toMatchObject({ code: 0 });

    expect(await world.holds()).toEqual({});
  });

  it('renames, with mail, also into an address that another gives up in the same run', async () => {
    put('a', user('a', { mailAlternativeAddress: [world.at('a.alias')], lastname: 'A' }));
    put('b', user('b', { mailAlternativeAddress: [world.at('b.alias')], lastname: 'B' }));
    await run();
    await world.admin.putMail(world.at('a'));
    put('a', user('b', { mailAlternativeAddress: [world.at('a'), world.at('a.alias')], lastname: 'A' }));
    put('b', user('c', { mailAlternativeAddress: [world.at('b.alias')], lastname: 'B' }));

    expect(await run()).toMatchObject({ code: 0 });

    const contacts = server().hasContacts;
    expect(await world.holds()).toEqual({
      b: box({ aliases: ['a', 'a.alias'], name: 'A', ...(contacts ? { contact: 'A' } : {}) }),
      c: box({ aliases: ['b.alias'], name: 'B', ...(contacts ? { contact: 'B' } : {}) }),
    });
    expect(await world.admin.mailboxes(world.at('b'))).toBe(1);
  });

  it('refuses a swap, an alias that is a mailbox, an umlaut and an address that another has: 76, and the rest is done', async () => {
    put('a', user('a'));
    put('b', user('b'));
    await run();
    put('a', user('b'));
    put('b', user('a'));
    expect(await run()).toMatchObject({ code: 76, stderr: expect.stringContaining(world.at('b')) });
    expect(Object.keys(await world.holds())).toEqual(['a', 'b']);
    place.clearQueue();

    put('c', user('c', { mailAlternativeAddress: [world.at('a'), world.at('good')], mailUserQuota: '1' }));
    expect(await run()).toMatchObject({ code: 76, stderr: expect.stringContaining('mailbox') });
    expect((await world.holds()).c).toEqual(box({ aliases: ['good'], quota: '1048576' }));
    place.clearQueue();

    put('d', user('dä'));
    put('e', user('a'));
    expect(await run({ OX_CONNECTOR_STOP_ON_ERROR: 'false' })).toMatchObject({ code: 0 });
    expect(place.parked()).toHaveLength(2);
    expect(Object.keys(await world.holds())).toEqual(['a', 'b', 'c']);
  });

  it('sets one of two forwards that form a circle', async () => {
    put('a', user('a', { mailForwardAddress: [world.at('b'), 'x@other.example'] }));
    put('b', user('b'));
    await run({ OX_CONNECTOR_STOP_ON_ERROR: 'false' });
    put('b', user('b', { mailForwardAddress: ['a@other.example', world.at('a')] }));

    expect(await run()).toMatchObject({ code: 76, stderr: expect.stringContaining('circle') });

    expect((await world.holds()).b?.forwards).toEqual(['a@other.example']);
    place.clearQueue();

    put('a', user('a', { mailForwardAddress: [world.at('info'), 'x@other.example'] }));
    await run();
    await world.admin.addForward(world.at('b'), world.at('a'));
    put('b', user('b', { mailForwardAddress: ['a@other.example'], mailAlternativeAddress: [world.at('info')] }));

    expect(await run()).toMatchObject({ code: 76, stderr: expect.stringContaining('circle') });

    expect((await world.holds()).b?.aliases).toEqual([]);
  });

  it('makes an account again that was removed elsewhere, though a forward was left', async () => {
    put('anna', user('anna', { mailForwardAddress: ['x@other.example'] }));
    await run();
    await world.admin.call('DELETE', `/users/${world.at('anna')}`);
    put('anna', user('anna', { mailForwardAddress: ['y@other.example'] }));

    expect(await run()).toMatchObject({ code: 0 });

    expect((await world.holds()).anna?.forwards).toEqual(['y@other.example']);
  });

  it('gives mail that was left to the same person, and to nobody else before it is adopted', async () => {
    put('anna', user('anna', { lastname: 'Former' }), 'former');
    await run();
    await world.admin.putMail(world.at('anna'));
    put('anna', null, 'former');
    expect(await run()).toMatchObject({ code: 0, stderr: expect.stringContaining('mail left') });
    put('anna', user('anna', { lastname: 'Newer' }), 'newer');
    expect(await run()).toMatchObject({ code: 76, stderr: expect.stringContaining(`adopt ${world.at('anna')}`) });

    expect((await place.run({ args: ['adopt', world.at('anna')] })).code).toBe(0);
    expect(await run()).toMatchObject({ code: 0 });

    expect(await world.holds()).toEqual({ anna: box({ name: 'Newer' }) });
  });

  it('removes no more mailboxes in one run than allowed', async () => {
    configure({ max_deletions: 1 });
    for (const name of ['a', 'b', 'c']) {
      put(name, user(name));
    }
    await run();
    put('a', null);
    put('b', user(null));
    put('c', user('c', { mailAlternativeAddress: [world.at('x')] }));

    expect(await run()).toMatchObject({ code: 65, stderr: expect.stringContaining(world.at('a')) });
    expect((await world.holds()).c).toEqual(box());
    const planned = await place.run({
      args: ['plan', '--details'],
      env: { OX_CONNECTOR_TARGET: 'tmail', TMAIL_TOKEN: server().token },
    });
    expect(planned).toMatchObject({
      code: 65,
      stdout: expect.stringContaining(`alias ${world.at('x')} added`),
      stderr: expect.stringContaining('max_deletions'),
    });

    configure({ max_deletions: 2 });
    expect(await run()).toMatchObject({ code: 0 });
    expect(Object.keys(await world.holds())).toEqual(['c']);
  });

  it('knows from the last states what was applied, where its own memory is lost', async () => {
    put(
      'anna',
      user('anna', {
        mailForwardAddress: ['f@other.example', 'g@other.example'],
        mailAlternativeAddress: [world.at('x')],
      }),
    );
    await run();
    await world.admin.putMail(world.at('anna'));
    await world.admin.addAlias(world.at('anna'), world.at('extra'));
    place.removeFile('tmail/mailboxes.jsonl');
    put('anna', user('berg', { mailForwardAddress: ['g@other.example'] }));

    expect(await run()).toMatchObject({ code: 0 });

    expect(await world.holds()).toEqual({ berg: box({ forwards: ['g@other.example'], aliases: ['extra'] }) });
    expect(await world.admin.mailboxes(world.at('berg'))).toBe(1);
  });

  it('is planned and checked without a change', async () => {
    const look = (...args: string[]): Promise<RunResult> =>
      place.run({ args, env: { OX_CONNECTOR_TARGET: 'tmail', TMAIL_TOKEN: server().token } });
    put('anna', user('anna', { mailAlternativeAddress: [world.at('x')] }));
    put('bert', user('bert'));
    const planned = await look('plan', '--details');
    expect(planned).toMatchObject({ code: 0, stdout: expect.stringContaining(`alias ${world.at('x')} added`) });
    expect(await world.holds()).toEqual({});
    expect(place.waiting()).toHaveLength(2);

    await run();
    expect(await look('check')).toMatchObject({ code: 0 });
    await world.admin.call('DELETE', `/address/aliases/${world.at('anna')}/sources/${world.at('x')}`);
    expect(await look('check')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`alias ${world.at('x')} added`),
    });
    expect((await world.mailbox('anna')).aliases).toEqual([]);

    await look('check', '--fix');
    expect(await run()).toMatchObject({ code: 0 });
    expect((await world.mailbox('anna')).aliases).toEqual(['x']);
    expect((await look('status')).code).toBe(0);
  });
}
