/**
 * Two objects of UDM that stand for one thing in OX: what one has the other does not take away
 * (docs/behaviour.md, "Whose it is").
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  aContext,
  aGroup,
  anAccount,
  aProfile,
  aResource,
  aUser,
  changed,
  deleted,
  type QueueFile,
} from '../../../harness/objects.ts';
import { OTHER, other } from '../../../harness/others.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

describe('two objects for one thing', () => {
  it.each<[string, QueueFile, () => Promise<unknown>]>([
    ['context 30', aContext(30), () => site.context(30)],
    ['the resource "room" in context 10', aResource('room'), () => site.resource('room')],
    [
      'the access profile "basic"',
      aProfile('basic', ['webmail']),
      async () => site.place.profiles().includes('basic') || undefined,
    ],
  ])('the second one is refused, and its deletion takes nothing away: %s', async (what, file, find) => {
    await site.apply(file);
    const before = await find();
    const second = other(file);
    const run = await site.stopsAt(second);
    expect(run.failure).toMatchObject({
      exitCode: 76,
      message: `${what} belongs to ${file.dn} (${file.id}), it is not given to ${second.dn} (${OTHER})`,
    });
    await site.apply(deleted(second));
    expect(await find()).toEqual(before);
  });

  it('a context whose credentials are missing is given to no second one either', async () => {
    await site.apply(aContext(30));
    site.forgetCredentials(30);
    const { failure } = await site.stopsAt(other(aContext(30)));
    expect(failure.message).toMatch(/^context 30 belongs to .*, it is not given to cn=other,/);
  });

  it.each<[string, QueueFile, Record<string, unknown>, () => Promise<unknown>]>([
    ['context 30', aContext(30), {}, () => site.context(30)],
    ['the resource "room" in context 10', aResource('room'), {}, () => site.resource('room')],
    [
      'the access profile "basic"',
      aProfile('basic', ['webmail']),
      {},
      async () => site.place.profiles().includes('basic') || undefined,
    ],
    [
      'the user "anna" in context 10',
      aUser('anna'),
      { oxDbUsername: 'anna', oxDbContext: 10 },
      () => site.user('anna'),
    ],
  ])(
    'both are known: the first deletion leaves it, with a warning, the second removes it: %s',
    async (what, file, learnt, find) => {
      await site.apply(aUser('nora', { oxContext: 20 }), file);
      site.remember(other(file), learnt);
      const credentials = site.place.credentials();
      const run = await site.apply(deleted(other(file)));
      expect(run.warnings).toEqual([`${what} is left alone: ${file.dn} (${file.id}) stands for it too`]);
      expect(await find()).toBeDefined();
      expect(site.place.credentials()).toEqual(credentials);
      await site.apply(deleted(file));
      await expect(find().then((found) => found ?? Promise.reject(new Error('gone')))).rejects.toThrow();
    },
  );
});

it.each([
  ['two accounts swap their addresses', ['anna'], ['anna']],
  ['and have different users', ['anna'], ['bert']],
  ['and share some', ['anna', 'bert'], ['bert', 'carl']],
])('%s: everybody has what the two give', async (_, one, two) => {
  const addresses = async (name: string) =>
    (await site.accounts(name)).map(({ name: of, primaryAddress }) => [of, primaryAddress]);
  await site.apply(aUser('anna'), aUser('bert'), aUser('carl'), anAccount('one', one), anAccount('two', two));
  await site.apply(
    anAccount('one', one, { mailPrimaryAddress: 'two@example.org' }),
    anAccount('two', two, { mailPrimaryAddress: 'one@example.org' }),
  );
  for (const name of ['anna', 'bert', 'carl']) {
    const wanted = [
      ...(two.includes(name) ? [['two', 'one@example.org']] : []),
      ...(one.includes(name) ? [['one', 'two@example.org']] : []),
    ];
    expect((await addresses(name)).sort()).toEqual(wanted.sort());
  }
});

describe('two functional accounts with one address', () => {
  const first = anAccount('info', ['anna', 'bert']);
  const second = other(anAccount('info', ['anna', 'carl'], { name: 'Other' }));
  const refusal = `the functional account "info@example.org" of ${aUser('anna').dn} belongs to ${first.dn} (${first.id}), it is not given to ${second.dn} (${OTHER})`;
  const namesOf = async (user: string): Promise<unknown[]> => (await site.accounts(user)).map(({ name }) => name);
  const held = async () => [await namesOf('anna'), await namesOf('bert'), await namesOf('carl')];
  const asBefore = [['info'], ['info'], []];
  beforeEach(async () => {
    await site.apply(aUser('anna'), aUser('bert'), aUser('carl'), first);
  });

  it('the second one that names a user of the first is refused, and its deletion takes nothing away', async () => {
    const { failure } = await site.stopsAt(second);
    expect(failure).toMatchObject({
      exitCode: 76,
      message: refusal,
      remedy: expect.stringContaining('another address'),
    });
    expect(await held()).toEqual(asBefore);
    await site.apply(deleted(second));
    expect(await held()).toEqual(asBefore);
  });

  it('whatever the case of its letters', async () => {
    const upper = { mailPrimaryAddress: 'INFO@example.org' };
    await site.stopsAt(changed(second, upper));
    expect(await held()).toEqual(asBefore);
  });

  it.each<[string, QueueFile]>([
    [
      'one that gets its address',
      other(anAccount('info', ['anna'], { mailPrimaryAddress: 'b@example.org', name: 'Other' })),
    ],
    ['one that gets its user', other(anAccount('info', ['carl'], { name: 'Other' }))],
  ])('so is %s, and keeps what it has', async (_, before) => {
    await site.apply(before);
    const here = await held();
    const { failure } = await site.stopsAt(changed(before, second.object ?? {}));
    expect(failure.message).toBe(refusal);
    expect(await held()).toEqual(here);
  });

  it('each gives it to users of its own', async () => {
    await site.apply(changed(second, { users: [aUser('carl').dn] }));
    expect(await held()).toEqual([['info'], ['info'], ['Other']]);
  });

  it.each<[string, QueueFile]>([
    ['is deleted', deleted(first)],
    ['gets another address', changed(first, { mailPrimaryAddress: 'new@example.org' })],
    ['names that user no more', changed(first, { users: [aUser('bert').dn] })],
  ])('the second one comes first in the queue, and the first one %s: that is its cure', async (_, cure) => {
    await site.apply(second, cure);
    expect(await namesOf('anna')).toContain('Other');
    expect(await namesOf('carl')).toEqual(['Other']);
  });

  it('where the first one is damaged, nothing is given away either', async () => {
    writeFileSync(join(site.place.queue, 'old', `${first.id}.json`), '{');
    const { failure } = await site.stopsAt(second);
    expect(failure.message).toContain(`belongs to an object whose last state`);
    expect(await held()).toEqual(asBefore);
  });
});

it('takes the account away from none that another object gives it to', async () => {
  await site.apply(aUser('anna'), anAccount('info', ['anna']));
  const second = other(anAccount('info', ['anna']));
  site.remember(second, { oxDbUsers: [aUser('anna').id] });
  const run = await site.apply(deleted(second));
  expect(run.warnings).toEqual([
    'info@example.org is left to users whom another account with this address names: it stands for it too',
  ]);
  expect(await site.accounts('anna')).toHaveLength(1);
});

it('removes a group although another one of its name has no members, and so is nowhere', async () => {
  const team = aGroup('team', ['anna']);
  await site.apply(aUser('anna'), team);
  const other = { ...aGroup('team', []), id: '00000000-0000-4000-8000-000000000000' };
  await site.apply({ ...other, dn: 'cn=team,cn=others,dc=example,dc=org' });
  const run = await site.apply(deleted(team));
  expect(run.warnings).toEqual([]);
  expect(await site.group('team')).toBeUndefined();
});
