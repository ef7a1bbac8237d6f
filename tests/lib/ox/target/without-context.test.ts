/** What is left of a last state when its context is gone: all that it has and waits for elsewhere, and nothing there. */
import type { Envelope } from '../../../../lib/model/change.ts';
import { DEFAULT_IDENTIFIERS } from '../../../../lib/model/claims.ts';
import { withoutContext } from '../../../../lib/ox/target/without-context.ts';
import { aGroup, anAccount, aResource, aUser, type QueueFile } from '../../../harness/objects.ts';

const GONE = 30;
const left = (file: QueueFile, usersIn: readonly number[] = []) =>
  withoutContext(file as Envelope, GONE, DEFAULT_IDENTIFIERS, usersIn);
const there = {
  oxContext: GONE,
  oxDbContext: GONE,
  oxDbId: 7,
  oxDbUsername: 'anna',
  oxDbAccess: {},
  oxDbMail: 'a@x.org',
};
const place = (context: number) => ({ context, name: 'anna', oxId: null });

it('a user that was there is nowhere, keeps its properties, and waits for such a context if it belongs there', () => {
  const { oxDbContext: _, oxDbId: __, oxDbUsername: ___, oxDbAccess: ____, oxDbMail: _____, ...kept } = there;
  const nowhere = { ...kept, oxDbContext: null };
  expect(left(aUser('anna', there))?.object).toEqual(aUser('anna', { ...nowhere, oxDbSkipped: GONE }).object);
  const elsewhere = { isOxUser: false };
  expect(left(aUser('anna', { ...there, ...elsewhere }))?.object).toEqual(
    aUser('anna', { ...nowhere, ...elsewhere }).object,
  );
});

it('one that is elsewhere is left as it is, but for a place that it had there', () => {
  const elsewhere = { ...there, oxContext: 10, oxDbContext: 10 };
  expect(left(aUser('anna', elsewhere))?.object).toEqual(aUser('anna', elsewhere).object);
  expect(left(aUser('anna', { ...elsewhere, oxDbLeft: [place(GONE), place(20)] }))?.object).toMatchObject({
    oxDbId: 7,
    oxDbLeft: [place(20)],
  });
  expect(left(aUser('anna', { ...elsewhere, oxDbLeft: [place(GONE)] }))?.object).not.toHaveProperty('oxDbLeft');
});

it('a group loses one of its contexts', () => {
  const group = aGroup('sales', ['anna'], { oxDbContexts: [10, GONE], oxDbGroupname: 'sales' });
  expect(left(group)?.object).toMatchObject({ oxDbContexts: [10], oxDbGroupname: 'sales' });
});

it.each<[string, QueueFile, readonly number[], unknown]>([
  ['waits on for others', aGroup('sales', [], { oxDbContexts: [20], oxDbSkipped: [20, GONE] }), [], 20],
  ['is provisioned once more where it is', aGroup('sales', [], { oxDbContexts: [10], oxDbSkipped: GONE }), [], 10],
  ['is provisioned once more where its users are', anAccount('info', ['anna'], { oxDbSkipped: GONE }), [GONE, 20], 20],
  ['waits for the next one beside others', aUser('anna', { ...there, oxDbSkipped: 20 }), [], [GONE, 20]],
  ['waits for nothing where it has nothing', aResource('room', { oxContext: null, oxDbSkipped: GONE }), [], undefined],
])('one that waited for its login %s', (_, file, usersIn, expected) => {
  expect(left(file, usersIn)?.object?.oxDbSkipped).toEqual(expected);
});

it('nothing is left of one that waited to be removed there, and only there', () => {
  const waiting = { ...there, oxDbDeletion: true, oxDbSkipped: GONE };
  expect(left(aUser('anna', waiting))).toBeNull();
  expect(left(aUser('anna', { ...waiting, oxDbLeft: [place(20)] }))?.object).toMatchObject({
    oxDbLeft: [place(20)],
    oxDbSkipped: 20,
  });
});
