/** One table for each type: every rule violated → pointer, found, expected; and every form UDM writes is taken. */

import { OBJECT_TYPES, type ObjectType } from '../../../lib/model/change.ts';
import { RIGHTS } from '../../../lib/ox/access-profiles.ts';
import { objectMistakes } from '../../../lib/validate/objects.ts';
import { aContext, aGroup, anAccount, aProfile, aResource, aUser, type QueueFile } from '../../harness/objects.ts';

const GOOD: Readonly<Record<ObjectType, QueueFile>> = {
  'oxmail/oxcontext': aContext(20),
  'oxmail/accessprofile': aProfile('premium', ['webmail']),
  'users/user': aUser('anna'),
  'groups/group': aGroup('sales', ['anna']),
  'oxmail/functional_account': anAccount('info', ['anna']),
  'oxresources/oxresources': aResource('beamer'),
};

const mistakesWith = (type: ObjectType, properties: Readonly<Record<string, unknown>>): string[] =>
  objectMistakes(type, JSON.parse(JSON.stringify({ ...GOOD[type].object, ...properties })));

const BOOLEAN = 'expected a boolean: true/false, "TRUE"/"FALSE", "1"/"0" or "OK"/"Not"';
const CONTEXT = 'expected the number of an OX context, 1 to 2147483647, as number or text';
const INTEGER = 'expected an integer of at most 15 digits, as number or text';
const NAME = 'expected one non-empty text';
const TEXT = 'expected text, or a list of texts';
const TEXTS = 'expected a list of texts';
const DNS = 'expected a list of DNs';
const DN = 'expected the DN of an object';

it.each(OBJECT_TYPES)('takes a plain %s, with properties that nobody knows', (type) => {
  expect(mistakesWith(type, { unknownProperty: { anything: [1, null] }, oxDbSomething: 1 })).toEqual([]);
});

it.each([true, false, 'TRUE', 'FALSE', 'true', 'false', '1', '0', 1, 0, 'OK', 'Not', '', null])(
  'takes the boolean %j everywhere',
  (value) => {
    expect(mistakesWith('users/user', { isOxUser: value })).toEqual([]);
    expect(mistakesWith('groups/group', { isOxGroup: value })).toEqual([]);
    expect(mistakesWith('oxmail/accessprofile', { webmail: value, publicfoldereditable: value })).toEqual([]);
  },
);

it.each([7, '7', '2147483647'])('takes the number %j as text and as number', (value) => {
  expect(mistakesWith('users/user', { oxContext: value, oxUserQuota: value })).toEqual([]);
  expect(mistakesWith('oxresources/oxresources', { oxContext: value })).toEqual([]);
  expect(mistakesWith('oxmail/oxcontext', { contextid: value, oxQuota: value })).toEqual([]);
});

it.each(['text', '', null, ['a', 'b'], [], 7])('takes the text %j', (value) => {
  expect(mistakesWith('users/user', { firstname: value, phone: value, jpegPhoto: value })).toEqual([]);
});

it('takes what is cleared', () => {
  expect(
    mistakesWith('users/user', { oxContext: '', oxUserQuota: '', groups: [], mailAlternativeAddress: null }),
  ).toEqual([]);
  expect(mistakesWith('oxmail/oxcontext', { oxQuota: -1 })).toEqual([]);
});

type Case = readonly [property: string, value: unknown, mistake: string];

