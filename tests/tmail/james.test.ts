/** The rules of `sync` against a real Apache James. */
import { describeQueueRules } from '../harness/tmail/queue-rules.ts';
import { describeSyncRules } from '../harness/tmail/sync-rules.ts';
import { type James, missingForJames, startJames } from './james.ts';
import { describeOrSkip } from './tools.ts';

describeOrSkip('a real James', missingForJames(), () => {
  let james: James;

  beforeAll(async () => {
    james = await startJames();
  }, 600_000);
  afterAll(() => james.stop());

  describe('sync', () => describeSyncRules(() => james));
  describe('the queue', () => describeQueueRules(() => james));
});
