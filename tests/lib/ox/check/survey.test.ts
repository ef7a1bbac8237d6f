/** What is wrong with last states as they stand, and what waits. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BERT,
  brief,
  CARL,
  INFO,
  type Planted,
  PREMIUM,
  SALES,
  useCheckedSite,
} from '../../../harness/checked-site.ts';
import { aUser, deleted, groupDn, idOf, userDn } from '../../../harness/objects.ts';

const checked = useCheckedSite();
const { site, look, remember } = checked;

it.each<Planted>([
  [
    'objects without credentials',
    () => site.forgetCredentials(20),
    ['credentials-missing 20'],
    /^3 objects wait: contexts\.json has no credentials for context 20: Enter the admin of the context \(listener_trigger credentials set\): what waits is provisioned with the next run\.$/,
  ],
  [
    'deletions that have been waiting for credentials and can be carried out',
    async () => {
      site.forgetCredentials(20);
      await site.apply(...[CARL, SALES].map(deleted));
      site.enterCredentials(20);
    },
    [`left-over ${userDn('carl')}`, `left-over 20 ${groupDn('sales')}`, `member-dangling ${INFO.dn}`],
    /^it was deleted, and waits to be removed in OX: the next run does that.*^1 user named in it is not known: uid=carl.*: Save the users named in UDM so that they come into the queue, or remove them from the object\.$/ms,
  ],
  [
    'members that are not known',
    () => remember(SALES, { users: [...['anna', 'bert', 'carl'].map(userDn), userDn('nobody')] }),
    [`member-dangling ${groupDn('sales')}`],
    /^1 user named in it is not known: uid=nobody,[^|]*: Save the users/,
  ],
  [
    'more members that are not known than it names, a profile with other rights, one that a single user has, an object without credentials',
    () => {
      const file = join(site.place.data, 'ModuleAccessDefinitions.properties');
      writeFileSync(file, readFileSync(file, 'utf8').replace('webmail', 'tasks'));
      remember(SALES, { users: [...['anna', 'bert', 'carl', '1', '2', '3', '4', '5', '6'].map(userDn)] });
      remember(BERT, { oxAccess: 'gone' });
      site.remember(aUser('eva', { oxContext: 30 }));
    },
    [
      `member-dangling ${groupDn('sales')}`,
      `profile-differs ${PREMIUM.dn}`,
      'profile-unknown gone',
      'credentials-missing 30',
    ],
    new RegExp(
      [
        '^ModuleAccessDefinitions\\.properties has other rights for "premium": Provision the access profile again',
        '^6 users named in it are not known: uid=1,.* \\| uid=5,[^|]* \\| …: Save the users',
        '^1 object waits: contexts\\.json has no credentials for context 30: Enter',
        '^1 user has the access profile "gone", which is not known: Create',
      ].join('[^]*'),
      'm',
    ),
  ],
  [
    'an identifier without value',
    () => remember(BERT, { username: [] }),
    [`identifier ${userDn('bert')}`],
    /^OX_USER_IDENTIFIER names the property username, which must have one non-empty value, but is a list of 0 .*: Set the property in UDM, or choose one that every object has \(entryUUID always works\)\.$/,
  ],
  [
    'an OX user without context',
    () => site.remember(aUser('eva', { oxContext: null })),
    [`no-context ${userDn('eva')}`],
    /^it is an OX user without oxContext: Set oxContext in UDM, or clear isOxUser\.$/,
  ],
  [
    'a property that cannot be provisioned',
    () => remember(BERT, { oxNote: 'a\u0001' }),
    [`invalid ${userDn('bert')}`],
    /^the property oxNote of .* holds the character U\+0001 at position 2, which XML cannot carry: Correct the object in UDM\.$/,
  ],
  [
    'a last state that cannot be read',
    () => writeFileSync(join(site.place.queue, 'old', `${idOf('user', 'eva')}.json`), '{'),
    [`damaged ${'OLD'}/${idOf('user', 'eva')}.json`],
    /^the last state is damaged: .* is not valid JSON: mistake in line 1, column 2: Restore the file from a backup, or remove it and save the object in UDM\.$/,
  ],
])('finds %s, and nothing else', async (_, plant, expected, said) => {
  await checked.finds(plant, expected, said);
});

it('counts all that waits for credentials: also groups and accounts that are elsewhere too, and deletions', async () => {
  site.forgetCredentials(20);
  const all = await look();
  await site.apply(deleted(SALES), deleted(INFO));
  const after = await look();
  for (const findings of [all, after]) {
    expect(brief(findings)).toEqual(['credentials-missing 20']);
    expect(findings[0]?.message).toMatch(/^3 objects wait/);
  }
});
