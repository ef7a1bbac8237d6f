/**
 * Access profiles in ModuleAccessDefinitions.properties, and what users get of them
 * (docs/behaviour.md, "Access profiles").
 */
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aProfile, aUser, changed, deleted } from '../../../harness/objects.ts';
import { useSite } from '../../../harness/site.ts';
import { FLAGS } from '../../../model/rights.ts';

const site = useSite();

const file = () => join(site.place.data, 'ModuleAccessDefinitions.properties');
const write = (content: string) => writeFileSync(file(), content);

describe('rewrites ModuleAccessDefinitions.properties', () => {
  it('without a call to OX, rights in the spelling of UDM, sorted', async () => {
    write('');

    const { calls } = await site.apply(aProfile('gold', ['webmail', 'usm', 'calendar', 'activesync']));

    expect(calls).toEqual([]);
    expect(site.place.profiles()).toBe('gold=activesync,calendar,usm,webmail\n');
  });

  it.each(Object.keys(FLAGS))('with the right %s', async (right) => {
    write('');
    await site.apply(aProfile('gold', [right]));
    expect(site.place.profiles()).toBe(`gold=${right}\n`);
  });

  it.each([
    [true, true],
    ['TRUE', true],
    ['1', true],
    ['OK', true],
    [false, false],
    ['FALSE', false],
    ['0', false],
    ['Not', false],
    [null, false],
    ['', false],
  ])('takes %j as %s', async (value, isSet) => {
    write('');
    await site.apply(changed(aProfile('gold', []), { webmail: value }));
    expect(site.place.profiles()).toBe(isSet ? 'gold=webmail\n' : 'gold=\n');
  });

  it('never with publicfoldereditable', async () => {
    write('');
    const { warnings } = await site.apply(aProfile('gold', ['webmail', 'publicfoldereditable']));
    expect(warnings).toEqual([
      'publicfoldereditable is left out: OX has this right for the admin of a context only, and refuses any other user with it',
    ]);
    expect(site.place.profiles()).toBe('gold=webmail\n');
  });

  it('atomically: another file takes the place of the old one, and nothing else is left', async () => {
    const { ino } = statSync(file());

    await site.apply(aProfile('gold', ['webmail']));

    expect(statSync(file()).ino).not.toBe(ino);
    expect(readdirSync(site.place.data).sort()).toEqual(['ModuleAccessDefinitions.properties', 'listener', 'secrets']);
  });

  it('when it is not there yet', async () => {
    site.place.removeFile('ModuleAccessDefinitions.properties');
    await site.apply(aProfile('gold', ['webmail']));
    expect(site.place.profiles()).toBe('gold=webmail\n');
  });
});

describe('the name may hold any character except line breaks', () => {
  it.each([
    'two words',
    'a=b',
    '=',
    'a=webmail',
    'Ärger & Söhne',
    '#1',
    '!important',
    'back\\slash',
    'colon: 5',
    '🙂',
    '__proto__',
  ])('%s', async (name) => {
    await site.apply(aProfile(name, ['webmail']), aUser('anna', { oxAccess: name }));

    expect(site.place.profiles()).toContain(`${name}=webmail\n`);
    expect((await site.user('anna'))?.moduleAccess).toMatchObject({ webmail: true, calendar: false });
    await site.apply(deleted(aProfile(name, [])));
    expect(site.place.profiles()).toBe('premium=calendar,contacts,webmail\n');
  });

  it.each(['a\nb', 'a\rb', ''])('%j is refused', async (name) => {
    const { failure } = await site.stopsAt(changed(aProfile('gold', []), { name }));
    expect(failure.code).toBe('QUEUE_FILE_INVALID');
    expect(site.place.profiles()).toBe('premium=calendar,contacts,webmail\n');
  });
});

