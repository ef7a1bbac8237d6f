/** Access profiles, and the users that have them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Planted, PREMIUM, useCheckedSite } from '../../../harness/checked-site.ts';
import { aProfile } from '../../../harness/objects.ts';

const checked = useCheckedSite();
const { site } = checked;

it.each<Planted>([
  [
    'a profile that the file lacks',
    () => writeFileSync(join(site.place.data, 'ModuleAccessDefinitions.properties'), ''),
    [`profile-differs ${PREMIUM.dn}`, 'profile-unknown premium'],
    /^ModuleAccessDefinitions\.properties lacks "premium": Provision the access profile again \(--fix\)\.\n2 users have the access profile "premium", which is not known: Create the access profile in UDM, or give the users another one: their module access is left alone\.$/,
  ],
  [
    'rights that exclude each other',
    () => site.apply(aProfile('broken', ['globaladdressbookdisabled', 'editpublicfolders'])),
    ['rights-exclusive broken'],
    /^the access profile "broken" has globaladdressbookdisabled together with editpublicfolders: Change the access profile in UDM: OX refuses every user that has it\.$/,
  ],
])('finds %s, and nothing else', async (_, plant, expected, said) => {
  await checked.finds(plant, expected, said);
});
