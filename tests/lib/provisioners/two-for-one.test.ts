/**
 * Two objects of UDM that stand for one thing in OX: what one has the other does not take away
 * (docs/behaviour.md, "Whose it is").
 */
import {
  aContext,
  aGroup,
  anAccount,
  aProfile,
  aResource,
  aUser,
  deleted,
  type QueueFile,
} from '../../harness/objects.ts';
import { OTHER, other } from '../../harness/others.ts';
import { useSite } from '../../harness/site.ts';

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
