/** The same object as two writers spell it. */
import type { ObjectType } from '../../../lib/model/change.ts';
import { isSameObject } from '../../../lib/model/spelling.ts';

type Properties = Readonly<Record<string, unknown>>;
type Case = [what: string, a: Properties, b: Properties, type?: ObjectType];

it.each<Case>([
  ['a boolean as text', { isOxUser: 'OK', usm: 'TRUE', disabled: '0' }, { isOxUser: true, usm: true, disabled: false }],
  ['an integer as text', { oxContext: '10', oxQuota: -1 }, { oxContext: 10, oxQuota: '-1' }],
  ['what is not set', { title: '', phone: [], note: null }, {}],
  ['a single value as a list', { title: ['Dr.'] }, { title: 'Dr.' }],
  ['what was learnt', { oxDbId: 3, username: 'anna' }, { username: 'anna' }],
  ["a user's computed groups", { groups: ['cn=a,dc=x'] }, { groups: [] }],
  ['a password that one of them has', { password: '{crypt}x' }, { password: null }],
  [
    'DNs in another order and spelling',
    { users: ['uid=a,dc=x', 'uid=B, dc=x'] },
    { users: ['uid=b,dc=x', 'uid=a,dc=x'] },
  ],
  [
    'an object as a list of pairs',
    {
      umcProperty: [
        ['a', '1'],
        ['b', '2'],
      ],
    },
    { umcProperty: { a: '1', b: '2' } },
  ],
  ['an object without anything, not set, and no list', { umcProperty: {}, other: {} }, { umcProperty: [] }],
  [
    'an object as a list of its values',
    { accountActivationDate: ['2026-01-31', '00:00', 'Europe/Berlin'] },
    {
      accountActivationDate: {
        'activation-date': '2026-01-31',
        'activation-time': '00:00',
        'activation-timezone': 'Europe/Berlin',
      },
    },
  ],
  [
    'an object of which nothing is set',
    { accountActivationDate: ['', '', ''] },
    { accountActivationDate: { 'activation-date': null, 'activation-time': null, 'activation-timezone': null } },
  ],
])('is the same: %s', (...[, a, b, type = 'users/user']) => {
  expect([isSameObject(type, a, b), isSameObject(type, b, a)]).toEqual([true, true]);
});

it.each<Case>([
  ['another text', { title: 'Dr.' }, { title: 'Prof.' }],
  ['a text that looks like a boolean', { displayName: 'OK' }, { displayName: 'TRUE' }],
  ['another number of digits', { employeeNumber: '007' }, { employeeNumber: '7' }],
  ['true and not set', { isOxUser: true }, {}],
  ['false and not set: it may be mapped', { flag: false }, {}],
  ['a boolean and another text', { flag: true }, { flag: 'yes' }],
  ['phones in another order', { phone: ['1', '2'] }, { phone: ['2', '1'] }],
  ['one member more', { users: ['uid=a,dc=x'] }, { users: ['uid=a,dc=x', 'uid=b,dc=x'] }],
  ['capitals in a text', { displayName: 'Anna' }, { displayName: 'ANNA' }],
  ['the groups of a functional account', { groups: ['cn=a,dc=x'] }, { groups: [] }, 'oxmail/functional_account'],
  ['another value in an object', { accountActivationDate: ['2026-01-31'] }, { accountActivationDate: { date: null } }],
  ['another name in an object', { umcProperty: [['a', '1']] }, { umcProperty: { b: '1' } }],
  ['a property more', { username: 'a' }, { username: 'a', title: 'x' }],
])('is not the same: %s', (...[, a, b, type = 'users/user']) => {
  expect([isSameObject(type, a, b), isSameObject(type, b, a)]).toEqual([false, false]);
});

it('takes an identifier that was given meanwhile for no change, and another one for one', () => {
  const given = { univentionObjectIdentifier: 'a', username: 'anna' };
  expect(isSameObject('users/user', { username: 'anna' }, given)).toBe(true);
  expect(isSameObject('users/user', { ...given, univentionObjectIdentifier: 'b' }, given)).toBe(false);
});
