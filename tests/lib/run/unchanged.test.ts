/** What a prefill of the Provisioning API says is compared with the last state first (docs/provisioning-api.md). */
import {
  aContext,
  aGroup,
  anAccount,
  aResource,
  aUser,
  changed,
  deleted,
  idOf,
  type QueueFile,
} from '../../harness/objects.ts';
import { ADMIN_20, useSite } from '../../harness/site.ts';

const site = useSite();

const prefilled = (file: QueueFile): QueueFile & { provisioning: unknown } => ({
  ...file,
  provisioning: { publisher_name: 'udm-pre-fill', sequence_number: 1, ts: '2026-01-01T00:00:00Z', prefill: null },
});
const anna = aUser('anna', { oxContext: 30 });
const room = aResource('room', { oxContext: 30 });
const team = aGroup('team', ['anna']);
const info = anAccount('info', ['anna']);
const all = [anna, team, info, room];

it('what is as it was costs no call', async () => {
  await site.apply(aContext(30), ...all);
  expect((await site.apply(...all.map(prefilled))).calls).toEqual([]);
});

it('what went with its context is made again where that is there again', async () => {
  await site.apply(aContext(30), ...all, aUser('bert', { oxContext: 30, isOxUser: false }));
  await site.apply(deleted(aContext(30)));
  await site.apply(aContext(30));
  await site.apply(...all.map(prefilled));
  expect(await site.user('anna', 30)).toBeDefined();
  expect(await site.group('team', 30)).toMatchObject({ members: ['anna'] });
  expect(await site.accounts('anna', 30)).toHaveLength(1);
  expect(await site.resource('room', 30)).toBeDefined();
  expect(
    (await site.apply(...[...all, aUser('bert', { oxContext: 30, isOxUser: false })].map(prefilled))).calls,
  ).toEqual([]);
});

it('what OX may have a part of is told anew, also where the run ends before the message is through', async () => {
  await site.apply(aContext(30), anna);
  const no = { fault: { exception: 'InvalidDataException', text: 'no' } };
  await site.ox.rules([
    { match: { operation: 'changeByModuleAccess' }, action: { ...no, applied: true } },
    { match: { operation: 'createByModuleAccess' }, action: no },
  ]);
  const half = changed(anna, { title: 'half', oxAccess: '' });
  const { waiting } = await site.stopsAt(half, aUser('bert'), prefilled(anna));
  expect(waiting).toHaveLength(3);
  await site.apply();
  expect(await site.user('anna', 30)).toMatchObject({ moduleAccess: { calendar: true } });
  expect((await site.user('anna', 30))?.title).toBeFalsy();
});

it('where an older change of the object is kept back under its former id, it waits as well', async () => {
  site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' });
  const mia = aUser('mia', { oxContext: 20 });
  await site.apply(mia);
  site.enterLogin(20, { adminuser: ADMIN_20.name, adminpass: 'wrong' });
  const { waiting } = await site.stopsAt(
    changed(mia, { title: 'for a while' }),
    prefilled({ ...mia, id: idOf('user', 'mia2') }),
  );
  expect(waiting).toHaveLength(2);
  site.enterCredentials(20);
  await site.apply();
  expect((await site.user('mia', 20))?.title).toBeFalsy();
});
