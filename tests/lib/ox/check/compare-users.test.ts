/** The users of a context, as they are and as they should be. */
import { DEFAULT_MAPPING } from '../../../../lib/ox/mapping/mapping.ts';
import { BERT, brief, CARL, type Planted, useCheckedSite } from '../../../harness/checked-site.ts';
import { eventually } from '../../../harness/eventually.ts';
import { entry, writeMapping } from '../../../harness/mapping.ts';
import { aUser, changed, groupDn, idOf, userDn } from '../../../harness/objects.ts';
import { MASTER } from '../../../sandbox/client.ts';

const checked = useCheckedSite();
const { site, look, remember } = checked;

it.each<Planted>([
  [
    'a user that is gone from OX, without blaming its group and account',
    () => site.ox.drift({ deleteUser: { context: 10, name: 'anna' } }),
    [`missing 10 ${userDn('anna')}`],
    /^OX has no user "anna": Provision the object again \(--fix\)\.$/,
  ],
  [
    'a user of OX that nobody knows',
    () => site.ox.seed({ contexts: { 10: { users: [{ name: 'stranger' }] } } }),
    ['unknown 10 stranger'],
    /^OX has the user "stranger" \(id \d+\), which no last state describes: Remove it in OX if it is left over; or save the UDM object that it belongs to\.$/,
  ],
  [
    'fields of a user that differ',
    () => site.ox.drift({ setUser: { context: 10, name: 'anna', fields: { title: 'Dr.', mailenabled: false } } }),
    [`differs 10 ${userDn('anna')}`],
    /^2 fields differ: title, mailenabled: Provision the object again \(--fix\)\.$/,
  ],
  [
    'a field that should be empty',
    () => site.ox.drift({ setUser: { context: 10, name: 'bert', fields: { company: 'ACME' } } }),
    [`differs 10 ${userDn('bert')}`],
    /^1 field differs: company/,
  ],
  [
    'an alias too many',
    () =>
      site.ox.drift({
        setUser: { context: 20, name: 'carl', fields: { aliases: ['carl@example.org', 'more@example.org'] } },
      }),
    [`differs 20 ${userDn('carl')}`],
    /^1 field differs: aliases/,
  ],
  [
    'ids that are those of another state of OX, without blaming groups and accounts',
    () => site.ox.drift({ renumber: { context: 10 } }),
    [`id-stale 10 ${userDn('anna')}`, `id-stale 10 ${userDn('bert')}`],
    /^OX has this user with id 8, but the id 4 is remembered: Look the id up again \(--fix\)\. Where OX was restored from a backup: listener_trigger cache --delete, then cache --build-cache\.$/m,
  ],
  [
    'an id that was never learnt, without blaming the group',
    () => remember(BERT, { oxDbId: undefined }),
    [`id-stale 10 ${userDn('bert')}`],
    /with id \d, but no id is remembered/,
  ],
  [
    'a name that OX will refuse',
    () => site.remember(aUser('jörg', { mailPrimaryAddress: 'joerg@example.org' })),
    [`refused 10 ${userDn('jörg')}`],
    /^OX has no user "jörg", and will refuse to create it: the name "jörg" has the character "ö": Correct the object in UDM\. For names OX can be told to allow them: CHECK_…_UID_FOR_NOT_ALLOWED_CHARS=false\.$/,
  ],
  [
    'a new user without a family name',
    () => site.remember(aUser('eva', { lastname: '' })),
    [`refused 10 ${userDn('eva')}`],
    /will refuse to create it: mandatory fields are empty: sur_name/,
  ],
  [
    'two users with one display name, of whom OX has but one',
    () => site.remember(aUser('eva', { displayName: 'bert Example' })),
    [`missing 10 ${userDn('eva')}`, `display-name-taken 10 ${userDn('eva')}`],
    /^bert and eva have the same display name "bert Example": Give one of the users another display name, or set com\.openexchange\.user\.enforceUniqueDisplayName=false in OX\.$/m,
  ],
  [
    'a user that somebody has renamed in OX, without blaming its group and account',
    () => site.ox.drift({ setUser: { context: 10, name: 'anna', fields: { name: 'else' } } }),
    [`differs 10 ${userDn('anna')}`],
    /^1 field differs: name: Provision/,
  ],
  [
    'a copy that a move which was refused has left in another context',
    async () => {
      await site.ox.seed({ contexts: { 20: { users: [{ name: 'bert' }] } } });
      remember(BERT, { oxDbLeft: [{ context: 20, name: 'bert', oxId: await site.userId('bert', 20) }] });
    },
    [`left-over 20 ${userDn('bert')}`],
    /^OX still has the user "bert" here: Provision the object again \(--fix\)\.$/,
  ],
  [
    'a user that was to go from OX while there were no credentials, and its group',
    async () => {
      site.forgetCredentials(20);
      await site.apply(changed(CARL, { isOxUser: false }));
      site.enterCredentials(20);
    },
    [`left-over 20 ${groupDn('sales')}`, `left-over 20 ${userDn('carl')}`],
    /^OX still has the user "carl" here: Provision/,
  ],
  [
    'two last states of one user, whose name it says once, without blaming groups',
    () => site.remember({ ...CARL, id: idOf('user', 'twin') }, { ...site.place.lastState(CARL.id)?.object }),
    [`claimed-twice 20 ${userDn('carl')}`],
    new RegExp(
      `^OX has one user "carl", but the last states of \\S+, \\S+ all say that it is theirs: Give one of the objects another name in UDM\\. ` +
        'Of one that UDM does not have any more, remove the last state \\(listener/old/ID\\.json\\)\\.$',
    ),
  ],
])('finds %s, and nothing else', async (_, plant, expected, said) => {
  await checked.finds(plant, expected, said);
});

