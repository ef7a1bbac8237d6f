/** `check` on a provisioned site: nothing is found where all is well, and exactly what was planted where it is not. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../../../lib/check/finding.ts';
import { BERT, brief, type Planted, useCheckedSite } from '../../../harness/checked-site.ts';
import { groupDn, userDn } from '../../../harness/objects.ts';

const checked = useCheckedSite();
const { site, look } = checked;

it.each<Planted>([
  [
    'a login that OX refuses',
    () => site.ox.seed({ contexts: { 20: { admin: { name: 'oxadmin-context20', password: 'changed' } } } }),
    ['failure 20'],
    /admin of context 20 was refused: Authentication failed .*: Correct the entry "20" in contexts\.json/,
  ],
])('finds %s, and nothing else', async (_, plant, expected, said) => {
  await checked.finds(plant, expected, said);
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
    '9 of 9 objects are in OX as they should be (compared: 1 oxmail/oxcontext, 3 users/user, 2 groups/group, ' +
      '2 oxmail/functional_account, 1 oxresources/oxresources)',
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
