/** `check` on a provisioned site: nothing is found where all is well, and exactly what was planted where it is not. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openParts } from '../../../bin/parts.ts';
import { check } from '../../../lib/check/check.ts';
import type { Finding } from '../../../lib/check/finding.ts';
import { DEFAULT_MAPPING } from '../../../lib/mapping/mapping.ts';
import { openMemoryForLooking } from '../../../lib/memory/memory.ts';
import { readSettings } from '../../../lib/settings/settings.ts';
import { objectMistakes } from '../../../lib/validate/objects.ts';
import {
  aContext,
  aGroup,
  anAccount,
  aProfile,
  aResource,
  aUser,
  changed,
  deleted,
  groupDn,
  idOf,
  type QueueFile,
  userDn,
} from '../../harness/objects.ts';
import { JPEG } from '../../harness/picture.ts';
import { useSite } from '../../harness/site.ts';

const site = useSite();

interface LookOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly withAccess?: boolean;
  readonly withInfo?: boolean;
}

/** All findings; those of severity `info` are no problems and left out unless they are asked for. */
async function look({ environment = {}, withAccess = false, withInfo = false }: LookOptions = {}): Promise<Finding[]> {
  const { place, ox } = site;
  const settings = readSettings({ OX_SOAP_SERVER: ox.url, OX_MASTER_PASSWORD: 'masterpw', ...environment }, place.data);
  const parts = openParts(settings, place.queue);
  const known = openMemoryForLooking(parts.lastStates);
  const findings: Finding[] = [];
  const lookAgain = () => known;
  const deps = {
    ...parts,
    settings,
    known,
    lookAgain,
    mistakesIn: objectMistakes,
    withAccess,
    progress: () => undefined,
  };
  try {
    for await (const found of check(deps, () => '', new Date())) {
      findings.push(found);
    }
  } finally {
    parts.client.close();
    known.close();
  }
  return findings.filter(({ severity }) => withInfo || severity !== 'info');
}

const brief = (findings: readonly Finding[]): string[] =>
  findings.map(({ kind, context, object }) => [kind, context, object].filter((each) => each !== undefined).join(' '));

/** A value for every property that the default mapping knows. */
const EVERYTHING: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(
    Object.values(DEFAULT_MAPPING).map(({ ldap_attribute: name }) => [name, `<${name}> ä & "ö" 😀`]),
  ),
  mailPrimaryAddress: 'Anna@Example.org',
  mailAlternativeAddress: ['b@example.org', 'A@example.org'],
  oxEmail2: 'second@example.org',
  oxEmail3: 'third@example.org',
  birthday: '1980-02-29',
  oxAnniversary: '01.12.2001',
  phone: ['1', '2'],
  homeTelephoneNumber: ['3', '4'],
  mailHomeServer: 'Imap.example.org',
  oxUserQuota: '-1',
  jpegPhoto: JPEG,
};

const ANNA = aUser('anna', EVERYTHING);
const BERT = aUser('bert', { oxNote: 'one\ntwo' });
const CARL = aUser('carl', { oxContext: 20, oxAccess: '' });
const SALES = aGroup('sales', ['anna', 'bert', 'carl']);
const INFO = anAccount('info', ['anna', 'carl']);
const BEAMER = aResource('beamer', { description: '' });
const PREMIUM = aProfile('premium', ['webmail', 'calendar', 'contacts']);
const CONTEXT_20 = aContext(20, { oxQuota: -1 });
const NOT_OX = aUser('dora', { isOxUser: false });

beforeEach(async () => {
  await site.apply(ANNA, BERT, CARL, SALES, INFO, BEAMER, PREMIUM, CONTEXT_20, NOT_OX);
});

it('finds nothing on a site that is in step, whatever the fields hold, and changes nothing', async () => {
  const before = await site.ox.state();

  expect(await look()).toEqual([]);
  expect(await look({ withAccess: true })).toEqual([]);
  expect(
    await look({ environment: { OX_IMAP_SERVER: 'imap://localhost:143', OX_USER_IDENTIFIER: 'username' } }),
  ).toEqual([]);

  expect(await site.ox.state()).toEqual(before);
});

it('says how many objects were compared, and how many of them agree', async () => {
  const agreement = async () => (await look({ withInfo: true })).find(({ kind }) => kind === 'agreed')?.agreed;
  const before = await agreement();
  // Three users; the group and the account in both contexts; the resource, the context.
  expect(before).toEqual({ compared: 9, agreed: 9 });

  await site.ox.drift([
    { setUser: { context: 10, name: 'anna', fields: { title: 'Prof.', note: 'mine' } } },
    { deleteUser: { context: 10, name: 'bert' } },
    { deleteResource: { context: 10, name: 'beamer' } },
  ]);

  expect(await agreement()).toEqual({ compared: 9, agreed: 6 });
});