const VIOLATIONS: Readonly<Record<ObjectType, readonly Case[]>> = {
  'oxmail/oxcontext': [
    ['contextid', undefined, '/object: contextid is missing'],
    ['contextid', 0, `/object/contextid: found 0, ${CONTEXT}`],
    ['contextid', -1, `/object/contextid: found -1, ${CONTEXT}`],
    ['contextid', 2147483648, `/object/contextid: found 2147483648, ${CONTEXT}`],
    ['contextid', '2147483648', `/object/contextid: found "2147483648", ${CONTEXT}`],
    ['contextid', 1.5, `/object/contextid: found 1.5, ${CONTEXT}`],
    ['contextid', '', `/object/contextid: found "", ${CONTEXT}`],
    ['contextid', 'ten', `/object/contextid: found "ten", ${CONTEXT}`],
    ['contextid', null, `/object/contextid: found null, ${CONTEXT}`],
    ['name', undefined, '/object: name is missing'],
    ['name', '', `/object/name: found "", ${NAME}`],
    ['name', ['a'], `/object/name: found a list, ${NAME}`],
    ['oxQuota', 'much', `/object/oxQuota: found "much", ${INTEGER}`],
    ['oxQuota', 1.5, `/object/oxQuota: found 1.5, ${INTEGER}`],
    ['oxQuota', {}, `/object/oxQuota: found an object, ${INTEGER}`],
  ],
  'oxmail/accessprofile': [
    ['name', undefined, '/object: name is missing'],
    ['name', '', '/object/name: found "", expected one non-empty text without line breaks'],
    ['name', 'a\nb=webmail', '/object/name: found "a\\nb=webmail", expected one non-empty text without line breaks'],
    ['name', 'a\rb', '/object/name: found "a\\rb", expected one non-empty text without line breaks'],
    ['name', 7, '/object/name: found 7, expected one non-empty text without line breaks'],
    ...[...Object.keys(RIGHTS), 'publicfoldereditable'].map(
      (right): Case => [
        right,
        'perhaps',
        `/object/${right}: found ${/pass/.test(right) ? 'a string' : '"perhaps"'}, ${BOOLEAN}`,
      ],
    ),
    ['webmail', 2, `/object/webmail: found 2, ${BOOLEAN}`],
    ['webmail', [true], `/object/webmail: found a list, ${BOOLEAN}`],
  ],
  'users/user': [
    ['isOxUser', 'yes', `/object/isOxUser: found "yes", ${BOOLEAN}`],
    ['isOxUser', ['OK'], `/object/isOxUser: found a list, ${BOOLEAN}`],
    ['oxContext', '0', `/object/oxContext: found "0", ${CONTEXT}`],
    ['oxContext', 0, `/object/oxContext: found 0, ${CONTEXT}`],
    ['oxContext', '2147483648', `/object/oxContext: found "2147483648", ${CONTEXT}`],
    ['oxContext', ['10'], `/object/oxContext: found a list, ${CONTEXT}`],
    ['firstname', {}, `/object/firstname: found an object, ${TEXT}`],
    ['firstname', true, `/object/firstname: found true, ${TEXT}`],
    ['firstname', [{}], '/object/firstname/0: found an object, expected text'],
    ['mailAlternativeAddress', 7, `/object/mailAlternativeAddress: found 7, ${TEXTS}`],
    ['mailAlternativeAddress', ['a@b.c', 7], '/object/mailAlternativeAddress/1: found 7, expected text'],
    ['groups', {}, `/object/groups: found an object, ${DNS}`],
    ['groups', [null], `/object/groups/0: found null, ${DN}`],
    ['jpegPhoto', { data: '/9j/geheim' }, `/object/jpegPhoto: found an object, ${TEXT}`],
    ['jpegPhoto', true, `/object/jpegPhoto: found a boolean, ${TEXT}`],
  ],
  'groups/group': [
    ['name', undefined, '/object: name is missing'],
    ['name', {}, `/object/name: found an object, ${TEXT}`],
    ['isOxGroup', 'maybe', `/object/isOxGroup: found "maybe", ${BOOLEAN}`],
    ['users', 7, `/object/users: found 7, ${DNS}`],
    ['users', ['uid=a', 7], `/object/users/1: found 7, ${DN}`],
  ],
  'oxmail/functional_account': [
    ['name', undefined, '/object: name is missing'],
    ['name', null, `/object/name: found null, ${NAME}`],
    ['mailPrimaryAddress', undefined, '/object: mailPrimaryAddress is missing'],
    ['mailPrimaryAddress', '', `/object/mailPrimaryAddress: found "", ${NAME}`],
    ['personal', {}, `/object/personal: found an object, ${TEXT}`],
    ['users', [['uid=a']], `/object/users/0: found a list, ${DN}`],
  ],
  'oxresources/oxresources': [
    ['name', undefined, '/object: name is missing'],
    ['name', 7, `/object/name: found 7, ${NAME}`],
    ['displayname', {}, `/object/displayname: found an object, ${TEXT}`],
    ['description', true, `/object/description: found true, ${TEXT}`],
    ['resourceMailAddress', {}, `/object/resourceMailAddress: found an object, ${TEXT}`],
    ['oxContext', 'ten', `/object/oxContext: found "ten", ${CONTEXT}`],
  ],
};

describe.each(OBJECT_TYPES)('%s', (type) => {
  it.each(VIOLATIONS[type])('refuses %s = %j', (property, value, mistake) => {
    expect(mistakesWith(type, { [property]: value })).toEqual([mistake]);
  });

  it('names all mistakes at once', () => {
    const one = new Map(VIOLATIONS[type].map(([property, value, mistake]) => [property, { value, mistake }]));
    const mistakes = mistakesWith(type, Object.fromEntries([...one].map(([name, { value }]) => [name, value])));
    const expected = [...one.values()].map(({ mistake }) => mistake);
    expect(mistakes).toHaveLength(Math.min(expected.length, 21));
    expect(expected).toEqual(expect.arrayContaining(mistakes.slice(0, 20)));
    expect(mistakes.at(20)).toBe(expected.length > 20 ? `and ${expected.length - 20} more` : undefined);
  });
});
