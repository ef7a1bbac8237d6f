/** `check` on a provisioned site: nothing is found where all is well, and exactly what was planted where it is not. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openParts } from '../../../bin/parts.ts';
import { check } from '../../../lib/check/check.ts';
import type { Finding } from '../../../lib/check/finding.ts';
import { DEFAULT_MAPPING } from '../../../lib/mapping/mapping.ts';
import { openKnownObjectsInMemory } from '../../../lib/queue/known-objects.ts';
import { readSettings } from '../../../lib/settings/settings.ts';
import { objectMistakes } from '../../../lib/validate/objects.ts';
import {
  aContext,
  aGroup,
  anAccount,
  aProfile,
  aResource,
  aUser,
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
  const known = openKnownObjectsInMemory(parts.lastStates);
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
    {
      field: 'members',
      before: expect.stringMatching(/^2 members, too many: user \d+$/),
      after: '2 members, lacking: bert',
    },
  ]);
});

type Plant = () => Promise<unknown> | unknown;

const remembered = (file: QueueFile): Record<string, unknown> => site.place.lastState(file.id)?.object ?? {};
const remember = (file: QueueFile, properties: Record<string, unknown>): void =>
  site.remember(file, { ...remembered(file), ...properties });

const PLANTED: readonly (readonly [what: string, plant: Plant, found: readonly string[]])[] = [
  [
    'a user that is gone from OX, without blaming its group and account',
    () => site.ox.drift({ deleteUser: { context: 10, name: 'anna' } }),
    [`missing 10 ${userDn('anna')}`],
  ],
  [
    'a user of OX that nobody knows',
    () => site.ox.seed({ contexts: { 10: { users: [{ name: 'stranger' }] } } }),
    ['unknown 10 stranger'],
  ],
  [
    'fields of a user that differ',
    () => site.ox.drift({ setUser: { context: 10, name: 'anna', fields: { title: 'Dr.', mailenabled: false } } }),
    [`differs 10 ${userDn('anna')}`],
  ],
  [
    'a field that should be empty',
    () => site.ox.drift({ setUser: { context: 10, name: 'bert', fields: { company: 'ACME' } } }),
    [`differs 10 ${userDn('bert')}`],
  ],
  [
    'an alias too many',
    () =>
      site.ox.drift({
        setUser: { context: 20, name: 'carl', fields: { aliases: ['carl@example.org', 'more@example.org'] } },
      }),
    [`differs 20 ${userDn('carl')}`],
  ],
  [
    'ids that are those of another state of OX, without blaming groups and accounts',
    () => site.ox.drift({ renumber: { context: 10 } }),
    [`id-stale 10 ${userDn('anna')}`, `id-stale 10 ${userDn('bert')}`],
  ],
  [
    'an id that was never learnt, without blaming the group',
    () => remember(BERT, { oxDbId: undefined }),
    [`id-stale 10 ${userDn('bert')}`],
  ],
  [
    'a group that is gone',
    () => site.ox.drift({ deleteGroup: { context: 20, name: 'sales' } }),
    [`missing 20 ${groupDn('sales')}`],
  ],
  [
    'a group without one of its members',
    () => site.ox.drift({ setGroup: { context: 10, name: 'sales', members: ['anna'] } }),
    [`differs 10 ${groupDn('sales')}`],
  ],
  [
    'a group of OX that nobody knows',
    () => site.ox.seed({ contexts: { 10: { groups: [{ name: 'club', members: ['anna'] }] } } }),
    ['unknown 10 club'],
  ],
  [
    'a group that should have gone with its last member',
    () => remember(SALES, { users: [userDn('anna'), userDn('bert')] }),
    [`left-over 20 ${groupDn('sales')}`],
  ],
  [
    'a resource that is gone',
    () => site.ox.drift({ deleteResource: { context: 10, name: 'beamer' } }),
    [`missing 10 ${BEAMER.dn}`],
  ],
  [
    'a resource that differs',
    () => site.ox.drift({ setResource: { context: 10, name: 'beamer', fields: { description: 'cellar' } } }),
    [`differs 10 ${BEAMER.dn}`],
  ],
  [
    'an account that is gone',
    () => site.ox.drift({ removeAccount: { context: 20, name: 'carl', primaryAddress: 'info@example.org' } }),
    [`differs 20 ${INFO.dn}`],
  ],
  [
    'an account that its former user still has',
    () => remember(INFO, { users: [userDn('anna')] }),
    [`differs 20 ${INFO.dn}`],
  ],
  [
    'a context with another name',
    () => site.ox.seed({ contexts: { 20: { name: 'other', maxQuota: 5 } } }),
    [`differs 20 ${CONTEXT_20.dn}`],
  ],
  [
    'a context that is gone',
    () => site.ox.drift({ deleteContext: { context: 20 } }),
    ['context-missing 20', `missing 20 ${CONTEXT_20.dn}`],
  ],
  [
    'a login that OX refuses',
    () => site.ox.seed({ contexts: { 20: { admin: { name: 'oxadmin-context20', password: 'changed' } } } }),
    ['failure 20'],
  ],
  ['objects without credentials', () => site.forgetCredentials(20), ['credentials-missing 20']],
  [
    'a login under a name that is none of a context',
    () =>
      writeFileSync(
        join(site.place.data, 'secrets', 'contexts.json'),
        JSON.stringify({ ...site.place.credentials(), '020': site.place.credentials()[20] }),
        { mode: 0o600 },
      ),
    ['credentials-unknown 020'],
  ],
  [
    'deletions that have been waiting for credentials and can be carried out',
    async () => {
      site.forgetCredentials(20);
      await site.apply(...[CARL, SALES].map(deleted));
      site.enterCredentials(20);
    },
    [`left-over ${userDn('carl')}`, `left-over 20 ${groupDn('sales')}`, `member-dangling ${INFO.dn}`],
  ],
  [
    'the deletion of an account that can be carried out',
    async () => {
      site.forgetCredentials(20);
      await site.apply(deleted(INFO));
      site.enterCredentials(20);
    },
    [`differs 20 ${INFO.dn}`],
  ],
  [
    'a profile that the file lacks',
    () => writeFileSync(join(site.place.data, 'ModuleAccessDefinitions.properties'), ''),
    [`profile-differs ${PREMIUM.dn}`, 'profile-unknown premium'],
  ],
  [
    'rights that exclude each other',
    () => site.apply(aProfile('broken', ['globaladdressbookdisabled', 'editpublicfolders'])),
    ['rights-exclusive broken'],
  ],
  [
    'members that are not known',
    () => remember(SALES, { users: [...['anna', 'bert', 'carl'].map(userDn), userDn('nobody')] }),
    [`member-dangling ${groupDn('sales')}`],
  ],
  [
    'a name that OX will refuse',
    () => site.remember(aUser('jörg', { mailPrimaryAddress: 'joerg@example.org' })),
    [`refused 10 ${userDn('jörg')}`],
  ],
  [
    'a new user without a family name',
    () => site.remember(aUser('eva', { lastname: '' })),
    [`refused 10 ${userDn('eva')}`],
  ],
  [
    'two users with one display name, of whom OX has but one',
    () => site.remember(aUser('eva', { displayName: 'bert Example' })),
    [`missing 10 ${userDn('eva')}`, `display-name-taken 10 ${userDn('eva')}`],
  ],
  ['an identifier without value', () => remember(BERT, { username: [] }), [`identifier ${userDn('bert')}`]],
  [
    'an OX user without context',
    () => site.remember(aUser('eva', { oxContext: null })),
    [`no-context ${userDn('eva')}`],
  ],
  ['a property that cannot be provisioned', () => remember(BERT, { oxNote: 'a\u0001' }), [`invalid ${userDn('bert')}`]],
  [
    'a last state that cannot be read',
    () => writeFileSync(join(site.place.queue, 'old', `${idOf('user', 'eva')}.json`), '{'),
    [`damaged ${'OLD'}/${idOf('user', 'eva')}.json`],
  ],
  [
    'passwords that others can read',
    () => chmodSync(join(site.place.data, 'secrets', 'contexts.json'), 0o644),
    ['permissions DATA/secrets/contexts.json'],
  ],
  ['a directory that everybody can write', () => chmodSync(join(site.place.queue, 'old'), 0o777), ['permissions OLD']],
];

it.each(PLANTED)('finds %s, and nothing else', async (_, plant, expected) => {
  await plant();
  const { data, queue } = site.place;
  const paths = (text: string): string => text.replace('OLD', join(queue, 'old')).replace('DATA', data);

  expect(brief(await look()).sort()).toEqual(expected.map(paths).sort());
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
  await site.ox.options({ uniqueDisplayName: true });
});

it.each([
  ['an OX that is not there', { OX_SOAP_SERVER: 'http://127.0.0.1:9' }, 'OX_UNREACHABLE'],
  ['an address that is not OX', { OX_SOAP_SERVER: 'http://127.0.0.1:9/nowhere' }, 'OX_UNREACHABLE'],
])('throws what ends the check: %s', async (_, environment, code) => {
  await expect(look({ environment })).rejects.toMatchObject({ code });
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
      action: { hugeList: 70 * 1024 * 1024 },
      times: 2,
    },
  ]);
  expect(brief(await look())).toContain(`missing 10 ${userDn('anna')}`);
  expect(brief(await look()).includes('unknown 10 stranger')).toBe(finds);
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

  const mark = { oxConnectorReprovision: true, oxConnectorForgetId: true };
  await site.apply({ ...anna, ...mark } as never);
  expect(await look()).toEqual([]);
  expect(site.place.lastState(anna.id)?.object).not.toHaveProperty('oxDbForgotten');
});

it('says which version OX is of, and which services and elements it has', async () => {
  await site.ox.options({ version: '8.37.69', convertGuest: true, absentServices: ['OXUserCopyService'] });

  const findings = await look({ withInfo: true });

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

it('repairs no group or account while a last state is damaged, which may describe a member of it', async () => {
  await site.apply(aUser('eva'), aUser('otto'), aGroup('choir', ['eva']), anAccount('choir', ['eva']));
  const path = join(site.place.queue, 'old', `${idOf('user', 'eva')}.json`);
  const whole = readFileSync(path);
  writeFileSync(path, '{');
  const repaired = async (): Promise<string[]> => [...new Set((await look()).flatMap(({ repair }) => repair ?? []))];
  expect(await repaired()).toEqual([]);
  await site.ox.drift([{ deleteUser: { context: 10, name: 'otto' } }]);
  expect(await repaired()).toEqual([idOf('user', 'otto')]);
  writeFileSync(path, whole);
  await site.ox.drift([{ setGroup: { context: 10, name: 'choir', members: [] } }]);
  expect(await repaired()).toEqual([idOf('user', 'otto'), idOf('group', 'choir')]);
});
