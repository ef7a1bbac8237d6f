/** A refused change does not wait for a cure that waits behind it (docs/behaviour.md, "A refused change"). */

import { inOrder, type Turn, type Waiting } from '../../../lib/queue/order.ts';
import { findCures } from '../../../lib/run/cures.ts';
import { ItemFailure } from '../../../lib/run/item-failure.ts';
import { Round } from '../../../lib/run/round.ts';
import { aContext, aGroup, aUser, changed, deleted, type QueueFile } from '../../harness/objects.ts';
import { useSite } from '../../harness/site.ts';

const site = useSite();

/** As for a name that is no login mapping. */
const refuseContext = (): Promise<unknown> =>
  site.ox.rules([
    {
      match: { service: 'OXContextService', operation: 'create' },
      times: 5,
      action: { fault: { exception: 'InvalidDataException', text: 'Illegal chars: " ü " in login mapping' } },
    },
  ]);

const named = (file: QueueFile, displayName: string): QueueFile => changed(file, { oxDisplayName: displayName });

it('stops at it when nothing that waits can help, and leaves all others as they are', async () => {
  await site.apply(named(aUser('xaver'), 'Xaver'));
  const run = await site.stopsAt(named(aUser('anna'), 'Xaver'), aUser('bert'));
  expect(run.failure).toMatchObject({ code: 'OX_REFUSED', nature: 'object' });
  expect(run.waiting).toHaveLength(2);
  expect(await site.user('bert')).toBeUndefined();
});

it('removes it where a newer change of the same object waits, with a warning', async () => {
  await site.apply(named(aUser('xaver'), 'Xaver'));
  const run = await site.apply(named(aUser('anna'), 'Xaver'), aUser('bert'), named(aUser('anna'), 'Anna'));
  expect(run.warnings).toContainEqual(expect.stringContaining('The displayname is already used'));
  expect(run.events).toContain('left out, a newer change of the object waits');
  expect(await site.user('anna')).toMatchObject({ display_name: 'Anna' });
  expect(run.waiting).toEqual([]);
});

it('an id that belongs to an object of another type is refused', async () => {
  await site.apply(aUser('anna'));
  const { failure } = await site.stopsAt({ ...aGroup('team', []), id: aUser('anna').id });
  expect(failure).toMatchObject({
    code: 'QUEUE_FILE_INVALID',
    message: expect.stringMatching(/\/udm_object_type: found groups\/group, but this id belongs to a users\/user$/),
    remedy: 'Correct the object in UDM and save it: the newer file takes the place of this one. Or correct the file.',
  });
});

it('does not take a mark for news', async () => {
  await site.apply(named(aUser('xaver'), 'Xaver'), named(aUser('anna'), 'Anna'));
  await site.stopsAt(named(aUser('anna'), 'Xaver'));
  const mark = { ...named(aUser('anna'), 'Anna'), oxConnectorReprovision: true };
  const run = await site.stopsAt(mark);
  expect(run.waiting).toHaveLength(2);
});

it('lets a creation and a deletion cancel each other out', async () => {
  await site.apply(named(aUser('xaver'), 'Xaver'));
  const anna = named(aUser('anna'), 'Xaver');
  const run = await site.apply(anna, deleted(anna));
  expect(run.waiting).toEqual([]);
  expect(site.place.lastState(anna.id)).toBeNull();
});

it('lets the creation and the deletion of a context cancel each other out', async () => {
  await refuseContext();
  const context = aContext(30);
  const run = await site.apply(context, deleted(context));
  expect(run.waiting).toEqual([]);
  expect(run.calls).not.toContain('OXContextService.delete');
});

it('applies the change of another first that gives up what it needs, and tries it once more', async () => {
  await site.apply(named(aUser('xaver'), 'Xaver'));
  const run = await site.apply(
    named(aUser('anna'), 'Xaver'),
    aUser('bert'),
    named(aUser('xaver'), 'Xaver II'),
    aUser('clara'),
  );
  expect(run.actions.map((action) => action.replace(/^uid=(\w+).*/, '$1'))).toEqual(['xaver', 'anna', 'bert', 'clara']);
  expect(run.waiting).toEqual([]);
});

