/** What the log says of functional accounts: what was done for how many, as it really was. */
import { anAccount, aUser, deleted } from '../../../harness/objects.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

it('says for how many users of each context accounts were created, changed and removed', async () => {
  await site.apply(aUser('anna'), aUser('bert'), aUser('carl', { oxContext: 20 }), aUser('dora'));
  const { dn } = anAccount('info', []);
  const actions = async (users: readonly string[], properties = {}) =>
    (await site.apply(anAccount('info', users, properties))).actions;

  expect(await actions(['anna', 'bert', 'carl'])).toEqual([
    `${dn}: created for 2 users in context 10, created for 1 user in context 20`,
  ]);
  expect(await actions(['anna', 'bert', 'carl'])).toEqual([`${dn}: unchanged in context 10, unchanged in context 20`]);
  expect(await actions(['anna', 'dora'], { personal: 'Someone' })).toEqual([
    `${dn}: created for 1 user, updated for 1 user, removed for 1 user in context 10, removed for 1 user in context 20`,
  ]);
  expect((await site.apply(deleted(anAccount('info', [])))).actions).toEqual([
    `${dn}: removed for 2 users in context 10`,
  ]);
});
