/** Which rights OX is told, and when it is not told again what it was told last (docs/behaviour.md, "Users"). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addAgain } from '../../../../lib/memory/again.ts';
import { openLastStates } from '../../../../lib/memory/last-state.ts';
import { RIGHTS } from '../../../../lib/ox/access-profiles.ts';
import { openInbox } from '../../../../lib/queue/inbox.ts';
import { envelopeMistakes } from '../../../../lib/validate/envelope.ts';
import { aUser, changed, deleted } from '../../../harness/objects.ts';
import { useSite } from '../../../harness/site.ts';

const site = useSite();

const FIELDS = 'OXUserService.change';
const ACCESS = 'OXUserService.changeByModuleAccess';
const CREATE = 'OXUserService.createByModuleAccess';
const LOOK = 'OXUserService.getData';

const anna = aUser('anna');
const doctor = changed(anna, { title: 'Dr.' });

const profiles = (text: string): void =>
  writeFileSync(join(site.place.data, 'ModuleAccessDefinitions.properties'), text);

/** What OX holds of this user's rights. */
async function rights(context = 10): Promise<string[]> {
  const access = (await site.user('anna', context))?.moduleAccess as Record<string, boolean>;
  return Object.values(RIGHTS).filter((flag) => access[flag]);
}
const remembered = (): unknown => site.place.lastState(anna.id)?.object.oxDbAccess;

/** `premium` as the site has it. */
const PREMIUM = ['calendar', 'contacts', 'webmail'];
const WEBMAIL = ['webmail'];

beforeEach(() => profiles('premium=calendar,contacts,webmail\nalso=webmail,contacts,calendar\nsmall=webmail\n'));

describe('a change is one call', () => {
  it('where the rights are those that were sent at the creation', async () => {
    await site.apply(anna);
    expect((await site.apply(doctor)).calls).toEqual([FIELDS]);
    expect(await rights()).toEqual(PREMIUM);
  });

  it('again and again, and after a change of the rights', async () => {
    await site.apply(anna);
    expect((await site.apply(changed(anna, { oxAccess: 'small' }))).calls).toEqual([FIELDS, ACCESS]);
    expect((await site.apply(changed(doctor, { oxAccess: 'small' }))).calls).toEqual([FIELDS]);
    expect((await site.apply(changed(anna, { oxAccess: 'small', city: 'Kiel' }))).calls).toEqual([FIELDS]);
    expect(await rights()).toEqual(WEBMAIL);
  });

  it('where the profile has another name and the same rights', async () => {
    await site.apply(anna);
    expect((await site.apply(changed(anna, { oxAccess: 'also' }))).calls).toEqual([FIELDS]);
  });

  it('at a rename, beside the look at whose id it is', async () => {
    await site.apply(anna);
    expect((await site.apply(changed(anna, { username: 'anne' }))).calls).toEqual([LOOK, FIELDS]);
  });

  it('also of the rights of who has no profile: none', async () => {
    await site.apply(changed(anna, { oxAccess: null }));
    expect((await site.apply(changed(doctor, { oxAccess: null }))).calls).toEqual([FIELDS]);
    expect(await rights()).toEqual([]);
  });
});

