/** What the dry server foresees, against the stand-in. */
import { describeDryRules } from '../../harness/tmail/dry-rules.ts';
import type { TestServer } from '../../harness/tmail/world.ts';
import { type StandIn, startStandIn } from '../../sandbox/tmail/stand-in.ts';

let standIn: StandIn;

beforeAll(async () => {
  standIn = await startStandIn({ token: 'a-token' });
});
afterAll(() => standIn.stop());

describeDryRules((): TestServer => ({ url: standIn.url, token: 'a-token', hasContacts: true }));
