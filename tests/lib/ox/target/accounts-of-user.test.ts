/** What functional accounts take of their users follows them (docs/behaviour.md, "Functional accounts"). */
import { ADDRESS, ID, info, useAccountSite } from '../../../harness/account-site.ts';
import { aUser, changed, userDn } from '../../../harness/objects.ts';

const { site, holders } = useAccountSite();

const DELETE = 'OXSecondaryAccountService.delete';

describe('the address of an account becomes the own one of a user', () => {
  it('what is left over of the account is reported, and removed when OX can', async () => {
    await site.apply(aUser('anna'), info(['anna']));
    const own = aUser('anna', { mailPrimaryAddress: ADDRESS, mailAlternativeAddress: ['anna@example.org'] });
    await site.apply(own);

    const left = await site.apply(info([]));

    expect(left.calls).not.toContain(DELETE);
    expect(left.warnings).toEqual([expect.stringContaining('still has a secondary account')]);
    expect((await holders()).anna).toEqual([ADDRESS]);

    await site.apply(aUser('anna'));

    expect((await holders()).anna).toEqual([]);
    expect(site.place.lastState(ID)?.object).not.toHaveProperty('oxDbLeftOver');
  });
});

it('the login follows a name that is only spelled in another case', async () => {
  await site.apply(aUser('anna'), info(['anna']));
  const Anna = { ...changed(aUser('anna'), { username: 'Anna' }), dn: userDn('Anna') };

  await site.apply(Anna);

  const [account] = await site.accounts('Anna');
  expect(account?.login).toBe(`${ID}Anna`);
});

it('the login follows a property of the user that the template names, and nothing is sent for any other', async () => {
  site.set({ OX_FUNCTIONAL_ACCOUNT_LOGIN_TEMPLATE: '{{fa_email_address}}*{{ employeeNumber }}' });
  const anna = aUser('anna', { employeeNumber: '7' });
  await site.apply(anna, info(['anna']));

  await site.apply(changed(anna, { employeeNumber: '8' }));
  expect(await site.accounts('anna')).toMatchObject([{ login: `${ADDRESS}*8` }]);
  const { calls } = await site.apply(changed(anna, { employeeNumber: '8', title: 'Dr.' }));
  expect(calls).toEqual(['OXUserService.change']);
});

it('whose own address it was gets it when that is another one', async () => {
  await site.apply(aUser('anna', { mailPrimaryAddress: ADDRESS }), info(['anna', 'bert']));
  expect(await holders()).toEqual({ anna: [], bert: [ADDRESS], carl: [] });

  await site.apply(aUser('anna'));
  expect(await holders()).toEqual({ anna: [ADDRESS], bert: [ADDRESS], carl: [] });
});

it('whose own address it becomes is told of', async () => {
  await site.apply(info(['anna']));
  const { warnings } = await site.apply(aUser('anna', { mailPrimaryAddress: ADDRESS.toUpperCase() }));
  expect(warnings.join()).toContain(`has ${ADDRESS} as its own primary address`);
  await site.apply(aUser('anna'), info([]));
  expect(await holders()).toEqual({ anna: [], bert: [], carl: [] });
});
