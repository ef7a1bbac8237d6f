/**
 * ModuleAccessDefinitions.properties: names with any character, and lines of others, survive
 * (docs/behaviour.md, "Access profiles").
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { moduleAccessOf, openAccessProfiles, RIGHTS, type Right } from '../../../lib/ox/access-profiles.ts';
import { freshFolder } from '../../harness/temporary.ts';

const folder = freshFolder();
const file = (): string => join(folder(), 'ModuleAccessDefinitions.properties');
const open = () => openAccessProfiles(file());
const content = (): string => readFileSync(file(), 'utf8');
const rights = (name: string): string[] | null => {
  const found = open().find(name);
  return found && [...found];
};

it('has all rights of UDM and no other', () => {
  expect(Object.keys(RIGHTS)).toHaveLength(23);
  expect(Object.entries(RIGHTS).every(([right, flag]) => right === flag.toLowerCase())).toBe(true);
  expect(RIGHTS).not.toHaveProperty('publicfoldereditable');
});

it('sends every right, true or false', () => {
  const access = moduleAccessOf(new Set(['webmail', 'usm', 'unknown']));
  expect(Object.keys(access).toSorted()).toEqual(Object.values(RIGHTS).toSorted());
  expect(Object.entries(access).filter(([, granted]) => granted)).toEqual([
    ['USM', true],
    ['webmail', true],
  ]);
});

it('writes a line for a profile, rights sorted, for the owner only', () => {
  open().put('premium', ['webmail', 'calendar', 'webmail'], null);
  expect(content()).toBe('premium=calendar,webmail\n');
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(rights('premium')).toEqual(['calendar', 'webmail']);
  expect(rights('basic')).toBeNull();
});

it('replaces a profile at its place', () => {
  writeFileSync(file(), 'a=webmail\nb=tasks\nc=ical\n');
  open().put('b', ['vcard'], null);
  expect(content()).toBe('a=webmail\nb=vcard\nc=ical\n');
});

it.each(['with = sign', 'a=b=c', 'with spaces', '#hash', 'ümläut 😀', 'a,b', 'a:b', '=', '\\', 'publicfoldereditable'])(
  'takes a profile called %j',
  (name) => {
    writeFileSync(file(), 'a=webmail\n');
    open().put(name, ['tasks'], null);
    expect(rights(name)).toEqual(['tasks']);
    open().put(name, [], null);
    expect(rights(name)).toEqual([]);
    expect(rights('a')).toEqual(['webmail']);
    open().remove(name);
    expect(content()).toBe('a=webmail\n');
  },
);

it('keeps lines of others as they are, with unknown rights of the profile itself', () => {
  const foreign = [
    '# a comment',
    '',
    '   ',
    'no equals sign',
    'other.setting=x=1,y',
    ' odd = webmail , future ',
    'b=tasks\r',
  ];
  writeFileSync(file(), [...foreign, 'premium=webmail,future,another'].join('\n'));

  open().put('premium', ['calendar'], null);

  expect(content()).toBe(`${[...foreign, 'premium=another,calendar,future'].join('\n')}\n`);
  expect(rights('b')).toEqual(['tasks']);
  expect(rights('odd')).toEqual(['webmail', 'future']);
});

it('keeps bytes of others that are no UTF-8, as properties files may have them', () => {
  writeFileSync(file(), Buffer.from('# f\xfcr alle\npremium=webmail\n', 'latin1'));
  open().put('premium', ['tasks'], null);
  expect(readFileSync(file(), 'latin1')).toBe('# f\xfcr alle\npremium=tasks\n');
});

it('gives a renamed profile its new name at the old place', () => {
  writeFileSync(file(), 'a=webmail\nold=tasks,future\nz=ical\n');
  open().put('new', ['vcard'], 'old');
  expect(content()).toBe('a=webmail\nnew=future,vcard\nz=ical\n');
  expect(rights('old')).toBeNull();
});

it('takes the last of several lines with one name, and leaves one', () => {
  writeFileSync(file(), 'a=webmail\na=tasks\n');
  expect(rights('a')).toEqual(['tasks']);
  open().put('a', ['ical'], null);
  expect(content()).toBe('a=ical\n');
});

it('does not touch the file when nothing changes', () => {
  writeFileSync(file(), 'a=webmail');
  const { ino } = statSync(file());
  open().put('a', ['webmail'], 'a');
  open().remove('b');
  expect(statSync(file()).ino).toBe(ino);
  expect(content()).toBe('a=webmail');
});

it('removes a profile from a file that is not there', () => {
  open().remove('a');
  expect(() => content()).toThrow(/ENOENT/);
});

const name = fc.string({ unit: fc.constantFrom(...'ab =,#ü'), minLength: 1 }).filter((text) => text.trim() !== '');
const someRights = fc.uniqueArray(fc.constantFrom(...(Object.keys(RIGHTS) as Right[])));

it('finds every profile with its rights again, whatever the names', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, someRights), { maxLength: 5 }), (profiles) => {
      writeFileSync(file(), '');
      for (const [each, granted] of profiles) {
        open().put(each, granted, null);
      }
      for (const [each, granted] of new Map(profiles.map(([text, list]) => [text.trim(), list]))) {
        expect(rights(each)).toEqual(granted.toSorted());
      }
    }),
    { numRuns: 50 },
  );
});

it('what somebody else writes while a run goes on is kept, and counts', () => {
  const profiles = open();
  profiles.put('premium', ['webmail'], null);
  expect(profiles.find('basic')).toBeNull();
  writeFileSync(file(), `${content()}basic=calendar\n# by hand\n`);
  profiles.put('premium', ['tasks'], null);
  expect(content()).toBe('premium=tasks\nbasic=calendar\n# by hand\n');
  expect([...(profiles.find('basic') ?? [])]).toEqual(['calendar']);
  writeFileSync(file(), `${content()}drive=infostore\n`);
  profiles.remove('premium');
  expect(content()).toBe('basic=calendar\n# by hand\ndrive=infostore\n');
});