it('applies the changes of another in their order', async () => {
  await site.apply(named(aUser('xaver'), 'One'));
  const run = await site.apply(
    named(aUser('anna'), 'Two'),
    named(aUser('xaver'), 'Three'),
    named(aUser('bert'), 'One'),
    named(aUser('anna'), 'Four'),
  );
  expect(run.waiting).toEqual([]);
  expect(await site.user('anna')).toMatchObject({ display_name: 'Four' });
});

it('follows a chain of those that wait for each other, whatever their order', async () => {
  await site.apply(named(aUser('a'), 'A'), named(aUser('b'), 'B'), named(aUser('c'), 'C'), named(aUser('d'), 'D'));
  const run = await site.apply(
    named(aUser('a'), 'B'),
    named(aUser('b'), 'C'),
    named(aUser('c'), 'D'),
    named(aUser('d'), 'E'),
  );
  expect(run.waiting).toEqual([]);
  const names = await Promise.all(['a', 'b', 'c', 'd'].map(async (name) => (await site.user(name))?.display_name));
  expect(names).toEqual(['B', 'C', 'D', 'E']);
});

it('takes what a deletion of another sets free', async () => {
  await site.apply(named(aUser('xaver'), 'Xaver'));
  const run = await site.apply(named(aUser('anna'), 'Xaver'), deleted(aUser('xaver')));
  expect(run.waiting).toEqual([]);
  expect(await site.user('xaver')).toBeUndefined();
});

it('finds who holds a display name that differs by capitals and blanks at its end, which OX refuses too', async () => {
  await site.apply(named(aUser('xaver'), 'Xaver '));
  const run = await site.apply(named(aUser('anna'), 'xaver'), named(aUser('xaver'), 'Other'));
  expect(run.waiting).toEqual([]);
  expect(await site.user('anna')).toMatchObject({ display_name: 'xaver' });
});

it('stops at the first of two that swap in one step', async () => {
  await site.apply(named(aUser('anna'), 'One'), named(aUser('bert'), 'Two'));
  const run = await site.stopsAt(named(aUser('anna'), 'Two'), named(aUser('bert'), 'One'), aUser('clara'));
  expect(run.failure.message).toContain('"anna"');
  expect(run.waiting).toHaveLength(3);
});

it('hands on the cure when it is refused once more for another reason', async () => {
  await site.apply(named(aUser('xaver'), 'Xaver'));
  const run = await site.stopsAt(
    named(aUser('anna', { mailPrimaryAddress: 'nonsense@@' }), 'Xaver'),
    named(aUser('xaver'), 'Other'),
  );
  expect(run.waiting).toHaveLength(1);
  expect(run.failure.message).toContain('"anna"');
});

class CountingRound extends Round {
  steps = 0;

  override positionOf(turn: Turn): number {
    this.steps += 1;
    return super.positionOf(turn);
  }

  override earlierThan(turn: Turn): readonly Turn[] {
    this.steps += 1;
    return super.earlierThan(turn);
  }
}

it.each([
  ['none of them', () => true, 2000],
  ['every second one', (at: number) => at % 2 === 1, 1001],
])(
  'of many that share one name OX takes %s: each is tried in its turn, without looking through all the others',
  async (_, isRefused, left) => {
    const many = 2000;
    const round = new CountingRound(
      inOrder(
        Array.from({ length: many }, (_each, at) => {
          const name = `2026-11-20-08-00-00-${String(at).padStart(6, '0')}.json`;
          const kind = {
            type: 'groups/group',
            isDeletion: false,
            isNews: true,
            isAsked: true,
            provides: null,
          } as const;
          return { ...kind, id: `id ${at}`, name } satisfies Waiting;
        }),
        () => null,
      ),
    );
    const [first] = round.turns as [Turn];
    const tried: Turn[] = [];
    const refusalOf = (turn: Turn): ItemFailure => new ItemFailure('', '', null, { turn, touches: ['group:team'] });

    const refused = await findCures(refusalOf(first), first, {
      round,
      touchesOf: () => ['group:team'],
      attempt: async (turn) => {
        tried.push(turn);
        const isNow = turn === first || isRefused(round.turns.indexOf(turn));
        turn.isOver = !isNow;
        return isNow ? refusalOf(turn) : null;
      },
      isStopped: () => tried.length >= many - 1,
    });

    expect(tried).toEqual(round.turns.slice(1));
    expect(refused).toHaveLength(left);
    expect(round.steps).toBeLessThan(many * 60);
  },
);