it('asks once more where OX refuses what it is asked, and counts nothing twice', async () => {
  const refuse = (times: number) =>
    site.ox.rules([
      {
        match: { service: 'OXResourceService', operation: 'listAll' },
        times,
        action: { fault: { exception: 'InvalidDataException', text: 'not now' } },
      },
    ]);
  const agreedIn = (findings: readonly Finding[]) => findings.find(({ kind }) => kind === 'agreed')?.agreed;
  const undisturbed = await look({ withInfo: true });

  await refuse(1);
  const found = await look({ withInfo: true });
  await refuse(1000);
  const refused = await look();

  expect(agreedIn(found)).toEqual(agreedIn(undisturbed));
  expect(found.filter(({ severity }) => severity !== 'info')).toEqual([]);
  expect(brief(refused)).toEqual(expect.arrayContaining(['failure 10']));
});

it('names the members that a group lacks and those that it has too many', async () => {
  await site.ox.seed({ contexts: { 10: { users: [{ name: 'stranger' }] } } });
  await site.ox.drift({ setGroup: { context: 10, name: 'sales', members: ['anna', 'stranger'] } });

  expect((await look()).find(({ kind, object }) => kind === 'differs' && object === groupDn('sales'))?.fields).toEqual([
    { field: 'members added', before: '', after: 'bert' },
    { field: 'members removed', before: expect.stringMatching(/^user \d+$/), after: '' },
  ]);
});

type Plant = () => Promise<unknown> | unknown;

const remembered = (file: QueueFile): Record<string, unknown> => site.place.lastState(file.id)?.object ?? {};
const remember = (file: QueueFile, properties: Record<string, unknown>): void =>
  site.remember(file, { ...remembered(file), ...properties });

const PLANTED: readonly (readonly [what: string, plant: Plant, found: readonly string[], said: RegExp])[] = [
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
    'a context with another name',
    () => site.ox.seed({ contexts: { 20: { name: 'other', maxQuota: 5 } } }),
    [`differs 20 ${CONTEXT_20.dn}`],
    /^2 fields differ: name, maxQuota/,
  ],
  [
    'a context that is gone',
    () => site.ox.drift({ deleteContext: { context: 20 } }),
    ['context-missing 20', `missing 20 ${CONTEXT_20.dn}`],
    /^OX has no context 20, a context of contexts\.json: Create the context, or remove its entry from contexts\.json \(DEFAULT_CONTEXT: correct the setting\)\.$/m,
  ],
  [
    'a login that OX refuses',
    () => site.ox.seed({ contexts: { 20: { admin: { name: 'oxadmin-context20', password: 'changed' } } } }),
    ['failure 20'],
    /admin of context 20 was refused: Authentication failed .*: Correct the entry "20" in contexts\.json/,
  ],
  [
    'objects without credentials',
    () => site.forgetCredentials(20),
    ['credentials-missing 20'],
    /^3 objects wait: contexts\.json has no credentials for context 20: Enter the admin of the context \(listener_trigger credentials set\): what waits is provisioned with the next run\.$/,
  ],
  [
    'a login under a name that is none of a context',
    () =>
      writeFileSync(
        join(site.place.data, 'secrets', 'contexts.json'),
        JSON.stringify({ ...site.place.credentials(), '020': site.place.credentials()[20] }),
        { mode: 0o600 },
      ),
    ['credentials-unknown 020'],
    /contexts\.json has an entry "020": no context is called so: Entries of contexts\.json are called "master" or by the number of a context, such as "10": give it its name \(or one that begins with \$ where it is a note\)\.$/,
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
    'the deletion of an account that can be carried out',
    async () => {
      site.forgetCredentials(20);
      await site.apply(deleted(INFO));
      site.enterCredentials(20);
    },
    [`differs 20 ${INFO.dn}`],
    /^1 field differs: account of user \d/,
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
  [
    'passwords that others can read',
    () => chmodSync(join(site.place.data, 'secrets', 'contexts.json'), 0o644),
    ['permissions DATA/secrets/contexts.json'],
    /holds passwords, but has mode 644: expected 600: Correct owner and mode of the path; the connector usually runs as root in the container\.$/,
  ],
  [
    'a directory that everybody can write',
    () => chmodSync(join(site.place.queue, 'old'), 0o777),
    ['permissions OLD'],
    /can be written by everybody: Correct owner/,
  ],
];

