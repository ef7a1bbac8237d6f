/** What a plan says of a file in one word. */
import { countEffects, effectOf, type PlannedFile, stopOf, upTo } from '../../../lib/plan/planned.ts';
import type { NotedCall } from '../../../lib/plan/recording-client.ts';

const call = (operation: string, fields: number): NotedCall => ({
  service: 'OXUserService',
  operation,
  object: 'anna',
  changes: Array.from({ length: fields }, (_, at) => ({ field: `f${at}`, before: '', after: 'x' })),
});

it.each<[string, string, readonly NotedCall[], boolean, string]>([
  ['created in context 10', 'created', [call('create', 3)], false, 'a new user'],
  [
    'created in context 20, removed in context 10',
    'created',
    [call('copyUser', 0), call('delete', 0)],
    false,
    'a move',
  ],
  ['created for 1 user in context 10', 'changed', [call('create', 3)], true, 'a user more of an account'],
  ['created for 1 user in context 10', 'created', [call('create', 3)], false, 'a new account'],
  ['updated in context 10', 'changed', [call('change', 1)], false, 'a change'],
  ['updated in context 10', 'unchanged', [call('change', 0)], false, 'a resync of what OX has'],
  ['updated in context 10', 'changed', [call('change', 0), call('changeByModuleAccess', 1)], false, 'other rights'],
  ['removed in context 10, was gone in context 20', 'removed', [call('delete', 0)], false, 'a group of two contexts'],
  ['was gone in context 10', 'unchanged', [], false, 'a deletion of what is gone'],
  ['nothing to do in OX', 'unchanged', [], false, 'no OX user'],
  ['dropped, the object was never provisioned', 'unchanged', [], false, 'created and deleted'],
  ['unchanged, OX was not asked', 'unchanged', [], false, 'no news'],
  ['written to ModuleAccessDefinitions.properties', 'changed', [], false, 'an access profile'],
  ['removed from ModuleAccessDefinitions.properties', 'removed', [], false, 'an access profile that goes'],
  ['alias x@example.org added', 'changed', [], false, 'an alias of TMail'],
  ['account created, alias x@example.org added', 'created', [], false, 'a mailbox'],
])('%s: %s', (outcome, effect, calls, isKnown) => {
  expect(effectOf(outcome, calls, isKnown)).toBe(effect);
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
  const counts = countEffects([
    file('', 'refused'),
    file('groups/group', 'created'),
    file('users/user', 'changed'),
    file('users/user', 'changed'),
  ]);
  expect([...counts].map(([type, { created, changed, refused }]) => [type, created, changed, refused])).toEqual([
    ['users/user', 0, 2, 0],
    ['groups/group', 1, 0, 0],
    ['', 0, 0, 1],
  ]);
});

const refused = (file: string, dn = `uid=${file}`): Partial<PlannedFile> => ({ file, dn, effect: 'refused' });
const done = (file: string): Partial<PlannedFile> => ({ file, dn: `uid=${file}`, effect: 'created' });

it.each([
  ['nowhere', [done('1.json'), done('2.json')], null],
  ['at the first that is refused', [done('1.json'), refused('3.json'), refused('2.json')], '3.json'],
  ['at what cannot be read, which is told first', [refused('2.json', ''), done('1.json'), refused('3.json')], '2.json'],
  ['before that, at what is refused', [refused('2.json', ''), refused('1.json'), done('3.json')], '1.json'],
])('a run stops %s', (_where, planned, expected) => {
  expect(stopOf(planned as PlannedFile[])?.file ?? null).toBe(expected);
});

it('tells for one file what comes before it, and no file that cannot be read after it', () => {
  const planned = [refused('1.json', ''), refused('4.json', ''), done('2.json'), done('3.json'), done('5.json')];
  expect(upTo(planned as PlannedFile[], '3.json').map(({ file }) => file)).toEqual(['1.json', '2.json', '3.json']);
});
