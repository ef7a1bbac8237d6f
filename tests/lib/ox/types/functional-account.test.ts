/**
 * Functional accounts: exactly the listed users have the secondary account, by difference
 * (docs/behaviour.md, "Functional accounts").
 */
import { ADDRESS, ID, info, useAccountSite } from '../../../harness/account-site.ts';
import { anAccount, aUser, changed, deleted, idOf, userDn } from '../../../harness/objects.ts';

const { site, holders } = useAccountSite();

const S = 'OXSecondaryAccountService';
const [LIST, CREATE, UPDATE, DELETE] = [`${S}.list`, `${S}.create`, `${S}.update`, `${S}.delete`];
/** Whose own address it is: a deletion by address would take that too. */
const OWN = 'OXUserService.getMultipleData';

/** OX's number of the account: another one means that it was away for a moment. */
const accountId = async (name: string) =>
  (await site.ox.state()).contexts['10']?.users.find((user) => user.name === name)?.accounts[0]?.id;

describe('in every context of its users one secondary account per user', () => {
  it('one call to compare in each context, and one to create for each login', async () => {
    const { calls } = await site.apply(info(['anna', 'bert', 'carl', 'dora']));
    expect(calls).toEqual([LIST, CREATE, CREATE, LIST, CREATE]);
    expect(await holders()).toEqual({ anna: [ADDRESS], bert: [ADDRESS], carl: [ADDRESS] });
  });

  it('one call to create for all that have the same login', async () => {
    site.set({ OX_FUNCTIONAL_ACCOUNT_LOGIN_TEMPLATE: '{{fa_email_address}}' });
    expect((await site.apply(info(['anna', 'bert']))).calls).toEqual([LIST, CREATE]);
    expect(await holders()).toEqual({ anna: [ADDRESS], bert: [ADDRESS], carl: [] });
  });

  it('with primaryAddress, name, personal, login and mailEndpointSource primary', async () => {
    await site.apply(info(['anna'], { name: 'Info & Büro', personal: 'Das <Büro>' }));
    expect(await site.accounts('anna')).toEqual([
      expect.objectContaining({
        primaryAddress: ADDRESS,
        name: 'Info & Büro',
        personal: 'Das <Büro>',
        login: `${ID}anna`,
      }),
    ]);
    expect((await site.bodies('create')).at(-1)).toMatch(/mailEndpointSource>primary</);
  });

  it.each([true, false])('whether OX lists primary accounts too: %s', async (listPrimaryAccounts) => {
    await site.ox.options({ listPrimaryAccounts });
    await site.apply(info(['anna', 'bert']));
    await site.apply(info(['bert'], { personal: 'new' }));
    expect(await holders()).toEqual({ anna: [], bert: [ADDRESS], carl: [] });
  });
});

describe('login from the template', () => {
  it.each([
    ['{{fa_entry_uuid}}{{username}}', `${ID}anna`],
    ['{{fa_email_address}}', ADDRESS],
    ['{{entry_uuid}}', idOf('user', 'anna')],
    ['{{dn}}', userDn('anna')],
    ['{{mailPrimaryAddress}}', 'anna@example.org'],
    ['{{employeeNumber}}/{{username}}', '4711/anna'],
    ['other text is literal', 'other text is literal'],
    ['a{{username}}b', 'aannab'],
  ])('%s', async (template, login) => {
    site.set({ OX_FUNCTIONAL_ACCOUNT_LOGIN_TEMPLATE: template });
    await site.apply(aUser('anna', { employeeNumber: '4711' }));
    await site.apply(info(['anna']));
    expect(await site.accounts('anna')).toEqual([expect.objectContaining({ login })]);
  });

  it.each([
    ['an unknown token', '{{nothing}}', 'nothing', 'is neither a token nor a property'],
    ['an empty value', '{{title}}', 'title', 'is empty'],
    ['an inherited name', '{{toString}}', 'toString', 'is neither a token nor a property'],
  ])('%s is an error naming it', async (_, template, name, said) => {
    site.set({ OX_FUNCTIONAL_ACCOUNT_LOGIN_TEMPLATE: template });
    await site.apply(aUser('anna', { title: '' }));
    const { failure, calls } = await site.stopsAt(info(['anna']));
    expect(failure.code).toBe('PROPERTY_INVALID');
    expect(failure.message).toContain(`OX_FUNCTIONAL_ACCOUNT_LOGIN_TEMPLATE uses ${name}, which ${said} for `);
    expect(failure.remedy).toBe(`Set ${name} for this user in UDM, or change OX_FUNCTIONAL_ACCOUNT_LOGIN_TEMPLATE.`);
    expect(calls).toEqual([]);
  });
});