describe('everything is sent', () => {
  it('where the object is what it was: that repairs the rights', async () => {
    await site.apply(anna);
    await site.ox.drift({ setUser: { context: 10, name: 'anna', fields: { moduleAccess: { webmail: false } } } });
    expect((await site.apply(anna)).calls).toEqual([FIELDS, ACCESS]);
    expect(await rights()).toEqual(PREMIUM);
  });

  it('where it is provisioned again', async () => {
    await site.apply(anna, doctor);
    addAgain(
      openInbox(site.place.queue, envelopeMistakes),
      openLastStates(site.place.queue, envelopeMistakes),
      anna.id,
    );
    expect((await site.apply()).calls).toEqual([FIELDS, ACCESS]);
  });

  it('where the profile has other rights now', async () => {
    await site.apply(anna);
    profiles('premium=webmail\n');
    expect((await site.apply(doctor)).calls).toEqual([FIELDS, ACCESS]);
    expect(await rights()).toEqual(WEBMAIL);
  });

  it('where the last state is of a version that did not remember them, or was made by hand', async () => {
    await site.apply(anna);
    for (const oxDbAccess of [undefined, null, 'premium', {}, { webmail: true }]) {
      site.remember(anna, { oxDbId: await site.userId('anna'), oxDbUsername: 'anna', oxDbContext: 10, oxDbAccess });
      expect((await site.apply(doctor)).calls).toEqual([FIELDS, ACCESS]);
    }
    expect(await rights()).toEqual(PREMIUM);
  });

  it('where the id is not remembered, or is another one', async () => {
    await site.apply(anna);
    const { oxDbId: _, ...learnt } = site.place.lastState(anna.id)?.object ?? {};
    site.remember(anna, learnt);
    expect((await site.apply(doctor)).calls).toEqual([LOOK, FIELDS, ACCESS]);
  });

  it('where OX turns out to have another user of that name', async () => {
    await site.apply(anna);
    await site.ox.drift({ deleteUser: { context: 10, name: 'anna' } });
    await site.ox.seed({ contexts: { 10: { users: [{ name: 'anna', primaryEmail: 'other@example.org' }] } } });
    // Another primary mail: whoever is there is looked at.
    await site.apply(changed(doctor, { mailPrimaryAddress: 'new@example.org' }));
    expect(await rights()).toEqual(PREMIUM);
    expect(remembered()).toMatchObject({ calendar: true, tasks: false });
  });

  it('where the user is gone in OX and created anew, or was disabled in between', async () => {
    await site.apply(anna);
    await site.ox.drift({ deleteUser: { context: 10, name: 'anna' } });
    expect((await site.apply(doctor)).calls).toContain(CREATE);
    await site.apply(changed(anna, { isOxUser: false }));
    expect(remembered()).toBeUndefined();
    expect((await site.apply(changed(anna, { city: 'Kiel' }))).calls).toEqual([CREATE]);
    expect(await rights()).toEqual(PREMIUM);
  });

  it('in another context', async () => {
    await site.apply(anna);
    const { calls } = await site.apply(changed(doctor, { oxContext: 20 }));
    expect(calls).toContain(ACCESS);
    expect(await rights(20)).toEqual(PREMIUM);
    expect((await site.apply(changed(anna, { oxContext: 20 }))).calls).toEqual([FIELDS]);
  });

  it('after a time without a known profile', async () => {
    await site.apply(anna);
    await site.apply(changed(anna, { oxAccess: 'unheard of' }));
    expect(remembered()).toBeUndefined();
    expect((await site.apply(doctor)).calls).toEqual([FIELDS, ACCESS]);
  });
});

describe('rights that OX may have got without our knowing', () => {
  const small = changed(doctor, { oxAccess: 'small' });

  it.each(['before', 'after'] as const)('are sent by whatever comes next: the answer was lost (%s)', async (reset) => {
    await site.apply(anna);
    await site.ox.rules([{ match: { operation: 'changeByModuleAccess' }, action: { reset } }]);
    await site.stopsAt(small);
    site.place.clearQueue();

    await site.apply(changed(anna, { city: 'Kiel' }));

    expect(await rights()).toEqual(PREMIUM);
  });

  it('are sent by the newer file that takes the place of one that was refused', async () => {
    await site.apply(anna);
    await site.ox.rules([
      {
        match: { operation: 'changeByModuleAccess' },
        action: { fault: { exception: 'InvalidDataException', text: 'no' }, applied: true },
      },
    ]);
    const { calls } = await site.apply(small, changed(anna, { city: 'Kiel' }));
    expect(calls).toEqual([FIELDS, ACCESS, FIELDS, ACCESS]);
    expect(await rights()).toEqual(PREMIUM);
  });

  it('are sent by the newer file where a creation was cut off', async () => {
    await site.apply(anna);
    await site.ox.drift({ deleteUser: { context: 10, name: 'anna' } });
    await site.ox.rules([{ match: { operation: 'createByModuleAccess' }, action: { reset: 'after' } }]);
    await site.stopsAt(small);
    site.place.clearQueue();

    await site.apply(changed(anna, { city: 'Kiel' }));

    expect(await rights()).toEqual(PREMIUM);
  });

  it('cost no write of a last state where they are what they were', async () => {
    await site.apply(anna);
    await site.ox.rules([{ match: { operation: 'changeByModuleAccess' }, action: { reset: 'before' } }]);
    await site.stopsAt(anna);
    expect(remembered()).toBeDefined();
  });
});

it('a deletion leaves nothing behind', async () => {
  await site.apply(anna, deleted(anna));
  expect(site.place.lastState(anna.id)).toBeNull();
});