it('finds other module access only when asked to', async () => {
  await site.ox.drift({
    setUser: { context: 10, name: 'bert', fields: { moduleAccess: { calendar: false, tasks: true } } },
  });

  expect(await look()).toEqual([]);
  expect((await look({ withAccess: true })).map(({ fields }) => fields?.map(({ field }) => field))).toEqual([
    ['calendar', 'tasks'],
  ]);
});

it('finds a further address that came into OX by hand, or by another mapping, and what --fix queues empties it', async () => {
  const anna = aUser('anna', { oxEmail2: 'a2@example.net' });
  await site.apply(anna, aUser('bert'));
  await site.ox.drift({ setUser: { context: 10, name: 'bert', fields: { email3: 'b3@example.net' } } });
  writeMapping(site.place.data, { ...DEFAULT_MAPPING, email2: entry('other') });

  const found = await look();

  expect(brief(found)).toEqual([`differs 10 ${userDn('anna')}`, `differs 10 ${userDn('bert')}`]);
  expect(found.map(({ fields, forgetsId }) => [fields, forgetsId])).toEqual([
    [[{ field: 'email2', before: 'a2@example.net', after: '' }], true],
    [[{ field: 'email3', before: 'b3@example.net', after: '' }], true],
  ]);
  const mark = { oxConnectorReprovision: true, oxConnectorForgetId: true };
  await site.apply({ ...anna, ...mark } as never, { ...aUser('bert'), ...mark } as never);
  expect(await look()).toEqual([]);
});

it('misses nobody who has the name of the admin, where contexts.json has another login', async () => {
  await site.ox.options({ masterOverride: true });
  site.enterLogin(10, { adminuser: MASTER.login, adminpass: MASTER.password });
  await site.apply(aUser('oxadmin'));
  expect(brief(await look())).toEqual([]);
});

it('says field by field what OX has and what it should have', async () => {
  await site.ox.drift({ setUser: { context: 10, name: 'bert', fields: { note: 'mine', birthday: '1999-01-01' } } });

  const [found] = await look();

  expect(found?.fields).toEqual([{ field: 'note', before: 'mine', after: 'one\ntwo' }]);
});

it('tells two users with one display name that OX has accepted, as no problem', async () => {
  await site.ox.options({ uniqueDisplayName: false });
  await site.apply(aUser('eva', { displayName: 'bert Example' }));

  expect(await look()).toEqual([]);
  expect((await look({ withInfo: true })).find(({ kind }) => kind === 'display-name-shared')?.message).toMatch(
    /have the same display name "bert Example"/,
  );
  await site.ox.options({ uniqueDisplayName: true });
});

it.each([
  ['and no stranger, where OX does not say that it knows pages', 503, false],
  ['and strangers, by pages', 0, true],
])('finds what is missing where the list of the users is too large for an answer: %s', async (_, wsdlStatus, finds) => {
  await site.ox.options({ wsdlStatus });
  await site.ox.seed({ contexts: { 10: { users: [{ name: 'stranger' }] } } });
  await site.ox.drift({ deleteUser: { context: 10, name: 'anna' } });
  await site.ox.rules([
    {
      match: { operation: 'listAll', service: 'OXUserService', context: 10 },
      action: { huge: 70 * 1024 * 1024, gzip: true },
      times: 1,
    },
  ]);
  const found = await look({ withInfo: true });
  expect(brief(found)).toContain(`missing 10 ${userDn('anna')}`);
  expect(brief(found).includes('unknown 10 stranger')).toBe(finds);
  const untold = found.filter(({ message }) =>
    /^OX has more users here than one answer can list: users that no last state describes were not looked for$/.test(
      message,
    ),
  );
  expect(untold.map(({ kind, context }) => [kind, context])).toEqual(finds ? [] : [['unlisted', 10]]);
});

it('finds users outside the group of everybody, as a moved one may be, and what --fix queues brings them back', async () => {
  const anna = aUser('anna');
  await site.apply(anna, aUser('bert'));
  await site.ox.drift({ setGroup: { context: 10, name: 'users', members: ['bert'] } });

  const found = await look();
  expect(brief(found)).toEqual([`default-group 10 ${userDn('anna')}`]);
  expect(found[0]).toMatchObject({ repair: anna.id, forgetsId: true });
  expect(found[0]?.message).toMatch(/^user \d+ is not in the default group of the context$/);
  expect(found[0]?.remedy).toBe('Provision the user again (--fix): it joins the group of everybody.');

  const mark = { oxConnectorReprovision: true, oxConnectorForgetId: true };
  await site.apply({ ...anna, ...mark } as never);
  expect(await look()).toEqual([]);
  expect(site.place.lastState(anna.id)?.object).not.toHaveProperty('oxDbForgotten');
});

it('compares the others of a context where users are removed in OX meanwhile', async () => {
  await site.apply(aUser('eva'));
  const slowly = { match: { operation: 'getMultipleData', context: 10 }, times: 1, action: { delay: 400 } };
  await site.ox.rules([slowly, slowly]);
  const { total: since } = await site.ox.counts();
  const looking = look();
  for (const [name, times] of [
    ['eva', 1],
    ['bert', 2],
  ] as const) {
    const listed = () => site.ox.calls({ service: 'OXUserService', operation: 'listAll', since });
    await eventually(async () => (await listed()).length >= times);
    await site.ox.drift({ deleteUser: { context: 10, name } });
  }
  expect(brief(await looking)).toEqual([`missing 10 ${userDn('eva')}`, `missing 10 ${userDn('bert')}`]);
});