describe('exactly the listed users have the account with the new values', () => {
  const NEW = 'service@example.org';

  interface Case {
    readonly title: string;
    readonly before: readonly string[];
    readonly after: ReturnType<typeof info>;
    readonly calls: readonly string[];
    readonly wanted: Readonly<Record<string, readonly string[]>>;
  }
  const cases: readonly Case[] = [
    { title: 'nothing changes', before: ['anna'], after: info(['anna']), calls: [LIST], wanted: { anna: [ADDRESS] } },
    {
      title: 'a user comes',
      before: ['anna'],
      after: info(['anna', 'bert']),
      calls: [LIST, CREATE],
      wanted: { anna: [ADDRESS], bert: [ADDRESS] },
    },
    {
      title: 'a user leaves',
      before: ['anna', 'bert'],
      after: info(['bert']),
      calls: [LIST, OWN, DELETE],
      wanted: { bert: [ADDRESS] },
    },
    {
      title: 'one comes, one leaves',
      before: ['anna'],
      after: info(['bert']),
      calls: [LIST, CREATE, OWN, DELETE],
      wanted: { bert: [ADDRESS] },
    },
    { title: 'all leave', before: ['anna', 'bert'], after: info([]), calls: [LIST, OWN, DELETE], wanted: {} },
    {
      title: 'the address changes',
      before: ['anna', 'bert'],
      after: info(['anna', 'bert'], { mailPrimaryAddress: NEW }),
      calls: [LIST, CREATE, CREATE, OWN, DELETE],
      wanted: { anna: [NEW], bert: [NEW] },
    },
    {
      title: 'the address changes in case',
      before: ['anna'],
      after: info(['anna'], { mailPrimaryAddress: 'Info@example.org' }),
      calls: [LIST, OWN, DELETE, CREATE],
      wanted: { anna: ['Info@example.org'] },
    },
    {
      title: 'the address and the users change',
      before: ['anna'],
      after: info(['bert'], { mailPrimaryAddress: NEW }),
      calls: [LIST, CREATE, OWN, DELETE],
      wanted: { bert: [NEW] },
    },
    {
      title: 'name and personal change',
      before: ['anna'],
      after: info(['anna'], { personal: 'P' }),
      calls: [LIST, UPDATE],
      wanted: { anna: [ADDRESS] },
    },
    {
      title: 'it is deleted',
      before: ['anna', 'bert'],
      after: deleted(info([])),
      calls: [LIST, OWN, DELETE],
      wanted: {},
    },
  ];

  it.each(cases)('$title', async ({ before, after, calls, wanted }) => {
    await site.apply(info(before));

    expect((await site.apply(after)).calls).toEqual(calls);

    expect(await holders()).toEqual({ anna: [], bert: [], carl: [], ...wanted });
  });

  it.each([
    [{ name: 'Neu' }, { name: 'Neu', personal: 'The info' }],
    [{ personal: 'Neu' }, { name: 'info', personal: 'Neu' }],
    [{ personal: '' }, { name: 'info', personal: '' }],
    [{ personal: null }, { name: 'info', personal: '' }],
  ])('with the new values: %j', async (properties, wanted) => {
    await site.apply(info(['anna']));
    await site.apply(info(['anna'], properties));
    expect(await site.accounts('anna')).toEqual([expect.objectContaining(wanted)]);
  });

  it('with the new login after OX_FUNCTIONAL_ACCOUNT_LOGIN_TEMPLATE changed', async () => {
    await site.apply(info(['anna', 'bert']));
    const id = await accountId('anna');
    site.set({ OX_FUNCTIONAL_ACCOUNT_LOGIN_TEMPLATE: '{{username}}' });
    await site.apply(info(['anna', 'bert']));
    expect(await site.accounts('anna')).toEqual([expect.objectContaining({ login: 'anna' })]);
    expect(await accountId('anna')).toBe(id);
  });

  it('also when a user changes its context', async () => {
    await site.apply(info(['anna', 'bert']));
    await site.apply(aUser('anna', { oxContext: 20 }));
    expect(await holders()).toEqual({ bert: [ADDRESS], carl: [], anna: [ADDRESS] });
    await site.apply(info(['bert']));
    expect(await holders()).toEqual({ bert: [ADDRESS], carl: [], anna: [] });
  });

  it('an unchanged member never loses the account, not even for a moment', async () => {
    await site.apply(info(['anna', 'bert']));
    const id = await accountId('anna');
    await site.apply(info(['anna'], { personal: 'new', name: 'new' }));
    await site.apply(info(['anna', 'bert']));
    expect(await accountId('anna')).toBe(id);
  });

  it('a new address is there before the old one goes', async () => {
    await site.apply(info(['anna']));
    const { calls } = await site.apply(info(['anna'], { mailPrimaryAddress: NEW }));
    expect(calls.indexOf(CREATE)).toBeLessThan(calls.indexOf(DELETE));
  });

  it('a user that leaves and loses the last state of the account at once keeps nothing', async () => {
    await site.apply(info(['anna']));
    await site.apply(aUser('anna', { isOxUser: false }), info([]));
    expect(await holders()).toEqual({ bert: [], carl: [] });
  });

  it('repairs what was changed in OX', async () => {
    await site.apply(info(['anna', 'bert']));
    await site.ox.drift({ removeAccount: { context: 10, name: 'anna', primaryAddress: ADDRESS } });
    await site.apply(info(['anna', 'bert']));
    expect(await holders()).toEqual({ anna: [ADDRESS], bert: [ADDRESS], carl: [] });
  });

  it('leaves other accounts alone', async () => {
    const other = anAccount('other', ['anna', 'bert']);
    await site.apply(info(['anna', 'bert']), other);
    await site.apply(info(['bert'], { mailPrimaryAddress: NEW }));
    expect(await holders()).toEqual({
      anna: ['other@example.org'],
      bert: expect.arrayContaining(['other@example.org', NEW]),
      carl: [],
    });
  });
});

it('a last state of another connector, without oxDbUsers, tells the former users by their DNs', async () => {
  await site.apply(info(['anna', 'bert']));
  site.remember(info(['anna', 'bert']));
  await site.apply(changed(info(['bert']), {}));
  expect(await holders()).toEqual({ anna: [], bert: [ADDRESS], carl: [] });
});
