/** The resources of a context. */
import { BEAMER, type Planted, useCheckedSite } from '../../../harness/checked-site.ts';
import { aResource, changed } from '../../../harness/objects.ts';

const checked = useCheckedSite();
const { site } = checked;

it.each<Planted>([
  [
    'a resource that is gone',
    () => site.ox.drift({ deleteResource: { context: 10, name: 'beamer' } }),
    [`missing 10 ${BEAMER.dn}`],
    /^OX has no resource "beamer"/,
  ],
  [
    'a resource that differs',
    () => site.ox.drift({ setResource: { context: 10, name: 'beamer', fields: { description: 'cellar' } } }),
    [`differs 10 ${BEAMER.dn}`],
    /^1 field differs: description/,
  ],
  [
    'a resource that has moved on, and can be removed where it was',
    async () => {
      const room = aResource('room', { oxContext: 20 });
      await site.apply(room);
      site.forgetCredentials(20);
      await site.apply(changed(room, { oxContext: 10 }));
      site.enterCredentials(20);
    },
    [`left-over 20 ${aResource('room').dn}`],
    /^OX still has the resource "room" here: Provision the object again/,
  ],
])('finds %s, and nothing else', async (_, plant, expected, said) => {
  await checked.finds(plant, expected, said);
});
