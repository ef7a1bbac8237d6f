/**
 * Whom a functional account leaves out: users whose own mail it is, who are not in OX (yet), or not ours
 * (docs/behaviour.md, "Functional accounts").
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_MAPPING } from '../../../../lib/ox/mapping/mapping.ts';
import { ADDRESS, info, useAccountSite } from '../../../harness/account-site.ts';
import { anAccount, aUser, deleted } from '../../../harness/objects.ts';

const { site, holders } = useAccountSite();

describe('never delete for a user whose primary mail it is', () => {
  const primaryIsThere = async (name: string) => {
    const state = await site.ox.state();
    expect(state.contexts['10']?.users.find((user) => user.name === name)).not.toHaveProperty('primaryAccountRemoved');
  };

  it.each([false, true])('the address was the own one (primary accounts listed: %s)', async (listPrimaryAccounts) => {
    await site.ox.options({ listPrimaryAccounts });
    const own = info(['anna', 'bert'], { mailPrimaryAddress: 'Anna@example.org' });

    const { warnings } = await site.apply(own);
    expect(warnings).toEqual([
      expect.stringMatching(/^user \d+ of context 10 has anna@example\.org as its own primary address: left out$/i),
    ]);
    expect(await holders()).toMatchObject({ anna: [], bert: ['Anna@example.org'] });

    await site.apply(info(['anna', 'bert'], { mailPrimaryAddress: 'other@example.org' }));
    expect(await holders()).toMatchObject({ anna: ['other@example.org'], bert: ['other@example.org'] });
    await site.apply(own);
    await site.apply(deleted(own));
    expect(await holders()).toEqual({ anna: [], bert: [], carl: [] });
    await primaryIsThere('anna');
  });

  it('also where the mapping takes the primary mail from another property', async () => {
    const mapping = { ...DEFAULT_MAPPING, email1: { ldap_attribute: 'custom', alternative_attributes: ['spare'] } };
    writeFileSync(join(site.place.data, 'AttributeMapping.json'), JSON.stringify(mapping));
    const own = { mailPrimaryAddress: 'old@example.org', spare: 'shared@example.org' };
    await site.apply(aUser('anna', own), aUser('bert', { custom: 'bert@example.org' }));

    const shared = info(['anna', 'bert'], { mailPrimaryAddress: 'shared@example.org' });
    expect((await site.apply(shared)).warnings).toEqual([expect.stringContaining('own primary address')]);
    expect(await holders()).toMatchObject({ anna: [], bert: ['shared@example.org'] });

    await site.apply(deleted(shared));
    await primaryIsThere('anna');
  });

  it.each([false, true])(
    'the address became the own one (primary accounts listed: %s)',
    async (listPrimaryAccounts) => {
      await site.ox.options({ listPrimaryAccounts });
      await site.apply(info(['anna', 'bert']));
      await site.apply(aUser('anna', { mailPrimaryAddress: ADDRESS }));

      await site.apply(info(['bert']));
      await site.apply(deleted(info([])));

      await primaryIsThere('anna');
      await primaryIsThere('bert');
    },
  );
});

describe('users without an oxDbId', () => {
  it('are left out with a warning, and get the account when they are provisioned', async () => {
    site.remember(aUser('anna'), { oxDbUsername: 'anna' });
    await site.apply(aUser('emil', { oxContext: 30 }));

    const { warnings } = await site.apply(info(['anna', 'bert', 'dora', 'emil', 'nobody']));

    expect(warnings).toEqual([expect.stringContaining('3 users left out')]);
    expect(await holders()).toEqual({ anna: [], bert: [ADDRESS], carl: [] });
    await site.apply(aUser('anna'));
    expect(await holders()).toEqual({ anna: [ADDRESS], bert: [ADDRESS], carl: [] });
  });

  it('users that OX has lost are left out with a warning, and then brought back', async () => {
    await site.ox.drift({ deleteUser: { context: 10, name: 'anna' } });
    const { warnings } = await site.apply(info(['anna', 'bert']));
    expect(warnings.at(-1)).toMatch(/^1 user left out, not known in OX \(yet\): uid=anna,/);
    expect(await holders()).toEqual({ anna: [ADDRESS], bert: [ADDRESS], carl: [] });
  });
});

describe('a context that is not ours', () => {
  it('the account is left as it is there, warned of, and follows when the credentials exist', async () => {
    await site.apply(info(['anna', 'carl']), aUser('cleo', { oxContext: 20 }));
    site.forgetCredentials(20);

    const { warnings } = await site.apply(info(['bert', 'cleo']));

    expect(warnings).toEqual([expect.stringContaining('context 20')]);
    expect(await holders()).toEqual({ anna: [], bert: [ADDRESS], carl: [ADDRESS], cleo: [] });
    site.enterCredentials(20);
    await site.apply();
    expect(await holders()).toEqual({ anna: [], bert: [ADDRESS], carl: [], cleo: [ADDRESS] });
    expect((await site.apply()).calls).toEqual([]);
  });
});

it('leaves out a context whose credentials are missing, and says so', async () => {
  await site.apply(aUser('anna'), aUser('bert', { oxContext: 20 }));
  site.forgetCredentials(20);

  const { warnings } = await site.apply(anAccount('info', ['anna', 'bert']));

  expect(warnings).toEqual(['left out in context 20: contexts.json has no credentials for it']);
  expect(await site.accounts('anna')).toHaveLength(1);
});
