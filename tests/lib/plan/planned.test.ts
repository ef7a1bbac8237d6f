/** What a plan says of a file in one word. */
import { ConnectorError } from '../../../lib/errors/connector-error.ts';
import type { NotedCall } from '../../../lib/plan/planned.ts';
import { FirstFailure, type PlannedFile, plannedFile, Tally } from '../../../lib/plan/planned.ts';
import { ItemFailure } from '../../../lib/run/item-failure.ts';
import type { End } from '../../../lib/run/report.ts';
import type { Action, Step } from '../../../lib/target/outcome.ts';

const call = (operation: string, fields: number): NotedCall => ({
  service: 'OXUserService',
  operation,
  object: 'anna',
  changes: Array.from({ length: fields }, (_, at) => ({ field: `f${at}`, before: '', after: 'x' })),
});

const step = (action: Action, text: string = action): Step => ({ action, text });

const provisioned = (steps: readonly Step[], calls: readonly NotedCall[], type = 'users/user', isNew = true) =>
  plannedFile({ end: 'provisioned', file: '/q/1.json', type, dn: 'x', steps, isNew, milliseconds: 1 }, [], calls);

it.each<[readonly Step[], string, readonly NotedCall[], string]>([
  [[step('created')], 'created', [call('create', 3)], 'a new user'],
  [[step('created'), step('removed')], 'created', [call('copyUser', 0), call('delete', 0)], 'a move'],
  [[step('updated')], 'changed', [call('change', 1)], 'a change'],
  [[step('updated')], 'unchanged', [call('change', 0)], 'a resync of what OX has'],
  [[step('updated')], 'changed', [call('change', 0), call('changeByModuleAccess', 1)], 'other rights'],
  [[step('removed'), step('was gone')], 'removed', [call('delete', 0)], 'a group of two contexts'],
  [[step('was gone')], 'unchanged', [], 'a deletion of what is gone'],
  [
    [step('unchanged'), step('removed')],
    'changed',
    [call('delete', 0)],
    'an account that stays in one of two contexts',
  ],
  [[], 'unchanged', [], 'no OX user'],
  [[step('updated', 'written to the file')], 'changed', [], 'an access profile'],
  [[step('updated', 'alias created@example.org removed')], 'changed', [], 'an alias of TMail'],
  [[step('created', 'account created'), step('updated')], 'created', [], 'a mailbox'],
])('%j: %s', (steps, effect, calls) => {
  expect(provisioned(steps, calls).effect).toBe(effect);
});

it('tells an account that further users get from a new one', () => {
  const ofAccount = (isNew: boolean): string =>
    provisioned([step('created')], [call('create', 3)], 'oxmail/functional_account', isNew).effect;
  expect([ofAccount(true), ofAccount(false)]).toEqual(['created', 'changed']);
});

it('says what was done, or why nothing was', () => {
  const file = '/q/1.json';
  const steps = [step('created', 'created for 1 user'), step('removed', 'removed for 1 user in context 10')];
  expect(provisioned(steps, []).outcome).toBe('created for 1 user, removed for 1 user in context 10');
  const ends: readonly Exclude<End, { end: 'failed' }>[] = [
    { end: 'provisioned', steps: [], isNew: true, milliseconds: 1 },
    { end: 'left alone', reason: 'dropped' },
    { end: 'skipped', reason: 'no login' },
    { end: 'superseded', reason: 'OX refused it', newer: '/q/2.json' },
    { end: 'parked', failure: new ItemFailure(file, 'x', new ConnectorError('OX_REFUSED', 'taken')) },
  ];
  const planned = ends.map((end) => plannedFile({ ...end, file, dn: 'x' }, ['a note'], []));
  expect(planned.map(({ outcome, effect, reasons }) => [outcome, effect, reasons])).toEqual([
    ['nothing to do in OX', 'unchanged', ['a note']],
    ['dropped', 'unchanged', ['a note']],
    ['skipped: no login', 'skipped', ['a note']],
    ['left out, a newer change of the object waits', 'unchanged', ['a note', 'OX refused it']],
    ['refused: taken', 'refused', ['a note']],
  ]);
  expect(planned.at(-1)).toMatchObject({ file: '1.json', type: '', code: 'OX_REFUSED' });
});

it('counts by type, in the order of the types, unreadable files last', () => {
  const file = (type: string, effect: PlannedFile['effect']): PlannedFile => ({
    file: '1.json',
    type,
    dn: '',
    outcome: '',
    reasons: [],
    calls: [],
    effect,
  });
  const tally = new Tally();
  tally.add(file('', 'refused'));
  tally.add(file('groups/group', 'created'));
  tally.add(file('users/user', 'changed'));
  tally.add(file('users/user', 'changed'));
  expect([tally.files, tally.total]).toMatchObject([4, { created: 1, changed: 2, removed: 0, refused: 1 }]);
  expect([...tally.byType].map(([type, { created, changed, refused }]) => [type, created, changed, refused])).toEqual([
    ['users/user', 0, 2, 0],
    ['groups/group', 1, 0, 0],
    ['', 0, 0, 1],
  ]);
});

it('keeps the first ten that are refused, and nothing of what is not', () => {
  const tally = new Tally();
  for (const at of Array.from({ length: 12 }).keys()) {
    const [effect, type, reasons, calls] = [at === 1 ? 'created' : 'refused', 'users/user', [], []] as const;
    tally.add({ file: `${at}.json`, type, dn: `uid=${at}`, outcome: 'refused: taken', reasons, calls, effect });
  }
  expect([tally.files, tally.total.refused]).toEqual([12, 11]);
  const names = [0, ...Array.from({ length: 9 }, (_, at) => at + 2)].map((at) => `${at}.json`);
  expect(tally.refused.map(({ file }) => file)).toEqual(names);
});

type Told = readonly [file: string, dn: string, isRefused: boolean];

const refused = (file: string, dn = `uid=${file}`): Told => [file, dn, true];
const done = (file: string): Told => [file, `uid=${file}`, false];

function firstOf(told: readonly Told[], upTo: string | null = null) {
  const failures = new FirstFailure(upTo);
  for (const [file, dn, isRefused] of told) {
    failures.add({ file, dn }, isRefused ? new ItemFailure(file, dn, new Error('refused')) : null);
  }
  return failures.first;
}

it.each([
  ['nowhere', [done('1.json'), done('2.json')], null],
  ['at the first that is refused', [done('1.json'), refused('3.json'), refused('2.json')], '3.json'],
  ['at what cannot be read, which is told first', [refused('2.json', ''), done('1.json'), refused('3.json')], '2.json'],
  ['before that, at what is refused', [refused('2.json', ''), refused('1.json'), done('3.json')], '1.json'],
  [
    'at the first that is told of those before it',
    [refused('5.json', ''), refused('7.json'), refused('4.json'), refused('2.json'), refused('3.json', '')],
    '2.json',
  ],
])('a run stops %s', (_where, told, expected) => {
  const first = firstOf(told);
  expect(first?.file ?? null).toBe(expected);
  expect(first?.failure.path ?? null).toBe(expected);
});

it.each([
  ['at what cannot be read before it', [refused('1.json', ''), done('2.json'), refused('3.json')], '1.json'],
  ['at the file itself', [refused('4.json', ''), done('2.json'), refused('3.json'), refused('0.json')], '3.json'],
  [
    'nowhere: what is later by name, or is told later',
    [refused('4.json', ''), done('3.json'), refused('2.json')],
    null,
  ],
])('up to one file it stops %s', (_where, told, expected) => {
  expect(firstOf(told, '3.json')?.file ?? null).toBe(expected);
});