describe('a renamed profile', () => {
  it('replaces the old name', async () => {
    await site.apply(aProfile('gold', ['webmail']));
    await site.apply(changed(aProfile('gold', ['webmail']), { name: 'platinum' }));
    expect(site.place.profiles()).toBe('premium=calendar,contacts,webmail\nplatinum=webmail\n');
  });

  it('waits for another that gives the name up, blanks at its end or not', async () => {
    const gold = { ...aProfile('gold', ['webmail']), dn: 'cn=gold,cn=accessprofiles,dc=example,dc=org' };
    const silver = aProfile('silver', ['tasks']);
    await site.apply(changed(gold, { name: 'gold ' }), silver);
    await site.apply(changed(gold, { name: 'old' }), changed(silver, { name: 'gold' }));
    expect(site.place.profiles()).toBe('premium=calendar,contacts,webmail\nold=webmail\ngold=tasks\n');
  });

  it('is gone when it is deleted', async () => {
    const { dn } = aProfile('gold', []);
    expect((await site.apply(aProfile('gold', ['webmail']))).actions).toEqual([
      `${dn}: written to ModuleAccessDefinitions.properties`,
    ]);
    expect((await site.apply(deleted(aProfile('gold', [])))).actions).toEqual([
      `${dn}: removed from ModuleAccessDefinitions.properties`,
    ]);
    expect(site.place.profiles()).toBe('premium=calendar,contacts,webmail\n');
  });
});

it('lines of other tools and unknown rights survive a rewrite', async () => {
  write('# made by hand\n\n  spaced = webmail , olox20 \ngold=webmail,publication,olox20\nodd line\n');

  await site.apply(aProfile('gold', ['calendar']));

  expect(site.place.profiles()).toBe(
    '# made by hand\n\n  spaced = webmail , olox20 \ngold=calendar,olox20,publication\nodd line\n',
  );
});

describe('module access is the profile named by oxAccess', () => {
  const flags = (granted: readonly string[]) =>
    Object.fromEntries(Object.entries(FLAGS).map(([right, flag]) => [flag, granted.includes(right)]));

  // A global address book that is disabled goes with few other rights in OX.
  it.each(Object.keys(FLAGS))('%s is sent as true, every other right as false', async (right) => {
    await site.apply(aProfile('gold', [right]), aUser('anna', { oxAccess: 'gold' }));

    expect((await site.user('anna'))?.moduleAccess).toMatchObject(flags([right]));
  });

  it.each([
    ['createByModuleAccess', [aUser('anna')]],
    ['changeByModuleAccess', [aUser('anna'), aUser('anna')]],
  ])('%s sends each of the 23 rights, and publicFolderEditable never', async (operation, files) => {
    write('premium=webmail,publicfoldereditable,publication\n');

    for (const each of files) {
      await site.apply(each);
    }

    const [body = ''] = await site.bodies(operation);
    for (const flag of Object.values(FLAGS)) {
      expect(body).toMatch(new RegExp(`<(\\w+:)?${flag}>${flag === 'webmail'}<`));
    }
    expect(body).not.toMatch(/publicFolderEditable|publication/);
  });

  it('no oxAccess: all rights are false', async () => {
    await site.apply(aUser('anna', { oxAccess: null }));
    expect((await site.user('anna'))?.moduleAccess).toMatchObject(flags([]));
  });

  it('an unknown profile at creation: warned of, and OX gives the default access of the context', async () => {
    const { calls, warnings } = await site.apply(aUser('anna', { oxAccess: 'nope' }));

    expect(warnings).toEqual(['the access profile "nope" is not known: the module access is left alone']);
    expect(calls).toEqual(['OXUserService.create']);
    expect((await site.user('anna'))?.moduleAccess).not.toMatchObject(flags([]));
  });

  it('an unknown profile at a change: warned of, and access is left alone', async () => {
    await site.apply(aUser('anna'));

    const { calls, warnings } = await site.apply(aUser('anna', { oxAccess: 'nope', title: 'Dr.' }));

    expect(warnings).toEqual(['the access profile "nope" is not known: the module access is left alone']);
    expect(calls).toEqual(['OXUserService.change']);
    expect(await site.user('anna')).toMatchObject({
      title: 'Dr.',
      moduleAccess: flags(['calendar', 'contacts', 'webmail']),
    });
  });

  it('another profile replaces the rights of the one before', async () => {
    await site.apply(aProfile('silver', ['webmail', 'tasks']), aUser('anna'));
    await site.apply(aUser('anna', { oxAccess: 'silver' }));
    expect((await site.user('anna'))?.moduleAccess).toMatchObject(flags(['webmail', 'tasks']));
  });
});
