/** A user of the queue, where the server answers otherwise than usual or what is known of the user is odd. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TmailFile } from '../../../../lib/tmail/configuration.ts';
import { finallyDo } from '../../../harness/serving.ts';
import { QueueWorld } from '../../../harness/tmail/queue-world.ts';
import { type StandIn, startStandIn } from '../../../sandbox/tmail/stand-in.ts';

let standIn: StandIn;
let world: QueueWorld;

beforeAll(async () => {
  standIn = await startStandIn({ token: 'a-token', delayMilliseconds: 2 });
});
afterAll(() => standIn.stop());
beforeEach(async () => {
  world = await new QueueWorld({ url: standIn.url, token: 'a-token', hasContacts: true }, 'user').open();
});
afterEach(() => {
  standIn.fault = null;
  world.close();
});

it.each(['/address/aliases/', '/mappings/user/'])(
  'a question that is refused (%s) is no answer: nothing is taken for gone',
  async (path) => {
    world.put('anna', { alias: ['info', 'x'], forward: ['f@other.example', 'g@other.example'] });
    await world.drain();
    world.put('anna', { alias: ['x'], forward: ['g@other.example'] });
    standIn.fault = (request) => (request.method === 'GET' && request.path.startsWith(path) ? 400 : null);
    await expect(world.drain()).rejects.toMatchObject({ nature: 'object' });
    standIn.fault = null;

    await world.drain();

    expect(await world.mailbox('anna')).toMatchObject({ aliases: ['x'], forwards: ['g@other.example'] });
  },
);

it('reports a mailbox as created once, as changed also where it gets another address, and as removed', async () => {
  const actions = async (): Promise<string[]> => {
    await world.drain();
    const steps = world.reports.flatMap((each) => (each.end === 'provisioned' ? each.steps : []));
    return [...new Set(steps.map(({ action }) => action))].sort();
  };
  world.put('anna', { alias: ['info'] });
  expect(await actions()).toEqual(['created', 'updated']);
  world.put('anna');
  expect(await actions()).toEqual(['updated']);
  world.put('anna', { mail: 'anne' });
  expect(await actions()).toEqual(['updated']);
  world.drop('anna');
  expect(await actions()).toEqual(['removed']);
});

it.each<[Partial<TmailFile>, string | undefined, string | null]>([
  [{}, '0', null],
  [{ quota_zero: 'inherit' }, '0', null],
  [{ quota_zero: 'unlimited' }, '0', '-1'],
  [{ quota_zero: 'unlimited' }, '7', '7340032'],
  [{ quota_zero: 'unlimited' }, undefined, '-1'],
  [{ quota_zero: 'unlimited' }, '', '-1'],
])('with %j a quota of %j MB is one of %j', async (file, quota, there) => {
  world.file = file;
  world.put('anna', quota === undefined ? {} : { quota });
  await world.drain();
  expect((await world.mailbox('anna')).quota).toBe(there);
});

it.each(['9007199254740993', '8796093022208', '1234567890123456789', '5.5', '5 MB', '-', '-2'])(
  'a quota of %j MB is refused, and the rest is done',
  async (quota) => {
    world.put('anna', { quota, alias: ['info'] });
    await expect(world.drain()).rejects.toMatchObject({ cause: { message: expect.stringContaining(': quota ') } });
    expect(await world.mailbox('anna')).toMatchObject({ quota: null, aliases: ['info'] });
  },
);

it('the mail of a user that is deleted goes where that is set, and the address is free for anybody', async () => {
  const folders = (): string[] => [...(standIn.state.mailboxes.get(world.at('anna')) ?? [])];
  world.file = { deleted_mail: 'remove' };
  world.put('anna');
  await world.drain();
  standIn.state.mailboxes.set(world.at('anna'), new Set(['INBOX']));
  world.drop('anna');
  await world.drain();
  expect(folders()).toEqual([]);

  world.put('other', { mail: 'anna' });
  await world.drain();
  expect(Object.keys(await world.holds())).toEqual(['anna']);
});

it('an address that no mailbox can have is refused, and says which property to change', async () => {
  world.put('anna', { mail: 'änna' });
  await expect(world.drain()).rejects.toMatchObject({
    nature: 'object',
    cause: {
      message: expect.stringMatching(
        /^the address änna@.* cannot be used: it has characters other than ASCII, or blanks/,
      ),
      remedy: 'Change mailPrimaryAddress in UDM.',
    },
  });
  expect(await world.holds()).toEqual({});
});

it('a last state with an address that no mailbox can have, as another target took it, is no former mailbox', async () => {
  world.remember('anna', { mail: 'änna' });
  world.put('anna');

  await world.drain();

  expect(Object.keys(await world.holds())).toEqual(['anna']);
});

it('sets one of two forwards that form a circle, also where both are worked on at once', async () => {
  const put = async (last: string, forward: Readonly<Record<string, readonly string[]>>): Promise<void> => {
    for (const name of ['a', 'b', 'c', 'd']) {
      world.put(name, { forward: forward[name] ?? [], last });
    }
    await world.drain({ stopOnError: false, concurrency: 4 });
  };
  await put('One', {});

  await put('Two', { a: ['x@other.example', 'b'], b: ['x@other.example', 'a'] });

  const lists = [(await world.mailbox('a')).forwards, (await world.mailbox('b')).forwards];
  expect(lists.map(({ length }) => length).sort()).toEqual([1, 2]);
  expect(world.parking().list()).toHaveLength(1);
  expect(standIn.mostAtOnce()).toBeGreaterThan(1);
});

it.each<[string, Readonly<Record<string, readonly string[]>>, Readonly<Record<string, readonly string[]>>]>([
  ['a forward is turned round', { b: ['a'] }, { a: ['b'], b: [] }],
  ['one of three that would form a circle is given up', { b: ['c'], c: ['a'] }, { a: ['b'], c: [] }],
  ['another of them is', { b: ['c'], c: ['a'] }, { a: ['b'], b: ['x@other.example'] }],
])('%s, although the file of who gives it up comes last', async (_, before, after) => {
  for (const name of ['a', 'b', 'c']) {
    world.put(name, { forward: before[name] ?? [] });
  }
  await world.drain();
  for (const [name, forward] of Object.entries(after)) {
    world.put(name, { forward });
  }

  await world.drain();

  for (const [name, forward] of Object.entries({ ...before, ...after })) {
    expect((await world.mailbox(name)).forwards).toEqual(forward);
  }
});

it('sets no alias and no forward that form a circle with a forward of the user’s own, also where both are worked on at once', async () => {
  for (const name of ['a', 'b', 'c', 'd']) {
    world.put(name, { alias: name === 'a' ? ['a1', 'a2', 'a3', 'a4', 'a5'] : [] });
  }
  await world.drain();
  // The server looks at the first one only.
  for (const [from, to] of [
    ['a', 'x@other.example'] as const,
    ['b', 'y@other.example'] as const,
    ['b', 'a'] as const,
  ]) {
    await world.admin.addForward(world.at(from), world.at(to));
  }
  world.put('c', { last: 'New' });
  world.put('b', { alias: ['info'] });
  // Time for the other one between its look and its forward.
  world.put('a', { forward: ['info'] });
  world.put('d', { last: 'New' });

  await world.drain({ stopOnError: false, concurrency: 4 });

  const isSet = [(await world.mailbox('b')).aliases.length > 0, (await world.mailbox('a')).forwards.includes('info')];
  expect(isSet.sort()).toEqual([false, true]);
  expect(world.parking().list()).toHaveLength(1);
});

it('whose mailbox it is, is known from the last states where the memory is lost: nobody else gets it', async () => {
  world.put('anna');
  await world.drain();
  await world.admin.putMail(world.at('anna'));
  rmSync(join(world.data, 'tmail', 'mailboxes.jsonl'));
  world.put('newer', { mail: 'anna', last: 'Newer' });

  await expect(world.drain()).rejects.toMatchObject({
    cause: {
      code: 'TMAIL_REFUSED',
      message: `${world.at('anna')} is the mailbox of somebody else`,
      remedy:
        'Give one of the two users another address; this one follows by itself once the other one has given it up.',
    },
  });
  await world.drain({ stopOnError: false });
  expect(world.parking().list()).toHaveLength(1);
  expect((await world.mailbox('anna')).name).toBe('Test');

  rmSync(join(world.data, 'tmail', 'mailboxes.jsonl'));
  const parking = world.parking();
  parking.names().forEach(parking.retry);
  world.put('anna', { mail: 'berg' });
  await world.drain();
  expect(await world.admin.mailboxes(world.at('berg'))).toBe(1);
  expect(await world.admin.mailboxes(world.at('anna'))).toBe(0);
  expect((await world.mailbox('anna')).name).toBe('Newer');
});

it('never goes into a mailbox that is there, and says what to do', async () => {
  world.put('anna');
  await world.drain();
  await world.admin.createUser(world.at('taken'));
  world.put('anna', { mail: 'taken' });

  await expect(world.drain()).rejects.toMatchObject({
    cause: {
      code: 'TMAIL_REFUSED',
      message: `the mailbox ${world.at('anna')} cannot become ${world.at('taken')}: there is a mailbox of this address already`,
      remedy: 'Rename or remove that one (with its mail) on the server, or give the user another address.',
    },
  });
  expect(Object.keys(await world.holds())).toEqual(['anna', 'taken']);
});

it('no mailbox gets another address where mail would come back to it in a circle: nothing has moved then', async () => {
  world.put('anna');
  world.put('xara', { forward: ['new'] });
  await world.drain();
  await world.admin.addForward(world.at('anna'), 'f@other.example');
  await world.admin.addForward(world.at('anna'), world.at('xara'));
  world.put('anna', { mail: 'new' });

  await expect(world.drain()).rejects.toMatchObject({
    cause: {
      code: 'TMAIL_REFUSED',
      message: `mail of ${world.at('anna')} is forwarded to ${world.at('xara')}, from where it comes back: the server cannot rename it to ${world.at('new')}`,
    },
  });
  expect(Object.keys(await world.holds())).toEqual(['anna', 'xara']);
  expect((await world.mailbox('anna')).forwards).toEqual(['f@other.example', 'xara']);

  world.put('xara');
  await world.drain({ stopOnError: false });
  world.put('anna', { mail: 'new' });
  await world.drain();
  expect((await world.mailbox('new')).forwards).toEqual(['f@other.example', 'xara']);
});

it('gets an address whose account was removed elsewhere and has left a forward', async () => {
  world.put('anna');
  await world.admin.createUser(world.at('new'));
  await world.admin.addForward(world.at('new'), 'x@other.example');
  await world.admin.call('DELETE', `/users/${world.at('new')}`);
  await world.drain();
  world.put('anna', { mail: 'new' });

  await world.drain();

  expect(await world.holds()).toMatchObject({ new: { forwards: [] } });
  expect(Object.keys(await world.holds())).toEqual(['new']);
});

it('says so where mail is left on the server, and where there was nothing to do', async () => {
  const told = async (): Promise<string[]> => {
    await world.drain();
    return world.reports.flatMap((each) => (each.end === 'provisioned' ? each.steps.map(({ text }) => text) : []));
  };
  world.put('anna');
  await world.drain();
  world.put('anna');
  expect(await told()).toEqual(['nothing to do']);
  await world.admin.putMail(world.at('anna'));
  world.drop('anna');
  expect(await told()).toContain('mail left on the server');
});

it('an Apache James, which has no domain contacts, refuses nobody for that', async () => {
  const james = await startStandIn({ token: 'a-token', hasContacts: false });
  finallyDo(() => james.stop());
  const other = await new QueueWorld({ url: james.url, token: 'a-token', hasContacts: false }, 'james').open();
  finallyDo(() => other.close());
  other.file = { facets: ['account', 'aliases', 'contact'] };
  other.put('anna', { alias: ['info'] });
  other.put('bert');
  other.put('carl');
  await other.drain();
  expect(Object.keys(await other.holds())).toEqual(['anna', 'bert', 'carl']);
  // The first one, and the question that it leads to.
  expect(james.requests.filter(({ method, path }) => /contacts/.test(path) && method !== 'DELETE')).toHaveLength(2);
  other.put('anna', { mail: 'berg' });
  other.drop('bert');
  await other.drain();
  expect(Object.keys(await other.holds())).toEqual(['berg', 'carl']);
  // Why it is refused is another reason.
  other.put('dora', { mail: 'dora@missing.example' });
  other.file = { facets: ['account', 'contact'], domains: [] };
  await expect(other.drain()).rejects.toMatchObject({ cause: { code: 'TMAIL_REFUSED' } });
});

it('whoever is to have the address where a rename was cut off waits until the mailbox went on from there', async () => {
  world.put('anna', { id: 'anna', mail: 'old' });
  await world.drain();
  await world.admin.call('PUT', `/users/${world.at('new')}`, { password: 'x' });
  world.begunTo(world.at('old'), world.at('new'));
  world.put('bert', { mail: 'new' });
  world.put('anna', { id: 'anna', mail: 'third' });

  await world.drain();

  expect(Object.keys(await world.holds())).toEqual(['new', 'third']);
});

it.each<[string, Partial<TmailFile>]>([
  ['was removed on the server', {}],
  ['is made elsewhere', { facets: ['aliases', 'forwards'] }],
])('a user whose account %s leaves nothing at its former address', async (_, file) => {
  world.file = file;
  await world.admin.createUser(world.at('anna'));
  await world.admin.createUser(world.at('berg'));
  world.put('anna', { alias: ['info'], forward: ['f@other.example'] });
  await world.drain();
  await world.admin.call('DELETE', `/users/${world.at('anna')}`);
  world.put('anna', { mail: 'berg', alias: ['info'], forward: ['f@other.example'] });

  await world.drain();

  expect(await world.mailbox('berg')).toMatchObject({ aliases: ['info'], forwards: ['f@other.example'] });
  expect(await world.admin.aliases(world.at('anna'))).toEqual([]);
  expect(await world.admin.forwards(world.at('anna'))).toEqual([]);
});
