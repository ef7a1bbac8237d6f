/** The functional accounts of a context. */
import { CARL, INFO, type Planted, useCheckedSite } from '../../../harness/checked-site.ts';
import { changed, deleted, userDn } from '../../../harness/objects.ts';

const checked = useCheckedSite();
const { site, remember } = checked;

it.each<Planted>([
  [
    'an account that is gone',
    () => site.ox.drift({ removeAccount: { context: 20, name: 'carl', primaryAddress: 'info@example.org' } }),
    [`differs 20 ${INFO.dn}`],
    /^1 field differs: account of user \d/,
  ],
  [
    'an account that its former user still has',
    () => remember(INFO, { users: [userDn('anna')] }),
    [`differs 20 ${INFO.dn}`],
    /^1 field differs: account of user \d/,
  ],
  [
    'an account that could not be removed, as its address is the own one of its user',
    () =>
      site.apply(
        changed(CARL, { mailPrimaryAddress: 'info@example.org' }),
        changed(INFO, { mailPrimaryAddress: 'desk@example.org' }),
      ),
    [`account-left-over 20 ${INFO.dn}`],
    /^the account info@example\.org of the users \d+ is left over: it was their own primary address: OX removes it together with the primary account only: as soon as the user has another primary address, provision the account again \(--fix\)\.$/,
  ],
  [
    'the deletion of an account that can be carried out',
    async () => {
      site.forgetCredentials(20);
      await site.apply(deleted(INFO));
      site.enterCredentials(20);
    },
    [`differs 20 ${INFO.dn}`],
    /^1 field differs: account of user \d/,
  ],
])('finds %s, and nothing else', async (_, plant, expected, said) => {
  await checked.finds(plant, expected, said);
});
