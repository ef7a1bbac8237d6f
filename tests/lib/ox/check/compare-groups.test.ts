/** The groups of a context, their members, and the names that OX refuses. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BEAMER, brief, type Planted, SALES, useCheckedSite } from '../../../harness/checked-site.ts';
import { aGroup, anAccount, aResource, aUser, groupDn, idOf, userDn } from '../../../harness/objects.ts';

const checked = useCheckedSite();
const { site, look, remember } = checked;

it.each<Planted>([
  [
    'a group that is gone',
    () => site.ox.drift({ deleteGroup: { context: 20, name: 'sales' } }),
    [`missing 20 ${groupDn('sales')}`],
    /^OX has no group "sales"/,
  ],
  [
    'a group without one of its members',
    () => site.ox.drift({ setGroup: { context: 10, name: 'sales', members: ['anna'] } }),
    [`differs 10 ${groupDn('sales')}`],
    /^1 field differs: members/,
  ],
  [
    'a group of OX that nobody knows',
    () => site.ox.seed({ contexts: { 10: { groups: [{ name: 'club', members: ['anna'] }] } } }),
    ['unknown 10 club'],
    /^OX has the group "club" \(id \d+\), which no last state describes/,
  ],
  [
    'a group that should have gone with its last member',
    () => remember(SALES, { users: [userDn('anna'), userDn('bert')] }),
    [`left-over 20 ${groupDn('sales')}`],
    /^OX has the group "sales" without members of ours: Provision the object again \(--fix\)\.$/,
  ],
  [
    'two last states of one group',
    () => site.remember({ ...SALES, id: idOf('group', 'twin') }, { ...site.place.lastState(SALES.id)?.object }),
    [`claimed-twice 10 ${groupDn('sales')}`, `claimed-twice 20 ${groupDn('sales')}`],
    /^OX has one group "sales", but the last states of \S+, \S+ all say that it is theirs: Give/,
  ],
  [
    'names of resources and groups that OX will refuse, and a resource of OX that nobody knows',
    async () => {
      site.remember(aResource('bür'));
      site.remember(aGroup('grüppe', ['anna']));
      await site.ox.seed({ contexts: { 10: { resources: [{ name: 'attic' }] } } });
    },
    [`refused 10 ${aResource('bür').dn}`, `refused 10 ${groupDn('grüppe')}`, 'unknown 10 attic'],
    new RegExp(
      [
        '^OX has no group "grüppe", and will refuse to create it: the name "grüppe" has the character "ü": Correct',
        '^OX has no resource "bür", and will refuse to create it: the name "bür" has the character "ü": Correct',
        '^OX has the resource "attic" \\(id \\d+\\), which no last state describes: Remove',
      ].join('[^]*'),
      'm',
    ),
  ],
])('finds %s, and nothing else', async (_, plant, expected, said) => {
  await checked.finds(plant, expected, said);
});

it('names the members that a group lacks and those that it has too many', async () => {
  await site.ox.seed({ contexts: { 10: { users: [{ name: 'stranger' }] } } });
  await site.ox.drift({ setGroup: { context: 10, name: 'sales', members: ['anna', 'stranger'] } });

  expect((await look()).find(({ kind, object }) => kind === 'differs' && object === groupDn('sales'))?.fields).toEqual([
    { field: 'members added', before: '', after: 'bert' },
    { field: 'members removed', before: expect.stringMatching(/^user \d+$/), after: '' },
  ]);
});

it('finds no member too many while a last state is damaged that may describe it, and what else differs', async () => {
  await site.apply(
    aUser('eva'),
    aUser('otto'),
    aGroup('choir', ['eva']),
    aGroup('band', ['eva', 'otto']),
    anAccount('choir', ['eva']),
  );
  const path = join(site.place.queue, 'old', `${idOf('user', 'eva')}.json`);
  const whole = readFileSync(path);
  writeFileSync(path, '{');
  const repaired = async (): Promise<string[]> => [...new Set((await look()).flatMap(({ repair }) => repair ?? []))];
  expect(await repaired()).toEqual([]);
  await site.ox.drift([{ deleteUser: { context: 10, name: 'otto' } }]);
  expect(await repaired()).toEqual([idOf('user', 'otto')]);
  await site.ox.drift([{ setGroup: { context: 10, name: 'sales', members: [] } }]);
  expect(await repaired()).toEqual([idOf('user', 'otto'), idOf('group', 'sales')]);
  writeFileSync(path, whole);
  await site.ox.drift([{ setGroup: { context: 10, name: 'choir', members: [] } }]);
  expect(await repaired()).toEqual([idOf('user', 'otto'), idOf('group', 'choir'), idOf('group', 'sales')]);
});

it('takes a name that OX has with an accent, or in other capitals, for the same, and says that it differs', async () => {
  await site.ox.drift([
    { deleteResource: { context: 10, name: 'beamer' } },
    { deleteGroup: { context: 20, name: 'sales' } },
  ]);
  await site.ox.seed({
    contexts: { 10: { resources: [{ name: 'Béamer' }] }, 20: { groups: [{ name: 'Säles', members: ['carl'] }] } },
  });
  const found = await look();
  expect(brief(found).sort()).toEqual([`differs 10 ${BEAMER.dn}`, `differs 20 ${groupDn('sales')}`]);
});
