/** The queue with TMail as its target, against the stand-in; and where it is cut off. */
import { describeQueueRules } from '../harness/tmail/queue-rules.ts';
import type { TestServer } from '../harness/tmail/world.ts';
import { type StandIn, startStandIn } from '../sandbox/tmail/stand-in.ts';

let standIn: StandIn;

beforeAll(async () => {
  standIn = await startStandIn({ token: 'a-token' });
});
afterAll(() => standIn.stop());

describeQueueRules((): TestServer => ({ url: standIn.url, token: 'a-token', hasContacts: true }));
