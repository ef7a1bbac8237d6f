/**
 * The order of provisioning: grouped by kind, by name within, every object's changes in their order
 * (docs/behaviour.md, "Order").
 */
import fc from 'fast-check';
import { type Envelope, OBJECT_TYPES } from '../../../lib/model/change.ts';
import { inOrder, summarize, type Waiting } from '../../../lib/queue/order.ts';

const unknown = (): null => null;

function waiting(name: string, type: Waiting['type'], more: Partial<Waiting> = {}): Waiting {
  return { name, id: name, type, isDeletion: false, isNews: true, isAsked: true, provides: null, ...more };
}
const context = (name: string, id: string, number: number | null): Waiting =>
  waiting(name, 'oxmail/oxcontext', {
    id,
    provides: number === null ? null : `login:${number}`,
    isDeletion: number === null,
  });

const namesOf = (list: readonly Waiting[]): string[] => list.map((each) => each.name);

it('puts what is referred to first, whatever the names say', () => {
  const list = [
    waiting('1', 'oxresources/oxresources'),
    waiting('2', 'oxmail/functional_account'),
    waiting('3', 'groups/group'),
    waiting('4', 'users/user'),
    waiting('5', 'oxmail/accessprofile'),
    context('6', 'old', null),
    context('7', 'new', 20),
    waiting('8', 'users/user', { isDeletion: true }),
  ];
  expect(namesOf(inOrder(list, () => 'login:10'))).toEqual(['7', '5', '4', '8', '3', '2', '1', '6']);
  // Of a context that nobody knows: what comes later may have its DN.
  expect(namesOf(inOrder(list, unknown))).toEqual(['6', '7', '5', '4', '8', '3', '2', '1']);
});

it.each<[string, Waiting[], string[]]>([
  ['deleted', [context('1', 'a', null), waiting('2', 'users/user')], ['2', '1']],
  [
    'changed and deleted',
    [context('1', 'a', 20), context('2', 'a', null), waiting('3', 'users/user')],
    ['1', '3', '2'],
  ],
  [
    'deleted and created again as another object of the same number',
    [context('1', 'a', 20), context('2', 'a', null), context('3', 'b', 20), waiting('4', 'users/user')],
    ['1', '2', '3', '4'],
  ],
  [
    'deleted and created again as the same object',
    [context('1', 'a', null), context('2', 'a', 20), waiting('3', 'users/user')],
    ['1', '2', '3'],
  ],
  [
    'deleted, while another context is created',
    [context('1', 'a', null), context('2', 'b', 30), waiting('3', 'users/user')],
    ['2', '3', '1'],
  ],
  [
    'deleted twice, created in between',
    [context('1', 'a', null), context('2', 'b', 20), context('3', 'b', null), waiting('4', 'users/user')],
    ['1', '2', '4', '3'],
  ],
])('orders a context that is %s', (_what, list, expected) => {
  // `a` was number 20 so far.
  expect(namesOf(inOrder(list, (id) => (id === 'a' ? 'login:20' : null)))).toEqual(expected);
});

it('asks what it provided once per object and only where the queue does not tell', () => {
  const asked: string[] = [];
  const list = [context('1', 'a', null), context('2', 'b', 20), context('3', 'b', null), context('4', 'a', null)];
  inOrder(list, (id) => {
    asked.push(id);
    return null;
  });
  expect(asked).toEqual(['a']);
});

const arbitrary = fc
  .array(
    fc.record({
      type: fc.constantFrom(...OBJECT_TYPES),
      id: fc.constantFrom('a', 'b', 'c'),
      isDeletion: fc.boolean(),
      number: fc.constantFrom(10, 20, 30),
    }),
    { maxLength: 20 },
  )
  .map((list) =>
    list.map((each, at): Waiting => {
      const isContext = each.type === 'oxmail/oxcontext';
      return {
        name: String(at).padStart(3, '0'),
        type: each.type,
        // An id belongs to one type.
        id: `${each.type} ${each.id}`,
        isDeletion: each.isDeletion,
        isNews: true,
        isAsked: true,
        provides: isContext && !each.isDeletion ? `login:${each.number}` : null,
      };
    }),
  );

it('keeps every file once, the kinds ascending, and the order of each object and of each kind', () => {
  fc.assert(
    fc.property(arbitrary, (list) => {
      const turns = inOrder(list, unknown);
      expect(namesOf(turns).toSorted()).toEqual(namesOf(list));
      expect(turns.map((turn) => turn.kind)).toEqual(turns.map((turn) => turn.kind).toSorted((a, b) => a - b));
      for (const group of [
        ...Map.groupBy(turns, (turn) => turn.id).values(),
        ...Map.groupBy(turns, (t) => t.kind).values(),
      ]) {
        expect(namesOf(group)).toEqual(namesOf(group).toSorted());
      }
    }),
  );
});

const envelope = (properties: Partial<Envelope>): Envelope => ({
  id: 'AAAAAAAA-0000-4000-8000-000000000000',
  udm_object_type: 'users/user',
  dn: 'uid=anna',
  object: {},
  ...properties,
});

it.each<[string, Partial<Envelope>, Partial<Waiting>]>([
  ['ids without regard to case', {}, { id: 'aaaaaaaa-0000-4000-8000-000000000000' }],
  ['deletions', { object: null }, { isDeletion: true, provides: null }],
  ['numbers as text', { udm_object_type: 'oxmail/oxcontext', object: { contextid: '20' } }, { provides: 'login:20' }],
  ['a contextid of another type as none', { object: { contextid: 20 } }, { provides: null }],
])('summarizes %s', (_what, properties, expected) => {
  expect(summarize('1.json', envelope(properties))).toMatchObject({ name: '1.json', ...expected });
});
