/** A context that comes again, deleted in UDM or lost in OX, has all that belongs to it (docs/behaviour.md, "Contexts"). */
import {
  aContext,
  aGroup,
  anAccount,
  aResource,
  aUser,
  changed,
  deleted,
  type QueueFile,
} from '../../../harness/objects.ts';
import { other } from '../../../harness/others.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

const context = aContext(30);
const in30 = (name: string, more = {}): QueueFile => aUser(name, { oxContext: 30, ...more });
const everything = [
  in30('anna'),
  in30('bert'),
  aUser('carl'),
  aGroup('team', ['anna', 'bert', 'carl']),
  anAccount('info', ['anna', 'carl']),
  aResource('room', { oxContext: 30 }),
];

/** What OX holds in both contexts, without ids. */
const held = async () => [await site.context(10), await site.context(30)];

it.each<[string, (after: QueueFile) => Promise<unknown>]>([
  ['in another run', async (again) => [await site.apply(deleted(context)), await site.apply(again)]],
  ['in the same run', (again) => site.apply(deleted(context), again)],
  ['twice in the same run', (again) => site.apply(deleted(context), context, deleted(context), again)],
])('deleted and made again %s, it has its users, groups, accounts and resources again', async (_, makeAgain) => {
  await site.apply(context, ...everything);
  const before = await held();
  await makeAgain(context);
  expect(await held()).toEqual(before);
  expect(site.place.waiting()).toEqual([]);
  const { calls } = await site.apply(aUser('dora'));
  expect(calls).toEqual(['OXUserService.createByModuleAccess']);
});

it('the same where it is another object of UDM, and is deleted again', async () => {
  await site.apply(context, ...everything);
  const before = await held();
  await site.apply(deleted(context));
  const second = other(aContext(30));
  await site.apply(second);
  expect(await held()).toEqual(before);
  await site.apply(deleted(second));
  expect((await site.group('team'))?.members).toEqual(['carl']);
  await site.apply(context);
  expect(await held()).toEqual(before);
});

it('comes back as the directory has it by then', async () => {
  await site.apply(context, ...everything, in30('emil'), in30('frida'), in30('gerd'));
  await site.apply(deleted(context));
  await site.apply(
    deleted(in30('emil')),
    changed(in30('frida'), { oxContext: 10 }),
    changed(in30('gerd'), { isOxUser: false }),
    changed(in30('anna'), { title: 'Dr.' }),
    deleted(aResource('room')),
  );
  await site.apply(context);
  expect(await site.namesIn(30)).toEqual(['anna', 'bert', 'team']);
  expect(await site.user('anna', 30)).toMatchObject({ title: 'Dr.' });
  expect(await site.namesIn(10)).toEqual(expect.arrayContaining(['carl', 'frida']));
});

it('news that wait beside the new context are what comes, and what is parked is not overtaken', async () => {
  site.set({ OX_CONNECTOR_STOP_ON_ERROR: 'false' });
  await site.apply(context, ...everything);
  await site.apply(deleted(context));
  const { actions, parked } = await site.apply(
    context,
    changed(in30('anna'), { title: 'Dr.' }),
    changed(in30('bert'), { mailPrimaryAddress: 'b@@' }),
  );
  expect(actions.filter((action) => action.startsWith(in30('anna').dn))).toHaveLength(1);
  expect(await site.user('anna', 30)).toMatchObject({ title: 'Dr.' });
  expect(parked).toHaveLength(1);
  expect(await site.user('bert', 30)).toBeUndefined();
});

it('who has its number from the former context gets into no group of the new one by it', async () => {
  await site.apply(context, ...everything);
  await site.apply(deleted(context));
  // OX counts from the start again: another one comes first.
  await site.apply(context, in30('aaron'));
  expect((await site.group('team', 30))?.members).toEqual(['anna', 'bert']);
});

describe('OX has lost it', () => {
  beforeEach(async () => {
    await site.apply(context, ...everything);
  });

  it('it comes back with all that was in it, by one change of it', async () => {
    const before = await held();
    await site.ox.drift({ deleteContext: { context: 30 } });
    await site.apply(context);
    expect(await held()).toEqual(before);
  });

  it('the same where the run is cut off after its creation', async () => {
    const before = await held();
    await site.ox.drift({ deleteContext: { context: 30 } });
    await site.ox.rules([{ match: { service: 'OXContextService', operation: 'create' }, action: { reset: 'after' } }]);
    await site.stopsAt(context);
    await site.apply();
    expect(await held()).toEqual(before);
  });
});