it.each(PLANTED)('finds %s, and nothing else', async (_, plant, expected, said) => {
  await plant();
  const { data, queue } = site.place;
  const paths = (text: string): string => text.replace('OLD', join(queue, 'old')).replace('DATA', data);

  const findings = await look();
  expect(brief(findings).sort()).toEqual(expected.map(paths).sort());
  expect(findings.map(({ message, remedy }) => `${message}: ${remedy}`).join('\n')).toMatch(said);
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
  ['an OX that is not there', { OX_SOAP_SERVER: 'http://127.0.0.1:9' }, 'OX_UNREACHABLE'],
  ['an address that is not OX', { OX_SOAP_SERVER: 'http://127.0.0.1:9/nowhere' }, 'OX_UNREACHABLE'],
])('throws what ends the check: %s', async (_, environment, code) => {
  await expect(look({ environment })).rejects.toMatchObject({ code });
});

it('says of the default context that it is that, where OX has none of its number', async () => {
  const [found] = await look({ environment: { DEFAULT_CONTEXT: '77' } });
  expect(found).toMatchObject({
    kind: 'context-missing',
    message: 'OX has no context 77, the default context',
    remedy: expect.stringContaining('DEFAULT_CONTEXT: correct the setting'),
  });
});

it('goes on with the other contexts where the master admin is not let in', async () => {
  writeFileSync(
    join(site.place.data, 'secrets', 'contexts.json'),
    JSON.stringify({ ...site.place.credentials(), master: { adminuser: 'oxadminmaster', adminpass: 'wrong' } }),
  );
  await site.ox.drift({ deleteUser: { context: 20, name: 'carl' } });

  const findings = await look();

  expect(brief(findings)).toEqual(['failure', `missing 20 ${userDn('carl')}`]);
  expect(findings[0]).toMatchObject({ code: 'OX_CREDENTIALS', remedy: expect.stringContaining('"master"') });
});

it('asks in bulk: a handful of calls for each context, whatever the number of users', async () => {
  const { total } = await site.ox.counts();

  await look();

  const calls = (await site.ox.calls({ since: total })).map(({ operation }) => operation);
  expect(calls.filter((operation) => operation === 'getData')).toEqual([]);
  expect(calls.length).toBeLessThanOrEqual(1 + 2 * 6);
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
      action: { hugeList: 70 * 1024 * 1024, gzip: true },
      times: 1,
    },
  ]);
  const found = await look({ withInfo: true });
  expect(brief(found)).toContain(`missing 10 ${userDn('anna')}`);
  expect(brief(found).includes('unknown 10 stranger')).toBe(finds);
  const untold = found.filter(({ message }) =>
    /^OX has more users here than one answer can list: .* were not looked for$/.test(message),
  );
  expect(untold.map(({ kind, context }) => [kind, context])).toEqual(finds ? [] : [['unlisted', 10]]);
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

it('says which version OX is of, and which services and elements it has', async () => {
  await site.ox.options({ version: '8.37.69', convertGuest: true, absentServices: ['OXUserCopyService'] });

  const findings = await look({ withInfo: true });

  expect(findings[0]?.remedy).toBe('Install the SOAP packages of OX (open-xchange-admin-soap…) and restart it.');
  expect(findings.map(({ message }) => message)).toEqual([
    'OX does not offer OXUserCopyService',
    'OX is of version 8.37.69',
    expect.stringMatching(/^OX has convertguest of new users/),
    expect.stringMatching(/^OX has getVersion/),
    expect.stringMatching(/^OX has permissions of resources/),
    expect.stringMatching(/^OX has functional accounts/),
    expect.stringMatching(/^OX has gabMode of contexts/),
    expect.stringMatching(/^9 of 9 objects are in OX as they should be/),
  ]);
});

it('takes no service for missing while OX starts', async () => {
  await site.ox.options({ wsdlStatus: 503 });

  expect(await look()).toEqual([]);
  expect(new Set((await look({ withInfo: true })).map(({ kind }) => kind))).toEqual(
    new Set(['service-unknown', 'version', 'agreed']),
  );
});

it('does not advise to remove in OX what a damaged last state may describe', async () => {
  writeFileSync(join(site.place.queue, 'old', `${BERT.id}.json`), '{');
  const found = (await look()).filter(({ kind }) => kind !== 'damaged');
  expect(brief(found).sort()).toEqual([`member-dangling ${groupDn('sales')}`, 'unknown 10 bert']);
  const remedies = found.map(({ remedy }) => remedy);
  expect(remedies).toEqual(found.map(() => 'First repair what is damaged: it may describe this. Then check again.'));
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
