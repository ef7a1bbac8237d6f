/** A real Apache James: how it behaves itself, and the rules of `sync` and of the queue against it. */
import { describeDryRules } from '../harness/tmail/dry-rules.ts';
import { describeQueueRules } from '../harness/tmail/queue-rules.ts';
import { describeServerRules } from '../harness/tmail/server-rules.ts';
import { describeSyncRules } from '../harness/tmail/sync-rules.ts';
import { type James, missingForJames, startJames } from './james.ts';
import { describeOrSkip } from './tools.ts';

describeOrSkip('a real James', missingForJames(), () => {
  let james: James;

  beforeAll(async () => {
    james = await startJames();
  }, 600_000);
  afterAll(() => james.stop());

  describe('James itself', () => describeServerRules(() => james));
  describe('a look', () => describeDryRules(() => james));
  describe('sync', () => describeSyncRules(() => james));
  describe('the queue', () => describeQueueRules(() => james));
});
