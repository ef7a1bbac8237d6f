/** What is remembered of an object that is left alone is what OX has of it, not what OX was not told. */
import type { Change } from '../../../lib/model/change.ts';
import type { Turn } from '../../../lib/queue/order.ts';
import { learntBySkip } from '../../../lib/run/learnt-by-skip.ts';
import { aContext, aUser, changed, type QueueFile } from '../../harness/objects.ts';
import { useSite } from '../../harness/site.ts';

const site = useSite();

const in20 = (name: string, more = {}): QueueFile => aUser(name, { oxContext: 20, ...more });

it('what was skipped is brought about from what OX has, however often it was', async () => {
  const wished = (more: Record<string, unknown>): QueueFile =>
    in20('anna', { mailAlternativeAddress: ['anna@example.org'], ...more });
  await site.apply(wished({ oxEmail2: 'second@example.org', oxUserQuota: '100' }));
  site.forgetCredentials(20);
  await site.apply(wished({ mailPrimaryAddress: 'anne@example.org' }));
  await site.apply(wished({ mailPrimaryAddress: 'anne@example.org', title: 'Dr.' }));
  site.enterCredentials(20);
  await site.apply();
  const user = await site.user('anna', 20);
  expect(user).toMatchObject({
    primaryEmail: 'anne@example.org',
    defaultSenderAddress: 'anne@example.org',
    title: 'Dr.',
  });
  expect([user?.email2, user?.maxQuota]).toEqual(['', -1]);
  expect(site.place.lastState(in20('anna').id)?.object).not.toHaveProperty('oxDbApplied');
});

describe('what OX was not told meanwhile is not taken for what it has', () => {
  const anna = in20('anna', { mailPrimaryAddress: 'old@example.org', oxUserQuota: 100 });
  const other = in20('anna', {
    mailPrimaryAddress: 'new@example.org',
    mailAlternativeAddress: ['old@example.org'],
    oxUserQuota: null,
  });

  it.each([
    ['where it was', other, 20],
    ['in another context', changed(other, { oxContext: 30 }), 30],
  ])('the default sender and the quota follow, %s', async (_, file, context) => {
    await site.apply(aContext(30), anna);
    site.forgetCredentials(20);
    await site.apply(file);
    site.enterCredentials(20);

    await site.apply();

    expect(await site.user('anna', context)).toMatchObject({
      email1: 'new@example.org',
      defaultSenderAddress: 'new@example.org',
      maxQuota: -1,
    });
  });
});

describe('what was learnt stays, and what it waits for is told by the last look', () => {
  const before = { ...in20('anna').object, oxDbContext: 20, oxDbId: 7, oxDbSkipped: 20, oxDbSkippedFile: '1.json' };
  const learnt = (isNews: boolean, waitsFor: readonly string[]) => {
    const { id, dn, object: after } = in20('anna');
    const change: Change = { id, type: 'users/user', dn, before, formerDn: dn, after, writtenIn: '2.json' };
    return learntBySkip({ name: '2.json', isNews } as Turn, change, { reason: '', waitsFor }, {});
  };

  it.each([
    [true, '2.json'],
    [false, '1.json'],
  ])('news (%s) wait from now on, a mark since the first one', (isNews, oxDbSkippedFile) => {
    expect(learnt(isNews, ['login:30'])).toMatchObject({
      oxDbId: 7,
      oxDbContext: 20,
      oxDbSkipped: 30,
      oxDbSkippedFile,
    });
  });

  it('or for nothing', () => {
    expect(learnt(true, [])).not.toHaveProperty('oxDbSkipped');
  });
});
